/** Look-ups over the configured campus: devices, places and who depends on whom. Immutable; rebuilt on every reload. */

import type { CampusConfig, PlaceConfig } from '#contract/config/campus.ts';
import type { DeviceConfig, DevicesConfig } from '#contract/config/devices.ts';
import type { Selector } from '#contract/config/rules.ts';
import type { DeviceKind } from '#contract/enums.ts';
import { busOf, plainNumber } from './device-line.ts';

export type Selectable = Pick<DeviceConfig, 'id' | 'kind' | 'place' | 'tags'>;

export interface Registry {
  readonly campus: CampusConfig;
  /** All of them, retired ones included: they have a history. */
  readonly devices: ReadonlyMap<string, DeviceConfig>;
  /** Those that are watched, polled, probed and let in. */
  readonly inUse: readonly DeviceConfig[];
  readonly places: ReadonlyMap<string, PlaceConfig>;
  /**
   * Device in use that a profile's captured address stands for. A number on a bus is that bus's alone: another one has its own unit 1.
   * @param topic on which the message came, where it came over MQTT
   */
  byAddress(profile: string, address: string, topic?: string): DeviceConfig | undefined;
  /** A retired device of that address. */
  retiredAt(profile: string, address: string): DeviceConfig | undefined;
  /** As `byAddress`, of a number whose leading zeros say nothing: meters print eight digits and send twelve. */
  byNumber(profile: string, address: string, topic?: string): DeviceConfig | undefined;
  /** Hosts that are probed. */
  readonly probedHosts: ReadonlySet<string>;
  /** The place and all places above it, nearest first. */
  placePath(place: string): readonly string[];
  /** Place profile of the calendar that holds for a place: its own or the nearest above. */
  placeProfile(place: string): string | undefined;
  childPlaces(place: string): readonly PlaceConfig[];
  /** The places (or the one) and every place below them. */
  placesUnder(from: string | readonly string[]): ReadonlySet<string>;
  devicesAt(place: string, kind?: DeviceKind): readonly DeviceConfig[];
  /** All devices in use this one depends on, nearest first, cycles cut. */
  ancestors(device: string): readonly string[];
  /** Devices in use that name this one in `dependsOn` directly. */
  dependents(device: string): readonly string[];
  /** Devices in use. */
  select(selector: Selector): readonly DeviceConfig[];
  /** Whether a device of these settings would be selected. */
  selects(selector: Selector, device: Selectable): boolean;
}

export function createRegistry(campus: CampusConfig, config: DevicesConfig): Registry {
  const devices = new Map(config.devices.map((device) => [device.id, device]));
  const places = new Map(campus.places.map((place) => [place.id, place]));
  const inUse = config.devices.filter(({ retired }) => retired === undefined);
  const addresses = addressBook(inUse, (address) => address);
  const numbers = addressBook(inUse, plainNumber);
  const retired = new Map(
    config.devices.flatMap((one) =>
      one.retired === undefined ? [] : [[addressKey(one.profile, one.address ?? one.id), one]],
    ),
  );
  const children = groupBy(campus.places, (place) => place.parent);
  const atPlace = groupBy(config.devices, (device) => device.place);
  const dependents = dependentsOf(inUse);

  const placePath = (place: string): string[] => {
    const path = new Set<string>();
    for (let at: string | undefined = place; at !== undefined && !path.has(at); at = places.get(at)?.parent)
      path.add(at);
    return [...path];
  };
  const placesUnder = (from: Iterable<string>): Set<string> => {
    const under = new Set(from);
    for (const at of under) for (const child of children.get(at) ?? []) under.add(child.id);
    return under;
  };

  return {
    campus,
    devices,
    inUse,
    places,
    byAddress: (profile, address, topic) => bearerOf(addresses, profile, address, topic),
    retiredAt: (profile, address) => retired.get(addressKey(profile, address)),
    byNumber: (profile, address, topic) => bearerOf(numbers, profile, plainNumber(address), topic),
    probedHosts: new Set(inUse.flatMap(({ probe }) => probe?.host ?? [])),
    placePath,
    placeProfile: (place) =>
      placePath(place)
        .map((at) => places.get(at)?.profile)
        .find((profile) => profile !== undefined),
    childPlaces: (place) => children.get(place) ?? [],
    placesUnder: (from) => placesUnder(typeof from === 'string' ? [from] : from),
    devicesAt: (place, kind) =>
      (atPlace.get(place) ?? []).filter((device) => kind === undefined || device.kind === kind),
    ancestors: (device) => ancestorsOf(devices, device),
    dependents: (device) => dependents.get(device) ?? [],
    select: (selector) => inUse.filter(matcher(selector, placesUnder)),
    selects: (selector, device) => {
      const path = new Set(placePath(device.place));
      return (
        matcher({ ...selector, places: undefined }, placesUnder)(device) &&
        selector.places?.some((at) => path.has(at)) !== false
      );
    },
  };
}

/** Looks each device up: the lists of a selector and the devices of a campus multiply otherwise. */
function matcher(
  { kind, devices, tags, places }: Selector,
  placesUnder: (places: Iterable<string>) => ReadonlySet<string>,
): (device: Selectable) => boolean {
  const ids = devices && new Set(devices);
  const wanted = tags && [...new Set(tags)];
  const under = places && placesUnder(places);
  return (device) =>
    (kind === undefined || device.kind === kind) &&
    (ids === undefined || ids.has(device.id)) &&
    (wanted === undefined || wanted.every((tag) => device.tags.includes(tag))) &&
    (under === undefined || under.has(device.place));
}

const addressKey = (profile: string, address: string): string => `${profile}\n${plainNumber(address)}`;

function ancestorsOf(devices: ReadonlyMap<string, DeviceConfig>, device: string): string[] {
  const seen = new Set(devices.get(device)?.dependsOn ?? []);
  for (const next of seen) for (const higher of devices.get(next)?.dependsOn ?? []) seen.add(higher);
  seen.delete(device);
  return [...seen].filter((id) => devices.get(id)?.retired === undefined);
}

function dependentsOf(devices: readonly DeviceConfig[]): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const device of devices) {
    for (const parent of device.dependsOn) push(found, parent, device.id);
  }
  return found;
}

function groupBy<T>(items: readonly T[], key: (item: T) => string | undefined): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const at = key(item);
    if (at !== undefined) push(groups, at, item);
  }
  return groups;
}

function push<T>(groups: Map<string, T[]>, key: string, item: T): void {
  const known = groups.get(key);
  if (known === undefined) groups.set(key, [item]);
  else known.push(item);
}

interface Bearers {
  anywhere?: DeviceConfig;
  /** By the topic of their line. */
  onLines?: Map<string, DeviceConfig>;
}

type AddressBook = ReadonlyMap<string, ReadonlyMap<string, Bearers>>;

function bearerOf(book: AddressBook, profile: string, address: string, topic = ''): DeviceConfig | undefined {
  const found = book.get(profile)?.get(address);
  return found?.onLines?.get(topic) ?? found?.anywhere;
}

/** Maps in maps: the decoder asks for every message, and a key made of three strings is hashed anew each time. */
function addressBook(devices: readonly DeviceConfig[], keyOf: (address: string) => string): AddressBook {
  const book = new Map<string, Map<string, Bearers>>();
  for (const device of devices) {
    const ofProfile = book.get(device.profile) ?? new Map<string, Bearers>();
    const address = keyOf(device.address ?? device.id);
    const bearers = ofProfile.get(address) ?? {};
    const line = busOf(device);
    if (line === undefined) bearers.anywhere = device;
    else {
      bearers.onLines ??= new Map();
      bearers.onLines.set(line, device);
    }
    book.set(device.profile, ofProfile.set(address, bearers));
  }
  return book;
}
