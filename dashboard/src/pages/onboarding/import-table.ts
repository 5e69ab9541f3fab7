/** Lines of a file as the rows that are asked to be imported, and what is known to be wrong with them. */
import type { Text } from '#contract/enums.ts';
import type { DeviceRow, DeviceRowsResult } from '#contract/http/onboarding.ts';
import { type FileRow, lostDigits } from './import-file.ts';

export interface ImportTable {
  /** As they stand in the file, those that were dropped left out. */
  readonly headings: readonly string[];
  readonly rows: readonly DeviceRow[];
  readonly lost: readonly { readonly line: number; readonly column: string }[];
  /** Lines with a quote that is never closed. */
  readonly broken: readonly number[];
}

/** Rows under the heading. A heading that comes twice counts once; one without a name not at all. */
export function importTable([heading, ...lines]: readonly FileRow[], dropped: ReadonlySet<string>): ImportTable {
  const named = (heading?.cells ?? []).map((name) => name.trim().slice(0, 64));
  const places = [...new Set(named)]
    .filter((name) => name !== '' && !dropped.has(name))
    .map((name) => [name, named.indexOf(name)] as const);
  const lost: { line: number; column: string }[] = [];
  const rows = lines.map(({ line, cells }) => {
    const given = places.flatMap(([name, place]) => {
      const said = cells[place] ?? '';
      if (said === lostDigits) lost.push({ line, column: name });
      return said === '' || said === lostDigits ? [] : [[name, said.slice(0, 500)] as const];
    });
    return { line, cells: Object.fromEntries(given) };
  });
  const broken = lines.flatMap(({ line, isBroken }) => (isBroken === true ? [line] : []));
  return { headings: places.map(([name]) => name), rows, lost, broken };
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

/** What is said of cells whose last digits are lost, and of lines with an open quote. */
export interface LostWords {
  readonly digits: Text;
  readonly quote: Text;
}

/** What the gateway says and what was lost before it could see it, by line; said once where it is true of every line. */
export function findingsOf(table: ImportTable, result: DeviceRowsResult, words: LostWords): Findings {
  const byLine = new Map<number, RowError[]>();
  const add = (line: number, error: RowError): unknown => byLine.set(line, [...(byLine.get(line) ?? []), error]);
  for (const { line, column } of table.lost) add(line, { column, message: words.digits });
  for (const line of table.broken) add(line, { column: null, message: words.quote });
  for (const { line, errors } of result.rows) {
    if (table.broken.includes(line)) continue;
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
