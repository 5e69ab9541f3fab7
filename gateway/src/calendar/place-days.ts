import type { CalendarConfig } from '#contract/config/calendar.ts';
import type { Text } from '#contract/enums.ts';
import { forDayType, judgeDay, overridesFor } from './day-type.ts';
import type { HolidayData } from './holidays.ts';
import type { DayVerdict, TimeSpan } from './school-calendar.ts';
import { dateString, type TimeZone } from './time-zone.ts';

export interface BellSpan extends TimeSpan {
  readonly id: string;
  readonly name: Text;
}

/** What one place does on one date, in instants. */
export interface PlaceDay {
  readonly verdict: DayVerdict;
  /** [start, end) of the local date. */
  readonly start: number;
  readonly end: number;
  /** Ranges that begin on this date, merged; the last may run past midnight. */
  readonly opens: readonly TimeSpan[];
  readonly bells: readonly BellSpan[];
}

export interface PlaceDays {
  of(day: number): PlaceDay;
  isOpen(at: number): boolean;
  inBell(id: string, at: number): boolean;
  /** First change of open or bell after `at` and up to `horizon`; undefined when there is none. */
  changeAfter(at: number, horizon: number): number | undefined;
}

export interface PlaceDaysInput {
  readonly config: CalendarConfig;
  readonly zone: TimeZone;
  readonly holidays: HolidayData;
  /** The place and the places above it, nearest first. */
  readonly path: readonly string[];
  /** Place profile; undefined: the place is never closed. */
  readonly profile: string | undefined;
}

const MAX_REMEMBERED_DAYS = 4_000;

/** Days of one place, each worked out once. */
export function createPlaceDays({ config, zone, holidays, path, profile }: PlaceDaysInput): PlaceDays {
  const overrides = overridesFor(config.overrides, path);
  const hours = profile === undefined ? undefined : config.placeProfiles[profile];
  const neverClosed = hours === undefined || hours.alwaysOpen;
  let days = new Map<number, PlaceDay>();
  let today: PlaceDay | undefined;
  let yesterday: PlaceDay | undefined;

  const work = (day: number): PlaceDay => {
    const verdict = judgeDay(dateString(day), day, config, overrides, holidays);
    const start = zone.instant(day, 0);
    const end = zone.instant(day + 1, 0);
    const ranges = hours === undefined ? undefined : forDayType(hours.open, verdict.type);
    const bells = forDayType(config.bells, verdict.type) ?? [];
    return {
      verdict,
      start,
      end,
      opens: neverClosed ? [{ from: start, to: end }] : merged((ranges ?? []).map((range) => spanOf(zone, day, range))),
      bells: bells.map((bell) => ({ id: bell.id, name: bell.name, ...spanOf(zone, day, `${bell.from}-${bell.to}`) })),
    };
  };
  const of = (day: number): PlaceDay => {
    let found = days.get(day);
    if (found === undefined) {
      if (days.size >= MAX_REMEMBERED_DAYS) days = new Map();
      found = work(day);
      days.set(day, found);
    }
    return found;
  };
  const turnTo = (at: number): void => {
    if (today !== undefined && at >= today.start && at < today.end) return;
    const day = zone.dayOf(at);
    today = of(day);
    yesterday = of(day - 1);
  };
  const within = (at: number, pick: (day: PlaceDay) => readonly TimeSpan[]): boolean => {
    turnTo(at);
    return (today !== undefined && holds(pick(today), at)) || (yesterday !== undefined && holds(pick(yesterday), at));
  };
  const isOpen = (at: number): boolean => neverClosed || within(at, opensOf);
  const state = (at: number): string => {
    turnTo(at);
    const bells = [...(yesterday?.bells ?? []), ...(today?.bells ?? [])].filter(
      (bell) => at >= bell.from && at < bell.to,
    );
    return `${isOpen(at)} ${bells
      .map(({ id }) => id)
      .sort()
      .join(' ')}`;
  };

  return {
    of,
    isOpen,
    inBell: (id, at) => within(at, (day) => day.bells.filter((bell) => bell.id === id)),
    changeAfter(at, horizon) {
      for (let day = zone.dayOf(at); ; day += 1) {
        const { start, end } = of(day);
        if (start > horizon) return undefined;
        const change = edgesOf([of(day - 1), of(day)])
          .filter((edge) => edge > at && edge <= horizon && edge >= start && edge < end)
          .sort((a, b) => a - b)
          .find((edge) => state(edge) !== state(edge - 1));
        if (change !== undefined) return change;
      }
    },
  };
}

function edgesOf(days: readonly PlaceDay[]): number[] {
  return days.flatMap(({ opens, bells }) => [...opens, ...bells].flatMap((span) => [span.from, span.to]));
}

const opensOf = (day: PlaceDay): readonly TimeSpan[] => day.opens;

function holds(spans: readonly TimeSpan[], at: number): boolean {
  for (const span of spans) if (at >= span.from && at < span.to) return true;
  return false;
}

/** `HH:MM-HH:MM` on a date; an end at or before the start is on the next day. */
function spanOf(zone: TimeZone, day: number, range: string): TimeSpan {
  const from = minutesOf(range.slice(0, 5));
  const to = minutesOf(range.slice(6));
  return { from: zone.instant(day, from), to: to > from ? zone.instant(day, to) : zone.instant(day + 1, to) };
}

const minutesOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5));

/** Sorted, without overlaps, and without what a skipped hour left empty. */
function merged(spans: readonly TimeSpan[]): TimeSpan[] {
  const out: TimeSpan[] = [];
  for (const span of [...spans].sort((a, b) => a.from - b.from)) {
    const last = out.at(-1);
    if (last !== undefined && span.from <= last.to)
      out[out.length - 1] = { from: last.from, to: Math.max(last.to, span.to) };
    else if (span.to > span.from) out.push(span);
  }
  return out;
}
