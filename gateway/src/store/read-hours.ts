/** Booked hours: from the books where they are up to date, from points where not. */
import {
  type Bookable,
  type Booked,
  bookable,
  bookRange,
  freshHours,
  type HourRange,
  touchedHours,
} from './book-range.ts';
import { ceilTo, DAY_MS, floorTo, HOUR_MS } from './grid.ts';
import type { LostRows } from './lost-rows.ts';
import type { Marks } from './marks.ts';
import type { HourBook, UnexplainedStep } from './reading-store.ts';
import type { RollupBlock, RollupRows } from './rollup-rows.ts';
import type { SeriesState } from './series-table.ts';
import type { OpenSpan, SeriesView } from './series-view.ts';
import type { StepRows } from './step-rows.ts';

export interface HourSources {
  readonly view: SeriesView;
  readonly books: RollupRows<HourBook>;
  readonly steps: StepRows;
  readonly lost: LostRows;
  readonly marks: Marks;
  readonly phase: number;
}

export type HoursAnswer = Omit<Booked, 'doubtful'>;

/** Hours that neither stand in the books nor can be booked for certain, because points are lost, are not listed. */
export function readHours(
  sources: HourSources,
  spans: readonly OpenSpan[],
  series: SeriesState,
  asked: HourRange,
): HoursAnswer {
  const meter = bookable(series);
  if (meter === undefined || asked.to <= asked.from) return { hours: [], steps: [] };
  const { view, phase, books } = sources;
  const range = wholeHours(view, meter, phase, asked);
  if (!(range.from < range.to)) return { hours: [], steps: [] };
  const changes = [
    ...spans
      .filter((span) => span.dirtyFrom <= span.dirtyTo)
      .map((span) => ({ from: span.dirtyFrom, to: span.dirtyTo })),
    ...sources.lost.commits(series.id, range.from - DAY_MS, range.to + DAY_MS),
  ];
  const dirty = changes.map((change) => touchedHours(view, meter, phase, change));
  const unbooked: HourRange = { from: series.bookedTo ?? Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY };
  const blocks = books.load(series.id, range.from, range.to);
  const stale = overlaps([...dirty, unbooked, ...brokenBlocks(sources, series.id, range, blocks)], range);
  const hours: HourBook[] = [];
  const steps: UnexplainedStep[] = [];
  const doubtful: HourRange[] = [];
  for (const hole of stale) {
    const booked = bookRange(view, meter, phase, hole);
    hours.push(...booked.hours);
    steps.push(...booked.steps);
    doubtful.push(...booked.doubtful);
  }
  // What was booked before the points were lost stands, but for the hours beside what is new.
  const fresh = [...changes, unbooked].map((change) => freshHours(change, phase));
  const stands = (at: number): boolean => !within(stale, at) || (within(doubtful, at) && !within(fresh, at));
  for (const { entries } of blocks) {
    hours.push(...entries.filter(({ from }) => from >= range.from && from < range.to && stands(from)));
  }
  steps.push(...sources.steps.load(series.id, range.from, range.to).filter(({ at }) => stands(at)));
  return {
    hours: hours.sort((a, b) => a.from - b.from),
    steps: steps.filter((step) => step.at >= asked.from && step.at < asked.to).sort((a, b) => a.at - b.at),
  };
}

/** Packed rows of books that are damaged, or gone though they must be there. */
function brokenBlocks(
  { books, marks }: HourSources,
  series: number,
  { from, to }: HourRange,
  blocks: readonly RollupBlock<HourBook>[],
): HourRange[] {
  const there = new Set(blocks.filter(({ damaged }) => !damaged).map(({ block }) => block));
  const broken: number[] = blocks.filter(({ damaged }) => damaged).map(({ block }) => block);
  for (let block = books.blockOf(from); block <= books.blockOf(to - 1); block += 1) {
    if (there.has(block) || broken.includes(block)) continue;
    const must = marks.block(series, block);
    if (must === 'damaged' || must?.books === true) broken.push(block);
  }
  return broken.map((block) => ({ from: books.startOf(block), to: books.startOf(block + 1) }));
}

/** Full hours of the range, but none before the first point or after all that the last one says: nothing is known there. */
function wholeHours(view: SeriesView, meter: Bookable, phase: number, asked: HourRange): HourRange {
  const first = view.after(meter.id, Number.NEGATIVE_INFINITY)?.ts ?? Number.POSITIVE_INFINITY;
  const last = view.before(meter.id, Number.POSITIVE_INFINITY)?.ts ?? Number.NEGATIVE_INFINITY;
  return {
    from: floorTo(Math.max(asked.from, first), HOUR_MS, phase),
    to: ceilTo(Math.min(asked.to, last + meter.intervalMs + 1), HOUR_MS, phase),
  };
}

const within = (ranges: readonly HourRange[], at: number): boolean =>
  ranges.some(({ from, to }) => from <= at && at < to);

/** The parts of `range` that any of `ranges` overlaps, joined and ascending. */
function overlaps(ranges: readonly HourRange[], range: HourRange): HourRange[] {
  const out: { from: number; to: number }[] = [];
  for (const { from, to } of ranges.toSorted((a, b) => a.from - b.from)) {
    const cut = { from: Math.max(from, range.from), to: Math.min(to, range.to) };
    const last = out.at(-1);
    if (cut.to <= cut.from) continue;
    if (last !== undefined && cut.from <= last.to) last.to = Math.max(last.to, cut.to);
    else out.push(cut);
  }
  return out;
}
