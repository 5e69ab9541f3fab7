/** The journal of commits: one row each, until its records are sealed and its seq is released. */
import type { DatabaseSync } from 'node:sqlite';
import { checksum, fitOf } from './checksum.ts';
import { metaRows } from './meta-rows.ts';
import { blobOf, numberOf, numberOrNull, type Row } from './row-value.ts';
import { isCorrupt } from './sqlite-failure.ts';

export interface HotRow {
  readonly seq: number;
  /** Base of the arrival lags: no reading of the commit arrived later. */
  readonly arrived: number;
  readonly records: Uint8Array;
  /** The row does not fit its checksum: nothing in it may be believed. */
  readonly damaged: boolean;
}

export interface HotRows {
  /** To be called in a transaction. */
  add(row: Omit<HotRow, 'damaged'>): void;
  head(): number;
  released(): number;
  /** To be called in the transaction of commit `head`. */
  setReleased(seq: number, head: number): void;
  /** Rows with seq > after, oldest first; rows that cannot be read are damaged ones without records. */
  after(after: number, limit: number): HotRow[];
  each(visit: (row: HotRow) => void): void;
  /** Removes rows up to `seq`; the newest row stays, so that no number is given twice. To be called in a transaction. */
  removeTo(seq: number): void;
}

export const hotSum = (seq: number, arrived: number, records: Uint8Array): number =>
  checksum('j', [seq, arrived], records);

/** @param strict see fitOf */
export function hotRows(db: DatabaseSync, strict: () => boolean): HotRows {
  const select = db.prepare('SELECT seq, arrived, records, crc FROM hot WHERE seq > ? ORDER BY seq LIMIT ?');
  const one = db.prepare('SELECT seq, arrived, records, crc FROM hot WHERE seq = ?');
  const add = prepared(db, 'INSERT INTO hot VALUES(?, ?, ?, ?)');
  const meta = metaRows(db);
  const rowOf = (row: Row): HotRow => {
    const seq = numberOf(row, 'seq');
    try {
      const arrived = numberOf(row, 'arrived');
      const records = blobOf(row, 'records');
      return { seq, arrived, records, damaged: fitOf(row['crc'], hotSum(seq, arrived, records), strict()) === 'bad' };
    } catch {
      return unreadable(seq);
    }
  };
  const byNumber = (seq: number): HotRow => {
    try {
      const row = one.get(seq);
      return row === undefined ? unreadable(seq) : rowOf(row);
    } catch (error) {
      if (!isCorrupt(error)) throw error;
      return unreadable(seq);
    }
  };
  const head = (): number => {
    let newest = 0;
    try {
      newest = numberOrNull(db.prepare('SELECT max(seq) AS head FROM hot').get(), 'head') ?? 0;
    } catch (error) {
      if (!isCorrupt(error)) throw error;
    }
    return Math.max(newest, meta.get('head') ?? 0);
  };
  /** Numbers have no holes from the oldest row that must be there to the newest: a missing one is a lost commit. */
  function* rows(after: number, limit: number): Generator<HotRow, void, undefined> {
    let next = after + 1;
    let given = 0;
    try {
      const first = Math.max(next, (meta.get('trimmed') ?? 0) + 1);
      for (const row of select.iterate(after, limit)) {
        const found = rowOf(row);
        if (meta.get('trimmed') !== undefined) {
          for (let seq = Math.max(next, first); seq < found.seq && given < limit; seq += 1, given += 1)
            yield unreadable(seq);
        }
        if (given >= limit) return;
        yield found;
        given += 1;
        next = found.seq + 1;
      }
      const newest = meta.get('head') ?? 0;
      for (; next <= newest && given < limit; next += 1, given += 1) yield unreadable(next);
    } catch (error) {
      if (!isCorrupt(error)) throw error;
      const last = head();
      next = Math.max(next, (meta.get('trimmed') ?? 0) + 1);
      for (; next <= last && given < limit; next += 1, given += 1) yield byNumber(next);
    }
  }
  return {
    add: ({ seq, arrived, records }) => {
      add().run(seq, arrived, records, hotSum(seq, arrived, records));
    },
    head,
    released: () => meta.get('released') ?? 0,
    setReleased: (seq, newest) => {
      meta.put('released', seq);
      meta.put('head', newest);
    },
    after: (after, limit) => [...rows(after, limit)],
    each(visit) {
      for (const row of rows(0, Number.MAX_SAFE_INTEGER)) visit(row);
    },
    removeTo: (seq) => {
      db.prepare('DELETE FROM hot WHERE seq <= ? AND seq < (SELECT max(seq) FROM hot)').run(seq);
      const first = numberOrNull(db.prepare('SELECT min(seq) AS first FROM hot').get(), 'first');
      if (first !== null) meta.put('trimmed', first - 1);
    },
  };
}

const unreadable = (seq: number): HotRow => ({ seq, arrived: 0, records: new Uint8Array(), damaged: true });

/** Prepared at its first use: a reader's connection cannot write. */
function prepared(db: DatabaseSync, sql: string): () => ReturnType<DatabaseSync['prepare']> {
  let statement: ReturnType<DatabaseSync['prepare']> | undefined;
  return () => {
    statement ??= db.prepare(sql);
    return statement;
  };
}
