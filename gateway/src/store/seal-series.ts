/** Seals open buckets of one series: chunks, then the roll-ups and books that their changes touch. */
import { type Bookable, bookable, bookRange, freshHours, type HourRange, touchedHours } from './book-range.ts';
import { chunkOf, chunkRow } from './chunk-rows.ts';
import { ceilTo, DAY_MS, floorTo, HOUR_MS } from './grid.ts';
import type { ChunkMark } from './marks.ts';
import { columnsOfBucket, type OpenBucket } from './open-bucket.ts';
import { type Columns, part } from './point-columns.ts';
import type { Bucket, HourBook } from './reading-store.ts';
import { noteRollup, rebuildRollup, wholeDays, widened } from './rebuild-rollup.ts';
import type { Replaced, RollupRows } from './rollup-rows.ts';
import type { SeriesState } from './series-table.ts';
import { without } from './spans.ts';
import { summarise } from './summary.ts';
import type { WriterState } from './writer-state.ts';

/** A chunk takes no longer than this to read; a busier span becomes several. */
const MAX_CHUNK_POINTS = 8_192;

interface Change {
  readonly from: number;
  readonly to: number;
}

export interface Sealed {
  readonly chunks: number;
  readonly points: number;
}

/**
 * To be called inside a transaction. The buckets stay open until it is committed.
 * @returns chunks written and points newly in them
 */
export function sealSeries(state: WriterState, series: SeriesState, buckets: readonly OpenBucket[]): Sealed {
  let chunks = 0;
  let points = 0;
  const changes: Change[] = [];
  state.marks.reset();
  for (const bucket of buckets) {
    chunks += writeChunks(state, bucket);
    points += bucket.length - bucket.sealed;
    changes.push({ from: bucket.dirtyFrom, to: bucket.dirtyTo });
  }
  const joined = joinChanges(changes);
  for (const change of joined) rollUp(state, series, change);
  bookChanges(state, series, joined);
  series.sealed += points;
  state.rows.figures(series);
  state.marks.flush();
  return { chunks, points };
}

function writeChunks(state: WriterState, bucket: OpenBucket): number {
  const all = columnsOfBucket(bucket);
  let start = bucket.start;
  const written: ChunkMark[] = [];
  if (bucket.damaged) state.lost.add(bucket.series, 'c', { from: bucket.start, to: bucket.end });
  for (let at = 0; at < all.length; ) {
    const cut = cutAfter(all, at);
    const finish = cut === all.length ? bucket.end : (all.ts[cut] ?? bucket.end);
    const chunk = chunkOf(bucket.series, part(all, at, cut), { from: start, to: finish }, state.head);
    state.putChunk.run(...chunkRow(bucket.series, chunk));
    written.push(chunk.mark);
    at = cut;
    start = finish;
  }
  state.marks.addChunks(bucket.series, written);
  state.chunks += written.length - (bucket.through > 0 ? 1 : 0);
  return written.length;
}

/** End of the chunk that starts at index `at`: never between two points of one instant. */
function cutAfter({ ts, length }: Columns, at: number): number {
  let cut = at + MAX_CHUNK_POINTS;
  if (cut >= length) return length;
  while (cut < length && ts[cut] === ts[cut - 1]) cut += 1;
  return cut;
}

/** Neighbouring changes of a few hours become one: most come as a row of full buckets. */
function joinChanges(changes: readonly Change[]): Change[] {
  const out: { from: number; to: number }[] = [];
  for (const { from, to } of changes.toSorted((a, b) => a.from - b.from)) {
    const last = out.at(-1);
    if (last !== undefined && from <= last.to + DAY_MS) last.to = Math.max(last.to, to);
    else out.push({ from, to });
  }
  return out;
}

function rollUp(state: WriterState, series: SeriesState, change: Change): void {
  const { phase, view, hours, days } = state;
  const { id } = series;
  const from = floorTo(change.from, HOUR_MS, phase);
  const to = floorTo(change.to, HOUR_MS, phase) + HOUR_MS;
  const fresh = summarise(view.collect(id, from, to), HOUR_MS, phase);
  // Where points are lost, what was summed up before stands.
  const lost = widened(view.lost(id, from, to), HOUR_MS, phase);
  noteWritten(state, series, hours, hours.replace(id, from, to, fresh, lost));
  const dayFrom = floorTo(from, DAY_MS, phase);
  const dayTo = ceilTo(to, DAY_MS, phase);
  const entries = hours.load(id, dayFrom, dayTo).flatMap((block) => block.entries);
  const inside = entries.filter((entry) => entry.from >= dayFrom && entry.from < dayTo);
  noteWritten(state, series, days, days.replace(id, dayFrom, dayTo, wholeDays(state, id, inside)));
}

function bookChanges(state: WriterState, series: SeriesState, changes: readonly Change[]): void {
  const meter = bookable(series);
  const last = changes.at(-1);
  if (meter === undefined || last === undefined) return;
  if (series.bookedTo === undefined && series.sealed > 0) {
    // Its past is not booked: it was defined, or defined anew, after it had points. That is done in slices.
    state.rebook.set(series.id, Number.NEGATIVE_INFINITY);
    return;
  }
  for (const change of changes) {
    const range = touchedHours(state.view, meter, state.phase, change);
    bookHours(state, series, meter, range, freshHours(change, state.phase));
  }
  series.bookedTo = Math.max(series.bookedTo ?? Number.NEGATIVE_INFINITY, floorTo(last.to, HOUR_MS, state.phase));
}

/**
 * Books full hours, a packed row at a time, and writes them; to be called in a transaction.
 * @param fresh where hours that lost points leave in doubt go; elsewhere what was booked before stands
 */
export function bookHours(
  state: WriterState,
  series: SeriesState,
  meter: Bookable,
  range: HourRange,
  fresh: HourRange,
): void {
  const { books, steps, view, phase } = state;
  for (let from = range.from; from < range.to; ) {
    const to = Math.min(range.to, books.startOf(books.blockOf(from) + 1));
    const { hours, steps: found, doubtful } = bookRange(view, meter, phase, { from, to });
    const kept = without(doubtful, [fresh]);
    noteWritten(state, series, books, books.replace(meter.id, from, to, hours, kept));
    for (const part of without([{ from, to }], kept)) {
      const inside = found.filter(({ at }) => at >= part.from && at < part.to);
      steps.replace(meter.id, part.from, part.to, inside);
    }
    from = to;
  }
}

/** What is written must be there from now on; what was found broken on the way is rebuilt as a whole. */
function noteWritten(
  state: WriterState,
  series: SeriesState,
  { kind }: RollupRows<Bucket> | RollupRows<HourBook>,
  { written, broken }: Replaced,
): void {
  for (const block of written) noteRollup(state, series.id, kind, block);
  for (const block of broken) rebuildRollup(state, series, kind, block);
}
