import { useState } from 'react';
import { useText } from '../i18n/use-text.ts';
import { chartsText } from './charts.text.ts';

export interface TableRow {
  readonly key: number;
  readonly time: string;
  readonly cells: readonly string[];
}

interface ChartTableProps {
  readonly columns: readonly string[];
  /** Made only when somebody opens the table. */
  readonly rows: () => readonly TableRow[];
}

/** The same figures as text, for those who cannot see the drawing or want to copy a number. */
export function ChartTable({ columns, rows }: ChartTableProps) {
  const t = useText(chartsText);
  const [isOpen, setIsOpen] = useState(false);
  return (
    <details className="chart-table" onToggle={(event) => setIsOpen(event.currentTarget.open)}>
      <summary>{t.asTable}</summary>
      {isOpen ? (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by the keyboard
        <section className="chart-table-box" tabIndex={0} aria-label={t.asTable}>
          <table className="table">
            <thead>
              <tr>
                <th scope="col">{t.time}</th>
                {columns.map((column) => (
                  <th key={column} scope="col">
                    {column}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows().map(({ key, time, cells }) => (
                <tr key={key}>
                  <th scope="row">{time}</th>
                  {columns.map((column, index) => (
                    <td key={column}>{cells[index]}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      ) : null}
    </details>
  );
}
