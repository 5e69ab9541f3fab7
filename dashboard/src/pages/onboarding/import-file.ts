/** A device list as it was saved: a workbook, or text in UTF-8 or GBK. */
import { csvRows } from '#contract/csv-rows.ts';
import { isDeviceHeading } from '#contract/row-columns.ts';
import { unescaped } from '../../lib/csv-text.ts';
import { unpackedSize } from './workbook-size.ts';

export type FileProblem = 'too-large' | 'not-a-workbook' | 'unfolds-too-large' | 'old-workbook' | 'empty';

/** A line that has something in it. */
export interface FileRow {
  /** 1-based, as it stands in the file. */
  readonly line: number;
  readonly cells: readonly string[];
  /** A quote is opened in it and never closed: its cells are not known. */
  readonly isBroken?: boolean;
}

export type ReadFile =
  | {
      readonly ok: true;
      /** The heading first. */
      readonly rows: readonly FileRow[];
      /** Lines with a title or a date above the heading, which are not read. */
      readonly skippedLines: number;
    }
  | { readonly ok: false; readonly problem: FileProblem };

/** A list of 2,000 devices is far below. */
export const maxFileBytes = 5 * 1024 * 1024;

export async function readDeviceFile(file: File): Promise<ReadFile> {
  if (file.size > maxFileBytes) return { ok: false, problem: 'too-large' };
  const bytes = new Uint8Array(await file.arrayBuffer());
  // The workbooks of before 2007 are another format altogether.
  if (bytes[0] === 0xd0 && bytes[1] === 0xcf) return { ok: false, problem: 'old-workbook' };
  const isWorkbook = bytes[0] === 0x50 && bytes[1] === 0x4b;
  const size = isWorkbook ? await unpackedSize(bytes) : 'fits';
  if (size !== 'fits') return { ok: false, problem: size === 'no-zip' ? 'not-a-workbook' : 'unfolds-too-large' };
  const found = isWorkbook ? await workbookRows(file) : await textRows(decoded(bytes));
  if (found === undefined) return { ok: false, problem: 'not-a-workbook' };
  return found.rows.length === 0 ? { ok: false, problem: 'empty' } : { ok: true, ...found };
}

type Found = Omit<Extract<ReadFile, { readonly ok: true }>, 'ok'>;

const isFilled = ({ cells, isBroken }: FileRow): boolean => isBroken === true || cells.some((cell) => cell !== '');

/** CSV by the rules of every import: separators, `sep=`, quotes, lines above the heading. */
export async function textRows(text: string): Promise<Found> {
  const rows: FileRow[] = [];
  let skippedLines = 0;
  for await (const { line, cells, fault, heading } of csvRows([text], isDeviceHeading)) {
    skippedLines += heading?.skippedLines ?? 0;
    rows.push({ line, cells: cells.map(plainCell), ...(fault === undefined ? {} : { isBroken: true }) });
  }
  return { rows: rows.filter(isFilled), skippedLines };
}

const plainCell = (cell: string): string => unescaped(cell.trim());

/** Lines of a workbook that are looked at for the heading. */
const headingWithin = 50;

async function workbookRows(file: File): Promise<Found | undefined> {
  const { readSheet } = await import('read-excel-file/universal');
  try {
    const sheet = await readSheet(file);
    const rows = sheet
      .map((row, index): FileRow => ({ line: index + 1, cells: row.map(cellText).map(plainCell) }))
      .filter(isFilled);
    const heading = rows.slice(0, headingWithin).findIndex(({ cells }) => isDeviceHeading(cells));
    const skippedLines = Math.max(0, heading);
    return { rows: rows.slice(skippedLines), skippedLines };
  } catch {
    return undefined;
  }
}

/** Excel keeps 15 digits of a number: of a longer one nobody knows the end any more. */
export const lostDigits = '\u26a0digits';

function cellText(cell: unknown): string {
  if (cell === null || cell === undefined) return '';
  if (typeof cell === 'number') return Math.abs(cell) >= 1e15 ? lostDigits : String(cell);
  if (!(cell instanceof Date)) return String(cell).trim();
  // A cell may be formatted as a date whatever number it holds.
  return Number.isNaN(cell.getTime()) ? '' : cell.toISOString();
}

/** What its mark says (“Unicode text” of Excel is UTF-16), UTF-8 where it is valid, else what Chinese Excel writes by default. */
export function decoded(bytes: Uint8Array): string {
  return textOf(bytes).replaceAll('\0', '');
}

function textOf(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('gb18030').decode(bytes);
  }
}
