/** What the writer holds between calls: its connection, the series, the open buckets, the numbers of the journal. */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { FLAG_BITS, isNewer } from '#contract/readings.ts';
import { chunkRows, PUT_CHUNK } from './chunk-rows.ts';
import type { TellDamage } from './damage.ts';
import { type HotRows, hotRows } from './hot-rows.ts';
import { type LostRows, lostRows } from './lost-rows.ts';
import type { Marks } from './marks.ts';
import { ALL_TAKEN, type MetaRows, metaRows } from './meta-rows.ts';
import type { OpenBucket } from './open-bucket.ts';
import { type OpenBuckets, openBuckets } from './open-buckets.ts';
import type { Bucket, HourBook } from './reading-store.ts';
import { restoredSeries } from './restored-series.ts';
import { bookRows, bucketRows, type RollupKind, type RollupRows, type RowCheck } from './rollup-rows.ts';
import { newSeries, type SeriesName, type SeriesState, type SeriesWriter, seriesWriter } from './series-table.ts';
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
  readonly marks: Marks;
  readonly lost: LostRows;
  readonly meta: MetaRows;
  readonly tell: TellDamage;
  readonly rows: SeriesWriter;
  readonly series: Map<number, SeriesState>;
  readonly putChunk: StatementSync;
  /** Series whose past is to be booked, and the hour that is next. */
  readonly rebook: Map<number, number>;
  /** Buckets on their way to being sealed early. */
  overflow: OpenBucket[];
  head: number;
  released: number;
  chunks: number;
}

/**
 * What the file knows; the hot rows that no chunk holds yet must be replayed on top.
 * @param tell hears of every damage that is found from now on
 */
export function writerState(
  db: DatabaseSync,
  { dir, phase }: { readonly dir: string; readonly phase: number },
  tell: TellDamage,
): WriterState {
  const meta = metaRows(db);
  let taken = false;
  const strict = (): boolean => {
    taken ||= meta.get('taken') === ALL_TAKEN;
    return taken;
  };
  const chunks = chunkRows(db, phase, strict, tell);
  const { marks } = chunks;
  const lost = lostRows(db);
  const check: RowCheck = { strict, tell, must: (kind, series, block) => mustBeThere(marks, kind, series, block) };
  const hot = hotRows(db, strict);
  const open = openBuckets(chunks, phase);
  const rows = seriesWriter(db);
  const state: WriterState = {
    ...{ db, dir, phase, hot, open, marks, lost, meta, tell, rows },
    view: seriesView(chunks, lost, open.spans),
    hours: bucketRows(db, 'h', phase, check),
    days: bucketRows(db, 'd', phase, check),
    books: bookRows(db, phase, check),
    steps: stepRows(db, check),
    series: new Map(),
    putChunk: db.prepare(PUT_CHUNK),
    rebook: new Map(),
    overflow: [],
    head: hot.head(),
    released: hot.released(),
    chunks: meta.get('chunks') ?? 0,
  };
  transaction(db, () => {
    for (const series of restoredSeries(db, { meta, marks, rows, chunks, tell, strict: strict() })) {
      state.series.set(series.id, series);
    }
  });
  lost.tellAll(tell);
  for (const { id, bookedTo, sealed } of state.series.values()) {
    if (bookedTo === undefined && sealed > 0) state.rebook.set(id, Number.NEGATIVE_INFINITY);
  }
  return state;
}

function mustBeThere(marks: Marks, kind: RollupKind, series: number, block: number): boolean {
  if (kind === 'd') {
    const root = marks.root(series);
    return root !== undefined && root !== 'damaged' && root.days.includes(block);
  }
  const known = marks.block(series, block);
  return known !== undefined && known !== 'damaged' && (kind === 'h' ? known.hours : known.books);
}

/** Counts a stored point and keeps the newest of them. */
export function noteStored(series: SeriesState, ts: number, value: number, flags: number, receivedAt: number): void {
  series.points += 1;
  if (ts < series.first) series.first = ts;
  if (ts > series.last) series.last = ts;
  if (!isNewer({ ts, receivedAt }, { ts: series.latestTs, receivedAt: series.latestReceived })) return;
  series.latestTs = ts;
  series.latestValue = value;
  series.latestFlags = flags;
  series.latestReceived = receivedAt;
}

/** The newest point has a rival that was not kept. */
export function noteConflict(series: SeriesState, ts: number): void {
  if (ts === series.latestTs) series.latestFlags |= FLAG_BITS.conflict;
}

/** To be called in a transaction. */
export function addRows({ rows, meta, marks }: WriterState, names: readonly SeriesName[]): void {
  if (names.length === 0) return;
  rows.add(names);
  marks.reset();
  for (const { id, device, metric } of names) marks.editRoot(id, { device, metric });
  marks.flush();
  meta.put('series', Math.max(meta.get('series') ?? 0, ...names.map(({ id }) => id)));
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
