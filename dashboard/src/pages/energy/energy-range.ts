import type { Range } from '../../charts/closed-ranges.ts';
import { addDays, fromLocalTime, localTime, startOfDay, startOfMonth, startOfWeek } from '../../lib/site-time.ts';

export type Period = 'day' | 'week' | 'month';
/** week: same day of last week. period: the day, week or month before. */
export type Compare = 'week' | 'period' | 'none';

const hour = 3_600_000;

function nextMonth(zone: string, at: number, months: number): number {
  const { year, month } = localTime(zone, at);
  return fromLocalTime(zone, { year, month: month + months, day: 1 });
}

/** The whole period around `at`, on the site's days. */
export function periodAround(zone: string, period: Period, at: number): Range {
  if (period === 'month') {
    const from = startOfMonth(zone, at);
    return { from, to: nextMonth(zone, from, 1) };
  }
  const from = period === 'week' ? startOfWeek(zone, at) : startOfDay(zone, at);
  return { from, to: addDays(zone, from, period === 'week' ? 7 : 1) };
}

/** The start of the period `by` periods later (negative: earlier). */
export function movePeriod(zone: string, period: Period, from: number, by: number): number {
  if (period === 'month') return nextMonth(zone, from, by);
  return addDays(zone, from, (period === 'week' ? 7 : 1) * by);
}

/**
 * What a period is compared with: as long as what is known of it, never a whole day with half a one.
 * @param known the part of the period that is over
 */
export function comparedRange(zone: string, period: Period, compare: Compare, known: Range): Range | undefined {
  if (compare === 'none') return undefined;
  const from = compare === 'week' ? addDays(zone, known.from, -7) : movePeriod(zone, period, known.from, -1);
  const whole = compare === 'week' ? addDays(zone, from, 1) : movePeriod(zone, period, from, 1);
  return { from, to: Math.min(whole, from + (known.to - known.from)) };
}

/** The bars of a period: hours of a day, days of a week or month. A day may have 23 or 25 hours. */
export function slotsOf(zone: string, period: Period, { from, to }: Range): Range[] {
  const slots: Range[] = [];
  for (let at = from; at < to; ) {
    const next = period === 'day' ? at + hour : addDays(zone, at, 1);
    slots.push({ from: at, to: Math.min(next, to) });
    at = next;
  }
  return slots;
}
