/** Times as rows of a file write them, to epoch ms; local ones in one zone, with the hours that exist twice or never. */
import { createTimeZone } from '../calendar/time-zone.ts';

export type RowTime =
  | { readonly ok: true; readonly at: number }
  | { readonly ok: false; readonly reason: 'bad-time' | 'no-such-local-time'; readonly message: string };

export interface RowTimes {
  /**
   * @param series rows of one series share a key; in a repeated local hour the first row of a series with a text is
   *   the earlier instant, the next one the later
   */
  resolve(series: string, text: string): RowTime;
}

const DAY_MS = 86_400_000;
const SHAPE =
  /^(\d{4})([-/])(\d{1,2})\2(\d{1,2})(?:[T ](\d{1,2}):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?)?(Z|[+-]\d\d:?\d\d)?$/;
const SECONDS_LIKE = /^\d{9,10}$/;

const bad = (message: string): RowTime => ({ ok: false, reason: 'bad-time', message });

/**
 * Reads epoch ms, ISO 8601 with an offset, or local `YYYY-MM-DD HH:MM[:SS]` (also with `T` or `/`; a date alone is its
 * midnight).
 */
export function createRowTimes(timeZone: string): RowTimes {
  const zone = createTimeZone(timeZone);
  const repeated = new Map<string, { readonly near: number; readonly seen: Set<number> }>();

  const localInstant = (series: string, local: number, text: string): RowTime => {
    const before = zone.offsetAt(local - DAY_MS);
    const after = zone.offsetAt(local + DAY_MS);
    const early = zone.offsetAt(local - before) === before ? local - before : undefined;
    const late = zone.offsetAt(local - after) === after ? local - after : undefined;
    if (early === undefined || late === undefined) {
      const at = early ?? late;
      if (at !== undefined) return { ok: true, at };
      return {
        ok: false,
        reason: 'no-such-local-time',
        message: `${text} does not exist in ${timeZone}: the clocks go forward over it`,
      };
    }
    if (early === late) return { ok: true, at: early };
    // One repeated hour of a series at a time is remembered: a file of years costs no more than a file of days.
    let hour = repeated.get(series);
    if (hour === undefined || Math.abs(hour.near - local) > DAY_MS) {
      hour = { near: local, seen: new Set() };
      repeated.set(series, hour);
    }
    const again = hour.seen.has(local);
    hour.seen.add(local);
    return { ok: true, at: again ? Math.max(early, late) : Math.min(early, late) };
  };

  return {
    resolve(series, text) {
      const trimmed = text.trim();
      if (SECONDS_LIKE.test(trimmed)) return bad(`${trimmed} looks like seconds; epoch times are milliseconds`);
      if (/^-?\d{1,16}$/.test(trimmed)) return { ok: true, at: Number(trimmed) };
      const found = SHAPE.exec(trimmed);
      const local = found === null ? undefined : wallClock(found);
      if (found === null || local === undefined) return bad(`${trimmed === '' ? 'no time' : trimmed} is no time`);
      const offset = found[9];
      if (offset === undefined) return localInstant(series, local, trimmed);
      return { ok: true, at: local - offsetMs(offset) };
    },
  };
}

/** The wall clock's numbers as if they were UTC; undefined for a date or time that does not exist. */
function wallClock(found: RegExpExecArray): number | undefined {
  const part = (index: number): number => Number(found[index] ?? 0);
  const [year, month, day, hour, minute, second] = [part(1), part(3), part(4), part(5), part(6), part(7)];
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  const at = Date.UTC(year, month - 1, day, hour, minute, second);
  const date = new Date(at);
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return undefined;
  return at + Math.floor(Number(`0.${found[8] ?? 0}`) * 1_000);
}

function offsetMs(offset: string): number {
  if (offset === 'Z') return 0;
  const minutes = 60 * Number(offset.slice(1, 3)) + Number(offset.slice(-2));
  return (offset.startsWith('-') ? -1 : 1) * minutes * 60_000;
}
