/** Points that a trial run would have stored: on disk in a file without a name, so that years of rows cost no memory. */
import { DatabaseSync } from 'node:sqlite';

export interface SeenPoint {
  readonly device: string;
  readonly metric: string;
  /** Epoch ms. */
  readonly ts: number;
  readonly value: number;
  /** Two values of one time are both kept, as of a state; else the first stays. */
  readonly keepsAll: boolean;
}

export interface SeenPoints {
  /** Remembers what is new, in one transaction. @returns how many points that was */
  add(points: readonly SeenPoint[]): number;
  /** The first value of each time with from ≤ ts ≤ to. */
  values(device: string, metric: string, from: number, to: number): ReadonlyMap<number, number>;
  close(): void;
}

export function openSeenPoints(): SeenPoints {
  const db = new DatabaseSync('');
  db.exec(`
    PRAGMA journal_mode = OFF;
    PRAGMA synchronous = OFF;
    CREATE TABLE point (
      series INTEGER NOT NULL, ts INTEGER NOT NULL, place INTEGER NOT NULL, value REAL NOT NULL,
      PRIMARY KEY (series, ts, place)
    ) WITHOUT ROWID, STRICT;
  `);
  const ofTime = db.prepare('SELECT value FROM point WHERE series = ? AND ts = ?');
  const insert = db.prepare('INSERT INTO point VALUES (?, ?, ?, ?)');
  const inRange = db.prepare('SELECT ts, value FROM point WHERE series = ? AND ts BETWEEN ? AND ? AND place = 0');
  const numbers = new Map<string, number>();
  const seriesOf = (device: string, metric: string): number => {
    const key = `${device}\n${metric}`;
    const known = numbers.get(key) ?? numbers.size;
    numbers.set(key, known);
    return known;
  };
  return {
    add(points) {
      let added = 0;
      db.exec('BEGIN');
      for (const { device, metric, ts, value, keepsAll } of points) {
        const series = seriesOf(device, metric);
        const there = ofTime.all(series, ts);
        if (keepsAll ? there.some((row) => row['value'] === value) : there.length > 0) continue;
        insert.run(series, ts, there.length, value);
        added += 1;
      }
      db.exec('COMMIT');
      return added;
    },
    values: (device, metric, from, to) =>
      new Map(inRange.all(seriesOf(device, metric), from, to).map((row) => [Number(row['ts']), Number(row['value'])])),
    close: () => db.close(),
  };
}
