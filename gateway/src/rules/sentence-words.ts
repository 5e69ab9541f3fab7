/** Times and places as people in the school say them. */
import type { DeviceConfig } from '#contract/config/devices.ts';
import type { Text } from '#contract/enums.ts';
import type { SchoolCalendar } from '../calendar/school-calendar.ts';
import type { Registry } from '../shared/registry.ts';

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

/** Building and room, without the campus and the floor, and without a place that the device's own name tells. */
export function whereText(device: DeviceConfig, registry: Registry): Text {
  const path = registry
    .placePath(device.place)
    .flatMap((id) => registry.places.get(id) ?? [])
    .filter((place, index) => index === 0 || (place.kind !== 'campus' && place.kind !== 'floor'))
    .slice(0, 2)
    .toReversed();
  const names = (lang: keyof Text): string[] => {
    const places = path.map((place) => place.name[lang]);
    return [...places.filter((name) => !device.name[lang].includes(name)), device.name[lang]];
  };
  return { zh: names('zh').join(' '), en: names('en').join(', ') };
}

const clocks = new Map<string, Intl.DateTimeFormat>();

function clockOf(timeZone: string): Intl.DateTimeFormat {
  const known = clocks.get(timeZone);
  if (known) return known;
  const clock = new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  clocks.set(timeZone, clock);
  return clock;
}
