/** What a credential may publish and receive. Everything not granted here is denied. */
import { nativeTopic } from '#contract/topics.ts';
import type { Credential } from './credential-lookup.ts';

export interface Grants {
  /** Also of its last will. */
  mayPublish(topic: string): boolean;
  /** A filter may reach further than its login: this decides at every delivery. */
  mayReceive(topic: string): boolean;
  /** Can all that the filter matches be received? Only for telling people; a filter that reaches further is granted too. */
  covers(filter: string): boolean;
}

export function grantsOf(credential: Credential): Grants {
  if (credential.kind === 'device') return deviceGrants(credential.site, credential.username);
  const { prefixes } = credential;
  const under = (topic: string): boolean => !isReserved(topic) && prefixes.some((prefix) => topic.startsWith(prefix));
  return {
    mayPublish: credential.kind === 'bridge' ? (topic) => under(topic) && isTopicName(topic) : () => false,
    mayReceive: under,
    // Prefixes hold no wildcards, so a filter that starts with one has its wildcards behind it and cannot reach out.
    covers: under,
  };
}

/** A client without a username on a broker that asks for none: everything but what brokers keep for themselves. */
export const OPEN_GRANTS: Grants = {
  mayPublish: (topic) => !isBrokers(topic) && isTopicName(topic),
  mayReceive: (topic) => !isBrokers(topic),
  covers: (filter) => !isBrokers(filter),
};

const isBrokers = (topic: string): boolean => /^\$(?:SYS|share|queue)(?:\/|$)/.test(topic);

function deviceGrants(site: string, device: string): Grants {
  const up = new Set([
    nativeTopic(site, device, 'readings'),
    nativeTopic(site, device, 'heartbeat'),
    nativeTopic(site, device, 'status'),
  ]);
  const down = nativeTopic(site, device, 'cmd');
  return {
    mayPublish: (topic) => up.has(topic),
    mayReceive: (topic) => topic === down,
    covers: (filter) => filter === down,
  };
}

/**
 * `$SYS`, `$share` and whatever else a broker keeps for itself.
 * Devices made for Huawei's cloud cannot be told to publish anywhere but under `$oc/`, which no broker uses.
 */
const isReserved = (topic: string): boolean => topic.startsWith('$') && !topic.startsWith('$oc/');

/** As many as aedes takes in a PUBLISH. */
const MOST_LEVELS = 100;

/** aedes checks the topic of a PUBLISH, but not that of a will. */
function isTopicName(topic: string): boolean {
  return (
    topic.length > 0 && !/[+#]/.test(topic) && (topic.length <= MOST_LEVELS || topic.split('/').length <= MOST_LEVELS)
  );
}

/** Wildcards stand for whole levels, `#` only for the last ones (MQTT 3.1.1, 4.7.1). */
export function isFilter(filter: string): boolean {
  const levels = filter.split('/');
  return levels.every(
    (level, at) =>
      level === '+' || (level === '#' && at === levels.length - 1) || !(level.includes('+') || level.includes('#')),
  );
}
