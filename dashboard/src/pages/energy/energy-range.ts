import type { Range } from '../../charts/closed-ranges.ts';
import type { ChartStep } from '../../charts/consumption-chart.tsx';
import {
  addDays,
  fromLocalTime,
  localTime,
  parseLocal,
  startOfDay,
  startOfMonth,
  startOfWeek,
} from '../../lib/site-time.ts';

export const periods = ['day', 'week', 'month', 'year', 'term', 'own'] as const;
export type Period = (typeof periods)[number];
/** Periods that follow each other without end. */
export type RegularPeriod = Exclude<Period, 'term' | 'own'>;
/** week: same day of last week. period: the day, week, month, year or term before. */
export type Compare = 'week' | 'period' | 'none';

const hour = 3_600_000;
const day = 24 * hour;

export interface Term {
  readonly id: string;
  readonly name: { readonly zh: string; readonly en: string };
  /** YYYY-MM-DD, both inclusive. */
  readonly from: string;
  readonly to: string;
}

function nextMonth(zone: string, at: number, months: number): number {
  const { year, month } = localTime(zone, at);
  return fromLocalTime(zone, { year, month: month + months, day: 1 });
}

function startOfYear(zone: string, at: number): number {
  return fromLocalTime(zone, { year: localTime(zone, at).year, month: 1, day: 1 });
}

/** The whole period around `at`, on the site's days. */
export function periodAround(zone: string, period: RegularPeriod, at: number): Range {
  const starts = { day: startOfDay, week: startOfWeek, month: startOfMonth, year: startOfYear };
  const from = starts[period](zone, at);
  return { from, to: movePeriod(zone, period, from, 1) };
}

/** The start of the period `by` periods later (negative: earlier). */
export function movePeriod(zone: string, period: RegularPeriod, from: number, by: number): number {
  if (period === 'month') return nextMonth(zone, from, by);
  if (period === 'year') return nextMonth(zone, from, 12 * by);
  return addDays(zone, from, (period === 'week' ? 7 : 1) * by);
}

/** Whole days from the first to the last one, both `YYYY-MM-DD`. */
export function daysRange(zone: string, first: string, last: string): Range | undefined {
  const [from, end] = [parseLocal(zone, first), parseLocal(zone, last)];
  return from === undefined || end === undefined || end < from ? undefined : { from, to: addDays(zone, end, 1) };
}

/** The term of that id, or the one of `at`, or the last one before it; of a calendar without terms none. */
export function termAt(zone: string, terms: readonly Term[], id: string | undefined, at: number): Term | undefined {
  const inOrder = [...terms].sort((a, b) => (a.from < b.from ? -1 : 1));
  const begun = inOrder.filter(({ from }) => (parseLocal(zone, from) ?? 0) <= at);
  return terms.find((term) => term.id === id) ?? begun.at(-1) ?? inOrder[0];
}

/** The term before that one. */
export function termBefore(terms: readonly Term[], term: Term): Term | undefined {
  return [...terms].sort((a, b) => (a.from < b.from ? -1 : 1)).findLast(({ from }) => from < term.from);
}

/**
 * What a period is compared with: as long as what is known of it, never a whole day with half a one.
 * @param known the part of the period that is over
 * @param termsBefore the range of the term before, where terms are compared
 */
export function comparedRange(
  zone: string,
  period: Period,
  compare: Compare,
  known: Range,
  termsBefore?: Range,
): Range | undefined {
  if (compare === 'none') return undefined;
  const length = known.to - known.from;
  if (period === 'term') {
    return termsBefore && { from: termsBefore.from, to: Math.min(termsBefore.to, termsBefore.from + length) };
  }
  if (period === 'own') return length <= 0 ? undefined : ownBefore(zone, known);
  const from = compare === 'week' ? addDays(zone, known.from, -7) : movePeriod(zone, period, known.from, -1);
  const whole = compare === 'week' ? addDays(zone, from, 1) : movePeriod(zone, period, from, 1);
  return { from, to: Math.min(whole, from + length) };
}

/** As many days right before. */
function ownBefore(zone: string, known: Range): Range {
  const days = Math.ceil((known.to - known.from) / day);
  const from = addDays(zone, known.from, -days);
  return { from, to: Math.min(known.from, from + (known.to - known.from)) };
}

/** How long the bars of a range are: what still can be seen one by one. */
export function stepOf({ from, to }: Range): ChartStep {
  const days = (to - from) / day;
  if (days <= 2.1) return 'hour';
  return days <= 62 ? 'day' : 'month';
}

/** The bars of a range: hours, days or months of the site. A day may have 23 or 25 hours. */
export function slotsOf(zone: string, step: ChartStep, { from, to }: Range): Range[] {
  const slots: Range[] = [];
  for (let at = from; at < to; ) {
    const next = step === 'hour' ? at + hour : step === 'day' ? addDays(zone, at, 1) : nextMonth(zone, at, 1);
    slots.push({ from: at, to: Math.min(next, to) });
    at = next;
  }
  return slots;
}
