/** Native MQTT topics: `campus/v1/<site>/<device>/<leaf>`. */

export const NATIVE_PREFIX = 'campus/v1';
export const NATIVE_LEAVES = ['readings', 'heartbeat', 'status', 'cmd'] as const;
export type NativeLeaf = (typeof NATIVE_LEAVES)[number];

/** Device and site ids: lower case, digits, hyphens; no wildcard or level separator can reach a topic through one. */
export const ID_PATTERN = /^[a-z0-9][a-z0-9-]{0,63}$/;

export interface NativeTopic {
  readonly site: string;
  readonly device: string;
  readonly leaf: NativeLeaf;
}

export function nativeTopic(site: string, device: string, leaf: NativeLeaf): string {
  return `${NATIVE_PREFIX}/${site}/${device}/${leaf}`;
}

/** @returns undefined when the topic is not native or an id in it is not legal. */
export function parseNativeTopic(topic: string): NativeTopic | undefined {
  if (!topic.startsWith('campus/v1/')) return undefined;
  const levels = topic.split('/');
  const [site, device, leaf] = [levels[2], levels[3], levels[4]];
  if (levels.length !== 5 || site === undefined || device === undefined) return undefined;
  if (!ID_PATTERN.test(site) || !ID_PATTERN.test(device)) return undefined;
  const known = NATIVE_LEAVES.find((name) => name === leaf);
  return known === undefined ? undefined : { site, device, leaf: known };
}

/** Limits of the wire (bytes, messages, milliseconds). */
export const LIMITS = {
  preAuthBytes: 16 * 1024,
  packetBytes: 1024 * 1024,
  payloadBytes: 64 * 1024,
  /** Characters. MQTT allows 64 KiB, nobody's topic has them, and much is remembered by topic. */
  topicLength: 1_024,
  messagesPerSecond: 200,
  messageBurst: 1_000,
  retainedBytes: 4 * 1024,
  retainedPerDevice: 4,
  holdMs: 10_000,
  deviceTimePastMs: 31 * 24 * 3_600_000,
  deviceTimeFutureMs: 10 * 60_000,
} as const;
