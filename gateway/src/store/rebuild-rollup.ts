/** Packed rows that are damaged or gone, built anew from the points where they stand. To be called in a transaction. */
import { bookable, bookRange } from './book-range.ts';
import { ceilTo, DAY_MS, floorTo, HOUR_MS } from './grid.ts';
import type { Bucket } from './reading-store.ts';
import type { RollupKind } from './rollup-rows.ts';
import type { SeriesState } from './series-table.ts';
import { overlaps, type TimeSpan, without } from './spans.ts';
import { coarser, summarise } from './summary.ts';
import type { WriterState } from './writer-state.ts';

/** Spans as whole slots. */
export const widened = (spans: readonly TimeSpan[], slotMs: number, phase: number): TimeSpan[] =>
  spans.map(({ from, to }) => ({ from: floorTo(from, slotMs, phase), to: ceilTo(to, slotMs, phase) }));

/** This packed row must be there from now on. */
export function noteRollup({ marks }: WriterState, series: number, kind: RollupKind, block: number): void {
  if (kind === 'd') {
    const root = marks.root(series);
    const days = root === undefined || root === 'damaged' ? [] : root.days;
    if (!days.includes(block)) marks.editRoot(series, { days: [...days, block].sort((a, b) => a - b) });
    return;
  }
  const known = marks.block(series, block);
  const there = known !== undefined && known !== 'damaged' && (kind === 'h' ? known.hours : known.books);
  if (!there) marks.edit(series, block, kind === 'h' ? { hours: true } : { books: true });
}

/** Days out of hours; one of whose hours some are lost is none. */
export function wholeDays({ lost, phase }: WriterState, series: number, hours: readonly Bucket[]): Bucket[] {
  return coarser(hours, DAY_MS, phase).filter(({ from }) => lost.summaries(series, from, from + DAY_MS).length === 0);
}

/** @returns what of the block's time is lost with it */
export function rebuildRollup(
  state: WriterState,
  series: SeriesState,
  kind: RollupKind,
  block: number,
): readonly TimeSpan[] {
  const gone =
    kind === 'h'
      ? hoursAnew(state, series, block)
      : kind === 'd'
        ? daysAnew(state, series, block)
        : booksAnew(state, series, block);
  noteRollup(state, series.id, kind, block);
  return gone;
}

function hoursAnew(state: WriterState, series: SeriesState, block: number): TimeSpan[] {
  const { hours, view, phase, lost } = state;
  const [from, to] = [hours.startOf(block), hours.startOf(block + 1)];
  const points = view.collect(series.id, from, to);
  const gone = view.lost(series.id, from, to).map((span) => clipped(span, from, to));
  if (series.pruned > from) gone.push({ from, to: Math.min(to, series.pruned) });
  const holes = widened(gone, HOUR_MS, phase);
  const inHole = (entry: Bucket): boolean => holes.some((hole) => entry.from >= hole.from && entry.from < hole.to);
  hours.rebuild(
    series.id,
    block,
    summarise(points, HOUR_MS, phase).filter((entry) => !inHole(entry)),
  );
  for (const span of gone) lost.add(series.id, 'h', span);
  return gone;
}

function daysAnew(state: WriterState, series: SeriesState, block: number): TimeSpan[] {
  const { days, hours } = state;
  const [from, to] = [days.startOf(block), days.startOf(block + 1)];
  const entries = hours
    .load(series.id, from, to)
    .flatMap((row) => row.entries)
    .filter((entry) => entry.from >= from && entry.from < to);
  days.rebuild(series.id, block, wholeDays(state, series.id, entries));
  // Days outlive their hours: of those before the first hour nothing is left.
  const first = entries[0]?.from ?? to;
  return series.pruned > from && first > from ? [{ from, to: Math.min(first, to) }] : [];
}

function booksAnew(state: WriterState, series: SeriesState, block: number): TimeSpan[] {
  const { books, steps, view, phase } = state;
  const meter = bookable(series);
  const range = { from: books.startOf(block), to: books.startOf(block + 1) };
  if (meter === undefined) {
    books.rebuild(series.id, block, []);
    return [];
  }
  const booked = bookRange(view, meter, phase, range);
  books.rebuild(series.id, block, booked.hours);
  for (const part of without([range], booked.doubtful)) {
    steps.replace(
      series.id,
      part.from,
      part.to,
      booked.steps.filter(({ at }) => overlaps({ from: at, to: at + 1 }, part)),
    );
  }
  return [...booked.doubtful];
}

const clipped = (span: TimeSpan, from: number, to: number): TimeSpan => ({
  from: Math.max(span.from, from),
  to: Math.min(span.to, to),
});
