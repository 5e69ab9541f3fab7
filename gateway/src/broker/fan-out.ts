/**
 * Brings messages to subscribers, in place of aedes' own fan-out. That one awaits several promises per message even when
 * nobody listens, lets a QoS 0 message overtake a QoS 1 message and then drops the latter as a duplicate
 * (moscajs/aedes#994), and holds the publisher until the slowest subscriber has taken it. Here everything happens in
 * one turn: retained store, queues of absent sessions, live subscribers, in the order of arrival.
 */
import type { MessageProperties } from '../shared/broker-shelf.ts';
import type { Counters } from './counters.ts';
import type { Message } from './message.ts';
import type { Outbox } from './outbox.ts';
import type { RetainedMessages, RetainOwner, RetainVerdict } from './retained-messages.ts';
import type { SessionBook, Target } from './session-book.ts';

export interface Outbound {
  readonly topic: string;
  readonly payload: string | Buffer;
  readonly qos?: 0 | 1 | 2;
  readonly retain?: boolean;
  readonly properties?: MessageProperties | undefined;
  readonly expiresAt?: number | undefined;
}

export interface FanOutSetup {
  readonly counters: Counters;
  readonly sessions: SessionBook;
  readonly retained: RetainedMessages;
  readonly retainable: (topic: string) => boolean;
  readonly retainedBytes: (topic: string, owner: RetainOwner) => number;
  /** A retained message was delivered and not retained. */
  readonly onNotRetained: (
    topic: string,
    owner: RetainOwner,
    why: 'topic' | Exclude<RetainVerdict, 'kept' | 'removed'>,
  ) => void;
}

export interface Sender extends RetainOwner {
  /** Key of its session, to spare it its own messages where it wants that. */
  readonly key?: string;
}

export interface FannedOut {
  /** Connected subscribers it went to. */
  readonly live: number;
  /** What was retained or queued for absent subscribers is on disk; undefined when there is nothing of that. */
  readonly onDisk: Promise<unknown> | undefined;
}

export type FanOut = (message: Outbound, sender: Sender) => FannedOut;

const NOTHING: FannedOut = { live: 0, onDisk: undefined };

export function createFanOut(setup: FanOutSetup): FanOut {
  const { sessions } = setup;
  return (outbound, sender) => {
    const targets = sessions.match(outbound.topic);
    if (targets.length === 0 && outbound.retain !== true) return NOTHING;
    const message = ownMessage(outbound, targets);
    const onDisk: Promise<unknown>[] = [];
    if (message.retain) add(onDisk, retain(setup, message, sender));
    let live = 0;
    for (const [outbox, own] of byOutbox(targets, sender)) {
      if (!sessions.mayReceive(outbox, message.topic)) continue;
      if (outbox.link !== undefined) live += 1;
      add(onDisk, deliver(outbox, own, message));
    }
    return { live, onDisk: onDisk.length === 0 ? undefined : Promise.all(onDisk) };
  };
}

function add(list: Promise<unknown>[], one: Promise<unknown> | undefined): void {
  if (one !== undefined) list.push(one);
}

/** The payload is a view of all that was read from the socket with it; what is kept gets its own copy. */
function ownMessage(
  { topic, payload, qos = 0, retain = false, properties, expiresAt }: Outbound,
  targets: readonly Target[],
): Message {
  const bytes = Buffer.isBuffer(payload) ? payload : Buffer.from(payload);
  const isKept = retain || (qos > 0 && targets.some(({ subscription }) => subscription.qos > 0));
  return { topic, payload: isKept ? Buffer.from(bytes) : bytes, qos, retain, properties, expiresAt };
}

/** One copy for each session, whatever number of its filters match. */
function byOutbox(targets: readonly Target[], sender: Sender): Iterable<readonly [Outbox, readonly Target[]]> {
  const [only] = targets;
  if (only === undefined) return [];
  const wanted = targets.filter(({ outbox, subscription }) => !subscription.noLocal || outbox.key !== sender.key);
  if (targets.length === 1) return wanted.length === 1 ? [[only.outbox, wanted]] : [];
  return Map.groupBy(wanted, ({ outbox }) => outbox);
}

function deliver(outbox: Outbox, own: readonly Target[], message: Message): Promise<void> | undefined {
  const granted = Math.max(...own.map(({ subscription }) => subscription.qos));
  const qos = granted === 0 || message.qos === 0 ? 0 : granted === 1 ? 1 : message.qos;
  const identifiers = own.flatMap(({ subscription }) => subscription.identifier ?? []);
  const retain = message.retain && own.some(({ subscription }) => subscription.retainAsPublished);
  return outbox.send(message, { qos, retain, identifiers });
}

/** A message that may not be retained is delivered like any other; only its flag is void, and what was retained is out of date. */
function retain(setup: FanOutSetup, message: Message, sender: Sender): Promise<void> | undefined {
  const { retained, counters } = setup;
  const { topic } = message;
  const allowed = !topic.startsWith('$') && (sender.kind === 'gateway' || setup.retainable(topic));
  if (!allowed) {
    counters.retainStripped += 1;
    if (message.payload.length > 0) setup.onNotRetained(topic, sender, 'topic');
    return retained.remove(topic);
  }
  const { verdict, onDisk } = retained.store(message, sender, setup.retainedBytes(topic, sender));
  if (verdict === 'large' || verdict === 'full') {
    counters.retainStripped += 1;
    setup.onNotRetained(topic, sender, verdict);
  }
  return onDisk;
}
