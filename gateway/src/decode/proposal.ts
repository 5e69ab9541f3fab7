/** A device that a message announces: offered to whoever adds devices, never added by itself. */
import { DEVICE_KINDS, type DeviceKind } from '#contract/enums.ts';
import { isAddress } from './run.ts';
import { isObject } from './value-path.ts';

export interface Proposal {
  readonly profile: string;
  readonly address: string;
  readonly name: string;
  readonly kind: DeviceKind;
  readonly manufacturer: string | undefined;
  readonly model: string | undefined;
}

const MAX_PROPOSALS = 500;

/** @param said whatever the profile's `propose` leads to; entries that are not usable are left out */
export function proposalsOf(profile: string | undefined, said: unknown): readonly Proposal[] {
  if (profile === undefined || !Array.isArray(said)) return [];
  return said.slice(0, MAX_PROPOSALS).flatMap((entry: unknown) => {
    if (!isObject(entry) || !isAddress(entry['address']) || entry['offered'] === false) return [];
    const kind = DEVICE_KINDS.find((one) => one === entry['kind']) ?? 'sensor';
    const { address } = entry as { address: string };
    const name = wordOf(entry['name']) ?? address;
    return [
      { profile, address, name, kind, manufacturer: wordOf(entry['manufacturer']), model: wordOf(entry['model']) },
    ];
  });
}

/** Addresses of all devices it speaks of, also of those that are not offered. */
export function addressesOf(said: unknown): readonly string[] {
  if (!Array.isArray(said)) return [];
  return said.slice(0, MAX_PROPOSALS).flatMap((entry: unknown) => {
    const address = isObject(entry) ? entry['address'] : undefined;
    return isAddress(address) ? [address] : [];
  });
}

function wordOf(said: unknown): string | undefined {
  return typeof said === 'string' && said.trim() !== '' ? said.trim().slice(0, 64) : undefined;
}
