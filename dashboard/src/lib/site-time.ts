/** Calendar arithmetic in the site's zone. The browser's own zone is never used: a school is where it is. */

const formats = new Map<string, Intl.DateTimeFormat>();

function partsFormat(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    });
    formats.set(zone, format);
  }
  return format;
}

export interface LocalTime {
  readonly year: number;
  /** 1..12 */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

/** What the clocks at the site show at `at` (epoch ms). */
export function localTime(zone: string, at: number): LocalTime {
  const part: Record<string, number> = {};
  for (const { type, value } of partsFormat(zone).formatToParts(at)) part[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part;
  return { year, month, day, hour, minute, second };
}

function offsetMs(zone: string, at: number): number {
  const { year, month, day, hour, minute, second } = localTime(zone, at);
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(at / 1000) * 1000;
}

/**
 * Epoch ms at which the site's clocks show the given time; fields may overflow (day 32, day -6).
 * A time which is skipped in spring becomes the instant after the gap; of a repeated one the earlier is meant.
 */
export function fromLocalTime(
  zone: string,
  {
    year,
    month,
    day,
    hour = 0,
    minute = 0,
    second = 0,
  }: Partial<LocalTime> & Pick<LocalTime, 'year' | 'month' | 'day'>,
): number {
  const asUtc = Date.UTC(year, month - 1, day, hour, minute, second);
  const before = asUtc - offsetMs(zone, asUtc - 86_400_000);
  const after = asUtc - offsetMs(zone, asUtc + 86_400_000);
  const fits = [before, after].filter((at) => at + offsetMs(zone, at) === asUtc);
  return fits.length > 0 ? Math.min(...fits) : Math.max(before, after);
}

export function startOfDay(zone: string, at: number): number {
  const { year, month, day } = localTime(zone, at);
  return fromLocalTime(zone, { year, month, day });
}

/** Midnight after the last instant before `to`: of a range that ends at midnight its own end. */
export function endOfDay(zone: string, to: number): number {
  return addDays(zone, startOfDay(zone, to - 1), 1);
}

export function startOfMonth(zone: string, at: number): number {
  const { year, month } = localTime(zone, at);
  return fromLocalTime(zone, { year, month, day: 1 });
}

/** Monday 00:00 of the week of `at`. */
export function startOfWeek(zone: string, at: number): number {
  const { year, month, day } = localTime(zone, at);
  const weekday = new Date(Date.UTC(year, month - 1, day)).getUTCDay();
  return fromLocalTime(zone, { year, month, day: day - ((weekday + 6) % 7) });
}

/** The same time of day `days` later (or earlier), also over a change of the clocks. */
export function addDays(zone: string, at: number, days: number): number {
  const { year, month, day, hour, minute, second } = localTime(zone, at);
  return fromLocalTime(zone, { year, month, day: day + days, hour, minute, second }) + (((at % 1000) + 1000) % 1000);
}

const two = (value: number): string => String(value).padStart(2, '0');

/** `YYYY-MM-DD` at the site. */
export function localDate(zone: string, at: number): string {
  const { year, month, day } = localTime(zone, at);
  return `${year}-${two(month)}-${two(day)}`;
}

/** `YYYY-MM-DDTHH:MM` at the site, the form of a datetime-local field. */
export function localField(zone: string, at: number): string {
  const { hour, minute } = localTime(zone, at);
  return `${localDate(zone, at)}T${two(hour)}:${two(minute)}`;
}

/** Epoch ms of `YYYY-MM-DD[THH:MM]` at the site, or undefined when it is no date. */
export function parseLocal(zone: string, text: string): number | undefined {
  const match = /^(\d{4})-(\d{2})-(\d{2})(?:T(\d{2}):(\d{2}))?$/.exec(text);
  if (!match) return undefined;
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0] = match.slice(1).map((part) => Number(part ?? 0));
  return fromLocalTime(zone, { year, month, day, hour, minute });
}
