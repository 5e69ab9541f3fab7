/** Every device of the campus as it is announced, behind what it depends on. */
import type { DeviceConfig } from '#contract/config/devices.ts';
import type { Registry } from '../shared/registry.ts';
import { GATEWAY_IDENTIFIER } from './announced-message.ts';
import { type DeviceToAnnounce, identifierOf } from './device-config.ts';
import { type EntitySpec, entitiesOf } from './entity-specs.ts';

/** @param known metrics a device has ever had a value of */
export function campusDevices(
  registry: Registry,
  known: (device: string) => ReadonlySet<string>,
): ReadonlyMap<string, DeviceToAnnounce> {
  const entities = new Map<string, readonly EntitySpec[]>();
  for (const device of registry.inUse) {
    const own = entitiesOf(device.kind, known(device.id));
    if (own.length > 0) entities.set(device.id, own);
  }
  return new Map(
    [...entities].flatMap(([id, own]): [string, DeviceToAnnounce][] => {
      const device = registry.devices.get(id);
      if (device === undefined) return [];
      const via = viaOf(registry, device, (one) => entities.has(one));
      return [[id, { device, entities: own, via, area: registry.places.get(device.place)?.name.zh }]];
    }),
  );
}

/** The nearest device above it that is announced too, else the gateway. */
function viaOf(registry: Registry, device: DeviceConfig, isAnnounced: (id: string) => boolean): string {
  const parent = registry.ancestors(device.id).find(isAnnounced);
  const found = parent === undefined ? undefined : registry.devices.get(parent);
  return found === undefined ? GATEWAY_IDENTIFIER : identifierOf(found);
}
