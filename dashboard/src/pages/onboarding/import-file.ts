/** A device list as it was saved: a workbook, or text in UTF-8 or GBK. */
import { unpackedSize } from './workbook-size.ts';

export type FileProblem = 'too-large' | 'not-a-workbook' | 'unfolds-too-large' | 'old-workbook' | 'empty';

export type ReadFile =
  | { readonly ok: true; readonly rows: readonly (readonly string[])[] }
  | { readonly ok: false; readonly problem: FileProblem };

/** A list of 2,000 devices is far below. */
export const maxFileBytes = 5 * 1024 * 1024;

/** Cells as text, line by line, empty lines included so that line numbers stay those of the file. */
export async function readDeviceFile(file: File): Promise<ReadFile> {
  if (file.size > maxFileBytes) return { ok: false, problem: 'too-large' };
  const bytes = new Uint8Array(await file.arrayBuffer());
  // The workbooks of before 2007 are another format altogether.
  if (bytes[0] === 0xd0 && bytes[1] === 0xcf) return { ok: false, problem: 'old-workbook' };
  const isWorkbook = bytes[0] === 0x50 && bytes[1] === 0x4b;
  const size = isWorkbook ? await unpackedSize(bytes) : 'fits';
  if (size !== 'fits') return { ok: false, problem: size === 'no-zip' ? 'not-a-workbook' : 'unfolds-too-large' };
  const rows = isWorkbook ? await workbookRows(file) : csvRows(decoded(bytes));
  if (rows === undefined) return { ok: false, problem: 'not-a-workbook' };
  return rows.some((row) => row.some((cell) => cell !== '')) ? { ok: true, rows } : { ok: false, problem: 'empty' };
}

async function workbookRows(file: File): Promise<readonly (readonly string[])[] | undefined> {
  const { readSheet } = await import('read-excel-file/universal');
  try {
    const sheet = await readSheet(file);
    return sheet.map((row) => row.map(cellText));
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

/** Comma, semicolon or tab, whichever the first line has most of; quotes as in RFC 4180. Line n of the result is record n. */
export function csvRows(text: string): readonly (readonly string[])[] {
  const body = text.replace(/^\ufeff/, '');
  const [head = ''] = body.split(/\r?\n/, 1);
  const separator = [',', ';', '\t'].reduce((best, sign) =>
    head.split(sign).length > head.split(best).length ? sign : best,
  );
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = '';
  let isQuoted = false;
  const endCell = (): void => {
    row.push(cell.trim());
    cell = '';
  };
  const endRow = (): void => {
    endCell();
    rows.push(row);
    row = [];
  };
  for (let at = 0; at < body.length; at++) {
    const sign = body.charAt(at);
    if (isQuoted) {
      if (sign !== '"') cell += sign;
      else if (body.charAt(at + 1) === '"') {
        cell += '"';
        at++;
      } else isQuoted = false;
    } else if (sign === '"' && cell.trim() === '') {
      isQuoted = true;
      cell = '';
    } else if (sign === separator) endCell();
    else if (sign === '\n') endRow();
    else if (sign !== '\r') cell += sign;
  }
  if (cell !== '' || row.length > 0) endRow();
  return rows;
}
