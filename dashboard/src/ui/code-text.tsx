import type { Ref } from 'react';
import './code.css';

interface CodeTextProps {
  /** YAML, JSON, hex or lines for a terminal. */
  readonly text: string;
  readonly ref?: Ref<HTMLPreElement>;
}

/** A text for machines in one width of letters; its lines are numbered where there are several. */
export function CodeText({ text, ref }: CodeTextProps) {
  const lines = text.replace(/\n$/, '').split('\n');
  return (
    <pre className={lines.length > 1 ? 'code code-numbered' : 'code'} ref={ref}>
      {lines.map((line, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a line is its place in the text
        <span className="code-line" key={index}>
          {line}
          {index < lines.length - 1 ? '\n' : ''}
        </span>
      ))}
    </pre>
  );
}
