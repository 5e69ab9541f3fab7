import { addDays, fromLocalTime, localTime, startOfDay } from '../lib/site-time.ts';

const minute = 60_000;
const day = 86_400_000;
const stepsInMinutes = [5, 10, 15, 30, 60, 120, 180, 240, 360, 720] as const;
const stepsInDays = [1, 2, 7, 14, 28, 56, 112] as const;

function within(ticks: readonly number[], from: number, to: number): number[] {
  return ticks.filter((at) => at >= from && at <= to);
}

/**
 * Where a time axis gets its labels: round times of the site's clocks, also in zones of :30 and over a change of the clocks.
 * @param most how many labels fit
 * @returns epoch ms, from ≤ at ≤ to
 */
export function timeTicks(zone: string, from: number, to: number, most: number): number[] {
  const span = to - from;
  const minutes = stepsInMinutes.find((step) => span / (step * minute) <= most);
  if (minutes === undefined) {
    const days = stepsInDays.find((step) => span / (step * day) <= most) ?? 224;
    const first = startOfDay(zone, from);
    const count = Math.ceil(span / (days * day)) + 2;
    return within(
      Array.from({ length: count }, (_, index) => addDays(zone, first, index * days)),
      from,
      to,
    );
  }
  const { year, month, day: date } = localTime(zone, from);
  const count = Math.ceil((span + day) / (minutes * minute)) + 1;
  const ticks = Array.from({ length: count }, (_, index) =>
    fromLocalTime(zone, { year, month, day: date, minute: index * minutes }),
  );
  return [...new Set(within(ticks, from, to))];
}

const dayFormats = new Map<string, Intl.DateTimeFormat>();

/** 11/23 or 23 Nov: a day in the least room. */
export function shortDay(language: 'zh' | 'en', zone: string, at: number): string {
  const key = `${language} ${zone}`;
  let format = dayFormats.get(key);
  if (!format) {
    const month = language === 'zh' ? 'numeric' : 'short';
    format = new Intl.DateTimeFormat(language === 'zh' ? 'zh-CN' : 'en-GB', { timeZone: zone, month, day: 'numeric' });
    dayFormats.set(key, format);
  }
  return format.format(at);
}

const monthFormats = new Map<string, Intl.DateTimeFormat>();

/** 2026年3月 or Mar 2026; `alone`: 3月 or Mar. */
export function shortMonth(language: 'zh' | 'en', zone: string, at: number, alone = false): string {
  const key = `${language} ${zone} ${alone}`;
  let format = monthFormats.get(key);
  if (!format) {
    const locale = language === 'zh' ? 'zh-CN' : 'en-GB';
    const year = alone ? {} : ({ year: 'numeric' } as const);
    format = new Intl.DateTimeFormat(locale, { timeZone: zone, month: 'short', ...year });
    monthFormats.set(key, format);
  }
  return format.format(at);
}
