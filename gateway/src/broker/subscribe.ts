/**
 * SUBSCRIBE and UNSUBSCRIBE, answered by ourselves: subscriptions and delivery are ours, and aedes answers a packet with one filter
 * too few or in another order where two are equal or look like numbers.
 */
import { generate, type ISubscribePacket, type IUnsubscribePacket } from 'mqtt-packet';
import type { BrokerLimits } from './broker-options.ts';
import { isFilter } from './grants.ts';
import type { Refuse } from './refusals.ts';
import type { RetainedMessages } from './retained-messages.ts';
import type { Session } from './session.ts';
import type { SessionBook } from './session-book.ts';

/** Reason codes of SUBACK (MQTT 5, 3.9.3); MQTT 3.1.1 knows 0x80 for all of them. */
const REFUSED = { filter: 0x8f, quota: 0x97, shared: 0x9e } as const;
const NO_SUBSCRIPTION = 0x11;

export interface Subscribing {
  readonly limits: BrokerLimits;
  readonly sessions: SessionBook;
  readonly retained: RetainedMessages;
  readonly refuse: Refuse;
}

type Asked = ISubscribePacket['subscriptions'][number];

export function answerSubscribe(session: Session, packet: ISubscribePacket, setup: Subscribing): void {
  const { version, guard } = session;
  const fresh = new Set<string>();
  const judged = packet.subscriptions.map((asked) => ({ asked, refused: refusalOf(session, asked, fresh, setup) }));
  const granted = judged.map(({ asked, refused }) =>
    refused === undefined ? asked.qos : version === 5 ? refused : 0x80,
  );
  const { messageId } = packet;
  guard.stream.write(generate({ cmd: 'suback', messageId: messageId ?? 0, granted }, { protocolVersion: version }));
  const identifier = packet.properties?.subscriptionIdentifier;
  for (const { asked, refused } of judged) if (refused === undefined) serve(session, asked, identifier, setup);
}

/** @param fresh filters of the same packet that are granted and new */
function refusalOf(
  session: Session,
  { topic }: Asked,
  fresh: Set<string>,
  { limits, refuse }: Subscribing,
): number | undefined {
  const { outbox, grants } = session;
  if (topic.startsWith('$share/')) {
    refuse('filter-limited', session, topic);
    return REFUSED.shared;
  }
  if (!isFilter(topic)) {
    refuse('filter-limited', session, topic);
    return REFUSED.filter;
  }
  const isNew = !outbox.subscriptions.has(topic) && !fresh.has(topic);
  if (isNew && outbox.subscriptions.size + fresh.size >= limits.subscriptionsPerClient) {
    refuse('subscription-limit', session, topic);
    return REFUSED.quota;
  }
  if (isNew) fresh.add(topic);
  if (!grants.covers(topic)) refuse('filter-limited', session, topic);
  return undefined;
}

/** Takes effect right after the SUBACK; its retained messages follow. */
function serve(
  { outbox }: Session,
  asked: Asked,
  identifier: number | undefined,
  { sessions, retained }: Subscribing,
): void {
  const { topic: filter, qos, nl, rap, rh } = asked;
  const isNew = !outbox.subscriptions.has(filter);
  sessions.subscribe(outbox, { filter, qos, noLocal: nl, retainAsPublished: rap, identifier });
  if (rh === 2 || (rh === 1 && !isNew)) return;
  outbox.sendRetained({
    filter,
    topics: retained.topics(filter),
    find: retained.find,
    qos,
    identifiers: identifier === undefined ? [] : [identifier],
  });
}

export function answerUnsubscribe(session: Session, packet: IUnsubscribePacket, { sessions }: Subscribing): void {
  const { outbox, version, guard } = session;
  const granted = packet.unsubscriptions.map((filter) => {
    const was = outbox.subscriptions.has(filter);
    sessions.unsubscribe(outbox, filter);
    return was ? 0 : NO_SUBSCRIPTION;
  });
  const messageId = packet.messageId ?? 0;
  guard.stream.write(generate({ cmd: 'unsuback', messageId, granted }, { protocolVersion: version }));
}
