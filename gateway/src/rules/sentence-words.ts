/** Times as people in the school say them. */
import type { Text } from '#contract/enums.ts';
import type { SchoolCalendar } from '../calendar/school-calendar.ts';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

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
