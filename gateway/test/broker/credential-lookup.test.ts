import { expect, test } from 'vitest';
import { credential, device } from '#contract/config/devices.ts';
import { credentialLookup } from '../../src/broker/credential-lookup.ts';

test('devices with a token and credentials are found; a device wins its name', () => {
  const base = { name: 'x', kind: 'electricity-meter', place: 'room-1' };
  const devices = [
    device.parse({ ...base, id: 'meter-1', tokenHash: 'hash 1' }),
    device.parse({ ...base, id: 'meter-2', site: 'east', tokenHash: 'hash 2' }),
    device.parse({ ...base, id: 'meter-3' }),
    device.parse({ ...base, id: 'both', tokenHash: 'hash of the device' }),
  ];
  const credentials = [
    credential.parse({ username: 'z2m', kind: 'bridge', prefixes: ['zigbee2mqtt/'], tokenHash: 'hash 4' }),
    credential.parse({ username: 'both', kind: 'bridge', prefixes: ['a'], tokenHash: 'hash of the bridge' }),
  ];
  const lookup = credentialLookup(devices, credentials, 'main');
  expect(lookup.find('meter-1')).toEqual({ kind: 'device', username: 'meter-1', site: 'main', tokenHash: 'hash 1' });
  expect(lookup.find('meter-2')).toMatchObject({ site: 'east' });
  expect(lookup.find('meter-3')).toBeUndefined();
  expect(lookup.find('both')).toMatchObject({ kind: 'device' });
  expect(lookup.find('z2m')).toMatchObject({ kind: 'bridge', prefixes: ['zigbee2mqtt/'] });
  expect(lookup.find('__proto__')).toBeUndefined();
});
