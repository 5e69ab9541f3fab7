/** Local wall-clock time of a site to epoch ms. */
import { readTimeText } from '../shared/time-text.ts';

/** As most write it; anything else is looked at in peace. */
const LOCAL = /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d)(?::(\d\d))?$/;
const QUARTER_MS = 15 * 60_000;
const DAY_MS = 86_400_000;
const REMEMBERED = 4_096;

export interface LocalTime {
  /**
   * @param text a date and a time of day in any hand that `readTimeText` knows; an offset in it counts for nothing
   * @param near in a repeated local hour the instant nearer to this one is meant, epoch ms
   * @returns epoch ms, NaN when it is not such a time
   */
  parse(text: string, near: number): number;
}

/** Offsets are asked once per quarter of an hour: no zone changes between two of them. */
export function localTime(timeZone: string): LocalTime {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  });
  const offsets = new Map<number, number>();
  const offsetAt = (at: number): number => {
    const quarter = Math.floor(at / QUARTER_MS) * QUARTER_MS;
    const known = offsets.get(quarter);
    if (known !== undefined) return known;
    const part = Object.fromEntries(format.formatToParts(quarter).map(({ type, value }) => [type, Number(value)]));
    const local = Date.UTC(
      part['year'] ?? 0,
      (part['month'] ?? 1) - 1,
      part['day'],
      part['hour'],
      part['minute'],
      part['second'],
    );
    if (offsets.size >= REMEMBERED) offsets.clear();
    offsets.set(quarter, local - quarter);
    return local - quarter;
  };
  return {
    parse: (text, near) => {
      const utc = wallOf(text, near);
      if (Number.isNaN(utc)) return utc;
      const before = utc - offsetAt(utc - DAY_MS);
      const after = utc - offsetAt(utc + DAY_MS);
      return Math.abs(before - near) <= Math.abs(after - near) ? before : after;
    },
  };
}

function wallOf(text: string, near: number): number {
  const found = LOCAL.exec(text);
  if (found !== null) {
    const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = found
      .slice(1)
      .map((part) => Number(part ?? 0));
    // Every month has these.
    const isPlain = month >= 1 && month <= 12 && day >= 1 && day <= 28 && hour <= 23 && minute <= 59 && second <= 59;
    if (isPlain) return Date.UTC(year, month - 1, day, hour, minute, second);
  }
  const read = readTimeText(text, near);
  return read.kind === 'time' && !read.isDay ? read.wall : Number.NaN;
}
