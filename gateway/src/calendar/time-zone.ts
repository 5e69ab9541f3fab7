/** Wall-clock arithmetic of one IANA zone over Intl, with the offsets of each UTC day remembered. */

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
const MAX_REMEMBERED_DAYS = 20_000;

export interface TimeZone {
  readonly name: string;
  /** Local minus UTC, ms. */
  offsetAt(at: number): number;
  /** Number of the local date (days since 1970-01-01) that `at` falls on. */
  dayOf(at: number): number;
  /**
   * Instant of a local time, `minutes` after the date's 00:00. Of a time that exists twice the first; of one that is
   * skipped the instant the clock springs forward.
   */
  instant(day: number, minutes: number): number;
  /** Start of the local full hour that holds `at`; a change of offset starts an hour of its own. */
  floorHour(at: number): number;
  nextHour(at: number): number;
}

interface UtcDay {
  readonly before: number;
  /** The offset changes here, at most once in a UTC day; Infinity when it does not. */
  readonly changeAt: number;
  readonly after: number;
}

/** Date number of `YYYY-MM-DD`. */
export function dayNumber(date: string): number {
  return Math.round(Date.parse(`${date}T00:00:00Z`) / DAY_MS);
}

/** `YYYY-MM-DD` of a date number. */
export function dateString(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}

/** Monday 1 … Sunday 7. */
export function weekdayOf(day: number): number {
  return ((((day + 3) % 7) + 7) % 7) + 1;
}

/** @throws RangeError for a zone that the runtime does not know; config/campus.yaml is checked before. */
export function createTimeZone(name: string): TimeZone {
  const ask = offsetAsker(name);
  let days = new Map<number, UtcDay>();
  let lastDay = Number.NaN;
  let last: UtcDay = { before: 0, changeAt: Number.POSITIVE_INFINITY, after: 0 };

  const utcDay = (day: number): UtcDay => {
    if (day === lastDay) return last;
    let found = days.get(day);
    if (found === undefined) {
      if (days.size >= MAX_REMEMBERED_DAYS) days = new Map();
      found = readDay(ask, day * DAY_MS);
      days.set(day, found);
    }
    lastDay = day;
    last = found;
    return found;
  };
  const offsetAt = (at: number): number => {
    const day = utcDay(Math.floor(at / DAY_MS));
    return at < day.changeAt ? day.before : day.after;
  };
  /** Change of offset in (from, to], at most a few hours apart. */
  const changeIn = (from: number, to: number): number | undefined => {
    for (const at of [to, from]) {
      const { changeAt } = utcDay(Math.floor(at / DAY_MS));
      if (changeAt > from && changeAt <= to) return changeAt;
    }
    return undefined;
  };
  const intoHour = (at: number): number => {
    const into = (at + offsetAt(at)) % HOUR_MS;
    return into < 0 ? into + HOUR_MS : into;
  };

  return {
    name,
    offsetAt,
    dayOf: (at) => Math.floor((at + offsetAt(at)) / DAY_MS),
    instant(day, minutes) {
      const local = day * DAY_MS + minutes * MINUTE_MS;
      // Offsets never exceed a day, so these two surround the instant looked for.
      const early = offsetAt(local - DAY_MS);
      const late = offsetAt(local + DAY_MS);
      if (early === late || offsetAt(local - early) === early) return local - early;
      if (offsetAt(local - late) === late) return local - late;
      return changeIn(local - late, local - early) ?? local - late;
    },
    floorHour(at) {
      const start = at - intoHour(at);
      return changeIn(start, at) ?? start;
    },
    nextHour(at) {
      const next = at + HOUR_MS - intoHour(at);
      return changeIn(at, next) ?? next;
    },
  };
}

function readDay(ask: (at: number) => number, start: number): UtcDay {
  const before = ask(start);
  const after = ask(start + DAY_MS);
  if (before === after) return { before, changeAt: Number.POSITIVE_INFINITY, after };
  let low = start;
  let high = start + DAY_MS;
  while (high - low > 1_000) {
    const middle = Math.floor((low + high) / 2_000) * 1_000;
    if (ask(middle) === before) low = middle;
    else high = middle;
  }
  return { before, changeAt: high, after };
}

function offsetAsker(timeZone: string): (at: number) => number {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  return (at) => {
    const part: Record<string, number> = {};
    for (const { type, value } of format.formatToParts(at)) part[type] = Number(value);
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part;
    return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(at / 1_000) * 1_000;
  };
}
