/** Subscriptions and queues of clients that connect with clean=false. Bounded: the oldest message gives way. */
import type { BrokerLimits } from './broker-options.ts';
import type { Counters } from './counters.ts';
import type { StoredPacket } from './stored-packet.ts';
import { createTopicTree } from './topic-tree.ts';

export interface StoredSubscription {
  readonly topic: string;
  readonly qos: 0 | 1 | 2;
}

/** In an outgoing queue: a message, or the PUBREL that took its place. */
export type Queued = StoredPacket | { readonly cmd: 'pubrel'; readonly messageId?: number | undefined };

export interface PersistentSessions {
  readonly size: number;
  has(clientId: string): boolean;
  subscribe(clientId: string, subscriptions: readonly StoredSubscription[]): void;
  unsubscribe(clientId: string, filters: readonly string[]): void;
  subscriptions(clientId: string): StoredSubscription[];
  forget(clientId: string): void;
  /** Queues the message for every session that has subscribed to it with QoS 1 or 2. */
  enqueue(packet: StoredPacket): void;
  wants(topic: string): boolean;
  queue(clientId: string): Queued[];
}

interface Session {
  readonly subscriptions: Map<string, StoredSubscription>;
  readonly queue: Queued[];
}

interface Interest {
  readonly clientId: string;
  readonly qos: 1 | 2;
}

export function createPersistentSessions(limits: BrokerLimits, counters: Counters): PersistentSessions {
  const sessions = new Map<string, Session>();
  const interests = createTopicTree<Interest>();
  const byFilter = new Map<string, Interest>();
  const keyOf = (clientId: string, filter: string): string => `${clientId}\0${filter}`;

  const drop = (clientId: string, filter: string): void => {
    const interest = byFilter.get(keyOf(clientId, filter));
    if (interest) interests.remove(filter, interest);
    byFilter.delete(keyOf(clientId, filter));
    sessions.get(clientId)?.subscriptions.delete(filter);
  };
  const add = (clientId: string, session: Session, subscription: StoredSubscription): void => {
    drop(clientId, subscription.topic);
    session.subscriptions.set(subscription.topic, { topic: subscription.topic, qos: subscription.qos });
    if (subscription.qos === 0) return;
    const interest = { clientId, qos: subscription.qos };
    byFilter.set(keyOf(clientId, subscription.topic), interest);
    interests.add(subscription.topic, interest);
  };

  return {
    get size() {
      return sessions.size;
    },
    has: (clientId) => sessions.has(clientId),
    subscribe(clientId, subscriptions) {
      const session = sessions.get(clientId) ?? { subscriptions: new Map(), queue: [] };
      sessions.set(clientId, session);
      for (const subscription of subscriptions) add(clientId, session, subscription);
    },
    unsubscribe: (clientId, filters) => {
      for (const filter of filters) drop(clientId, filter);
    },
    subscriptions: (clientId) => [...(sessions.get(clientId)?.subscriptions.values() ?? [])],
    forget(clientId) {
      for (const filter of [...(sessions.get(clientId)?.subscriptions.keys() ?? [])]) drop(clientId, filter);
      sessions.delete(clientId);
    },
    enqueue(packet) {
      const granted = new Map<string, 1 | 2>();
      for (const { clientId, qos } of interests.match(packet.topic)) {
        if (qos > (granted.get(clientId) ?? 0)) granted.set(clientId, qos);
      }
      for (const [clientId, qos] of granted) {
        const queue = sessions.get(clientId)?.queue ?? [];
        const payload = Buffer.from(packet.payload);
        queue.push({ ...packet, qos: packet.qos < qos ? packet.qos : qos, retain: false, payload });
        if (queue.length <= limits.queuedPerSession) continue;
        queue.shift();
        counters.queueDropped += 1;
      }
    },
    wants: (topic) => sessions.size > 0 && interests.match(topic).length > 0,
    queue: (clientId) => sessions.get(clientId)?.queue ?? [],
  };
}
