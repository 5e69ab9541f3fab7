import type { Place } from '#contract/http/campus.ts';

export interface PlaceOption {
  readonly place: Place;
  readonly depth: number;
}

/** Places in the order of the tree, each with how deep it lies. One whose parent is not there is a root. */
export function placeOptions(places: readonly Place[]): readonly PlaceOption[] {
  const ids = new Set(places.map(({ id }) => id));
  const shown = new Set<string>();
  const below = (parent: string | null, depth: number): PlaceOption[] =>
    places
      .filter((place) => (parent === null ? place.parent === null || !ids.has(place.parent) : place.parent === parent))
      .flatMap((place) => {
        if (shown.has(place.id)) return [];
        shown.add(place.id);
        return [{ place, depth }, ...below(place.id, depth + 1)];
      });
  return below(null, 0);
}
