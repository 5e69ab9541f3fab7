import type { CalendarDay } from '#contract/http/campus.ts';
import type { ConsumptionBucket } from '#contract/http/energy.ts';
import { isRestDay } from '../../charts/closed-ranges.ts';

/** What a school day uses in the mean of a range. */
export interface SchoolDays {
  /** kWh or m³ a day, over the days that are known. */
  readonly mean: number;
  readonly knownDays: number;
  /** School days of the range by the calendar, as far as they are over. */
  readonly days: number;
}

/** A day of which more than this is missing would draw the mean down. */
const knownShare = 0.9;
const wholeDayMs = 22 * 3_600_000;
/** Fewer days than this are no mean. */
export const fewestDays = 3;

/**
 * The mean use of a school day: a month with more of them must not look like waste.
 * @param buckets local days, cut to the range
 * @param dateOf local date of an instant
 */
export function schoolDays(
  buckets: readonly ConsumptionBucket[],
  calendar: readonly Pick<CalendarDay, 'date' | 'type'>[],
  dateOf: (at: number) => string,
): SchoolDays {
  const rest = new Map(calendar.map((day) => [day.date, isRestDay(day)]));
  const school = buckets.filter(({ from, to }) => to - from >= wholeDayMs && rest.get(dateOf(from)) === false);
  const known = school.flatMap(({ value, completeness = 1 }) =>
    value === null || completeness < knownShare ? [] : [value],
  );
  const sum = known.reduce((total, value) => total + value, 0);
  return { mean: known.length === 0 ? 0 : sum / known.length, knownDays: known.length, days: school.length };
}

/** Whether the mean stands for the range: enough days of it are known. */
export function isTelling({ knownDays, days }: SchoolDays): boolean {
  return knownDays >= fewestDays && knownDays >= days / 2;
}
