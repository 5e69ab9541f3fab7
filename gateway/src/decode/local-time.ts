/** Local wall-clock time of a site to epoch ms. */

const LOCAL = /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d)(?::(\d\d))?/;
const QUARTER_MS = 15 * 60_000;
const DAY_MS = 86_400_000;
const REMEMBERED = 4_096;

export interface LocalTime {
  /**
   * @param text `YYYY-MM-DDTHH:MM:SS` without offset
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
      const found = LOCAL.exec(text);
      if (!found) return Number.NaN;
      const [year, month, day, hour, minute, second] = found.slice(1).map((part) => Number(part ?? 0));
      const utc = Date.UTC(year ?? 0, (month ?? 1) - 1, day, hour, minute, second);
      const before = utc - offsetAt(utc - DAY_MS);
      const after = utc - offsetAt(utc + DAY_MS);
      return Math.abs(before - near) <= Math.abs(after - near) ? before : after;
    },
  };
}
