/** What SQLite's result codes mean for whoever wanted to store something. */
import { errorCode, noSpaceLeft, notWritable } from '../shared/error-code.ts';
import { StoreError } from './reading-store.ts';

const SQLITE_READONLY = 8;
const SQLITE_IOERR_SHORT_READ = 522;
const SQLITE_CORRUPT = 11;
const SQLITE_FULL = 13;
const SQLITE_CANTOPEN = 14;
const SQLITE_NOTADB = 26;
const SQLITE_IOERR_READ = 266;

/** A failure as it crosses from a worker to the main thread. */
export interface Failure {
  readonly code: StoreError['code'];
  readonly message: string;
}

export function failureOf(error: unknown): Failure {
  if (error instanceof StoreError) return { code: error.code, message: error.message };
  const message = error instanceof Error ? error.message : String(error);
  const code = errorCode(error);
  if (noSpaceLeft(code)) return { code: 'full', message };
  if (notWritable(code)) return { code: 'read-only', message };
  const primary = errcodeOf(error) & 0xff;
  if (primary === SQLITE_FULL) return { code: 'full', message: `disk full: ${message}` };
  if (primary === SQLITE_READONLY || primary === SQLITE_CANTOPEN) return { code: 'read-only', message };
  if (isCorrupt(error)) return { code: 'damaged', message };
  return { code: 'io', message };
}

/** Whether a row's content is to blame: pages that make no sense, values of a type their column never has. */
export function isCorrupt(error: unknown): boolean {
  if (error instanceof StoreError) return error.code === 'damaged';
  if (error instanceof TypeError || error instanceof RangeError) return true;
  return isDamage(error) && errcodeOf(error) !== SQLITE_IOERR_READ;
}

/** Whether the content of the file is at fault, and neither the disk's room nor its rights. */
export function isDamage(error: unknown): boolean {
  const code = errcodeOf(error);
  if (code === SQLITE_IOERR_READ || code === SQLITE_IOERR_SHORT_READ) return true;
  return [SQLITE_CORRUPT, SQLITE_NOTADB].includes(code & 0xff);
}

function errcodeOf(error: unknown): number {
  if (typeof error !== 'object' || error === null || !('errcode' in error)) return 0;
  return typeof error.errcode === 'number' ? error.errcode : 0;
}
