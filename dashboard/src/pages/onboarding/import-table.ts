/** Lines of a file as the rows that are asked to be imported, and what is known to be wrong with them. */
import type { Text } from '#contract/enums.ts';
import type { DeviceRow, DeviceRowsResult } from '#contract/http/onboarding.ts';
import { lostDigits } from './import-file.ts';

export interface ImportTable {
  /** As they stand in the file, those that were dropped left out. */
  readonly headings: readonly string[];
  readonly rows: readonly DeviceRow[];
  readonly lost: readonly { readonly line: number; readonly column: string }[];
}

/** Rows under the first line that is not empty. A heading that comes twice counts once; one without a name not at all. */
export function importTable(lines: readonly (readonly string[])[], dropped: ReadonlySet<string>): ImportTable {
  const first = lines.findIndex((line) => line.some((cell) => cell !== ''));
  const named = (lines[first] ?? []).map((heading) => heading.trim().slice(0, 64));
  const places = [...new Set(named)]
    .filter((heading) => heading !== '' && !dropped.has(heading))
    .map((heading) => [heading, named.indexOf(heading)] as const);
  const lost: { line: number; column: string }[] = [];
  const rows = lines.slice(first + 1).flatMap((cells, index) => {
    const line = first + index + 2;
    const given = places.flatMap(([heading, place]) => {
      const said = cells[place] ?? '';
      if (said === lostDigits) lost.push({ line, column: heading });
      return said === '' || said === lostDigits ? [] : [[heading, said.slice(0, 500)] as const];
    });
    return given.length === 0 && cells.every((cell) => cell === '') ? [] : [{ line, cells: Object.fromEntries(given) }];
  });
  return { headings: places.map(([heading]) => heading), rows, lost };
}

export interface RowError {
  readonly column: string | null;
  readonly message: Text;
}

export interface Findings {
  readonly byLine: ReadonlyMap<number, readonly RowError[]>;
  /** The same thing wrong with one column in every row: a column that nobody knows. */
  readonly columns: readonly RowError[];
}

/** What the gateway says and what was lost before it could see it, by line; said once where it is true of every line. */
export function findingsOf(table: ImportTable, result: DeviceRowsResult, lost: Text): Findings {
  const byLine = new Map<number, RowError[]>();
  const add = (line: number, error: RowError): unknown => byLine.set(line, [...(byLine.get(line) ?? []), error]);
  for (const { line, column } of table.lost) add(line, { column, message: lost });
  for (const { line, errors } of result.rows) {
    const isLost = new Set(table.lost.filter((one) => one.line === line).map(({ column }) => column));
    for (const error of errors) if (error.column === null || !isLost.has(error.column)) add(line, error);
  }
  const [first] = result.rows;
  const everywhere = (error: RowError): boolean =>
    error.column !== null &&
    table.headings.includes(error.column) &&
    result.rows.length > 1 &&
    result.rows.every(({ errors }) =>
      errors.some(({ column, message }) => column === error.column && message.en === error.message.en),
    );
  const columns = (first?.errors ?? []).filter(everywhere);
  const said = new Set(columns.map(({ column }) => column));
  for (const [line, errors] of byLine) {
    const own = errors.filter(({ column }) => !said.has(column));
    if (own.length === 0) byLine.delete(line);
    else byLine.set(line, own);
  }
  return { byLine, columns };
}
