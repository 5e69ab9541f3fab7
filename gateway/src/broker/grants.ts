/** What a credential may publish, subscribe to and receive. Everything not granted here is denied. */
import { nativeTopic } from '#contract/topics.ts';
import type { Credential } from './credential-lookup.ts';

export interface Grants {
  mayPublish(topic: string): boolean;
  maySubscribe(filter: string): boolean;
  /** Asked again at every delivery: a filter can match more than it seems (`a/#` matches `a`). */
  mayReceive(topic: string): boolean;
}

export function grantsOf(credential: Credential): Grants {
  if (credential.kind === 'device') return deviceGrants(credential.site, credential.username);
  const { prefixes } = credential;
  const under = (topic: string): boolean => !isReserved(topic) && prefixes.some((prefix) => topic.startsWith(prefix));
  return {
    mayPublish: credential.kind === 'bridge' ? under : () => false,
    // Prefixes hold no wildcards, so a filter that starts with one has its wildcards behind it and cannot reach out.
    maySubscribe: (filter) => under(filter) && isFilter(filter),
    mayReceive: under,
  };
}

/** A client without a username on a broker that asks for none: everything but what brokers keep for themselves. */
export const OPEN_GRANTS: Grants = {
  mayPublish: (topic) => !isReserved(topic),
  maySubscribe: (filter) => !isReserved(filter) && isFilter(filter),
  mayReceive: (topic) => !isReserved(topic),
};

function deviceGrants(site: string, device: string): Grants {
  const up = new Set([
    nativeTopic(site, device, 'readings'),
    nativeTopic(site, device, 'heartbeat'),
    nativeTopic(site, device, 'status'),
  ]);
  const down = nativeTopic(site, device, 'cmd');
  return {
    mayPublish: (topic) => up.has(topic),
    maySubscribe: (filter) => filter === down,
    mayReceive: (topic) => topic === down,
  };
}

/**
 * `$SYS`, `$share` and whatever else a broker keeps for itself; and U+0000, which no topic may hold (MQTT 3.1.1, 4.7.3).
 * Devices made for Huawei's cloud cannot be told to publish anywhere but under `$oc/`, which no broker uses.
 */
const isReserved = (topic: string): boolean =>
  (topic.startsWith('$') && !topic.startsWith('$oc/')) || topic.includes('\0');

/** Wildcards stand for whole levels, `#` only for the last ones (MQTT 3.1.1, 4.7.1). */
function isFilter(filter: string): boolean {
  const levels = filter.split('/');
  return levels.every(
    (level, at) =>
      level === '+' || (level === '#' && at === levels.length - 1) || !(level.includes('+') || level.includes('#')),
  );
}
