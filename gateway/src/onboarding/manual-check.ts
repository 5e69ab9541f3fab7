/** What last month says of a reading that somebody typed: read off a display, numbers slip. */
import type { ManualCheck } from '#contract/http/onboarding.ts';
import { LIMITS } from '#contract/topics.ts';

export interface ManualCheckInput {
  /** In kWh or m³, a transformer's ratio applied. */
  readonly value: number;
  readonly at: number;
  readonly now: number;
  readonly unit: string;
  /** Newest stored reading before it, and oldest after it. */
  readonly previous: { readonly ts: number; readonly value: number } | undefined;
  readonly next: { readonly ts: number; readonly value: number } | undefined;
  /** Booked hours of the month before the previous reading. */
  readonly hours: readonly { readonly increase: number | null; readonly missingS: number }[];
  /** Value at which the register starts again from 0. */
  readonly modulus: number | undefined;
  /** Highest plausible use, kWh/h or m³/h. */
  readonly ratedMax: number | undefined;
}

const DAY_MS = 86_400_000;
/** A digit too many is a factor of ten; a classroom in August uses a third of what it used in June. */
const UNUSUAL = 3;
/** A day, with room for a few seconds around its ends. */
const MIN_KNOWN_DAYS = 0.99;
const HEADROOM = 1.2;

export function checkManual(input: ManualCheckInput): ManualCheck {
  const { value, at, now, previous, next } = input;
  const usualPerDay = usualOf(input.hours);
  const base = {
    previous: previous === undefined ? null : { ts: previous.ts, value: previous.value },
    usualPerDay,
  };
  if (at > now + LIMITS.deviceTimeFutureMs)
    return { ...base, verdict: 'future', increase: null, perDay: null, sentence: FUTURE };
  if (next !== undefined && increaseOf({ ...input, value: next.value }, value) < 0)
    return { ...base, verdict: 'backwards', increase: null, perDay: null, sentence: aboveNext(input, next) };
  if (previous === undefined) return { ...base, verdict: 'first', increase: null, perDay: null, sentence: FIRST };
  const increase = increaseOf(input, previous.value);
  const days = (at - previous.ts) / DAY_MS;
  if (increase < 0) return { ...base, verdict: 'backwards', increase, perDay: null, sentence: below(input, previous) };
  const perDay = days > 0 ? increase / days : null;
  const verdict = verdictOf(input, increase, days, usualPerDay);
  return { ...base, verdict, increase, perDay, sentence: sentenceOf(input, verdict, increase, perDay, usualPerDay) };
}

/** Near its end a register starts again from 0. */
function increaseOf({ value, modulus }: ManualCheckInput, previous: number): number {
  const grown = value - previous;
  return grown < 0 && modulus !== undefined && previous > 0.9 * modulus && value < 0.1 * modulus
    ? grown + modulus
    : grown;
}

function usualOf(hours: ManualCheckInput['hours']): number | null {
  const known = hours.filter(({ increase }) => increase !== null);
  const days = known.reduce((sum, { missingS }) => sum + (3_600 - missingS) / 86_400, 0);
  if (days < MIN_KNOWN_DAYS) return null;
  return known.reduce((sum, { increase }) => sum + (increase ?? 0), 0) / days;
}

function verdictOf(
  { ratedMax }: ManualCheckInput,
  increase: number,
  days: number,
  usual: number | null,
): 'usual' | 'high' | 'low' {
  if (ratedMax !== undefined && increase > HEADROOM * ratedMax * 24 * days + HEADROOM * ratedMax) return 'high';
  if (usual === null) return 'usual';
  // Within a day the hour of the day decides: what may be used in a whole one is not too much.
  if (increase > UNUSUAL * usual * Math.max(1, days)) return 'high';
  return days >= 1 && usual > 0 && increase / days < usual / UNUSUAL ? 'low' : 'usual';
}

const FUTURE = {
  zh: '抄表时间在未来，请检查日期和时间。',
  en: 'The reading lies in the future; check its date and time.',
};
const FIRST = {
  zh: '这是这块表的第一个读数，没有可比的。',
  en: 'The first reading of this meter: there is nothing to compare it with.',
};

const shown = (value: number): string => String(Math.round(value * 100) / 100);

function below({ value, unit }: ManualCheckInput, previous: { readonly value: number }): ManualCheck['sentence'] {
  return {
    zh: `读数 ${shown(value)} 比上一次的 ${shown(previous.value)} ${unit} 还小：抄错了，还是换过表？换表请用“换表登记”。`,
    en: `${shown(value)} is below the reading before, ${shown(previous.value)} ${unit}: a slip, or a new meter? A new meter is recorded as a swap.`,
  };
}

function aboveNext({ value, unit }: ManualCheckInput, next: { readonly value: number }): ManualCheck['sentence'] {
  return {
    zh: `读数 ${shown(value)} 比之后已有的读数 ${shown(next.value)} ${unit} 还大，请检查数字和时间。`,
    en: `${shown(value)} is above a later reading that is stored, ${shown(next.value)} ${unit}; check number and time.`,
  };
}

function sentenceOf(
  { unit }: ManualCheckInput,
  verdict: 'usual' | 'high' | 'low',
  increase: number,
  perDay: number | null,
  usual: number | null,
): ManualCheck['sentence'] {
  const zh = `比上一次多 ${shown(increase)} ${unit}${perDay === null ? '' : `，每天 ${shown(perDay)} ${unit}`}`;
  const en = `${shown(increase)} ${unit} more than before${perDay === null ? '' : `, ${shown(perDay)} ${unit} a day`}`;
  if (usual === null && verdict === 'usual')
    return { zh: `${zh}；没有上个月的用量可比。`, en: `${en}; there is no month before to compare with.` };
  const zhUsual = usual === null ? '额定上限' : `平时每天 ${shown(usual)} ${unit}`;
  const enUsual = usual === null ? 'what the meter can pass' : `the usual ${shown(usual)} ${unit} a day`;
  if (verdict === 'high')
    return {
      zh: `${zh}，远高于${zhUsual}：多抄了一位，还是小数点？`,
      en: `${en}, far above ${enUsual}: a digit too many, or the decimal point?`,
    };
  if (verdict === 'low')
    return {
      zh: `${zh}，远低于${zhUsual}：少抄了一位，还是真的没用？`,
      en: `${en}, far below ${enUsual}: a digit too few, or was nothing used?`,
    };
  return { zh: `${zh}，与${zhUsual}相近。`, en: `${en}, close to ${enUsual}.` };
}
