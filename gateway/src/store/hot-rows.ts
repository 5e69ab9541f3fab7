/** The journal of commits: one row each, until its records are sealed and its seq is released. */
import type { DatabaseSync } from 'node:sqlite';
import { blobOf, numberOf, numberOrNull } from './row-value.ts';

export interface HotRow {
  readonly seq: number;
  /** Base of the arrival lags: no reading of the commit arrived later. */
  readonly arrived: number;
  readonly records: Uint8Array;
}

export interface HotRows {
  add(row: HotRow): void;
  head(): number;
  released(): number;
  setReleased(seq: number): void;
  /** Rows with seq > after, oldest first. */
  after(after: number, limit: number): HotRow[];
  each(visit: (row: HotRow) => void): void;
  /** Removes rows up to `seq`; the newest row stays, so that no number is given twice. */
  removeTo(seq: number): void;
}

export function hotRows(db: DatabaseSync): HotRows {
  const select = db.prepare('SELECT seq, arrived, records FROM hot WHERE seq > ? ORDER BY seq LIMIT ?');
  const rowOf = (row: Parameters<typeof numberOf>[0]): HotRow => ({
    seq: numberOf(row, 'seq'),
    arrived: numberOf(row, 'arrived'),
    records: blobOf(row, 'records'),
  });
  return {
    add: ({ seq, arrived, records }) => {
      db.prepare('INSERT INTO hot VALUES(?, ?, ?)').run(seq, arrived, records);
    },
    head: () => numberOrNull(db.prepare('SELECT max(seq) AS head FROM hot').get(), 'head') ?? 0,
    released: () => numberOrNull(db.prepare("SELECT value FROM meta WHERE key = 'released'").get(), 'value') ?? 0,
    setReleased: (seq) => {
      db.prepare("INSERT INTO meta VALUES('released', ?) ON CONFLICT DO UPDATE SET value = excluded.value").run(seq);
    },
    after: (after, limit) => select.all(after, limit).map(rowOf),
    each(visit) {
      for (const row of select.iterate(0, -1)) visit(rowOf(row));
    },
    removeTo: (seq) => {
      db.prepare('DELETE FROM hot WHERE seq <= ? AND seq < (SELECT max(seq) FROM hot)').run(seq);
    },
  };
}
