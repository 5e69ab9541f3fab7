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
  /** Connection it was sent on last. */
  sentOn: Link | undefined;
}

export interface OutboxLimits {
  readonly queuedPerSession: number;
  /** Unsent bytes above which the client is cut off. */
  readonly outBytes: number;
}

export interface OutboxEvents {
  /** One more waits or is on its way. */
  added(entry: Entry): void;
  /** @returns when it is on disk; undefined for a session that ends with its connection */
  queued(entry: Entry): Promise<void> | undefined;
  /** Delivered, expired or displaced. */
  gone(entry: Entry): void;
  displaced(entry: Entry): void;
  now(): number;
}

/** Retained messages for a new subscription: looked up when their turn comes, since a newer one may have come by then. */
export interface Backlog {
  readonly filter: string;
  /** Walked as the client takes them; undefined: looked, and found nothing yet. */
  readonly topics: Iterator<string | undefined>;
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
  /** Of those that were not sent yet. */
  readonly waitingBytes: number;
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
  /** What was not acknowledged and what waits, in order. */
  entries(): Entry[];
  /** What a former run left. */
  restore(entries: readonly Omit<Entry, 'messageId' | 'released' | 'sentOn'>[]): void;
  clear(): void;
}

/** Unsent bytes above which what can wait does: the client takes what it has first. */
const PACE_BYTES = 256 * 1024;
const PACE_MS = { first: 10, most: 250 };
/** Retained messages looked for in one turn. */
const PACE_STEPS = 300;
/** Bytes on their way to one client without acknowledgement, above which the rest waits (one message may exceed it). */
const IN_FLIGHT_BYTES = 2 * 1024 * 1024;

export const entryBytes = ({ message }: Pick<Entry, 'message'>): number =>
  message.topic.length + message.payload.length;

export function createOutbox(
  { key, username, lasting }: Pick<Outbox, 'key' | 'username' | 'lasting'>,
  limits: OutboxLimits,
  events: OutboxEvents,
): Outbox {
  let link: Link | undefined;
  let waiting: Entry[] = [];
  let waitingBytes = 0;
  /** By packet identifier, in the order of sending. */
  const sent = new Map<number, Entry>();
  /** Sent on an earlier connection, and to be sent again on this one. */
  let again: Entry[] = [];
  let inFlight = { count: 0, bytes: 0 };
  let backlogs: Backlog[] = [];
  let bytes = 0;
  let lastNumber = 0;
  let lastId = 0;
  let pace: NodeJS.Timeout | undefined;
  let paceMs = PACE_MS.first;

  const done = (entry: Entry): void => {
    bytes -= entryBytes(entry);
    if (entry.sentOn !== undefined && entry.sentOn === link) {
      inFlight.count -= 1;
      inFlight.bytes -= entryBytes(entry);
    }
    events.gone(entry);
  };
  const nextId = (): number => {
    do lastId = lastId >= 65_535 ? 1 : lastId + 1;
    while (sent.has(lastId));
    return lastId;
  };
  /** @returns false: it cannot be written, or the client takes no packet of this size */
  const write = (to: Link, message: Message, envelope: Envelope, messageId?: number, dup?: boolean): boolean => {
    const alias = to.alias(message.topic);
    const version = to.version;
    const packet = encoded(message, { ...envelope, alias, version, messageId, dup: dup ?? false, now: events.now() });
    if (packet === undefined || (to.maxPacketBytes > 0 && packet.length > to.maxPacketBytes)) return false;
    to.write(packet);
    if (alias?.isNew) to.aliased(message.topic, alias.number);
    return true;
  };
  const isDue = ({ message }: Pick<Entry, 'message'>, to: Link): boolean =>
    (message.expiresAt === undefined || message.expiresAt > events.now()) && to.mayReceive(message.topic);

  const isOnItsWay = (to: Link, entry: Entry): void => {
    entry.sentOn = to;
    inFlight.count += 1;
    inFlight.bytes += entryBytes(entry);
  };
  const sendEntry = (to: Link, entry: Entry): void => {
    const messageId = entry.messageId ?? nextId();
    const isRepeated = entry.messageId !== undefined;
    if (isRepeated && entry.released) {
      to.write(Buffer.from([0x62, 2, messageId >> 8, messageId & 0xff]));
    } else if (!isDue(entry, to) || !write(to, entry.message, entry, messageId, isRepeated)) {
      sent.delete(messageId);
      done(entry);
      return;
    }
    entry.messageId = messageId;
    sent.set(messageId, entry);
    isOnItsWay(to, entry);
  };
  const isFull = (to: Link): boolean =>
    inFlight.count >= to.window || (inFlight.count > 0 && inFlight.bytes >= IN_FLIGHT_BYTES);
  const next = (): Entry | undefined => {
    const entry = again.shift() ?? waiting.shift();
    if (entry !== undefined && entry.messageId === undefined) waitingBytes -= entryBytes(entry);
    return entry;
  };
  const pump = (): void => {
    while (link !== undefined && !isFull(link)) {
      if (again.length + waiting.length > 0 && link.unsentBytes() > PACE_BYTES) {
        pumpLater();
        return;
      }
      const entry = next();
      if (entry === undefined) break;
      sendEntry(link, entry);
    }
    sendBacklog();
  };
  const sendBacklog = (): void => {
    let left = PACE_STEPS;
    for (let first = backlogs[0]; first !== undefined; first = backlogs[0]) {
      if (link === undefined || (first.qos > 0 && isFull(link))) return;
      if (left <= 0 || link.unsentBytes() > PACE_BYTES) {
        pumpLater();
        return;
      }
      left -= 1;
      const { value, done: isOver } = first.topics.next();
      if (isOver === true) backlogs.shift();
      else if (value !== undefined) sendOne(link, first, value);
    }
  };
  const sendOne = (to: Link, { find, qos: most, identifiers }: Backlog, topic: string): void => {
    const message = find(topic);
    if (message === undefined || !isDue({ message }, to)) return;
    const qos = message.qos < most ? message.qos : most;
    if (qos === 0) write(to, message, { qos, retain: true, identifiers });
    else sendEntry(to, add(message, { qos, retain: true, identifiers }));
  };
  /** Later each time that the client has taken nothing. */
  const pumpLater = (): void => {
    const unsent = link?.unsentBytes() ?? 0;
    pace ??= setTimeout(() => {
      pace = undefined;
      paceMs = (link?.unsentBytes() ?? 0) < unsent ? PACE_MS.first : Math.min(2 * paceMs, PACE_MS.most);
      pump();
    }, paceMs);
    pace.unref();
  };
  const add = (message: Message, envelope: Envelope): Entry => {
    lastNumber += 1;
    const qos = envelope.qos === 2 ? 2 : 1;
    const fresh = { messageId: undefined, released: false, sentOn: undefined };
    const entry: Entry = { ...envelope, qos, message, number: lastNumber, ...fresh };
    bytes += entryBytes(entry);
    events.added(entry);
    return entry;
  };
  const wait = (entry: Entry): void => {
    waiting.push(entry);
    waitingBytes += entryBytes(entry);
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
    get waitingBytes() {
      return waitingBytes;
    },
    get link() {
      return link;
    },
    attach(to) {
      link = to;
      inFlight = { count: 0, bytes: 0 };
      again = [...sent.values()];
      pump();
    },
    detach(from) {
      if (link !== from) return;
      link = undefined;
      backlogs = [];
    },
    send(message, envelope) {
      if (envelope.qos === 0) {
        if (link === undefined) return undefined;
        if (link.unsentBytes() > limits.outBytes) link.cutOff();
        else write(link, message, envelope);
        return undefined;
      }
      const entry = add(message, envelope);
      const onDisk = events.queued(entry);
      if (waiting.length >= limits.queuedPerSession) this.displace();
      wait(entry);
      if (link === undefined) return onDisk;
      pump();
      return undefined;
    },
    sendRetained(backlog) {
      // Asked again, it begins again: one walk for each filter.
      backlogs = [...backlogs.filter(({ filter }) => filter !== backlog.filter), backlog];
      // While a turn is waited for, one more walk does not get a turn of its own.
      if (pace === undefined) pump();
    },
    acknowledged(messageId) {
      const entry = sent.get(messageId);
      if (entry === undefined) return;
      sent.delete(messageId);
      if (entry.sentOn !== link) again = again.filter((one) => one !== entry);
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
      waitingBytes -= entryBytes(oldest);
      done(oldest);
      events.displaced(oldest);
      return true;
    },
    entries: () => [...sent.values(), ...waiting],
    restore(entries) {
      for (const entry of entries) {
        const restored: Entry = { ...entry, messageId: undefined, released: false, sentOn: undefined };
        bytes += entryBytes(restored);
        events.added(restored);
        wait(restored);
        lastNumber = Math.max(lastNumber, entry.number);
      }
    },
    clear() {
      clearTimeout(pace);
      waiting = [];
      again = [];
      sent.clear();
      backlogs = [];
      bytes = 0;
      waitingBytes = 0;
    },
  };
}

/** A message that cannot be written (a former version let it in) is lost for its subscriber, and stops nothing else. */
function encoded(...of: Parameters<typeof encodePublish>): Buffer | undefined {
  try {
    return encodePublish(...of);
  } catch {
    return undefined;
  }
}
