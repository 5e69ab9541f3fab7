/**
 * What digits and texts of time can mean, wherever somebody else writes them: devices, spreadsheets, people at a terminal.
 * Pure. A wall clock's figures are given as if they were UTC; whoever knows the zone makes an instant of them.
 */

export type TimeText =
  | {
      readonly kind: 'time';
      /** The figures of the clock and the calendar, as epoch ms as if they were UTC. */
      readonly wall: number;
      /** What the text says of its zone, ms east of Greenwich; undefined when it says nothing. */
      readonly offsetMs: number | undefined;
      /** A date without a time of day: its midnight. */
      readonly isDay: boolean;
    }
  | { readonly kind: 'epoch'; readonly at: number }
  /** A day as spreadsheets count them, with its part of a day. */
  | { readonly kind: 'excel'; readonly wall: number }
  /** `why`: one clause that follows the text. */
  | { readonly kind: 'none'; readonly why: string };

export const EPOCH_UNITS = ['s', 'ms', 'us', 'ns'] as const;
export type EpochUnit = (typeof EPOCH_UNITS)[number];

const MS_PER: Readonly<Record<EpochUnit, (value: number) => number>> = {
  s: (value) => value * 1_000,
  ms: (value) => value,
  us: (value) => value / 1_000,
  ns: (value) => value / 1_000_000,
};
const DAY_MS = 86_400_000;
/** No device that sends its time is older. */
const EPOCH_FROM = Date.UTC(2010, 0, 1);
const AHEAD_MS = 366 * DAY_MS;
/** Beyond it no calendar goes: `Date` and `Intl` throw. */
const LAST_MS = 8.64e15;

/** Whether a number of ms is an instant that the calendar knows. */
export function isInstant(ms: number): boolean {
  return Math.abs(ms) <= LAST_MS;
}

/** ISO 8601 in UTC, or `—` for what is no instant: for texts, never for sums. */
export function isoText(ms: number): string {
  return isInstant(ms) ? new Date(ms).toISOString() : '—';
}

/** Epoch ms of a number in that unit; NaN for one that is no instant, or lies more than a year after `now`. */
export function epochIn(unit: EpochUnit, value: number, now: number): number {
  const at = Math.round(MS_PER[unit](value));
  return isInstant(at) && at <= now + AHEAD_MS ? at : Number.NaN;
}

/** The unit in which digits can be an epoch: 2010 to a year from `now`. No two units fit one number. */
export function epochUnit(value: number, now: number): EpochUnit | undefined {
  return EPOCH_UNITS.find((unit) => {
    const at = MS_PER[unit](value);
    return at >= EPOCH_FROM && at <= now + AHEAD_MS;
  });
}

/** Epoch ms of digits in the unit that fits; undefined where none does. */
export function epochOf(value: number, now: number): number | undefined {
  const unit = epochUnit(value, now);
  return unit === undefined ? undefined : Math.round(MS_PER[unit](value));
}

const MAX_TEXT = 64;
const DIGITS = /^[+-]?\d+(?:\.\d*)?$/;
/** Day, minute, second, millisecond: no epoch between 2010 and 2286 has as many digits. */
const COMPACT = /^(\d{4})(\d\d)(\d\d)(?:(\d\d)(\d\d)(?:(\d\d)(\d{3})?)?)?$/;
const DATE =
  /^(?:(\d{4})([-/.])(\d{1,2})\2(\d{1,2})|(\d{4})年(\d{1,2})月(\d{1,2})[日号]?|(\d{4})(\d\d)(\d\d)(?=[T ]\d))(?:\s{0,3}(?:星期|周)[一二三四五六日天])?/;
const CLOCK =
  /^(?:T|\s{0,3})(上午|下午|凌晨|早上|中午|晚上|[AP]M)?\s?(?:(\d{1,2}):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?|(\d{1,2})[时点](?:(\d{1,2})分(?:(\d{1,2})秒)?)?|(\d\d)(\d\d)(?:(\d\d)(?:[.,](\d{1,9}))?)?)(?:\s?([AP]M))?(?:\s?(Z|[+-]\d\d(?::?\d\d)?))?$/i;
const DAY_FIRST = /^\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}/;
const SHORTENED = /^\d[.,]\d+e\+?\d+$/i;

/** @param now epoch ms: digits mean an epoch only up to a year after it */
export function readTimeText(text: string, now: number): TimeText {
  const plain = asciiOf(text);
  if (plain === '') return none('no time');
  if (plain.length > MAX_TEXT) return none('is no time');
  if (DIGITS.test(plain)) return readDigits(plain, now);
  const date = DATE.exec(plain);
  if (date === null) {
    if (DAY_FIRST.test(plain)) return none('may begin with the day or with the month; write 2026-03-01');
    if (SHORTENED.test(plain)) return none('has lost its last digits in a spreadsheet; format the column as text');
    return none('is no time');
  }
  const day = dayOf(date);
  if (day === undefined) return none('is no date of the calendar');
  const rest = plain.slice(date[0].length);
  if (rest === '') return { kind: 'time', wall: day, offsetMs: undefined, isDay: true };
  const clock = CLOCK.exec(rest);
  if (clock === null) return none('is no time');
  const timeOfDay = timeOfDayIn(clock);
  const offsetMs = offsetIn(clock[14]);
  if (timeOfDay === undefined || Number.isNaN(offsetMs)) return none('is no time of a day');
  return { kind: 'time', wall: day + timeOfDay, offsetMs, isDay: false };
}

/** `YYYY-MM-DD` of a date in any hand, midnight or no time of day beside it; undefined for anything else. */
export function dayText(text: string): string | undefined {
  const read = readTimeText(text, Number.POSITIVE_INFINITY);
  if (read.kind !== 'time' && read.kind !== 'excel') return undefined;
  return read.wall % DAY_MS === 0 ? isoText(read.wall).slice(0, 10) : undefined;
}

const none = (why: string): TimeText => ({ kind: 'none', why });

/** Full-width figures and colons as ASCII; Chinese words stay. */
function asciiOf(text: string): string {
  const trimmed = text.length > 4 * MAX_TEXT ? text.slice(0, 4 * MAX_TEXT) : text.trim();
  return /[^\x20-\x7e]/.test(trimmed) ? trimmed.normalize('NFKC').trim() : trimmed;
}

const NO_DIGITS =
  'is no time: digits are an epoch in s, ms, µs or ns of 2010 up to a year from now, or YYYYMMDD[HHMM[SS]]';

function readDigits(text: string, now: number): TimeText {
  const compact = COMPACT.exec(text);
  if (compact !== null) {
    const [, , , , hour = '0', minute = '0', second = '0', ms = '0'] = compact;
    const day = dayOf([text, compact[1], '', compact[2], compact[3]]);
    const time = inDay(Number(hour), Number(minute), Number(second), Number(ms));
    if (day !== undefined && time !== undefined)
      return { kind: 'time', wall: day + time, offsetMs: undefined, isDay: compact[4] === undefined };
  }
  const value = Number(text);
  const at = epochOf(value, now);
  if (at !== undefined) return { kind: 'epoch', at };
  const wall = excelWall(value);
  return wall >= EPOCH_FROM && wall <= now + AHEAD_MS ? { kind: 'excel', wall } : none(NO_DIGITS);
}

/** Day 1 is 1900-01-01 and a 29 February 1900 is counted; parts of a day are kept to the second. */
function excelWall(days: number): number {
  return Math.round((Date.UTC(1899, 11, 30) + days * DAY_MS) / 1_000) * 1_000;
}

function dayOf(found: readonly (string | undefined)[]): number | undefined {
  const [year, month, day] = [
    found[1] ?? found[5] ?? found[8],
    found[3] ?? found[6] ?? found[9],
    found[4] ?? found[7] ?? found[10],
  ].map(Number);
  const at = Date.UTC(year ?? 0, (month ?? 0) - 1, day);
  const date = new Date(at);
  const exists = date.getUTCFullYear() === year && date.getUTCMonth() + 1 === month && date.getUTCDate() === day;
  return exists ? at : undefined;
}

function timeOfDayIn(clock: RegExpExecArray): number | undefined {
  const [, before, h1, m1, s1, f1, h2, m2, s2, h3, m3, s3, f3, after] = clock;
  const half = (after ?? before ?? '').toUpperCase();
  const hour = inHalf(half, Number(h1 ?? h2 ?? h3));
  const ms = Number((f1 ?? f3 ?? '').padEnd(3, '0').slice(0, 3));
  return hour === undefined ? undefined : inDay(hour, Number(m1 ?? m2 ?? m3 ?? 0), Number(s1 ?? s2 ?? s3 ?? 0), ms);
}

/** Hour of the day of an hour of its half; undefined for one that this half has not. */
function inHalf(half: string, hour: number): number | undefined {
  if (half === '') return hour;
  if (/^(?:上午|凌晨|早上|AM)$/.test(half)) return hour > 12 ? undefined : hour % 12;
  if (hour > 12) return hour;
  if (hour < 12) return half === '中午' && hour > 9 ? hour : hour + 12;
  return half === '晚上' ? 24 : 12;
}

/** 24:00 is the midnight at the end of the day. */
function inDay(hour: number, minute: number, second: number, ms: number): number | undefined {
  const isEnd = hour === 24 && minute + second + ms === 0;
  if ((hour > 23 && !isEnd) || minute > 59 || second > 59) return undefined;
  return ((hour * 60 + minute) * 60 + second) * 1_000 + ms;
}

/** NaN for what is no offset. */
function offsetIn(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^z$/i.test(text)) return 0;
  const hours = Number(text.slice(1, 3));
  const minutes = text.length > 3 ? Number(text.slice(-2)) : 0;
  if (hours > 18 || minutes > 59) return Number.NaN;
  return (text.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * 60_000;
}
