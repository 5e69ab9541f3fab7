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
  switch (packet.cmd) {
    case 'connect':
      return connectFlaw(packet);
    case 'publish':
      if (packet.qos > 0 && !packet.messageId) return malformed('PUBLISH with packet identifier 0 (2.3.1)');
      if (isBadText(packet.topic)) return malformed('the topic is no UTF-8 text (1.5.3)');
      return version === 5 ? publishFlaw5(packet) : undefined;
    case 'subscribe':
      if (!packet.messageId) return malformed('SUBSCRIBE with packet identifier 0 (2.3.1)');
      if (packet.subscriptions.length === 0) return protocolError('SUBSCRIBE without a topic filter (3.8.3-3)');
      return packet.subscriptions.some(({ topic }) => isBadText(topic)) ? badFilter : undefined;
    case 'unsubscribe':
      if (!packet.messageId) return malformed('UNSUBSCRIBE with packet identifier 0 (2.3.1)');
      if (packet.unsubscriptions.length === 0) return protocolError('UNSUBSCRIBE without a topic filter (3.10.3-2)');
      return packet.unsubscriptions.some(isBadText) ? badFilter : undefined;
    default:
      return undefined;
  }
}

const badFilter = malformed('a topic filter is no UTF-8 text (1.5.3)');

function connectFlaw({ clientId, username, password, will, protocolVersion }: Extract<Packet, { cmd: 'connect' }>) {
  if (protocolVersion !== 5 && username === undefined && password !== undefined) {
    return malformed('a password without a user name (3.1.2-22)');
  }
  const texts = [clientId, username, will?.topic];
  return texts.some((text) => text !== undefined && isBadText(text))
    ? malformed('client id, user name or will topic is no UTF-8 text (1.5.3)')
    : undefined;
}

function publishFlaw5({ qos, dup, topic, properties }: Extract<Packet, { cmd: 'publish' }>): Flaw | undefined {
  if (qos === 0 && dup) return protocolError('DUP with QoS 0 (5 3.3.1-2)');
  if (/[+#]/.test(topic)) return { code: 0x90, text: 'a topic with wildcards (5 3.3.2-2)' };
  if (properties === undefined) return undefined;
  if (properties.subscriptionIdentifier !== undefined) {
    return protocolError('PUBLISH of a client with a subscription identifier (5 3.3.4-6)');
  }
  const { responseTopic } = properties;
  return responseTopic !== undefined && (isBadText(responseTopic) || /[+#]/.test(responseTopic))
    ? protocolError('the response topic is no topic name (5 3.3.2-14)')
    : undefined;
}
