import { memo, type Ref, useRef } from 'react';
import './code.css';

interface CodeEditorProps {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly label: string;
  /** Id of what explains it. */
  readonly describedBy: string;
  readonly rows: number;
  readonly readOnly: boolean;
  /** Lines, from 1, in which something is wrong. */
  readonly wrong: readonly number[];
  readonly ref?: Ref<HTMLTextAreaElement>;
}

/** A plain text field, with everything the keyboard and a screen reader know of one, and the numbers of its lines beside it. */
export function CodeEditor({ value, onChange, label, describedBy, rows, readOnly, wrong, ref }: CodeEditorProps) {
  const numbers = useRef<HTMLOListElement>(null);
  return (
    <div className="code-editor">
      <div className="code-gutter" aria-hidden="true">
        <Numbers count={value.split('\n').length} wrong={wrong.join(' ')} ref={numbers} />
      </div>
      <textarea
        ref={ref}
        aria-label={label}
        aria-describedby={describedBy}
        aria-invalid={wrong.length > 0}
        spellCheck={false}
        wrap="off"
        rows={rows}
        readOnly={readOnly}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        onScroll={({ currentTarget }) => {
          if (numbers.current) numbers.current.style.transform = `translateY(${-currentTarget.scrollTop}px)`;
        }}
      />
    </div>
  );
}

interface NumbersProps {
  readonly count: number;
  /** With blanks between them: drawn again only when they change. */
  readonly wrong: string;
  readonly ref: Ref<HTMLOListElement>;
}

const Numbers = memo(({ count, wrong, ref }: NumbersProps) => {
  const marked = new Set(wrong.split(' '));
  return (
    <ol ref={ref}>
      {Array.from({ length: count }, (_, index) => String(index + 1)).map((line) => (
        <li key={line} className={marked.has(line) ? 'code-wrong' : undefined}>
          {line}
        </li>
      ))}
    </ol>
  );
});
