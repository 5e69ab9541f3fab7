import { DEVICE_KINDS, DEVICE_STATES, type DeviceKind, type DeviceState } from '#contract/enums.ts';
import type { Device, Place } from '#contract/http/campus.ts';
import { tagName } from '#contract/tags.ts';
import { placesWithin } from '../../lib/places-within.ts';

export interface DeviceFilters {
  readonly state: DeviceState | undefined;
  readonly kind: DeviceKind | undefined;
  readonly place: string | undefined;
  readonly text: string;
  /** Retired ones instead of those in use. */
  readonly retired: boolean;
  readonly sort: SortName | undefined;
  readonly descending: boolean;
  /** Rows under a heading for each place. */
  readonly byPlace: boolean;
}

export const SORTS = ['state', 'name', 'kind', 'place', 'custodian', 'seen', 'profile'] as const;
export type SortName = (typeof SORTS)[number];

export function parseDeviceFilters(query: URLSearchParams): DeviceFilters {
  return {
    state: DEVICE_STATES.find((state) => state === query.get('state')),
    kind: DEVICE_KINDS.find((kind) => kind === query.get('kind')),
    place: query.get('place') ?? undefined,
    text: query.get('q') ?? '',
    retired: query.get('retired') === '1',
    sort: SORTS.find((sort) => sort === query.get('sort')?.replace(/^-/, '')),
    descending: query.get('sort')?.startsWith('-') === true,
    byPlace: query.get('group') === 'place',
  };
}

export const isFiltered = ({ state, kind, place, text }: DeviceFilters): boolean =>
  state !== undefined || kind !== undefined || place !== undefined || text.trim() !== '';

const trouble: Readonly<Record<DeviceState, number>> = { offline: 0, suspect: 1, unknown: 2, online: 3 };

/** Devices that match, what is wrong first, otherwise in the order of the config. */
export function shownDevices(
  devices: readonly Device[],
  places: readonly Pick<Place, 'id' | 'parent'>[],
  { state, kind, place, text, retired }: DeviceFilters,
): Device[] {
  const within = place === undefined ? undefined : placesWithin(place, places);
  const wanted = text.trim().toLowerCase();
  return devices
    .filter(
      (device) =>
        (device.retired !== null) === retired &&
        (state === undefined || device.state === state) &&
        (kind === undefined || device.kind === kind) &&
        (within === undefined || within.has(device.place)) &&
        [
          ...[device.id, device.name.zh, device.name.en, device.address, ...device.tags],
          ...device.tags.map((tag) => tagName(tag, 'zh')),
        ].some((name) => name.toLowerCase().includes(wanted)),
    )
    .sort((a, b) => trouble[a.state] - trouble[b.state]);
}

/** What a column is sorted by, in words as they are shown. */
export interface SortWords {
  readonly name: (device: Device) => string;
  readonly kind: (device: Device) => string;
  readonly place: (device: Device) => string;
  readonly profile: (device: Device) => string;
  /** Epoch ms; null: never. */
  readonly seen: (device: Device) => number | null;
}

/** By a column; equal ones stay as they were. Nobody and never come last either way. */
export function sortedDevices(
  devices: readonly Device[],
  { sort, descending }: Pick<DeviceFilters, 'sort' | 'descending'>,
  words: SortWords,
  language: string,
): readonly Device[] {
  if (sort === undefined) return devices;
  const collator = new Intl.Collator(language, { numeric: true });
  const keyOf = (device: Device): string | number | null => {
    if (sort === 'state') return trouble[device.state];
    if (sort === 'custodian') return device.custodian;
    return words[sort](device);
  };
  const way = descending ? -1 : 1;
  const keyed = devices.map((device) => ({ device, key: keyOf(device) }));
  keyed.sort((a, b) => {
    if (a.key === null || b.key === null) return Number(a.key === null) - Number(b.key === null);
    if (typeof a.key === 'number' && typeof b.key === 'number') return way * (a.key - b.key);
    return way * collator.compare(String(a.key), String(b.key));
  });
  return keyed.map(({ device }) => device);
}
