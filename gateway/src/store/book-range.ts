/** Books the hours of a range from points: which points are needed, and which pure function does it. */
import { bookingReachMs } from '../meter/bad-readings.ts';
import { bookIntervalHours, bookRegisterHours } from '../meter/book-hours.ts';
import { ceilTo, floorTo, HOUR_MS } from './grid.ts';
import { type Columns, inPlace, joined } from './point-columns.ts';
import type { HourBook, Point, UnexplainedStep } from './reading-store.ts';
import type { SeriesState } from './series-table.ts';
import type { SeriesView } from './series-view.ts';

/** Full hours. */
export interface HourRange {
  readonly from: number;
  readonly to: number;
}

export interface Booked {
  readonly hours: HourBook[];
  readonly steps: UnexplainedStep[];
  /** Hours of the range that are not booked, because points that would say are lost. */
  readonly doubtful: readonly HourRange[];
}

/** What the books need to know of a series. */
export type Bookable = Pick<SeriesState, 'id' | 'kind' | 'register'> & { readonly intervalMs: number };

export function bookable(series: SeriesState): Bookable | undefined {
  const { id, kind, register, intervalMs } = series;
  const counts = kind === 'register' || kind === 'interval';
  return counts && intervalMs !== undefined ? { id, kind, register, intervalMs } : undefined;
}

/** Hours of a range, from its points and as many around it as can change them. */
export function bookRange(view: SeriesView, series: Bookable, phase: number, { from, to }: HourRange): Booked {
  const { kind, register, intervalMs } = series;
  const { points, lost } = pointsAround(view, series.id, intervalMs, { from, to });
  const doubtful = lost
    .map((span) => doubtfulHours(view, series, phase, span))
    .map((span) => ({ from: Math.max(from, span.from), to: Math.min(to, span.to) }))
    .filter((span) => span.from < span.to);
  if (points.length === 0) return { hours: [], steps: [], doubtful };
  const range = { points, intervalMs, hourPhaseMs: phase % HOUR_MS, from, to };
  const booked =
    kind === 'interval'
      ? { hours: bookIntervalHours(range).hours, steps: [] }
      : bookRegisterHours({ ...range, points: inPlace(points), spec: register });
  if (doubtful.length === 0) return { ...booked, doubtful };
  const sure = (at: number): boolean => !doubtful.some((span) => at >= span.from && at < span.to);
  return {
    hours: booked.hours.filter((hour) => sure(hour.from)),
    steps: booked.steps.filter((step) => sure(step.at)),
    doubtful,
  };
}

export interface PointsAround {
  readonly points: Columns;
  /** Spans between the first and the last of them whose points are lost to damage. */
  readonly lost: readonly HourRange[];
}

/** Points of a range, those within the booking's reach on both sides of it, and one more. */
export function pointsAround(
  view: SeriesView,
  series: number,
  intervalMs: number,
  { from, to }: HourRange,
): PointsAround {
  const reach = bookingReachMs(intervalMs);
  const inside = view.collect(series, from - reach, to + reach);
  const [before, after] = [view.before(series, from - reach), view.after(series, to + reach)];
  const lost = view.lost(series, before?.ts ?? from - reach, after?.ts ?? to + reach);
  return { points: joined([...single(before), inside, ...single(after)]), lost };
}

/**
 * Hours that lost points leave in doubt: their own, those that the readings around them reach into, and of a long span
 * as far as a bad reading at its edge could, which the lost ones would have taken back.
 */
function doubtfulHours(view: SeriesView, series: Bookable, phase: number, { from, to }: HourRange): HourRange {
  const reach = to - from > HOUR_MS ? bookingReachMs(series.intervalMs) : 0;
  const before = series.kind === 'interval' ? from - series.intervalMs : view.before(series.id, from - reach)?.ts;
  const after = series.kind === 'interval' ? to : view.after(series.id, to + reach)?.ts;
  return {
    from: floorTo(before ?? from - reach, HOUR_MS, phase),
    to: ceilTo((after ?? to + reach) + 1, HOUR_MS, phase),
  };
}

/** Hours whose books a change of the points from ≤ t ≤ to may change: up to the reading beyond the reach on each side. */
export function touchedHours(view: SeriesView, series: Bookable, phase: number, { from, to }: HourRange): HourRange {
  const reach = bookingReachMs(series.intervalMs);
  const before = view.before(series.id, from - reach);
  const after = view.after(series.id, to + reach);
  return {
    from: floorTo(before?.ts ?? from - reach, HOUR_MS, phase),
    to: ceilTo((after?.ts ?? to + reach) + 1, HOUR_MS, phase),
  };
}

/** Hours that new points change by themselves, and one on each side; further away they only help to tell bad readings. */
export const freshHours = ({ from, to }: HourRange, phase: number): HourRange => ({
  from: floorTo(from, HOUR_MS, phase) - HOUR_MS,
  to: ceilTo(to + 1, HOUR_MS, phase) + HOUR_MS,
});

function single(point: Point | undefined): Columns[] {
  if (point === undefined) return [];
  return [
    {
      ts: Float64Array.of(point.ts),
      value: Float64Array.of(point.value),
      flags: Uint16Array.of(point.flags),
      ...(point.standsAt === undefined ? {} : { shift: Float64Array.of(point.standsAt - point.ts) }),
      length: 1,
    },
  ];
}
