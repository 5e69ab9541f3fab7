import type { ConsumptionResponse } from '#contract/http/energy.ts';
import type { Format } from '../../lib/format.ts';
import type { energyText } from './energy.text.ts';
import type { EnergyFilters } from './energy-filters.ts';
import type { EnergyTime } from './use-energy.ts';

type Words = (typeof energyText)['zh'];

/** Less than this is not worth a word. */
const sameShare = 0.005;
/** Share of the data from which on nothing is said to be missing. */
export const wholeShare = 0.995;

/** The name of what is compared with, as the switch says it. */
export function compareName({ period, compare }: Pick<EnergyFilters, 'period' | 'compare'>, t: Words): string {
  if (compare === 'none') return t.compareNone;
  if (compare === 'week') return t.compareWeek;
  return { day: t.comparePeriodDay, week: t.comparePeriodWeek, month: t.comparePeriodMonth }[period];
}

/** A time of which more than this is missing is not compared with: every sum beside it would look like a rise. */
const comparableShare = 0.9;

type Amount = Pick<ConsumptionResponse, 'total' | 'completeness'> | undefined;

export function isComparable({ completeness }: Pick<ConsumptionResponse, 'completeness'>): boolean {
  return completeness >= comparableShare;
}

/** Two amounts in words, since a sign is misread; says so when they cannot be compared. Undefined while one is not known yet. */
export function changeInWords(now: Amount, before: Amount, than: string, t: Words, format: Format): string | undefined {
  if (!now || !before) return undefined;
  if (now.total === null || before.total === null) return t.nothingBefore(than);
  if (!isComparable(before)) return t.beforeGappy(than, format.percent(before.completeness));
  if (before.total <= 0) return t.nothingBefore(than);
  const change = now.total / before.total - 1;
  if (Math.abs(change) < sameShare) return t.same(than);
  const share = format.percent(Math.abs(change), Math.abs(change) < 0.1 ? 1 : 0);
  return change > 0 ? t.more(than, share) : t.less(than, share);
}

/** 今天 00:00 至 14:05, or the days of a past period. */
export function rangeInWords({ period, known, isRunning }: EnergyTime, t: Words, format: Format): string {
  const isDay = period.to - period.from < 26 * 3_600_000;
  if (isDay && isRunning) return t.todayUntil(t.fromTo(format.hourMinute(known.from), format.hourMinute(known.to)));
  if (isDay) return format.day(period.from);
  const [first, last] = [format.day(known.from), format.day(Math.max(known.from, known.to - 1))];
  return first === last
    ? `${first} ${t.fromTo(format.hourMinute(known.from), format.hourMinute(known.to))}`
    : t.fromTo(first, last);
}

interface Facts {
  readonly name: string;
  readonly resource: EnergyFilters['resource'];
  readonly than: string | undefined;
  readonly time: EnergyTime;
  readonly data: ConsumptionResponse;
  readonly before: ConsumptionResponse | undefined;
  readonly alerts: number;
}

/** What was used, against what, for how much, and whether anything was wrong: one sentence. */
export function energySentence({ name, resource, than, time, data, before, alerts }: Facts, t: Words, format: Format) {
  const range = rangeInWords(time, t, format);
  if (data.total === null) return `${t.usedNothing(name, range)}${t.stop}`;
  const word = resource === 'water' ? t.waterUse : t.electricityUse;
  const used = t.used(name, range, t.use(word, format.quantity(data.total, data.unit)));
  const price = data.yuanIsExample === true ? `${format.yuan(data.yuan)} (${t.examplePrice})` : format.yuan(data.yuan);
  const change =
    than === undefined || before === undefined || !isComparable(before)
      ? undefined
      : changeInWords(data, before, time.isRunning ? t.byThisTime(than) : than, t, format);
  const parts = [used, change, data.yuan === null ? undefined : price].filter((part) => part !== undefined);
  const said = parts.join(t.comma);
  // No alert is told of what nobody has measured.
  const none = isComparable(data) ? t.noAlertsIn : t.onlyPart(format.percent(data.completeness));
  return `${said}${t.semicolon}${alerts > 0 ? t.alertsIn(alerts) : none}${t.stop}`;
}
