import type { Resource } from '#contract/enums.ts';
import type { Device, Place } from '#contract/http/campus.ts';
import { groupBy } from '../../lib/group-by.ts';

export interface PlaceNode {
  readonly place: Place;
  readonly children: readonly PlaceNode[];
  /** Meters of the resource which stand in the place itself. */
  readonly meters: readonly Device[];
}

const kindOf = { electricity: 'electricity-meter', water: 'water-meter' } as const;

/** Whether a device measures the resource. */
export function measures(device: Pick<Device, 'kind'>, resource: Resource): boolean {
  return device.kind === kindOf[resource];
}

/** The tree of places, without branches in which nothing measures the resource. A place of an unknown parent is a root. */
export function placeTree(places: readonly Place[], devices: readonly Device[], resource: Resource): PlaceNode[] {
  const ids = new Set(places.map(({ id }) => id));
  const meters = groupBy(
    devices.filter((device) => measures(device, resource)),
    ({ place }) => place,
  );
  const byParent = groupBy(places, ({ parent }) => (parent !== null && ids.has(parent) ? parent : null));
  const build = (parent: string | null): PlaceNode[] =>
    (byParent.get(parent) ?? [])
      .map((place) => ({ place, children: build(place.id), meters: meters.get(place.id) ?? [] }))
      .filter((node) => node.children.length > 0 || node.meters.length > 0);
  return build(null);
}

/** The nodes from a root down to the place; empty when it is not in the tree. */
export function pathTo(nodes: readonly PlaceNode[], place: string): PlaceNode[] {
  for (const node of nodes) {
    if (node.place.id === place) return [node];
    const below = pathTo(node.children, place);
    if (below.length > 0) return [node, ...below];
  }
  return [];
}

/** As pathTo, but of a place that is not in the tree the way to the nearest place above it which is. */
export function pathToNearest(nodes: readonly PlaceNode[], places: readonly Place[], place: string): PlaceNode[] {
  const parents = new Map(places.map(({ id, parent }) => [id, parent]));
  for (let at: string | null | undefined = place; at; at = parents.get(at)) {
    const path = pathTo(nodes, at);
    if (path.length > 0) return path;
  }
  return [];
}

/** Ids of the place and all below it. */
export function placesUnder(node: PlaceNode): Set<string> {
  return new Set([node.place.id, ...node.children.flatMap((child) => [...placesUnder(child)])]);
}
