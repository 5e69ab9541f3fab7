import { useMemo } from 'react';
import { useText } from '../../i18n/use-text.ts';
import { rulesText } from './rules.text.ts';
import { type DiffLine, textDiff } from './text-diff.ts';

interface ChangesProps {
  readonly inForce: string;
  readonly draft: string;
}

/** What saving the draft would change of the rules in force. */
export function DraftChanges({ inForce, draft }: ChangesProps) {
  const t = useText(rulesText);
  const lines = useMemo(() => textDiff(inForce, draft), [inForce, draft]);
  if (lines.length === 0) return null;
  const count = (sign: DiffLine['sign']): number => lines.filter((line) => line.sign === sign).length;
  const words = { '+': t.lineAdded, '-': t.lineGone, ' ': '' };
  return (
    <details className="rules-diff" open>
      <summary>{t.changes(count('+'), count('-'))}</summary>
      <ol className="code">
        {lines.map(({ sign, line, text }) => (
          <li key={`${sign}${line}`} data-sign={sign}>
            <span className="rules-diff-line" aria-hidden="true">
              {line} {sign}
            </span>
            {sign === ' ' ? null : <span className="visually-hidden">{words[sign]} </span>}
            {text}
          </li>
        ))}
      </ol>
    </details>
  );
}
