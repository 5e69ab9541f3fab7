import { useState } from 'react';
import { pick } from '../../i18n/language.ts';
import { useLanguage, useText } from '../../i18n/use-text.ts';
import { Mark } from '../../ui/mark.tsx';
import '../../ui/table.css';
import { importText } from './import.text.ts';
import { headingOf } from './import-columns.ts';
import type { Findings, ImportTable, RowError } from './import-table.ts';

interface PreviewProps {
  readonly table: ImportTable;
  readonly found: Findings;
  readonly onDrop: (column: string) => void;
}

const shownRows = 200;

/** Every row as it was read, and beside it what is wrong with which cell. */
export function ImportPreview({ table, found: { byLine, columns }, onDrop }: PreviewProps) {
  const t = useText(importText);
  const language = useLanguage();
  const [onlyBad, setOnlyBad] = useState(false);
  const bad = table.rows.filter(({ line }) => byLine.has(line));
  // What has to be corrected stands first; the rest follows in the order of the file.
  const rows = onlyBad ? bad : [...bad, ...table.rows.filter(({ line }) => !byLine.has(line))];
  return (
    <>
      {columns.map((error) => (
        <p key={error.column} className="import-problem">
          {t.at(error.column ?? '')}
          {pick(error.message, language)}{' '}
          <button type="button" className="button" onClick={() => onDrop(error.column ?? '')}>
            {t.leaveOut}
          </button>
        </p>
      ))}
      {bad.length === 0 ? null : (
        <label className="import-only">
          <input type="checkbox" checked={onlyBad} onChange={({ target }) => setOnlyBad(target.checked)} /> {t.onlyBad}
        </label>
      )}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by key */}
      <section className="table-scroll" tabIndex={0} aria-label={t.result}>
        <table className="table import-table">
          <thead>
            <tr>
              <th scope="col">{t.line}</th>
              <th scope="col">{t.result}</th>
              {table.headings.map((heading) => (
                <th key={heading} scope="col">
                  {heading}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.slice(0, shownRows).map(({ line, cells }) => (
              <Row
                key={line}
                line={line}
                errors={byLine.get(line) ?? []}
                cells={table.headings.map((heading) => [heading, cells[heading] ?? ''])}
              />
            ))}
          </tbody>
        </table>
      </section>
      {rows.length > shownRows ? <p className="soft small">{t.shown(shownRows, rows.length)}</p> : null}
    </>
  );
}

interface RowProps {
  readonly line: number;
  readonly errors: readonly RowError[];
  readonly cells: readonly (readonly [column: string, text: string])[];
}

function Row({ line, errors, cells }: RowProps) {
  const t = useText(importText);
  const language = useLanguage();
  const bad = new Set(errors.map(({ column }) => column));
  return (
    <tr data-line={line}>
      <th scope="row">{line}</th>
      <td className={errors.length > 0 ? 'long' : ''}>
        {errors.length === 0 ? <Mark tone="good">{t.fine}</Mark> : null}
        {errors.map(({ column, message }) => (
          <p key={`${column} ${message.en}`} className="import-error">
            {column === null ? '' : t.at(headingOf(column, language))}
            {pick(message, language)}
          </p>
        ))}
      </td>
      {cells.map(([column, text]) => (
        <td key={column} className={bad.has(column) ? 'import-bad-cell' : ''}>
          {text}
        </td>
      ))}
    </tr>
  );
}
