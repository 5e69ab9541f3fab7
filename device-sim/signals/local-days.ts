/** Local calendar days of one time zone, numbered like epoch days. Days of 23 and 25 hours come out as such. */

export const DAY_MS = 86_400_000;

export interface LocalDays {
  /** Number of the local day that contains the instant (epoch ms); 0 is 1970-01-01. */
  dayAt(at: number): number;
  /** First instant of a local day, epoch ms. */
  startOf(day: number): number;
}

const zones = new Map<string, LocalDays>();

/** One for all who ask for a zone: the starts of days are the same for everybody. */
export function localDays(timeZone: string): LocalDays {
  const days = zones.get(timeZone) ?? createLocalDays(timeZone);
  zones.set(timeZone, days);
  return days;
}

function createLocalDays(timeZone: string): LocalDays {
  const clock = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  const offsetAt = (at: number): number => {
    const part = new Map(clock.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
    const of = (name: Intl.DateTimeFormatPartTypes) => part.get(name) ?? 0;
    const wall = Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'), of('second'));
    return wall - Math.floor(at / 1_000) * 1_000;
  };
  // Asking Intl costs microseconds and registers add up years of days: each start is asked once.
  const starts = new Map<number, number>();
  const startOf = (day: number): number => {
    const known = starts.get(day);
    if (known !== undefined) return known;
    const midnight = day * DAY_MS;
    const guess = midnight - offsetAt(midnight);
    const start = midnight - offsetAt(guess);
    starts.set(day, start);
    return start;
  };
  const dayAt = (at: number): number => {
    let day = Math.floor(at / DAY_MS);
    while (at < startOf(day)) day -= 1;
    while (at >= startOf(day + 1)) day += 1;
    return day;
  };
  return { dayAt, startOf };
}

/** `YYYY-MM-DD` of a day number. */
export function dateOf(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}

/** 0 Sunday … 6 Saturday. */
export function weekdayOf(day: number): number {
  return (((day + 4) % 7) + 7) % 7;
}
