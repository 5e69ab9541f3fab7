import type { CalendarConfig } from '#contract/config/calendar.ts';
import type { DayType, Text } from '#contract/enums.ts';
import type { Holiday, HolidayData } from './holidays.ts';
import type { DayVerdict } from './school-calendar.ts';
import { weekdayOf } from './time-zone.ts';

export type Override = CalendarConfig['overrides'][number];

/**
 * The overrides that can hold for a place, strongest first: one that names a nearer place before one for all; then a
 * single date before a range before one that always holds; then the order of the file.
 * @param path the place and the places above it, nearest first
 */
export function overridesFor(overrides: readonly Override[], path: readonly string[]): readonly Override[] {
  return overrides
    .map((override) => ({ override, distance: distanceOf(override, path), span: spanOf(override) }))
    .filter(({ distance }) => distance !== undefined)
    .sort((a, b) => (a.distance ?? 0) - (b.distance ?? 0) || a.span - b.span)
    .map(({ override }) => override);
}

function distanceOf(override: Override, path: readonly string[]): number | undefined {
  if (override.places === undefined) return path.length;
  const nearest = path.findIndex((place) => override.places?.includes(place));
  return nearest === -1 ? undefined : nearest;
}

function spanOf(override: Override): number {
  if (override.date !== undefined) return 0;
  return override.from === undefined && override.to === undefined ? 2 : 1;
}

function holdsOn(override: Override, date: string): boolean {
  if (override.date !== undefined) return override.date === date;
  return (override.from === undefined || date >= override.from) && (override.to === undefined || date <= override.to);
}

/**
 * Day type, first match: a person's override; make-up workday; public holiday; term break; Saturday or Sunday; school.
 * Without terms there are no breaks; in a year without holiday data weekdays follow Monday to Friday.
 * @param overrides as `overridesFor` gives them
 */
export function judgeDay(
  date: string,
  day: number,
  config: Pick<CalendarConfig, 'holidays' | 'terms'>,
  overrides: readonly Override[],
  holidays: HolidayData,
): DayVerdict {
  const holidaysLoaded = config.holidays === 'none' || holidays.years.has(Number(date.slice(0, 4)));
  const verdict = (type: DayType, reason: DayVerdict['reason'], name: DayVerdict['name']): DayVerdict => ({
    type,
    reason,
    name,
    holidaysLoaded,
  });
  const override = overrides.find((one) => holdsOn(one, date));
  if (override !== undefined) return verdict(override.type, 'override', override.name);
  const holiday = config.holidays === 'none' ? undefined : holidays.days.get(date);
  if (holiday?.isOffDay === false) return verdict('makeup', 'makeup', makeupName(holiday));
  if (holiday !== undefined) return verdict('holiday', 'holiday', holiday.name);
  const inTerm = config.terms.some((term) => date >= term.from && date <= term.to);
  if (config.terms.length > 0 && !inTerm) return verdict('break', 'break', undefined);
  return weekdayOf(day) > 5 ? verdict('weekend', 'weekend', undefined) : verdict('school', 'weekday', undefined);
}

const makeupName = ({ name }: Holiday): Text => ({ zh: `${name.zh}调休上班`, en: `make-up workday for ${name.en}` });

/** Types that a school need not configure one by one. */
const LIKE_SCHOOL: readonly DayType[] = ['makeup', 'exam', 'half-day'];

/** What is configured for a day type, or for `school` where the type is a kind of school day. */
export function forDayType<T>(byType: Readonly<Partial<Record<DayType, T>>>, type: DayType): T | undefined {
  return byType[type] ?? (LIKE_SCHOOL.includes(type) ? byType.school : undefined);
}
