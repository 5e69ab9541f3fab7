/**
 * Brings messages to subscribers, in place of aedes' own fan-out. That one awaits several promises per message even when
 * nobody listens, lets a QoS 0 message overtake a QoS 1 message and then drops the latter as a duplicate
 * (moscajs/aedes#994), and holds the publisher until the slowest subscriber has taken it. Here everything happens in
 * one turn: retained store, queues of persistent sessions, live subscribers, in the order of arrival.
 */
import { parseNativeTopic } from '#contract/topics.ts';
import type { Counters } from './counters.ts';
import type { PersistentSessions } from './persistent-sessions.ts';
import type { RetainedMessages, RetainOwner } from './retained-messages.ts';
import type { StoredPacket } from './stored-packet.ts';
import { createTopicTree } from './topic-tree.ts';

type Listener = (packet: StoredPacket, done: () => void) => void;

/** The event emitter aedes subscribes its clients to (its `mq` option). */
export interface SubscriptionTable {
  on(filter: string, listener: Listener, done?: () => void): void;
  removeListener(filter: string, listener: Listener, done?: () => void): void;
  emit(packet: StoredPacket, done?: () => void): void;
  close(done: () => void): void;
  match(topic: string): Listener[];
}

export function createSubscriptionTable(): SubscriptionTable {
  const tree = createTopicTree<Listener>();
  return {
    on(filter, listener, done) {
      tree.add(filter, listener);
      done?.();
    },
    removeListener(filter, listener, done) {
      tree.remove(filter, listener);
      done?.();
    },
    emit(packet, done) {
      for (const listener of tree.match(packet.topic)) listener(packet, ignore);
      done?.();
    },
    close: (done) => setImmediate(done),
    match: tree.match,
  };
}

const ignore = (): void => {};

export interface Outbound {
  readonly topic: string;
  readonly payload: string | Buffer;
  readonly qos?: 0 | 1 | 2;
  readonly retain?: boolean;
}

export interface FanOutSetup {
  readonly brokerId: string;
  readonly counters: Counters;
  readonly subscriptions: SubscriptionTable;
  readonly sessions: PersistentSessions;
  readonly retained: RetainedMessages;
  readonly retainable: (topic: string) => boolean;
}

/** @returns how many live subscriptions the message went to */
export type FanOut = (message: Outbound, owner: RetainOwner, clientId?: string) => number;

export function createFanOut(setup: FanOutSetup): FanOut {
  const { subscriptions, sessions, counters } = setup;
  let count = 0;
  return (message, owner, clientId) => {
    const listeners = subscriptions.match(message.topic);
    const queued = (message.qos ?? 0) > 0 && sessions.wants(message.topic);
    if (listeners.length === 0 && !queued && message.retain !== true) return 0;
    count += 1;
    const packet: StoredPacket = {
      cmd: 'publish',
      brokerId: setup.brokerId,
      brokerCounter: count,
      topic: message.topic,
      payload: Buffer.isBuffer(message.payload) ? message.payload : Buffer.from(message.payload),
      qos: message.qos ?? 0,
      retain: message.retain ?? false,
      dup: false,
      ...(clientId === undefined ? {} : { clientId }),
    };
    if (packet.retain && !retain(setup, packet, owner)) counters.retainStripped += 1;
    if (queued) sessions.enqueue(packet);
    for (const listener of listeners) listener(packet, ignore);
    return listeners.length;
  };
}

/** A message that may not be retained is delivered like any other; only its flag is void. */
function retain({ retained, retainable }: FanOutSetup, packet: StoredPacket, owner: RetainOwner): boolean {
  if (packet.topic.startsWith('$')) return false;
  const allowed = owner.kind === 'gateway' || isNativeStatus(packet.topic) || retainable(packet.topic);
  return allowed && retained.store(packet, owner);
}

const isNativeStatus = (topic: string): boolean => parseNativeTopic(topic)?.leaf === 'status';
