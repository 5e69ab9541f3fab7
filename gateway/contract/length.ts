/** Lengths of time as every page and sentence says them: whole units, rounded down, so that two of one event never differ. */
import type { Text } from './enums.ts';

const UNITS = [
  { ms: 86_400_000, zh: '天', en: 'd' },
  { ms: 3_600_000, zh: '小时', en: 'h' },
  { ms: 60_000, zh: '分钟', en: 'min' },
  { ms: 1_000, zh: '秒', en: 's' },
] as const;

/** Units of time as metrics name them, as words behind a number. */
export const TIME_UNITS: Readonly<Record<string, Text>> = {
  s: { zh: '秒', en: 's' },
  min: { zh: '分钟', en: 'min' },
  h: { zh: '小时', en: 'h' },
  d: { zh: '天', en: 'days' },
};

/**
 * `3 小时 5 分钟`: the smaller unit is left out when it is zero; seconds only where there are no minutes.
 * @param ms rounded towards zero; a negative length has a sign: `-5 分钟`
 * @param most units at most
 * @param gap between a count and its unit
 */
export function lengthText(ms: number, language: keyof Text, most = 2, gap = ' '): string {
  if (ms <= -1_000) return `-${lengthText(-ms, language, most, gap)}`;
  const first = UNITS.findIndex((unit) => ms >= unit.ms);
  if (first < 0) return `0${gap}${UNITS[3][language]}`;
  let rest = ms;
  const shown: string[] = [];
  for (const unit of UNITS.slice(first, first + most)) {
    const count = Math.floor(rest / unit.ms);
    rest -= count * unit.ms;
    if (count > 0 && (unit.ms > 1_000 || shown.length === 0)) shown.push(`${count}${gap}${unit[language]}`);
  }
  return shown.join(' ');
}
