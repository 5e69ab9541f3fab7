/** What the writer holds between calls: its connection, the series, the open buckets, the numbers of the journal. */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { FLAG_BITS } from '#contract/readings.ts';
import { type HotRows, hotRows } from './hot-rows.ts';
import { insert, markConflict, markDirty, type OpenBucket } from './open-bucket.ts';
import { type OpenBuckets, openBuckets } from './open-buckets.ts';
import type { Bucket, HourBook } from './reading-store.ts';
import { CONFLICT_MARK, flagsAt, lagAt, POINT_FLAGS, recordsOver, seriesAt, tsAt, valueAt } from './record-codec.ts';
import { bookRows, bucketRows, type RollupRows } from './rollup-rows.ts';
import { numberOrNull } from './row-value.ts';
import {
  loadSeries,
  newSeries,
  type SeriesName,
  type SeriesState,
  type SeriesWriter,
  seriesWriter,
} from './series-table.ts';
import { type SeriesView, seriesView } from './series-view.ts';
import { type StepRows, stepRows } from './step-rows.ts';

export interface WriterState {
  readonly db: DatabaseSync;
  readonly dir: string;
  readonly phase: number;
  readonly hot: HotRows;
  readonly open: OpenBuckets;
  readonly view: SeriesView;
  readonly hours: RollupRows<Bucket>;
  readonly days: RollupRows<Bucket>;
  readonly books: RollupRows<HourBook>;
  readonly steps: StepRows;
  readonly rows: SeriesWriter;
  readonly series: Map<number, SeriesState>;
  readonly putChunk: StatementSync;
  readonly putMeta: StatementSync;
  /** Series whose past is to be booked, and the hour that is next. */
  readonly rebook: Map<number, number>;
  /** Buckets on their way to being sealed early. */
  overflow: OpenBucket[];
  head: number;
  released: number;
  chunks: number;
}

/** Rebuilds what memory held: chunks are the base, hot rows that they do not hold yet are played on top. */
export function writerState(db: DatabaseSync, dir: string, phase: number): WriterState {
  const hot = hotRows(db);
  const open = openBuckets(db, phase);
  const state: WriterState = {
    db,
    dir,
    phase,
    hot,
    open,
    view: seriesView(db, open.spans),
    hours: bucketRows(db, 'h', phase),
    days: bucketRows(db, 'd', phase),
    books: bookRows(db, phase),
    steps: stepRows(db),
    rows: seriesWriter(db),
    series: new Map(loadSeries(db).map((series) => [series.id, series])),
    putChunk:
      db.prepare(`INSERT INTO chunks(series, start, finish, first, last, points, through, body) VALUES(?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT DO UPDATE SET finish = excluded.finish, first = excluded.first, last = excluded.last,
      points = excluded.points, through = excluded.through, thinned = 0, body = excluded.body`),
    putMeta: db.prepare('INSERT INTO meta VALUES(?, ?) ON CONFLICT DO UPDATE SET value = excluded.value'),
    rebook: new Map(),
    overflow: [],
    head: hot.head(),
    released: hot.released(),
    chunks: numberOrNull(db.prepare("SELECT value FROM meta WHERE key = 'chunks'").get(), 'value') ?? 0,
  };
  for (const { id, bookedTo, sealed } of state.series.values()) {
    if (bookedTo === undefined && sealed > 0) state.rebook.set(id, Number.NEGATIVE_INFINITY);
  }
  hot.each(({ seq, arrived, records }) => replay(state, seq, arrived, records));
  for (const bucket of open.all()) if (bucket.dirtySeq === Number.POSITIVE_INFINITY) open.drop(bucket);
  return state;
}

function replay(state: WriterState, seq: number, arrived: number, blob: Uint8Array): void {
  const records = recordsOver(blob.slice().buffer);
  for (let k = 0; k < records.length; k += 1) {
    const series = state.series.get(seriesAt(records, k));
    if (series === undefined) continue;
    const ts = tsAt(records, k);
    const bucket = state.open.at(series.id, ts);
    if (seq <= bucket.through) continue;
    const bits = flagsAt(records, k);
    const flags = bits & POINT_FLAGS;
    if ((bits & CONFLICT_MARK) !== 0) {
      if (markConflict(bucket, ts)) markDirty(bucket, seq, ts);
      noteConflict(series, ts);
      continue;
    }
    if (insert(bucket, ts, valueAt(records, k), flags, series.kind === 'state') < 0) continue;
    markDirty(bucket, seq, ts);
    state.open.grew(1);
    noteStored(series, ts, valueAt(records, k), flags, arrived - lagAt(records, k));
  }
}

/** Counts a stored point and keeps the newest by event time; of one instant, the later arrival. */
export function noteStored(series: SeriesState, ts: number, value: number, flags: number, receivedAt: number): void {
  series.points += 1;
  if (ts < series.first) series.first = ts;
  if (ts > series.last) series.last = ts;
  if (ts < series.latestTs) return;
  series.latestTs = ts;
  series.latestValue = value;
  series.latestFlags = flags;
  series.latestReceived = receivedAt;
}

/** The newest point has a rival that was not kept. */
export function noteConflict(series: SeriesState, ts: number): void {
  if (ts === series.latestTs) series.latestFlags |= FLAG_BITS.conflict;
}

export function addSeries(state: WriterState, names: readonly SeriesName[]): void {
  for (const name of names) if (!state.series.has(name.id)) state.series.set(name.id, newSeries(name));
}

/** Runs `work` in one durable transaction; what it throws undoes the whole. */
export function transaction<T>(db: DatabaseSync, work: () => T): T {
  db.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    db.exec('COMMIT');
    return result;
  } catch (error) {
    // A full disk has rolled back already, and a second ROLLBACK would be an error of its own.
    if (db.isTransaction) db.exec('ROLLBACK');
    throw error;
  }
}
