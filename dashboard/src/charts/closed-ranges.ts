import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { CalendarDay } from '#contract/http/campus.ts';
import { calendarQuery } from '../api/queries.ts';
import { addDays, endOfDay, localTime, startOfDay } from '../lib/site-time.ts';
import { useFormat } from '../ui/format-context.tsx';

/** from ≤ t < to, epoch ms. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** What of the range no open hours of these days cover; open hours may overlap and run over midnight. */
export function closedRanges(days: readonly Pick<CalendarDay, 'open'>[], { from, to }: Range): Range[] {
  const open = days.flatMap((day) => day.open).sort((a, b) => a.from - b.from);
  const closed: Range[] = [];
  let at = from;
  for (const range of open) {
    if (range.from > at) closed.push({ from: at, to: Math.min(range.from, to) });
    at = Math.max(at, range.to);
    if (at >= to) return closed;
  }
  closed.push({ from: at, to });
  return closed;
}

/** Days on which nobody is expected: what a chart by the day shades. */
export function isRestDay({ type }: Pick<CalendarDay, 'type'>): boolean {
  return type === 'weekend' || type === 'holiday' || type === 'break';
}

export interface ClosedTimes {
  readonly closed: readonly Range[];
  readonly restDays: readonly Range[];
  /** Years of the range whose public holidays nobody has loaded: there, the shading is only a guess by weekday. */
  readonly missingYears: readonly number[];
}

const nothing: ClosedTimes = { closed: [], restDays: [], missingYears: [] };

/** Whether a day of the range lies in the year: the day before it, which is asked for too, does not count. */
export function isYearOf(zone: string, { from, to }: Range, year: number): boolean {
  return localTime(zone, from).year <= year && year <= localTime(zone, to - 1).year;
}

/** Closed hours of a place by the school's calendar; nothing while they are not known, nor for an empty range. */
export function useClosedTimes(place: string | undefined, { from, to }: Range): ClosedTimes {
  const { timeZone } = useFormat();
  // From the day before: its open hours may run over midnight.
  const first = addDays(timeZone, startOfDay(timeZone, from), -1);
  const last = endOfDay(timeZone, to);
  const { data } = useQuery({ ...calendarQuery(first, last, place), enabled: from < to });
  return useMemo(() => {
    if (!data) return nothing;
    const restDays = data.days.filter(isRestDay).map(({ date }) => {
      const [year = 0, month = 1, day = 1] = date.split('-').map(Number);
      const start = startOfDay(timeZone, Date.UTC(year, month - 1, day, 12));
      return { from: start, to: addDays(timeZone, start, 1) };
    });
    return {
      closed: closedRanges(data.days, { from, to }),
      restDays,
      missingYears: data.missingYears.filter((year) => isYearOf(timeZone, { from, to }, year)),
    };
  }, [data, timeZone, from, to]);
}
