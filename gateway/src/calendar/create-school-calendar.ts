import type { CalendarConfig } from '#contract/config/calendar.ts';
import type { Text } from '#contract/enums.ts';
import type { HolidayData } from './holidays.ts';
import { createPlaceDays, type PlaceDays } from './place-days.ts';
import type { SchoolCalendar } from './school-calendar.ts';
import { createTimeZone, dateString, dayNumber, type TimeZone } from './time-zone.ts';

export interface SchoolCalendarInput {
  readonly config: CalendarConfig;
  /** IANA name, from campus.yaml. */
  readonly timeZone: string;
  /** Place profile that holds for a place: its own or the nearest above; undefined: the place is never closed. */
  readonly placeProfile: (place: string) => string | undefined;
  /** The place and the places above it, nearest first. */
  readonly placePath: (place: string) => readonly string[];
  readonly holidays: HolidayData;
}

const HORIZON_MS = 8 * 86_400_000;
/** The State Council publishes the holidays of a year in the November before; from here on they are due. */
const DUE = '12-15';

/** Builds the calendar that every rule, report and page asks. Pure; build a new one when a config file changes. */
export function createSchoolCalendar(input: SchoolCalendarInput): SchoolCalendar {
  const { config, holidays } = input;
  const zone = createTimeZone(input.timeZone);
  const places = new Map<string, PlaceDays>();
  const daysOf = (place: string): PlaceDays => {
    let found = places.get(place);
    if (found === undefined) {
      found = createPlaceDays({
        config,
        zone,
        holidays,
        path: input.placePath(place),
        profile: input.placeProfile(place),
      });
      places.set(place, found);
    }
    return found;
  };
  const dateOf = (at: number): string => dateString(zone.dayOf(at));
  const isOpen = (place: string, at: number): boolean => daysOf(place).isOpen(at);

  return {
    timeZone: input.timeZone,
    holidayYears: holidays.years,
    day: (date, place) => daysOf(place).of(dayNumber(date)).verdict,
    dateOf,
    dayBounds: (date) => ({ from: zone.instant(dayNumber(date), 0), to: zone.instant(dayNumber(date) + 1, 0) }),
    floor: (at, step) => (step === 'hour' ? zone.floorHour(at) : zone.instant(firstDay(zone, at, step, 0), 0)),
    next: (at, step) => (step === 'hour' ? zone.nextHour(at) : zone.instant(firstDay(zone, at, step, 1), 0)),
    isOpen,
    nextChange: (place, at) => daysOf(place).changeAfter(at, at + HORIZON_MS) ?? at + HORIZON_MS,
    openRanges: (place, date) => daysOf(place).of(dayNumber(date)).opens,
    bells: (place, date) => daysOf(place).of(dayNumber(date)).bells,
    inPeriod(place, period, at) {
      if (period === 'always') return true;
      if (period === 'open' || period === 'closed') return isOpen(place, at) === (period === 'open');
      return period.startsWith('bell:') && daysOf(place).inBell(period.slice('bell:'.length), at);
    },
    warning: (at) => (config.holidays === 'none' ? undefined : holidayWarning(dateOf(at), holidays.years)),
  };
}

/** Date number of the first day of the day or month that holds `at`, or of the one `ahead` after it. */
function firstDay(zone: TimeZone, at: number, step: 'day' | 'month', ahead: number): number {
  const day = zone.dayOf(at);
  if (step === 'day') return day + ahead;
  const date = dateString(day);
  const first = new Date(Date.UTC(Number(date.slice(0, 4)), Number(date.slice(5, 7)) - 1 + ahead, 1));
  return dayNumber(first.toISOString().slice(0, 10));
}

function holidayWarning(date: string, years: ReadonlySet<number>): Text | undefined {
  const year = Number(date.slice(0, 4));
  if (!years.has(year)) return notLoaded(year);
  return date.slice(5) >= DUE && !years.has(year + 1) ? notYetLoaded(year + 1) : undefined;
}

const notYetLoaded = (year: number): Text => ({
  zh: `未载入 ${year} 年的节假日，元旦起工作日将按周一至周五判断；请用 houqin calendar import 导入`,
  en: `holidays of ${year} not loaded; from New Year on weekdays follow Monday to Friday until houqin calendar import brings them`,
});

const notLoaded = (year: number): Text => ({
  zh: `未载入 ${year} 年的节假日，工作日暂按周一至周五判断；请用 houqin calendar import 导入`,
  en: `holidays of ${year} not loaded; weekdays follow Monday to Friday until houqin calendar import brings them`,
});
