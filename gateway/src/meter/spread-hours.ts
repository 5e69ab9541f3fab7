import type { TimeSpan } from '../calendar/school-calendar.ts';
import type { HourBook } from '../store/reading-store.ts';
import { HOUR_MS } from './hour-ledger.ts';

/** What is known of one stretch of time. */
export interface Spread {
  /** kWh or m³; meaningless while knownMs is 0. */
  amount: number;
  knownMs: number;
  estimatedMs: number;
  flags: number;
}

/**
 * Sums booked hours into spans. An hour that lies in two of them (zones whose clocks change by half an hour, or a
 * range that begins within an hour) is divided by time; Σ spans = Σ hours inside.
 * @param hours ascending
 * @param spans ascending, without overlaps
 */
export function spreadHours(hours: readonly HourBook[], spans: readonly TimeSpan[]): Spread[] {
  const spreads = spans.map((): Spread => ({ amount: 0, knownMs: 0, estimatedMs: 0, flags: 0 }));
  let first = 0;
  for (const hour of hours) {
    const known = knownWindow(hour);
    while (first < spans.length && (spans[first]?.to ?? 0) <= hour.from) first += 1;
    for (let i = first; i < spans.length; i += 1) {
      const span = spans[i];
      const spread = spreads[i];
      if (span === undefined || spread === undefined || span.from >= hour.from + HOUR_MS) break;
      spread.flags |= hour.flags;
      const share = (Math.min(known.to, span.to) - Math.max(known.from, span.from)) / (known.to - known.from);
      if (hour.increase === null || share <= 0) continue;
      spread.amount += hour.increase * share;
      spread.knownMs += (3600 - hour.missingS) * 1000 * share;
      spread.estimatedMs += hour.estimatedS * 1000 * share;
    }
  }
  return spreads;
}

/**
 * Where in the hour its known part lies. Hours of old books do not tell; there the boundary registers do: the hour that is
 * still going on is known at its start, the first hour of a meter at its end.
 */
export function knownWindow({ from, missingS, startRegister, endRegister, known }: HourBook): TimeSpan {
  const to = from + HOUR_MS;
  if (known !== undefined) return { from: from + known.fromS * 1000, to: from + known.toS * 1000 };
  const knownMs = HOUR_MS - missingS * 1000;
  if (knownMs > 0 && startRegister !== null && endRegister === null) return { from, to: from + knownMs };
  if (knownMs > 0 && startRegister === null && endRegister !== null) return { from: to - knownMs, to };
  return { from, to };
}
