/**
 * What one session is to be sent: messages that wait, and messages sent and not acknowledged yet. It outlives connections
 * if the session does. QoS 0 goes out at once or not at all.
 */

import type { SessionSubscription } from '../shared/broker-shelf.ts';
import { type Envelope, encodePublish, type Message, type TopicAlias } from './message.ts';

/** A connection as the outbox sees it. */
export interface Link {
  readonly version: number;
  /** Messages of QoS 1 and 2 that may be unacknowledged at a time. */
  readonly window: number;
  /** Largest packet the client takes; 0: any. */
  readonly maxPacketBytes: number;
  mayReceive(topic: string): boolean;
  /** Short name for a topic, if the client takes any and has room for this one. */
  alias(topic: string): TopicAlias | undefined;
  /** The topic went to the client together with its alias. */
  aliased(topic: string, number: number): void;
  write(bytes: Buffer): void;
  unsentBytes(): number;
  /** It does not keep up. */
  cutOff(): void;
}

export interface Entry extends Envelope {
  readonly qos: 1 | 2;
  readonly message: Message;
  /** Rises within a session. */
  readonly number: number;
  messageId: number | undefined;
  /** PUBREC came: PUBREL is what has to be repeated. */
  released: boolean;
}

export interface OutboxLimits {
  readonly queuedPerSession: number;
  /** Unsent bytes above which the client is cut off. */
  readonly outBytes: number;
}

export interface OutboxEvents {
  /** @returns when it is on disk; undefined for a session that ends with its connection */
  queued(entry: Entry): Promise<void> | undefined;
  /** Delivered, expired or displaced. */
  gone(entry: Entry): void;
  displaced(entry: Entry): void;
  now(): number;
}

/** Retained messages for a new subscription: looked up when their turn comes, since a newer one may have come by then. */
export interface Backlog {
  readonly topics: readonly string[];
  find(topic: string): Message | undefined;
  readonly qos: 0 | 1 | 2;
  readonly identifiers: readonly number[];
}

export interface Outbox {
  readonly key: string;
  readonly username: string;
  /** Ends with the connection when false. */
  lasting: boolean;
  readonly subscriptions: Map<string, SessionSubscription>;
  /** Messages of QoS 1 and 2 not acknowledged yet, waiting ones included. */
  readonly length: number;
  readonly bytes: number;
  /** The connection that has it now. */
  readonly link: Link | undefined;
  /** Sends again what was not acknowledged, then what waits. */
  attach(link: Link): void;
  detach(link: Link): void;
  /** @returns when a message that has to wait for the client is on disk; undefined when nothing has to be waited for */
  send(message: Message, envelope: Envelope): Promise<void> | undefined;
  sendRetained(backlog: Backlog): void;
  /** PUBACK, PUBCOMP, or a PUBREC that says no. */
  acknowledged(messageId: number): void;
  received(messageId: number): void;
  /** The oldest waiting message gives way. @returns false when none waits */
  displace(): boolean;
  /** What a former run left. */
  restore(entries: readonly Omit<Entry, 'messageId' | 'released'>[]): void;
  clear(): void;
}

/** Unsent bytes above which retained messages wait for the next turn. */
const PACE_BYTES = 256 * 1024;
const PACE_MS = 10;
/** Retained messages looked at in one turn. */
const PACE_MESSAGES = 500;

export const entryBytes = ({ message }: Pick<Entry, 'message'>): number =>
  message.topic.length + message.payload.length;

export function createOutbox(
  { key, username, lasting }: Pick<Outbox, 'key' | 'username' | 'lasting'>,
  limits: OutboxLimits,
  events: OutboxEvents,
): Outbox {
  let link: Link | undefined;
  let waiting: Entry[] = [];
  const sent = new Map<number, Entry>();
  const backlogs: { readonly backlog: Backlog; at: number }[] = [];
  let bytes = 0;
  let lastNumber = 0;
  let lastId = 0;
  let pace: NodeJS.Timeout | undefined;

  const done = (entry: Entry): void => {
    bytes -= entryBytes(entry);
    events.gone(entry);
  };
  const nextId = (): number => {
    do lastId = lastId >= 65_535 ? 1 : lastId + 1;
    while (sent.has(lastId));
    return lastId;
  };
  /** @returns false: the client takes no packet of this size */
  const write = (to: Link, message: Message, envelope: Envelope, messageId?: number, dup?: boolean): boolean => {
    if (to.unsentBytes() > limits.outBytes) {
      to.cutOff();
      return true;
    }
    const alias = to.alias(message.topic);
    const packet = encodePublish(message, {
      ...envelope,
      alias,
      version: to.version,
      messageId,
      dup: dup ?? false,
      now: events.now(),
    });
    if (to.maxPacketBytes > 0 && packet.length > to.maxPacketBytes) return false;
    to.write(packet);
    if (alias?.isNew) to.aliased(message.topic, alias.number);
    return true;
  };
  const isDue = ({ message }: Pick<Entry, 'message'>, to: Link): boolean =>
    (message.expiresAt === undefined || message.expiresAt > events.now()) && to.mayReceive(message.topic);

  const sendEntry = (to: Link, entry: Entry): void => {
    const messageId = nextId();
    if (isDue(entry, to) && write(to, entry.message, entry, messageId)) {
      entry.messageId = messageId;
      sent.set(messageId, entry);
    } else done(entry);
  };
  const pump = (): void => {
    while (link !== undefined && sent.size < link.window) {
      const entry = waiting.shift();
      if (entry === undefined) break;
      sendEntry(link, entry);
    }
    sendBacklog();
  };
  const sendBacklog = (): void => {
    let left = PACE_MESSAGES;
    for (let first = backlogs[0]; first !== undefined; first = backlogs[0]) {
      while (link !== undefined && first.at < first.backlog.topics.length) {
        if (first.backlog.qos > 0 && sent.size >= link.window) return;
        if (left <= 0 || link.unsentBytes() > PACE_BYTES) {
          pumpLater();
          return;
        }
        left -= 1;
        sendOne(link, first.backlog, first.backlog.topics[first.at] ?? '');
        first.at += 1;
      }
      if (link === undefined) return;
      backlogs.shift();
    }
  };
  const sendOne = (to: Link, { find, qos: most, identifiers }: Backlog, topic: string): void => {
    const message = find(topic);
    if (message === undefined || !isDue({ message }, to)) return;
    const qos = message.qos < most ? message.qos : most;
    if (qos === 0) {
      write(to, message, { qos, retain: true, identifiers });
      return;
    }
    const entry = add(message, { qos, retain: true, identifiers });
    sendEntry(to, entry);
  };
  const pumpLater = (): void => {
    pace ??= setTimeout(() => {
      pace = undefined;
      pump();
    }, PACE_MS);
    pace.unref();
  };
  const add = (message: Message, envelope: Envelope): Entry => {
    lastNumber += 1;
    const qos = envelope.qos === 2 ? 2 : 1;
    const entry = { ...envelope, qos, message, number: lastNumber, messageId: undefined, released: false } as const;
    bytes += entryBytes(entry);
    return entry;
  };

  return {
    key,
    username,
    lasting,
    subscriptions: new Map(),
    get length() {
      return waiting.length + sent.size;
    },
    get bytes() {
      return bytes;
    },
    get link() {
      return link;
    },
    attach(to) {
      link = to;
      for (const [messageId, entry] of [...sent]) {
        if (entry.released) to.write(Buffer.from([0x62, 2, messageId >> 8, messageId & 0xff]));
        else if (!isDue(entry, to) || !write(to, entry.message, entry, messageId, true)) {
          sent.delete(messageId);
          done(entry);
        }
      }
      pump();
    },
    detach(from) {
      if (link !== from) return;
      link = undefined;
      backlogs.length = 0;
    },
    send(message, envelope) {
      if (envelope.qos === 0) {
        if (link !== undefined) write(link, message, envelope);
        return undefined;
      }
      const entry = add(message, envelope);
      const onDisk = events.queued(entry);
      if (waiting.length >= limits.queuedPerSession) this.displace();
      waiting.push(entry);
      if (link === undefined) return onDisk;
      pump();
      return undefined;
    },
    sendRetained(backlog) {
      backlogs.push({ backlog, at: 0 });
      pump();
    },
    acknowledged(messageId) {
      const entry = sent.get(messageId);
      if (entry === undefined) return;
      sent.delete(messageId);
      done(entry);
      pump();
    },
    received(messageId) {
      const entry = sent.get(messageId);
      if (entry !== undefined) entry.released = true;
    },
    displace() {
      const oldest = waiting.shift();
      if (oldest === undefined) return false;
      done(oldest);
      events.displaced(oldest);
      return true;
    },
    restore(entries) {
      for (const entry of entries) {
        waiting.push({ ...entry, messageId: undefined, released: false });
        bytes += entryBytes(entry);
        lastNumber = Math.max(lastNumber, entry.number);
      }
    },
    clear() {
      clearTimeout(pace);
      waiting = [];
      sent.clear();
      backlogs.length = 0;
      bytes = 0;
    },
  };
}
