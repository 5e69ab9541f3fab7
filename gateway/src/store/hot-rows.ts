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
  const newest = db.prepare('SELECT seq, arrived, records, crc FROM hot ORDER BY seq DESC LIMIT 20');
  /** A damaged row may have a number that was never given; one that follows the others is taken for one that was. */
  const head = (): number => {
    const known = meta.get('head') ?? 0;
    try {
      const rows = newest.all().map(rowOf);
      const believed = Math.max(known, rows.find(({ damaged }) => !damaged)?.seq ?? 0);
      return Math.max(believed, ...rows.map(({ seq }) => seq).filter((seq) => seq <= believed + MOST_MISSING));
    } catch (error) {
      if (!isCorrupt(error)) throw error;
      return known;
    }
  };
  /** Numbers have no holes from the oldest row that must be there to the newest: a missing one is a lost commit. */
  function* rows(after: number, limit: number): Generator<HotRow, void, undefined> {
    const trimmed = meta.get('trimmed');
    let next = Math.max(after, trimmed ?? 0) + 1;
    let left = limit;
    const missing = function* (until: number): Generator<HotRow, void, undefined> {
      const first = Math.max(next, until - MOST_MISSING);
      for (next = first; next < until && left > 0; next += 1, left -= 1) yield unreadable(next);
    };
    try {
      for (const row of select.iterate(after, limit)) {
        const found = rowOf(row);
        if (found.damaged && found.seq > next + MOST_MISSING) continue;
        if (trimmed !== undefined) yield* missing(found.seq);
        if (left <= 0) return;
        yield found;
        left -= 1;
        next = found.seq + 1;
      }
      yield* missing((meta.get('head') ?? 0) + 1);
    } catch (error) {
      if (!isCorrupt(error)) throw error;
      for (const last = head(); next <= last && left > 0; next += 1, left -= 1) yield byNumber(next);
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

/** Missing commits in a row that are told of. */
const MOST_MISSING = 100_000;

const unreadable = (seq: number): HotRow => ({ seq, arrived: 0, records: new Uint8Array(), damaged: true });

/** Prepared at its first use: a reader's connection cannot write. */
function prepared(db: DatabaseSync, sql: string): () => ReturnType<DatabaseSync['prepare']> {
  let statement: ReturnType<DatabaseSync['prepare']> | undefined;
  return () => {
    statement ??= db.prepare(sql);
    return statement;
  };
}
