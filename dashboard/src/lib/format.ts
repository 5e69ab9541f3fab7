import { decimalsOf } from '#contract/decimals.ts';
import { lengthText, TIME_UNITS } from '#contract/length.ts';
import { money } from '#contract/money.ts';
import type { Language } from '../i18n/language.ts';
import { localTime } from './site-time.ts';

/** Narrow and unbreakable: a unit never falls onto the next line. */
const thinSpace = '\u202f';
const missing = '—';

export interface Format {
  readonly language: Language;
  readonly timeZone: string;
  /** A number with grouping; without `digits` as many decimals as its size makes sense of. null: —. */
  number(value: number | null | undefined, digits?: number): string;
  /** A number and its unit with a thin space; null: — without unit. */
  quantity(value: number | null | undefined, unit: string, digits?: number): string;
  /** Watts as W or kW. */
  power(watts: number | null | undefined): string;
  yuan(value: number | null | undefined): string;
  /** `share` 0..1; what would round to nought reads <0.1 %. */
  percent(share: number | null | undefined, digits?: number): string;
  /** 14:03:22 at the site. */
  clock(at: number): string;
  /** 14:03 at the site. */
  hourMinute(at: number): string;
  /** 10月3日 周五 / Fri 3 Oct. */
  day(at: number): string;
  /** 2026年3月1日 / 1 Mar 2026. */
  date(at: number): string;
  /** Without a date when it is today at the site. */
  moment(at: number, now: number): string;
  /** Date and time to the second, for details and exports. */
  full(at: number): string;
  /** A length of time in words, two units at most: 3 小时 5 分. */
  duration(ms: number): string;
  /** A length of time in one unit, for ages: 3 秒. */
  age(ms: number): string;
}

/** Dates and zones throw on anything else. */
const isInstant = (at: number): boolean => Math.abs(at) <= 8.64e15;

/** For the `dateTime` of `<time>`: ISO 8601 in UTC; undefined for what is no instant. */
export function isoTime(at: number): string | undefined {
  return isInstant(at) ? new Date(at).toISOString() : undefined;
}

const locales = { zh: 'zh-CN', en: 'en-GB' } as const;

function dates(locale: string, timeZone: string): Pick<Format, 'clock' | 'hourMinute' | 'day' | 'date' | 'full'> {
  const format = (options: Intl.DateTimeFormatOptions): ((at: number) => string) => {
    const made = new Intl.DateTimeFormat(locale, { timeZone, hourCycle: 'h23', ...options });
    return (at) => (isInstant(at) ? made.format(at) : missing);
  };
  const time = { hour: '2-digit', minute: '2-digit' } as const;
  const month = locale === 'zh-CN' ? 'long' : 'short';
  const date = { year: 'numeric', month, day: 'numeric' } as const;
  return {
    clock: format({ ...time, second: '2-digit' }),
    hourMinute: format(time),
    day: format({ month, day: 'numeric', weekday: 'short' }),
    date: format(date),
    full: format({ ...date, ...time, second: '2-digit' }),
  };
}

/** Everything that turns a figure into text: in the reader's language, in the site's zone, on a 24 hour clock. */
export function createFormat(language: Language, timeZone: string): Format {
  const locale = locales[language];
  const byDigits = new Map<number, Intl.NumberFormat>();
  const numberFormat = (digits: number): Intl.NumberFormat => {
    let format = byDigits.get(digits);
    if (!format) {
      format = new Intl.NumberFormat(locale, { maximumFractionDigits: digits, signDisplay: 'negative' });
      byDigits.set(digits, format);
    }
    return format;
  };
  const number: Format['number'] = (value, digits) => {
    if (value === null || value === undefined || !Number.isFinite(value)) return missing;
    return numberFormat(digits ?? decimalsOf(value)).format(value);
  };
  const quantity: Format['quantity'] = (value, unit, digits) => {
    const shown = number(value, digits);
    return shown === missing || unit === '' ? shown : `${shown}${thinSpace}${TIME_UNITS[unit]?.[language] ?? unit}`;
  };
  const date = dates(locale, timeZone);
  const dayKey = (at: number): string => {
    const { year, month, day } = localTime(timeZone, at);
    return `${year}-${month}-${day}`;
  };
  return {
    language,
    timeZone,
    number,
    quantity,
    power: (watts) =>
      typeof watts === 'number' && Math.abs(watts) >= 1000 ? quantity(watts / 1000, 'kW') : quantity(watts, 'W'),
    yuan: (value) => (typeof value === 'number' && Number.isFinite(value) ? money(value) : missing),
    percent: (share, digits = 1) => {
      const value = typeof share === 'number' ? share * 100 : null;
      const least = 10 ** -digits;
      // A little is not nothing.
      const isLittle = value !== null && value >= 0.000_001 && value < least / 2;
      return isLittle ? `<${quantity(least, '%', digits)}` : quantity(value, '%', digits);
    },
    ...date,
    moment: (at, now) => {
      if (!isInstant(at)) return missing;
      return isInstant(now) && dayKey(at) === dayKey(now) ? date.clock(at) : `${date.day(at)} ${date.hourMinute(at)}`;
    },
    duration: (ms) => lengthText(ms, language, 2, thinSpace),
    // Of two clocks one is a little ahead: nothing is older than new.
    age: (ms) => lengthText(Math.max(0, ms), language, 1, thinSpace),
  };
}
