import type { Place } from '#contract/http/campus.ts';

/** Ids of a place and of all below it. A parent that is not among them, or a ring, ends the search. */
export function placesWithin(place: string, places: readonly Pick<Place, 'id' | 'parent'>[]): ReadonlySet<string> {
  const within = new Set([place]);
  for (let before = 0; before !== within.size; ) {
    before = within.size;
    for (const { id, parent } of places) if (parent !== null && within.has(parent)) within.add(id);
  }
  return within;
}
