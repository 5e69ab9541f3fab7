import { DEVICE_KINDS, DEVICE_STATES, type DeviceKind, type DeviceState } from '#contract/enums.ts';
import type { Device, Place } from '#contract/http/campus.ts';

export interface DeviceFilters {
  readonly state: DeviceState | undefined;
  readonly kind: DeviceKind | undefined;
  readonly place: string | undefined;
  readonly text: string;
}

export function parseDeviceFilters(query: URLSearchParams): DeviceFilters {
  return {
    state: DEVICE_STATES.find((state) => state === query.get('state')),
    kind: DEVICE_KINDS.find((kind) => kind === query.get('kind')),
    place: query.get('place') ?? undefined,
    text: query.get('q') ?? '',
  };
}

export const isFiltered = ({ state, kind, place, text }: DeviceFilters): boolean =>
  state !== undefined || kind !== undefined || place !== undefined || text.trim() !== '';

/** Ids of a place and of all below it. A parent that is not among them, or a ring, ends the search. */
export function placesWithin(place: string, places: readonly Pick<Place, 'id' | 'parent'>[]): ReadonlySet<string> {
  const within = new Set([place]);
  for (let before = 0; before !== within.size; ) {
    before = within.size;
    for (const { id, parent } of places) if (parent !== null && within.has(parent)) within.add(id);
  }
  return within;
}

const trouble: Readonly<Record<DeviceState, number>> = { offline: 0, suspect: 1, unknown: 2, online: 3 };

/** Devices that match, what is wrong first, otherwise in the order of the config. */
export function shownDevices(
  devices: readonly Device[],
  places: readonly Pick<Place, 'id' | 'parent'>[],
  { state, kind, place, text }: DeviceFilters,
): Device[] {
  const within = place === undefined ? undefined : placesWithin(place, places);
  const wanted = text.trim().toLowerCase();
  return devices
    .filter(
      (device) =>
        (state === undefined || device.state === state) &&
        (kind === undefined || device.kind === kind) &&
        (within === undefined || within.has(device.place)) &&
        [device.id, device.name.zh, device.name.en, device.address].some((name) => name.toLowerCase().includes(wanted)),
    )
    .sort((a, b) => trouble[a.state] - trouble[b.state]);
}
