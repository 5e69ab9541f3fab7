/** Thread with one connection of records.db: one for all writes, another for reading. */
import { join } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { workerData } from 'node:worker_threads';
import type { FileIdentity } from './file-witness.ts';
import { makeFolder } from './make-folder.ts';
import { StoreError } from './reading-store.ts';
import type { SqlRow, Statement } from './records-db.ts';
import { isCurrent, migrate } from './records-schema.ts';
import { openAsItLies, openReading, untilWritable } from './until-writable.ts';
import { answerCalls } from './worker-call.ts';

export interface RecordsData {
  readonly dir: string;
  readonly readOnly: boolean;
}

export interface RecordsCalls {
  begin(none: undefined): FileIdentity;
  write(statements: readonly Statement[]): { changes: number; lastId: number }[];
  read(statement: Statement): SqlRow[];
  close(none: undefined): void;
}

/** Statements kept prepared; the product has fewer texts than that, filters of a list included. */
const MAX_PREPARED = 300;

const { dir, readOnly }: RecordsData = workerData;
const file = join(dir, 'records.db');
answerCalls<RecordsCalls>(() =>
  untilWritable<RecordsCalls>({
    open: () => recordsCalls(readOnly ? openReading(file) : openedForWriting()),
    openToRead: () => recordsCalls(asItLies()),
    ...(readOnly ? {} : { writes: ['write'] }),
  }),
);

function asItLies(): DatabaseSync {
  const db = openAsItLies(file);
  if (isCurrent(db)) return db;
  db.close();
  throw new StoreError('io', 'records.db is of another version');
}

function openedForWriting(): DatabaseSync {
  makeFolder(dir);
  const db = new DatabaseSync(file, { timeout: 5_000 });
  try {
    db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 67108864');
    migrate(db);
    // On a read-only disk SQLite opens it all the same and fails with the first write, then for good; this changes nothing.
    db.exec("DELETE FROM meta WHERE key = ''");
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

function recordsCalls(db: DatabaseSync): RecordsCalls {
  const prepared = new Map<string, StatementSync>();
  const statement = (sql: string): StatementSync => {
    let found = prepared.get(sql);
    if (found === undefined) {
      if (prepared.size >= MAX_PREPARED) prepared.clear();
      found = db.prepare(sql);
      prepared.set(sql, found);
    }
    return found;
  };
  return {
    begin: () => ({ identity: identityOf(db), series: 0, head: 0 }),
    write(statements) {
      db.exec('BEGIN IMMEDIATE');
      try {
        const results = statements.map(({ sql, params = [] }) => statement(sql).run(...params));
        db.exec('COMMIT');
        return results.map(({ changes, lastInsertRowid }) => ({
          changes: Number(changes),
          lastId: Number(lastInsertRowid),
        }));
      } catch (error) {
        // A full disk has rolled back already, and a second ROLLBACK would be an error of its own.
        if (db.isTransaction) db.exec('ROLLBACK');
        throw error;
      }
    },
    read: ({ sql, params = [] }) =>
      statement(sql)
        .all(...params)
        .map(plain),
    close: () => db.close(),
  };
}

/** Given once: a file that says another is not the one this folder had. */
function identityOf(db: DatabaseSync): number {
  const stored = Number(db.prepare('PRAGMA application_id').get()?.['application_id'] ?? 0);
  if (stored !== 0) return stored;
  const identity = 1 + Math.floor(Math.random() * (2 ** 31 - 2));
  db.exec(`PRAGMA application_id = ${identity}`);
  return identity;
}

function plain(row: Record<string, null | number | bigint | string | Uint8Array>): SqlRow {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [name, typeof value === 'bigint' ? Number(value) : value]),
  );
}
