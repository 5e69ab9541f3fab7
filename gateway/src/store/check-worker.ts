/** Thread that looks through the databases on read-only connections: nothing that is acknowledged waits for it. */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { workerData } from 'node:worker_threads';
import { type CheckPosition, type ReadingsCheck, readingsCheck } from './check-readings.ts';
import type { DamagedFile, TellDamage } from './damage.ts';
import { openReadingsForReading } from './readings-schema.ts';
import { textOf } from './row-value.ts';
import { answerCalls } from './worker-call.ts';

export interface CheckData {
  readonly dir: string;
  readonly phase: number;
}

export interface CheckCalls {
  /** See ReadingsCheck. Undefined at the end of the round. */
  readings(at: CheckPosition): CheckPosition | undefined;
  /** Tables of a database, its own first. */
  tables(file: 'readings.db' | 'records.db'): string[];
  /** SQLite's own check of one table and its indexes. */
  table(which: { file: 'readings.db' | 'records.db'; table: string }): void;
  close(none: undefined): void;
}

const { dir, phase }: CheckData = workerData;
/** Problems of one table that are told; more say no more. */
const MAX_PROBLEMS = 5;

answerCalls<CheckCalls>(checkCalls);

function checkCalls(tell: TellDamage): CheckCalls {
  const open = new Map<string, DatabaseSync>();
  let readings: ReadingsCheck | undefined;
  const opened = (file: DamagedFile): DatabaseSync => {
    let db = open.get(file);
    if (db === undefined) {
      db =
        file === 'readings.db'
          ? openReadingsForReading(dir)
          : new DatabaseSync(join(dir, file), { readOnly: true, timeout: 5_000 });
      // Its pages are read once a round: a large cache would only push out those of others.
      db.exec('PRAGMA cache_size = -4096; PRAGMA cell_size_check = ON');
      open.set(file, db);
    }
    return db;
  };
  /** What SQLite throws on the way is damage too, and no reason to stop the round. */
  const told = <T>(file: DamagedFile, table: string, work: () => T, otherwise: T): T => {
    try {
      return work();
    } catch (error) {
      tell({ file, table, what: error instanceof Error ? error.message : String(error) });
      return otherwise;
    }
  };
  return {
    readings: (at) =>
      told(
        'readings.db',
        'file',
        () => {
          readings ??= readingsCheck(opened('readings.db'), phase, tell);
          return readings.slice(at);
        },
        undefined,
      ),
    tables: (file) =>
      told(
        file,
        'file',
        () =>
          opened(file)
            .prepare("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
            .all()
            .map((row) => textOf(row, 'name')),
        [],
      ),
    table: ({ file, table }) =>
      told(
        file,
        table,
        () => {
          const check = opened(file).prepare(`PRAGMA quick_check("${table.replaceAll('"', '""')}")`);
          const problems = check.all().map((row) => textOf(row, 'quick_check'));
          const [first, ...others] = problems.filter((problem) => problem !== 'ok').slice(0, MAX_PROBLEMS);
          if (first !== undefined) tell({ file, table, what: [first, ...others].join('; ') });
        },
        undefined,
      ),
    close: () => {
      for (const db of open.values()) db.close();
    },
  };
}
