/** Rows of broker.db with a checksum over all that they say, and how they are read where some of them are damaged. */
import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import { crc32 } from 'node:zlib';
import { isDamage } from './sqlite-failure.ts';

/** Numbers as they stand in the file. */
export const KINDS = { retained: 1, sessions: 2, queued: 3 } as const;
export type ShelfKind = keyof typeof KINDS;

export interface ShelfRow {
  readonly id: number;
  readonly kind: ShelfKind;
  /** Topic of a retained message, else key of the session. */
  readonly name: string;
  /** Number of a queued message, else 0. */
  readonly number: number;
  readonly body: Uint8Array;
}

export const INSERT_ROW = 'INSERT OR REPLACE INTO kept(id, kind, name, number, body, sum) VALUES(?, ?, ?, ?, ?, ?)';

export function rowValues({ id, kind, name, number, body }: ShelfRow): (number | Uint8Array)[] {
  const bytes = Buffer.from(name, 'utf8');
  return [id, KINDS[kind], bytes, number, body, checksum(id, KINDS[kind], bytes, number, body)];
}

export type DamagedCounts = Readonly<Record<ShelfKind | 'unknown', number>>;

export interface ScanResult {
  /** Ids of rows whose checksum does not hold. */
  readonly bad: readonly bigint[];
  readonly counts: DamagedCounts;
  /** A stretch of the table cannot be read at all; what stands before and after it was. */
  readonly broken: boolean;
}

type RawRow = Record<string, SQLOutputValue>;

/**
 * Gives every row that is as it was written to `take`: from the first on, and past a stretch that cannot be read, from
 * the last back.
 * @throws what SQLite throws for anything but damage
 */
export function scanRows(db: DatabaseSync, take: (row: ShelfRow) => void): ScanResult {
  const bad: bigint[] = [];
  const counts = { retained: 0, sessions: 0, queued: 0, unknown: 0 };
  const see = (raw: RawRow): void => {
    const row = readRow(raw);
    if (row !== undefined) {
      take(row);
      return;
    }
    if (typeof raw['id'] === 'bigint') bad.push(raw['id']);
    counts[kindOf(raw['kind']) ?? 'unknown'] += 1;
  };
  let last: bigint | undefined;
  const forward = readable(db, 'SELECT * FROM kept ORDER BY id', (raw) => {
    last = typeof raw['id'] === 'bigint' ? raw['id'] : last;
    see(raw);
    return true;
  });
  if (forward) return { bad, counts, broken: false };
  readable(db, 'SELECT * FROM kept ORDER BY id DESC', (raw) => {
    if (last !== undefined && typeof raw['id'] === 'bigint' && raw['id'] <= last) return false;
    see(raw);
    return true;
  });
  return { bad, counts, broken: true };
}

/** At most `limit` rows and about `bytes` after `after`, those that are damaged left out. */
export function pageOfRows(
  db: DatabaseSync,
  after: number,
  { limit, bytes }: { readonly limit: number; readonly bytes: number },
): { readonly rows: readonly ShelfRow[]; readonly next: number | undefined } {
  const rows: ShelfRow[] = [];
  let size = 0;
  const statement = db.prepare('SELECT * FROM kept WHERE id > ? ORDER BY id');
  statement.setReadBigInts(true);
  for (const raw of statement.iterate(after)) {
    const row = readRow(raw);
    if (row === undefined) continue;
    rows.push(row);
    size += row.body.length;
    if (rows.length >= limit || size >= bytes) return { rows, next: row.id };
  }
  return { rows, next: undefined };
}

/** @returns false when damage ended it; `take` returning false ends it too. */
function readable(db: DatabaseSync, sql: string, take: (raw: RawRow) => boolean): boolean {
  try {
    const statement = db.prepare(sql);
    // A flipped bit makes numbers that do not fit.
    statement.setReadBigInts(true);
    for (const raw of statement.iterate()) if (!take(raw)) break;
    return true;
  } catch (error) {
    if (isDamage(error)) return false;
    throw error;
  }
}

/** @returns undefined when it is not what was written */
function readRow(raw: RawRow): ShelfRow | undefined {
  const { id, name, number, body, sum } = raw;
  const kind = kindOf(raw['kind']);
  if (kind === undefined || typeof id !== 'bigint' || typeof number !== 'bigint' || typeof sum !== 'bigint') return;
  if (!(name instanceof Uint8Array) || !(body instanceof Uint8Array)) return;
  if (BigInt(checksum(Number(id), KINDS[kind], name, Number(number), body)) !== sum) return;
  return { id: Number(id), kind, name: Buffer.from(name).toString('utf8'), number: Number(number), body };
}

function kindOf(value: SQLOutputValue | undefined): ShelfKind | undefined {
  const found = Object.entries(KINDS).find(([, number]) => value === BigInt(number));
  return found === undefined ? undefined : (found[0] as ShelfKind);
}

function checksum(id: number, kind: number, name: Uint8Array, number: number, body: Uint8Array): number {
  const head = crc32(`${id} ${kind} ${number} ${name.length} `);
  return crc32(body, crc32(name, head));
}
