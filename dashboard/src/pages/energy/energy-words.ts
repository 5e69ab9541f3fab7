import type { ConsumptionResponse } from '#contract/http/energy.ts';
import type { Range } from '../../charts/closed-ranges.ts';
import type { Format } from '../../lib/format.ts';
import type { energyText } from './energy.text.ts';
import type { EnergyFilters } from './energy-filters.ts';
import type { Term } from './energy-range.ts';
import { fewestDays, isTelling, type SchoolDays } from './school-days.ts';
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
  return {
    day: t.comparePeriodDay,
    week: t.comparePeriodWeek,
    month: t.comparePeriodMonth,
    year: t.comparePeriodYear,
    term: t.comparePeriodTerm,
    own: t.comparePeriodOwn,
  }[period];
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
  return relation(now.total, before.total, than, t, format);
}

/** A share in words; none for what is the same. */
function relation(now: number, before: number, than: string, t: Words, format: Format): string {
  const change = now / before - 1;
  if (Math.abs(change) < sameShare) return t.same(than);
  const share = format.percent(Math.abs(change), Math.abs(change) < 0.1 ? 1 : 0);
  return change > 0 ? t.more(than, share) : t.less(than, share);
}

interface SchoolDayPair {
  readonly now: SchoolDays | undefined;
  readonly before: SchoolDays | undefined;
}

/** Why school days cannot be compared; undefined: they can. */
function tooFew(
  { now, before }: { readonly now: SchoolDays; readonly before: SchoolDays },
  than: string,
  isRunning: boolean,
  t: Words,
) {
  const whole = (of: SchoolDays): boolean => of.knownDays === of.days && of.days < fewestDays;
  if (now.days === 0) return isRunning ? t.noSchoolDaysYet : t.noSchoolDays;
  if (whole(now)) return t.shortOfSchoolDays(now.days, fewestDays);
  if (!isTelling(now)) return t.fewSchoolDays(now.knownDays, now.days);
  if (before.days === 0) return t.noSchoolDaysBefore(than);
  if (whole(before)) return t.shortOfSchoolDaysBefore(than, before.days);
  if (!isTelling(before)) return t.fewSchoolDaysBefore(than, before.knownDays, before.days);
  return before.mean <= 0 ? t.nothingBefore(than) : undefined;
}

/** A school day against a school day, in words; says so when one side does not tell. Undefined while one is not known yet. */
export function schoolDayChange(
  { now, before }: SchoolDayPair,
  { than, unit, isRunning }: { readonly than: string; readonly unit: string; readonly isRunning: boolean },
  t: Words,
  format: Format,
): string | undefined {
  if (now === undefined || before === undefined) return undefined;
  const few = tooFew({ now, before }, than, isRunning, t);
  if (!isTelling(now)) return few;
  const mean = t.schoolDay(format.quantity(now.mean, unit), now.knownDays);
  return t.joined(mean, few ?? relation(now.mean, before.mean, than, t, format));
}

/** The same in the room of a cell, without the amount. */
export function partSchoolDayChange({ now, before }: SchoolDayPair, than: string, t: Words, format: Format) {
  if (now === undefined || before === undefined) return undefined;
  if (tooFew({ now, before }, than, false, t) !== undefined) return t.notCompared;
  return t.perSchoolDay(relation(now.mean, before.mean, than, t, format));
}

type RangeTime = Pick<EnergyTime, 'period' | 'known' | 'isRunning'> & { readonly term?: Term | undefined };

/** 今天 00:00 至 14:05, or the days of a past period. */
export function rangeInWords({ period, known, isRunning, term }: RangeTime, t: Words, format: Format): string {
  if (term !== undefined) {
    const name = term.name[format.language];
    return isRunning ? t.termUntil(name, format.day(Math.max(known.from, known.to - 1))) : name;
  }
  const isDay = period.to - period.from < 26 * 3_600_000;
  if (isDay && isRunning) return t.todayUntil(t.fromTo(format.hourMinute(known.from), format.hourMinute(known.to)));
  if (isDay) return format.day(period.from);
  const isLong = period.to - period.from > 300 * 24 * 3_600_000;
  const date = isLong ? format.date : format.day;
  const [first, last] = [date(known.from), date(Math.max(known.from, known.to - 1))];
  return first === last
    ? `${first} ${t.fromTo(format.hourMinute(known.from), format.hourMinute(known.to))}`
    : t.fromTo(first, last);
}

interface Facts {
  readonly name: string;
  readonly resource: EnergyFilters['resource'];
  readonly than: string | undefined;
  readonly time: RangeTime;
  readonly data: ConsumptionResponse;
  /** Decimals of the total, where it is a sum that the page shows. */
  readonly digits?: number | undefined;
  readonly before: ConsumptionResponse | undefined;
  readonly alerts: number;
  /** School day against school day, in words; instead of the totals where a range holds several. */
  readonly schoolDays?: string | undefined;
  readonly bySchoolDays?: boolean;
}

interface ComparedTime {
  readonly time: RangeTime & Pick<EnergyTime, 'compared' | 'comparedDays'>;
  /** School days of both sides, where they are compared. */
  readonly schoolDays: SchoolDayPair | undefined;
}

/** What is compared with what, for whoever reads a table of comparisons; undefined: nothing is, or it is not known yet. */
export function comparedInWords({ time, schoolDays }: ComparedTime, t: Words, format: Format): string | undefined {
  const whole = (range: Range | undefined) =>
    range && rangeInWords({ period: range, known: range, isRunning: false }, t, format);
  const now = rangeInWords(time, t, format);
  if (schoolDays !== undefined) {
    const before = whole(time.comparedDays);
    if (before === undefined || schoolDays.now === undefined || schoolDays.before === undefined) return undefined;
    // Why they are not compared is said beside the total.
    if (!isTelling(schoolDays.now) || !isTelling(schoolDays.before)) return undefined;
    return t.comparedSchoolDays(now, schoolDays.now.knownDays, before, schoolDays.before.knownDays);
  }
  const { known, compared, isRunning } = time;
  if (compared === undefined) return undefined;
  if (compared.to - compared.from < 26 * 3_600_000 && isRunning) {
    const hours = t.fromTo(format.hourMinute(compared.from), format.hourMinute(compared.to));
    return t.comparedRanges(now, `${format.day(compared.from)} ${hours}`);
  }
  const before = whole(compared) ?? '';
  return isRunning ? t.comparedRangesUntil(now, before, format.hourMinute(known.to)) : t.comparedRanges(now, before);
}

/** What was used, against what, for how much, and whether anything was wrong: one sentence. */
export function energySentence(facts: Facts, t: Words, format: Format): string {
  const { name, resource, than, time, data, before, alerts } = facts;
  const range = rangeInWords(time, t, format);
  if (data.total === null) return `${t.usedNothing(name, range)}${t.stop}`;
  const word = resource === 'water' ? t.waterUse : t.electricityUse;
  const used = t.used(name, range, t.use(word, format.quantity(data.total, data.unit, facts.digits)));
  const yuan = `${t.costOf(resource)} ${format.yuan(data.yuan)}`;
  const price = data.yuanIsExample === true ? `${yuan} (${t.examplePrice})` : yuan;
  const change =
    facts.bySchoolDays === true
      ? facts.schoolDays
      : than === undefined || before === undefined || !isComparable(before)
        ? undefined
        : changeInWords(data, before, time.isRunning ? t.byThisTime(than) : than, t, format);
  const parts = [used, change, data.yuan === null ? undefined : price].filter((part) => part !== undefined);
  const said = parts.join(t.comma);
  // No alert is told of what nobody has measured.
  const none = isComparable(data) ? t.noAlertsIn : t.onlyPart(format.percent(data.completeness));
  return `${said}${t.semicolon}${alerts > 0 ? t.alertsIn(alerts) : none}${t.stop}`;
}
