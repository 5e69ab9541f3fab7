/** What the school's year says about an instant: day type, open or closed, bell period. Pure; built once per config. */
import type { DayType, Text } from '#contract/enums.ts';

/** Local calendar date `YYYY-MM-DD` in the site's zone. */
export type LocalDate = string;

export interface DayVerdict {
  readonly type: DayType;
  /** Which rule decided. */
  readonly reason: 'override' | 'makeup' | 'holiday' | 'break' | 'weekend' | 'weekday';
  readonly name: Text | undefined;
  /** False when the date's year has no holiday data loaded: the verdict then follows Monday to Friday. */
  readonly holidaysLoaded: boolean;
}

export interface TimeSpan {
  readonly from: number;
  readonly to: number;
}

export interface SchoolCalendar {
  readonly timeZone: string;
  /** Day type of a date, for a place (overrides may name places). */
  day(date: LocalDate, place: string): DayVerdict;
  /** Local date an instant falls on. */
  dateOf(at: number): LocalDate;
  /** [start, end) of a local date, epoch ms; 23 or 25 h long on DST days. */
  dayBounds(date: LocalDate): TimeSpan;
  /** Start of the local hour, day or month that holds `at`. */
  floor(at: number, step: 'hour' | 'day' | 'month'): number;
  /** Start of the next one after floor(at). */
  next(at: number, step: 'hour' | 'day' | 'month'): number;
  isOpen(place: string, at: number): boolean;
  /** First instant after `at` where isOpen(place) or the bell period changes; at most 8 days ahead. */
  nextChange(place: string, at: number): number;
  /** Open ranges of a place on a date. */
  openRanges(place: string, date: LocalDate): readonly TimeSpan[];
  bells(
    place: string,
    date: LocalDate,
  ): readonly { readonly id: string; readonly name: Text; readonly from: number; readonly to: number }[];
  /** Does `at` fall in `closed | open | always | bell:<id>` for the place? */
  inPeriod(place: string, period: string, at: number): boolean;
  /** Years with holiday data. */
  readonly holidayYears: ReadonlySet<number>;
  /** Warning to show at `at`: this year's data missing, or (from 15 December) next year's. */
  warning(at: number): Text | undefined;
}
