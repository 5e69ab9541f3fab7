/** When doors stand open on an ordinary day: around bells, only while their place is open. */
import type { Campus } from '../campus.ts';
import { type LocalDays, weekdayOf } from './local-days.ts';
import { keyOf, noise } from './noise.ts';
import type { SchoolDays, Span } from './school-days.ts';

const MINUTE_MS = 60_000;

/** An opening, epoch ms, `from` < `to`. */
export interface Opening {
  readonly from: number;
  readonly to: number;
}

export interface DoorHours {
  /** Openings of a door on a local day, in order, not touching. */
  openings(door: string, day: number): readonly Opening[];
  isOpen(door: string, at: number): boolean;
}

export function createDoorHours(campus: Campus, school: SchoolDays, days: LocalDays, seed: number): DoorHours {
  const placeOf = new Map(campus.devices.filter((d) => d.kind === 'door').map((d) => [d.id, d.place]));
  const cache = new Map<string, { day: number; openings: readonly Opening[] }>();

  const draw = (door: string, day: number): readonly Opening[] => {
    const place = placeOf.get(door);
    if (place === undefined) return [];
    const plan = school.plan(place, day);
    const key = keyOf(door);
    const start = days.startOf(day);
    const marks = marksOf(plan.bells, plan.open, weekdayOf(day));
    const found: Opening[] = [];
    for (const [i, mark] of marks.entries()) {
      const begin = mark + (noise(seed, key ^ day, i) - 0.5) * 4;
      const end = begin + 2 + noise(seed, key ^ day, i + 500) * 5;
      const open = plan.open.find((span) => begin < span.to && end > span.from);
      if (open === undefined || noise(seed, key ^ day, i + 900) < 0.25) continue;
      const from = Math.round(start + Math.max(begin, open.from) * MINUTE_MS);
      const to = Math.round(start + Math.min(end, open.to - 1) * MINUTE_MS);
      if (to > from && from > (found.at(-1)?.to ?? 0)) found.push({ from, to });
    }
    return found;
  };
  const openings = (door: string, day: number): readonly Opening[] => {
    const known = cache.get(door);
    if (known?.day === day) return known.openings;
    const drawn = draw(door, day);
    cache.set(door, { day, openings: drawn });
    return drawn;
  };
  return {
    openings,
    isOpen: (door, at) => openings(door, days.dayAt(at)).some((o) => at >= o.from && at < o.to),
  };
}

/** Minutes of the day at which people pass: every bell, or four times an open span where no bell rings. */
function marksOf(bells: readonly Span[], open: readonly Span[], weekday: number): number[] {
  const marks =
    bells.length > 0
      ? bells.flatMap((bell) => [bell.from, bell.to])
      : open.flatMap((span) => [0.02, 0.35, 0.6, 0.95].map((share) => span.from + share * (span.to - span.from)));
  // Nobody rings on a Sunday in a place that never closes.
  return [...new Set(marks)].toSorted((a, b) => a - b).filter((_, i) => weekday !== 0 || i % 3 === 0);
}
