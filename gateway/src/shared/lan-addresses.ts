import { networkInterfaces } from 'node:os';
import { isLoopback } from './environment.ts';

/** IPv4 addresses of this machine in its networks, without the loopback. */
export function lanAddresses(): string[] {
  return Object.values(networkInterfaces())
    .flatMap((found) => found ?? [])
    .filter(({ family, internal }) => family === 'IPv4' && !internal)
    .map(({ address }) => address);
}

/** Under which addresses other machines reach a listener that is bound to `host`; none when only this machine does. */
export function reachableAt(host: string, addresses = lanAddresses()): readonly string[] {
  if (isLoopback(host)) return [];
  return host === '0.0.0.0' || host === '::' ? addresses : [host];
}
