/** Which meters a meter feeds: a main reads the sum of what hangs below it, plus consumers of its own. */
import type { PlaceConfig } from '#contract/config/campus.ts';
import type { DeviceConfig } from '#contract/config/devices.ts';
import { type Campus, pathOf } from '../campus.ts';

/**
 * Parent of each meter that has one: the nearest place above (or the same place's main) with a meter of the same kind.
 * Where that place has several, the one tagged `main`, else `sockets`, else the first in the file.
 */
export function meterParents(campus: Campus): ReadonlyMap<string, string> {
  const parents = new Map<string, string>();
  for (const meter of campus.devices.filter(isMeter)) {
    const [own, ...above] = pathOf(campus, meter.place);
    const parent = mainBeside(campus, meter, own) ?? firstAbove(campus, meter, above);
    if (parent !== undefined) parents.set(meter.id, parent.id);
  }
  return parents;
}

export function isMeter(device: DeviceConfig): boolean {
  return device.kind === 'electricity-meter' || device.kind === 'water-meter';
}

function metersAt(campus: Campus, like: DeviceConfig, place: PlaceConfig): DeviceConfig[] {
  return campus.devices.filter((device) => device.kind === like.kind && device.place === place.id);
}

function mainBeside(campus: Campus, meter: DeviceConfig, place: PlaceConfig | undefined): DeviceConfig | undefined {
  if (place === undefined || meter.tags.includes('main')) return undefined;
  return metersAt(campus, meter, place).find((other) => other.tags.includes('main'));
}

function firstAbove(campus: Campus, meter: DeviceConfig, above: readonly PlaceConfig[]): DeviceConfig | undefined {
  for (const place of above) {
    const meters = metersAt(campus, meter, place);
    const chosen =
      meters.find((m) => m.tags.includes('main')) ?? meters.find((m) => m.tags.includes('sockets')) ?? meters[0];
    if (chosen !== undefined) return chosen;
  }
  return undefined;
}
