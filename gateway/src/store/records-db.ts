/** The office's records (users, alerts, events, judge state, quarantine, audit): a small relational store, off the main thread. */
import type { DamageNote } from './damage.ts';

export type SqlValue = string | number | null | Uint8Array;
export type SqlRow = Readonly<Record<string, SqlValue>>;

export interface Statement {
  readonly sql: string;
  readonly params?: readonly SqlValue[] | undefined;
}

export interface RecordsDb {
  /** Runs all statements in one durable transaction; all or none. @returns changed rows and last row id of each. */
  write(statements: readonly Statement[]): Promise<readonly { readonly changes: number; readonly lastId: number }[]>;
  read(statement: Statement): Promise<readonly SqlRow[]>;
  /** What was wrong with the file when it was opened, if it could be opened all the same. */
  readonly damage?: DamageNote | undefined;
  close(): Promise<void>;
}
