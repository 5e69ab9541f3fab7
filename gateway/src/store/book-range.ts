/** Books the hours of a range from points: which points are needed, and which pure function does it. */
import { bookingReachMs } from '../meter/bad-readings.ts';
import { bookIntervalHours, bookRegisterHours } from '../meter/book-hours.ts';
import { ceilTo, floorTo, HOUR_MS } from './grid.ts';
import { type Columns, joined } from './point-columns.ts';
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
  const points = pointsAround(view, series.id, intervalMs, { from, to });
  if (points.length === 0) return { hours: [], steps: [] };
  const range = { points, intervalMs, hourPhaseMs: phase % HOUR_MS, from, to };
  if (kind === 'interval') return { hours: bookIntervalHours(range).hours, steps: [] };
  return bookRegisterHours({ ...range, spec: register });
}

/** Points of a range, those within the booking's reach on both sides of it, and one more. */
export function pointsAround(view: SeriesView, series: number, intervalMs: number, { from, to }: HourRange): Columns {
  const reach = bookingReachMs(intervalMs);
  const inside = view.collect(series, from - reach, to + reach);
  return joined([...single(view.before(series, from - reach)), inside, ...single(view.after(series, to + reach))]);
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

function single(point: Point | undefined): Columns[] {
  if (point === undefined) return [];
  return [
    {
      ts: Float64Array.of(point.ts),
      value: Float64Array.of(point.value),
      flags: Uint16Array.of(point.flags),
      length: 1,
    },
  ];
}
