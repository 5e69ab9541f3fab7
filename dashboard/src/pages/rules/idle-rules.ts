import type { RuleConfig, Selector } from '#contract/config/rules.ts';
import type { Device, Place } from '#contract/http/campus.ts';
import { placesWithin } from '../../lib/places-within.ts';

type SelectableDevice = Pick<Device, 'id' | 'kind' | 'place' | 'tags' | 'retired'>;

/** Ids of the rules that are switched on and select no device in use: they can never alert. */
export function idleRules(
  rules: readonly RuleConfig[],
  devices: readonly SelectableDevice[],
  places: readonly Pick<Place, 'id' | 'parent'>[],
): ReadonlySet<string> {
  const inUse = devices.filter(({ retired }) => retired === null);
  const idle = rules.filter(({ enabled, select }) => enabled && !inUse.some(matcher(select, places)));
  return new Set(idle.map(({ id }) => id));
}

/** As the gateway selects: all given filters must match. */
function matcher(
  { kind, devices, tags, places }: Selector,
  known: readonly Pick<Place, 'id' | 'parent'>[],
): (device: SelectableDevice) => boolean {
  const within = places && new Set(places.flatMap((place) => [...placesWithin(place, known)]));
  return (device) =>
    (kind === undefined || device.kind === kind) &&
    devices?.includes(device.id) !== false &&
    tags?.every((tag) => device.tags.includes(tag)) !== false &&
    within?.has(device.place) !== false;
}
