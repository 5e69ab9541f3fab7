/** Seals open buckets of one series: chunks, then the roll-ups and books that their changes touch. */
import { type Bookable, bookable, bookRange, type HourRange, touchedHours } from './book-range.ts';
import { encodeChunk } from './chunk-codec.ts';
import { ceilTo, DAY_MS, floorTo, HOUR_MS } from './grid.ts';
import { columnsOfBucket, type OpenBucket } from './open-bucket.ts';
import { type Columns, part } from './point-columns.ts';
import type { SeriesState } from './series-table.ts';
import { coarser, summarise } from './summary.ts';
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
  for (const bucket of buckets) {
    chunks += writeChunks(state, bucket);
    points += bucket.length - bucket.sealed;
    changes.push({ from: bucket.dirtyFrom, to: bucket.dirtyTo });
  }
  const joined = joinChanges(changes);
  for (const change of joined) rollUp(state, series.id, change);
  bookChanges(state, series, joined);
  series.sealed += points;
  state.rows.figures(series);
  return { chunks, points };
}

function writeChunks(state: WriterState, bucket: OpenBucket): number {
  const all = columnsOfBucket(bucket);
  let start = bucket.start;
  let written = 0;
  for (let at = 0; at < all.length; ) {
    const cut = cutAfter(all, at);
    const finish = cut === all.length ? bucket.end : (all.ts[cut] ?? bucket.end);
    const piece = part(all, at, cut);
    const body = encodeChunk(piece, start);
    state.putChunk.run(
      bucket.series,
      start,
      finish,
      all.ts[at] ?? 0,
      all.ts[cut - 1] ?? 0,
      piece.length,
      state.head,
      body,
    );
    at = cut;
    start = finish;
    written += 1;
  }
  state.chunks += written - (bucket.through > 0 ? 1 : 0);
  return written;
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

function rollUp(state: WriterState, series: number, change: Change): void {
  const { phase, view, hours, days } = state;
  const from = floorTo(change.from, HOUR_MS, phase);
  const to = floorTo(change.to, HOUR_MS, phase) + HOUR_MS;
  hours.replace(series, from, to, summarise(view.collect(series, from, to), HOUR_MS, phase));
  const dayFrom = floorTo(from, DAY_MS, phase);
  const dayTo = ceilTo(to, DAY_MS, phase);
  const entries = hours.load(series, dayFrom, dayTo).flatMap((block) => block.entries);
  const inside = entries.filter((entry) => entry.from >= dayFrom && entry.from < dayTo);
  days.replace(series, dayFrom, dayTo, coarser(inside, DAY_MS, phase));
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
  for (const change of changes) bookHours(state, meter, touchedHours(state.view, meter, state.phase, change));
  series.bookedTo = Math.max(series.bookedTo ?? Number.NEGATIVE_INFINITY, floorTo(last.to, HOUR_MS, state.phase));
}

/** Books full hours, a packed row at a time, and writes them; to be called in a transaction. */
export function bookHours(state: WriterState, meter: Bookable, range: HourRange): void {
  const { books, steps, view, phase } = state;
  for (let from = range.from; from < range.to; ) {
    const to = Math.min(range.to, books.startOf(books.blockOf(from) + 1));
    const booked = bookRange(view, meter, phase, { from, to });
    books.replace(meter.id, from, to, booked.hours);
    steps.replace(meter.id, from, to, booked.steps);
    from = to;
  }
}
