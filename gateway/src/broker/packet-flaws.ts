/**
 * What the parser lets through although the standard forbids it. aedes would take these packets for good ones.
 * Section numbers: MQTT 3.1.1 unless they begin with 5, which are those of MQTT 5.0.
 */
import type { Packet } from 'mqtt-packet';

/** `code`: reason code of the DISCONNECT that MQTT 5 clients get. */
export interface Flaw {
  readonly code: number;
  readonly text: string;
}

/** The decoder puts U+FFFD where bytes are no UTF-8 (1.5.3-1); U+0000 is forbidden as such (1.5.3-2). */
const isBadText = (text: string): boolean => text.includes('\ufffd') || text.includes('\0');

const malformed = (text: string): Flaw => ({ code: 0x81, text });
const protocolError = (text: string): Flaw => ({ code: 0x82, text });

/** Why the connection has to be closed because of this packet; undefined: it is as it should be. */
export function flawOf(packet: Packet, version: number): Flaw | undefined {
  const properties = version === 5 ? propertyFlaw(packet) : undefined;
  return properties ?? packetFlaw(packet, version);
}

function packetFlaw(packet: Packet, version: number): Flaw | undefined {
  switch (packet.cmd) {
    case 'connect':
      return connectFlaw(packet);
    case 'publish':
      return publishFlaw(packet) ?? (version === 5 ? publishFlaw5(packet) : undefined);
    case 'subscribe':
      if (!packet.messageId) return malformed('SUBSCRIBE with packet identifier 0 (2.3.1)');
      if (packet.subscriptions.length === 0) return protocolError('SUBSCRIBE without a topic filter (3.8.3-3)');
      return identifierFlaw(packet) ?? filterFlaw(packet.subscriptions.map(({ topic }) => topic));
    case 'unsubscribe':
      if (!packet.messageId) return malformed('UNSUBSCRIBE with packet identifier 0 (2.3.1)');
      if (packet.unsubscriptions.length === 0) return protocolError('UNSUBSCRIBE without a topic filter (3.10.3-2)');
      return filterFlaw(packet.unsubscriptions);
    case 'auth':
      return protocolError('AUTH without an authentication method (5 4.12)');
    default:
      return undefined;
  }
}

/**
 * The parser takes a property that is cut short for null, −1 or false, and one that stands twice for a list. Either would be
 * believed by aedes, and could not be written again to a subscriber.
 */
function propertyFlaw(packet: Packet): Flaw | undefined {
  const own = 'properties' in packet ? packet.properties : undefined;
  const ofWill = packet.cmd === 'connect' ? packet.will?.properties : undefined;
  for (const [name, value] of [...Object.entries(own ?? {}), ...Object.entries(ofWill ?? {})] as [string, unknown][]) {
    if (name === 'userProperties') {
      const texts = Object.values(value as Record<string, unknown>).flat();
      if (texts.some((text) => typeof text !== 'string')) return malformed('a user property is cut short (5 2.2.2)');
    } else if (Array.isArray(value)) return protocolError(`the property ${name} stands twice (5 2.2.2.2)`);
    else if (value === null || value === -1 || (value === false && NO_BOOLEANS.has(name))) {
      return malformed(`the property ${name} is cut short (5 2.2.2)`);
    }
  }
  return undefined;
}

const NO_BOOLEANS: ReadonlySet<string> = new Set(['subscriptionIdentifier']);

/** As many as aedes takes. */
const MOST_LEVELS = 100;
const isDeep = (topic: string): boolean => topic.length > MOST_LEVELS && topic.split('/').length > MOST_LEVELS;

function publishFlaw({ qos, messageId, topic, properties }: Extract<Packet, { cmd: 'publish' }>): Flaw | undefined {
  if (qos > 0 && !messageId) return malformed('PUBLISH with packet identifier 0 (2.3.1)');
  if (isBadText(topic)) return malformed('the topic is no UTF-8 text (1.5.3)');
  if (topic.includes('+') || topic.includes('#')) return { code: 0x90, text: 'a topic with wildcards (3.3.2-2)' };
  if (isDeep(topic)) return { code: 0x90, text: `a topic of more than ${MOST_LEVELS} levels` };
  // With MQTT 5 an alias may stand in its place.
  return topic === '' && properties?.topicAlias === undefined
    ? protocolError('a PUBLISH without a topic (4.7.3-1)')
    : undefined;
}

function filterFlaw(filters: readonly string[]): Flaw | undefined {
  if (filters.some(isBadText)) return malformed('a topic filter is no UTF-8 text (1.5.3)');
  if (filters.includes('')) return protocolError('an empty topic filter (4.7.3-1)');
  return filters.some(isDeep) ? { code: 0x8f, text: `a topic filter of more than ${MOST_LEVELS} levels` } : undefined;
}

function identifierFlaw({ properties }: Extract<Packet, { cmd: 'subscribe' }>): Flaw | undefined {
  return properties?.subscriptionIdentifier === 0
    ? protocolError('subscription identifier 0 (5 3.8.2.1.2)')
    : undefined;
}

function connectFlaw({ clientId, username, password, will, protocolVersion }: Extract<Packet, { cmd: 'connect' }>) {
  if (protocolVersion !== 5 && username === undefined && password !== undefined) {
    return malformed('a password without a user name (3.1.2-22)');
  }
  if (/[+#]/.test(will?.properties?.responseTopic ?? '')) {
    return protocolError('the response topic of the will is no topic name (5 3.3.2-14)');
  }
  const texts = [clientId, username, will?.topic];
  return texts.some((text) => text !== undefined && isBadText(text))
    ? malformed('client id, user name or will topic is no UTF-8 text (1.5.3)')
    : undefined;
}

function publishFlaw5({ qos, dup, properties }: Extract<Packet, { cmd: 'publish' }>): Flaw | undefined {
  if (qos === 0 && dup) return protocolError('DUP with QoS 0 (5 3.3.1-2)');
  if (properties === undefined) return undefined;
  if (properties.subscriptionIdentifier !== undefined) {
    return protocolError('PUBLISH of a client with a subscription identifier (5 3.3.4-6)');
  }
  const { responseTopic } = properties;
  return responseTopic !== undefined && (isBadText(responseTopic) || /[+#]/.test(responseTopic))
    ? protocolError('the response topic is no topic name (5 3.3.2-14)')
    : undefined;
}
