/** A device as pages see it: its entry in the config and its state now. Pure. */
import type { Device } from '#contract/http/campus.ts';
import type { Registry } from '../shared/registry.ts';
import type { DeviceStatus } from './device-tracker.ts';

/** @returns undefined when the config holds no such device. */
export function deviceView(registry: Registry, status: DeviceStatus): Device | undefined {
  const found = registry.devices.get(status.device);
  if (!found) return undefined;
  return {
    id: found.id,
    name: { ...found.name },
    kind: found.kind,
    profile: found.profile,
    address: found.address ?? found.id,
    site: found.site ?? registry.campus.sites[0]?.id ?? 'main',
    place: found.place,
    dependsOn: [...found.dependsOn],
    intervalS: found.intervalS,
    custodian: found.custodian ?? null,
    tags: [...found.tags],
    retired: found.retired ?? null,
    state: status.state,
    stateSince: status.since,
    stateReason: status.reason,
    parentDown: status.parentDown,
    lastSeenAt: status.lastSeenAt,
    lastReadingAt: status.lastReadingAt,
  };
}
