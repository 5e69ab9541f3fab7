/** Which devices a fault takes hold of. */

import type { DeviceConfig } from '#contract/config/devices.ts';
import type { DeviceKind } from '#contract/enums.ts';
import { type Campus, pathOf } from '../campus.ts';
import type { FaultSpec } from './fault-spec.ts';

export type TargetReason = 'unknown-device' | 'unknown-place' | 'no-fitting-device';
export type Targets =
  | { readonly ok: true; readonly devices: readonly DeviceConfig[] }
  | { readonly ok: false; readonly reason: TargetReason };

const FITS: Partial<Record<FaultSpec['fault'], readonly DeviceKind[]>> = {
  leak: ['water-meter'],
  'left-on': ['electricity-meter'],
  'door-open': ['door'],
  'switch-dead': ['switch'],
  reset: ['electricity-meter', 'water-meter'],
};

/** A place means its devices and those of the places in it; what happens at one spot takes the meter nearest to the place. */
export function faultTargets(campus: Campus, spec: FaultSpec): Targets {
  const named = spec.device === undefined ? inPlace(campus, spec.place ?? '') : byId(campus, spec.device);
  if (!named.ok) return named;
  const kinds = FITS[spec.fault];
  const fitting = named.devices.filter((device) => kinds === undefined || kinds.includes(device.kind));
  const oneSpot = spec.fault === 'leak' || spec.fault === 'left-on';
  const chosen = oneSpot ? fitting.slice(0, 1) : fitting;
  if (chosen.length === 0) return { ok: false, reason: 'no-fitting-device' };
  if (spec.fault !== 'switch-dead') return { ok: true, devices: chosen };
  return { ok: true, devices: [...chosen, ...dependents(campus, chosen)] };
}

/** Everything that cannot work without one of these, at any distance. */
export function dependents(campus: Campus, roots: readonly DeviceConfig[]): readonly DeviceConfig[] {
  const gone = new Set(roots.map((device) => device.id));
  const found: DeviceConfig[] = [];
  for (let before = -1; before !== found.length; ) {
    before = found.length;
    for (const device of campus.devices) {
      if (gone.has(device.id) || !device.dependsOn.some((id) => gone.has(id))) continue;
      gone.add(device.id);
      found.push(device);
    }
  }
  return found;
}

function byId(campus: Campus, id: string): Targets {
  const device = campus.devices.find((one) => one.id === id);
  return device === undefined ? { ok: false, reason: 'unknown-device' } : { ok: true, devices: [device] };
}

function inPlace(campus: Campus, place: string): Targets {
  if (!campus.places.has(place)) return { ok: false, reason: 'unknown-place' };
  const near = campus.devices
    .map((device) => ({ device, distance: pathOf(campus, device.place).findIndex((above) => above.id === place) }))
    .filter(({ distance }) => distance >= 0)
    .toSorted((a, b) => a.distance - b.distance);
  return { ok: true, devices: near.map(({ device }) => device) };
}
