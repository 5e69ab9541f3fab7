import type { Place } from '#contract/http/campus.ts';
import { groupBy } from './group-by.ts';

/**
 * The building a place lies in, or what stands for one: the place directly below the campus (a gate, the grounds), or the root
 * itself. Undefined for a place that is not known.
 */
export function buildingOf(places: ReadonlyMap<string, Place>, place: string): Place | undefined {
  let at = places.get(place);
  while (at) {
    const parent: Place | undefined = at.parent === null ? undefined : places.get(at.parent);
    if (at.kind === 'building' || !parent || parent.parent === null) return at;
    at = parent;
  }
  return undefined;
}

export interface BuildingGroup<T> {
  /** undefined: in no place that is known. */
  readonly building: Place | undefined;
  readonly items: readonly T[];
}

/** Things by building, in the order in which the campus lists its places. */
export function byBuilding<T extends { readonly place: string }>(
  items: readonly T[],
  places: readonly Place[],
): BuildingGroup<T>[] {
  const known = new Map(places.map((place) => [place.id, place]));
  const groups = groupBy(items, ({ place }) => buildingOf(known, place));
  const order = (building: Place | undefined): number => (building ? places.indexOf(building) : places.length);
  return [...groups]
    .map(([building, members]) => ({ building, items: members }))
    .sort((a, b) => order(a.building) - order(b.building));
}
