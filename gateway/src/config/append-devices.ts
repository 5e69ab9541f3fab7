import type { PlaceConfig } from '#contract/config/campus.ts';
import type { DeviceConfig } from '#contract/config/devices.ts';
import { appendEntries } from './append-entries.ts';

/** @param text a devices.yaml that parses */
export function appendDevices(text: string, devices: readonly DeviceConfig[]): string {
  return appendEntries(text, 'devices', devices.map(written));
}

/** @param text a campus.yaml that parses */
export function appendPlace(text: string, { id, name, ...rest }: PlaceConfig): string {
  return appendEntries(text, 'places', [{ id, name: name.zh === name.en ? name.zh : name, ...rest }]);
}

/** What has to be said: defaults are left out. */
function written(device: DeviceConfig): Record<string, unknown> {
  const { name, dependsOn, tags, profile, ...rest } = device;
  const { id, ...others } = rest;
  return {
    id,
    name: name.zh === name.en ? name.zh : name,
    ...others,
    ...(profile !== 'native' && { profile }),
    ...(dependsOn.length > 0 && { dependsOn }),
    ...(tags.length > 0 && { tags }),
  };
}
