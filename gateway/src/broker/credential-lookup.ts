/** Who may connect, read from the configuration. */
import type { CredentialConfig, DeviceConfig } from '#contract/config/devices.ts';

export type Credential =
  | { readonly kind: 'device'; readonly username: string; readonly site: string; readonly tokenHash: string }
  | {
      readonly kind: 'bridge' | 'integration';
      readonly username: string;
      readonly prefixes: readonly string[];
      readonly tokenHash: string;
    };

export interface CredentialLookup {
  find(username: string): Credential | undefined;
  /** The id of a device that is out of use, and of no login. */
  isRetired?(username: string): boolean;
}

/**
 * Devices without a `tokenHash` cannot connect. A username that is both a device and a credential is the device's,
 * the narrower right.
 * @param defaultSite the site of devices that name none
 * @param retired ids of devices that are out of use
 */
export function credentialLookup(
  devices: Iterable<DeviceConfig>,
  credentials: readonly CredentialConfig[],
  defaultSite: string,
  retired: ReadonlySet<string> = new Set(),
): CredentialLookup {
  const known = new Map<string, Credential>(credentials.map((credential) => [credential.username, credential]));
  for (const { id, site, tokenHash } of devices) {
    if (tokenHash !== undefined) known.set(id, { kind: 'device', username: id, site: site ?? defaultSite, tokenHash });
  }
  return { find: (username) => known.get(username), isRetired: (username) => retired.has(username) };
}
