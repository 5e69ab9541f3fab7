import type { HourBook } from '../store/reading-store.ts';

/**
 * One book out of two of the same meter: its register (first choice) and its interval values (an import of the years
 * before). Per hour the one of which more is known; never both, or it would count twice.
 */
export function preferHours(first: readonly HourBook[], second: readonly HourBook[]): readonly HourBook[] {
  if (second.length === 0) return first;
  if (first.length === 0) return second;
  const chosen = new Map(first.map((hour) => [hour.from, hour]));
  for (const hour of second) {
    const other = chosen.get(hour.from);
    if (other === undefined || other.missingS > hour.missingS) chosen.set(hour.from, hour);
  }
  return [...chosen.values()].sort((a, b) => a.from - b.from);
}
