/** What SQLite's result codes mean for whoever wanted to store something. */
import { StoreError } from './reading-store.ts';

const SQLITE_READONLY = 8;
const SQLITE_IOERR_SHORT_READ = 522;
const SQLITE_CORRUPT = 11;
const SQLITE_FULL = 13;
const SQLITE_CANTOPEN = 14;
const SQLITE_NOTADB = 26;

/** A failure as it crosses from a worker to the main thread. */
export interface Failure {
  readonly code: StoreError['code'];
  readonly message: string;
}

export function failureOf(error: unknown): Failure {
  if (error instanceof StoreError) return { code: error.code, message: error.message };
  const message = error instanceof Error ? error.message : String(error);
  const primary = errcodeOf(error) & 0xff;
  if (primary === SQLITE_FULL) return { code: 'full', message: `disk full: ${message}` };
  if (primary === SQLITE_READONLY || primary === SQLITE_CANTOPEN) return { code: 'read-only', message };
  if (isCorrupt(error)) return { code: 'damaged', message };
  return { code: 'io', message };
}

/** Whether the content of the file is to blame: pages that make no sense, values of a type their column never has. */
export function isCorrupt(error: unknown): boolean {
  if (error instanceof StoreError) return error.code === 'damaged';
  if (error instanceof TypeError || error instanceof RangeError) return true;
  const code = errcodeOf(error);
  return (code & 0xff) === SQLITE_CORRUPT || (code & 0xff) === SQLITE_NOTADB || code === SQLITE_IOERR_SHORT_READ;
}

function errcodeOf(error: unknown): number {
  if (typeof error !== 'object' || error === null || !('errcode' in error)) return 0;
  return typeof error.errcode === 'number' ? error.errcode : 0;
}
