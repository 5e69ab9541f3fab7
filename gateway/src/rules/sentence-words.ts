/** Numbers, times and places as people in the school say them. */
import { decimalsOf } from '#contract/decimals.ts';
import type { Text } from '#contract/enums.ts';
import { lengthText } from '#contract/length.ts';
import { metricInfo } from '#contract/metrics.ts';
import type { SchoolCalendar } from '../calendar/school-calendar.ts';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

const STATES: Readonly<Record<string, readonly [off: Text, on: Text]>> = {
  door_open: [
    { zh: '门关着', en: 'door closed' },
    { zh: '门开着', en: 'door open' },
  ],
  tamper: [
    { zh: '未被拆动', en: 'not tampered with' },
    { zh: '被人拆动', en: 'tampered with' },
  ],
  water_leak: [
    { zh: '没有漏水', en: 'no water leak' },
    { zh: '漏水', en: 'water leak' },
  ],
  valve_open: [
    { zh: '阀门关着', en: 'valve closed' },
    { zh: '阀门开着', en: 'valve open' },
  ],
  camera_recording: [
    { zh: '没有录像', en: 'not recording' },
    { zh: '正在录像', en: 'recording' },
  ],
};

/** Something that is opened and closed. */
export const isOpening = (metric: string): boolean => metric.endsWith('_open');

export function stateText(metric: string, value: number): Text {
  const known = STATES[metric]?.[value === 0 ? 0 : 1];
  if (known) return known;
  const name = metricInfo(metric)?.name ?? { zh: metric, en: metric };
  return value === 0 ? { zh: `${name.zh}：否`, en: `${name.en}: no` } : { zh: `${name.zh}：是`, en: `${name.en}: yes` };
}

/** Value with its unit: two or three figures, so that a small amount is seen to grow; kW from 1,000 W on. */
export function quantity(value: number, unit: string): string {
  if (unit === 'W' && Math.abs(value) >= 1_000) return quantity(value / 1_000, 'kW');
  const text = String(Number(value.toFixed(decimalsOf(value))));
  return unit === '' ? text : `${text} ${unit}`;
}

const TIME_UNITS: Readonly<Record<string, Text>> = {
  s: { zh: '秒', en: 's' },
  min: { zh: '分钟', en: 'min' },
  h: { zh: '小时', en: 'h' },
  d: { zh: '天', en: 'days' },
};

export const isTimeUnit = (unit: string): boolean => unit in TIME_UNITS;

/** {@link quantity} with units of time as words of each language. */
export function quantityText(value: number, unit: string): Text {
  const time = TIME_UNITS[unit];
  if (time) return { zh: quantity(value, time.zh), en: quantity(value, time.en) };
  return { zh: quantity(value, unit), en: quantity(value, unit) };
}

export function duration(ms: number): Text {
  return { zh: lengthText(ms, 'zh'), en: lengthText(ms, 'en') };
}

/** Time of day at the site, with the date when it is not that of `reference`. */
export function timeText(at: number, reference: number, calendar: SchoolCalendar): Text {
  const clock = clockOf(calendar.timeZone).format(at);
  const date = calendar.dateOf(at);
  if (date === calendar.dateOf(reference)) return { zh: clock, en: clock };
  const [, month = 0, day = 0] = date.split('-').map(Number);
  return { zh: `${month} 月 ${day} 日 ${clock}`, en: `${day} ${MONTHS[month - 1] ?? ''} ${clock}` };
}

/** `from` … `to`: one time of day when both read the same, dates when they lie on two days. */
export function rangeText(from: number, to: number, calendar: SchoolCalendar): Text {
  const isOneDay = calendar.dateOf(from) === calendar.dateOf(to);
  const [start, end] = [timeText(from, to, calendar), timeText(to, isOneDay ? to : from, calendar)];
  if (start.zh === end.zh) return { zh: `${start.zh} `, en: `at ${start.en}` };
  return { zh: `${start.zh} 至 ${end.zh} `, en: `from ${start.en} to ${end.en}` };
}

const clocks = new Map<string, Intl.DateTimeFormat>();

function clockOf(timeZone: string): Intl.DateTimeFormat {
  const known = clocks.get(timeZone);
  if (known) return known;
  const clock = new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  clocks.set(timeZone, clock);
  return clock;
}
