import { readFileSync } from 'node:fs';
import type { z } from 'zod';
import { type CalendarConfig, calendarConfig } from '#contract/config/calendar.ts';
import { createSchoolCalendar } from '../../src/calendar/create-school-calendar.ts';
import { parseHolidays } from '../../src/calendar/holidays.ts';
import type { SchoolCalendar } from '../../src/calendar/school-calendar.ts';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** Every rule of the calendar at once; overnight ranges included. */
export const SCHOOL_YEAR = {
  terms: [{ id: 'spring', name: '春季学期', from: '2026-03-02', to: '2026-07-10' }],
  bells: {
    school: [
      { id: 'lesson-1', name: '第一节', from: '08:00', to: '08:40' },
      { id: 'lights-out', name: '熄灯', from: '22:30', to: '06:00' },
    ],
    'half-day': [{ id: 'lesson-1', name: '第一节', from: '09:00', to: '09:40' }],
  },
  placeProfiles: {
    classroom: { name: '教室', open: { school: ['06:30-12:00', '12:00-22:00'], 'half-day': ['06:30-12:00'] } },
    guardhouse: {
      name: '门卫室',
      open: { school: ['22:00-06:00'], weekend: ['20:00-08:00'], holiday: ['00:00-24:00'] },
    },
    server: { name: '机房', open: {}, alwaysOpen: true },
  },
} satisfies z.input<typeof calendarConfig>;

const PATHS: Readonly<Record<string, readonly string[]>> = {
  'room-301': ['room-301', 'floor-3', 'campus'],
  'room-302': ['room-302', 'floor-3', 'campus'],
  'gate-east': ['gate-east', 'campus'],
  'server-room': ['server-room', 'campus'],
  nowhere: ['nowhere'],
};

export const shippedHolidays = parseHolidays(
  readFileSync(new URL('../../../config/holidays-cn.csv', import.meta.url), 'utf8'),
);

export function calendarOf(
  over: Partial<z.input<typeof calendarConfig>> = {},
  timeZone = 'Asia/Shanghai',
): SchoolCalendar & { readonly config: CalendarConfig } {
  const config = calendarConfig.parse({ ...SCHOOL_YEAR, ...over });
  const profiles: Record<string, string> = { 'gate-east': 'guardhouse', 'server-room': 'server' };
  return {
    config,
    ...createSchoolCalendar({
      config,
      timeZone,
      placeProfile: (place) => (place.startsWith('room') ? 'classroom' : profiles[place]),
      placePath: (place) => PATHS[place] ?? [place],
      holidays: shippedHolidays.data,
    }),
  };
}
