/** A message on its way to subscribers, and its bytes on the wire. */
import { generate, type IPublishPacket } from 'mqtt-packet';
import type { MessageProperties } from '../shared/broker-shelf.ts';

export interface Message {
  readonly topic: string;
  /** Owned by the message: no view of what was read from a socket, once somebody has to keep it. */
  readonly payload: Buffer;
  readonly qos: 0 | 1 | 2;
  readonly retain: boolean;
  readonly properties?: MessageProperties | undefined;
  /** Epoch ms UTC after which it is delivered no more. */
  readonly expiresAt?: number | undefined;
}

/** What of a message is one subscriber's own. */
export interface Envelope {
  readonly qos: 0 | 1 | 2;
  readonly retain: boolean;
  /** Subscription identifiers it matched (MQTT 5). */
  readonly identifiers: readonly number[];
}

export interface TopicAlias {
  readonly number: number;
  /** The client does not know it yet: the topic goes with it. */
  readonly isNew: boolean;
}

interface Sending extends Envelope {
  readonly alias?: TopicAlias | undefined;
  readonly version: number;
  readonly messageId?: number | undefined;
  readonly dup?: boolean;
  /** Epoch ms UTC. */
  readonly now: number;
}

/** PUBLISH packets of QoS 0 that are the same for every subscriber, so that each is made once a message. */
const shared = new WeakMap<Message, Map<string, Buffer>>();

export function encodePublish(message: Message, sending: Sending): Buffer {
  const isShared =
    sending.qos === 0 &&
    sending.identifiers.length === 0 &&
    message.expiresAt === undefined &&
    sending.alias === undefined;
  if (!isShared) return encode(message, sending);
  const made = shared.get(message) ?? new Map<string, Buffer>();
  const key = `${sending.version === 5 ? 5 : 4}${sending.retain}`;
  const before = made.get(key);
  if (before !== undefined) return before;
  const bytes = encode(message, sending);
  shared.set(message, made.set(key, bytes));
  return bytes;
}

function encode(
  message: Message,
  { version, qos, retain, messageId, dup = false, identifiers, alias, now }: Sending,
): Buffer {
  const packet: IPublishPacket = { cmd: 'publish', topic: message.topic, payload: message.payload, qos, retain, dup };
  if (messageId !== undefined) packet.messageId = messageId;
  if (version !== 5) return generate(packet, { protocolVersion: 4 });
  const properties: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(message.properties ?? {}))
    if (value !== undefined) properties[name] = value;
  if (message.expiresAt !== undefined) {
    properties['messageExpiryInterval'] = Math.max(1, Math.ceil((message.expiresAt - now) / 1_000));
  }
  if (alias !== undefined) {
    properties['topicAlias'] = alias.number;
    if (!alias.isNew) packet.topic = '';
  }
  if (identifiers.length > 0)
    properties['subscriptionIdentifier'] = identifiers.length === 1 ? identifiers[0] : [...identifiers];
  if (Object.keys(properties).length > 0) packet.properties = properties;
  return generate(packet, { protocolVersion: 5 });
}

/** Properties of a PUBLISH or a will that its subscribers get too (MQTT 5, 3.3.2.3). */
export function travellingProperties(properties: IPublishPacket['properties']): MessageProperties | undefined {
  if (properties === undefined) return undefined;
  const { payloadFormatIndicator, contentType, responseTopic, correlationData, userProperties } = properties;
  const kept = { payloadFormatIndicator, contentType, responseTopic, correlationData, userProperties };
  const some = Object.values(kept).some((value) => value !== undefined);
  // A copy: it would keep everything that was read with it in memory.
  return some ? { ...kept, correlationData: correlationData && Buffer.from(correlationData) } : undefined;
}
