/** What SQLite's result codes mean for whoever wanted to store something. */
import { errorCode, noSpaceLeft, notWritable } from '../shared/error-code.ts';
import { StoreError } from './reading-store.ts';

const SQLITE_READONLY = 8;
const SQLITE_FULL = 13;
const SQLITE_CANTOPEN = 14;

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
  return { code: 'io', message };
}

function errcodeOf(error: unknown): number {
  if (typeof error !== 'object' || error === null || !('errcode' in error)) return 0;
  return typeof error.errcode === 'number' ? error.errcode : 0;
}
