/** Times as rows of a file write them, to epoch ms; local ones in one zone, with the hours that exist twice or never. */
import { createTimeZone } from '../calendar/time-zone.ts';
import { readTimeText } from '../shared/time-text.ts';

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
const bad = (message: string): RowTime => ({ ok: false, reason: 'bad-time', message });

/**
 * Reads whatever `readTimeText` does: epochs in the unit that fits, ISO 8601 with an offset, local times in the zone (a date
 * alone is its midnight) and the days that spreadsheets count.
 * @param now epoch ms
 */
export function createRowTimes(timeZone: string, now: number): RowTimes {
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
      const read = readTimeText(trimmed, now);
      if (read.kind === 'epoch') return { ok: true, at: read.at };
      if (read.kind === 'none') return bad(trimmed === '' ? read.why : `${trimmed} ${read.why}`);
      if (read.kind === 'excel' || read.offsetMs === undefined) return localInstant(series, read.wall, trimmed);
      return { ok: true, at: read.wall - read.offsetMs };
    },
  };
}
