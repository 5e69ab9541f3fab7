import type { HourBook, KnownPart } from '../store/reading-store.ts';

/**
 * One book out of the phases or channels of one meter. An hour is as well known as its least known part; where a part
 * is missing altogether the sum says so instead of passing for the whole.
 */
export function addHours(books: readonly (readonly HourBook[])[]): readonly HourBook[] {
  const [first, ...others] = books;
  if (!first) return [];
  if (others.length === 0) return first;
  const sums = new Map<number, HourBook>();
  const counts = new Map<number, number>();
  for (const hour of books.flat()) {
    const sum = sums.get(hour.from);
    sums.set(hour.from, sum ? added(sum, hour) : hour);
    counts.set(hour.from, (counts.get(hour.from) ?? 0) + 1);
  }
  return [...sums.values()]
    .map((hour) => (counts.get(hour.from) === books.length ? hour : unknownHour(hour)))
    .sort((a, b) => a.from - b.from);
}

function added(a: HourBook, b: HourBook): HourBook {
  const missingS = Math.max(a.missingS, b.missingS);
  return {
    from: a.from,
    increase: plus(a.increase, b.increase),
    estimatedS: Math.min(3_600 - missingS, Math.max(a.estimatedS, b.estimatedS)),
    missingS,
    startRegister: plus(a.startRegister, b.startRegister),
    endRegister: plus(a.endRegister, b.endRegister),
    flags: a.flags | b.flags,
    known: around(a.known, b.known),
  };
}

/** The part in which any of them is known; a whole hour wins. */
function around(a: KnownPart | undefined, b: KnownPart | undefined): KnownPart | undefined {
  if (a === undefined || b === undefined) return undefined;
  return { fromS: Math.min(a.fromS, b.fromS), toS: Math.max(a.toS, b.toS) };
}

const plus = (a: number | null, b: number | null): number | null => (a === null || b === null ? null : a + b);

const unknownHour = (hour: HourBook): HourBook => ({
  ...hour,
  increase: null,
  estimatedS: 0,
  missingS: 3_600,
  startRegister: null,
  endRegister: null,
  known: undefined,
});
