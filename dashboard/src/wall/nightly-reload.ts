import { localTime } from '../lib/site-time.ts';

interface Night {
  readonly zone: string;
  readonly now: number;
  /** When the page was loaded, same clock. */
  readonly loadedAt: number;
  readonly isCalling: boolean;
  /** Audio was armed by a tap: a reload would silence the wall until somebody taps again. */
  readonly armedByTap: boolean;
}

const hour = 3_600_000;
const quietHour = 4;

/** A page that runs for months is loaded anew once a night, but never at the price of its voice or of an open call. */
export function isTimeToReload({ zone, now, loadedAt, isCalling, armedByTap }: Night): boolean {
  if (isCalling || armedByTap || now - loadedAt < 2 * hour) return false;
  return localTime(zone, now).hour === quietHour;
}
