import { expect, test } from 'vitest';
import { lanAddresses, reachableAt } from '../../src/shared/lan-addresses.ts';

test.each([
  ['127.0.0.1', []],
  ['localhost', []],
  ['::1', []],
  ['0.0.0.0', ['192.168.1.10', '10.0.0.2']],
  ['::', ['192.168.1.10', '10.0.0.2']],
  ['10.0.0.2', ['10.0.0.2']],
])('a listener on %s is reached at %j', (host, found) => {
  expect(reachableAt(host, ['192.168.1.10', '10.0.0.2'])).toEqual(found);
});

test('the addresses of this machine are IPv4 and none of them is its loopback', () => {
  for (const address of lanAddresses()) expect(address).toMatch(/^(?!127\.)\d+\.\d+\.\d+\.\d+$/);
});
