/** All open connections: from the socket, through CONNECT, to a session, and to the end. */
import type { Duplex } from 'node:stream';
import type { Aedes, Client } from 'aedes';
import type { Packet } from 'mqtt-packet';
import type { Clock } from '../shared/clock.ts';
import type { Log } from '../shared/log.ts';
import { shareKey } from '../shared/share-key.ts';
import { createAdmissionPolicy } from './admission-policy.ts';
import { watchPackets } from './aedes-seams.ts';
import type { BrokerLimits, SessionEvent } from './broker-options.ts';
import { type Counters, type CutOff, countUp, type PreAuthClose } from './counters.ts';
import { BYE, disconnectPacket } from './farewell.ts';
import { createFramingGuard, type FramingGuard } from './framing-guard.ts';
import type { Link } from './outbox.ts';
import { createPreAuthDoor } from './pre-auth-door.ts';
import type { Refuse } from './refusals.ts';
import type { RetainedMessages } from './retained-messages.ts';
import type { Session } from './session.ts';
import { LONGEST_ABSENCE_MS, type SessionBook } from './session-book.ts';
import { answerSubscribe, answerUnsubscribe } from './subscribe.ts';

export interface Connection {
  readonly guard: FramingGuard;
  readonly address: string;
  /** Why it is about to be closed, if it ends before it is accepted. */
  blame(reason: PreAuthClose): void;
  /** Who it says it is. */
  readonly claimed: { readonly username?: string | undefined; readonly clientId: string } | undefined;
  /** From when its CONNECT was judged good. */
  readonly session: Session | undefined;
}

export interface Connections {
  /** Takes a new socket. `raw` is the TCP socket under a WebSocket. */
  attach(aedes: Aedes, socket: Duplex, address: string, raw?: RawSocket): void;
  of(client: Client): Connection | undefined;
  /** Its CONNECT was judged good. */
  accept(client: Client, session: Session): void;
  /** Its CONNECT was accepted, and the former holder of its session is gone. */
  registered(client: Client): void;
  /** CONNACK was sent: what it sends next may pass. */
  ready(client: Client): void;
  gone(client: Client): void;
  live(): Session[];
  /** Connections of a login, those included that wait for their CONNACK. */
  countOf(username: string): number;
  /** The connected session with this key. */
  withKey(key: string): Session | undefined;
  /** Closes all of a username, those included that wait for their CONNACK, without wills. @returns how many there were */
  disconnect(username: string): number;
  /** Says why to a client of MQTT 5, counts, and closes. */
  cutOff(session: Session, why: CutOff, code: number, text: string): void;
  /** Closes clients without a keepalive that were silent for too long. */
  sweep(): void;
  /** Reads nothing more from anybody. */
  freeze(): void;
  destroyAll(): void;
}

export interface RawSocket extends Duplex {
  readonly bytesRead: number;
}

export interface ConnectionsSetup {
  readonly limits: BrokerLimits;
  rate(): Pick<BrokerLimits, 'messagesPerSecond' | 'messageBurst'>;
  readonly counters: Counters;
  readonly clock: Clock;
  readonly sessions: SessionBook;
  readonly retained: RetainedMessages;
  readonly refuse: Refuse;
  readonly log: Pick<Log, 'error'>;
  readonly onSession: (event: SessionEvent) => void;
}

interface Open extends Connection {
  claimed: Connection['claimed'];
  session: Session | undefined;
  client: Client | undefined;
  link: Link | undefined;
  /** Its CONNECT is good: it counts as a stranger no more. */
  admit(): void;
}

export function createConnections(setup: ConnectionsSetup): Connections {
  const { limits, counters, clock, onSession } = setup;
  const all = new Set<Open>();
  const byClient = new WeakMap<Client, Open>();
  const live = new Map<Client, Session>();
  const byKey = new Map<string, Session>();
  const counts = new Map<string, number>();
  const open = createOpening(setup, all);

  const announce = (type: SessionEvent['type'], { username, clientId, kind }: Session): void =>
    onSession({ type, username, clientId, kind, at: clock.now() });

  const cutOff: Connections['cutOff'] = (session, why, code, text) => {
    if (session.guard.stream.destroyed) return;
    countUp(counters.cutOff, why);
    sayGoodbye(session, code, text);
  };
  const flawed = (connection: Open, code: number, text: string): void => {
    const { session, address } = connection;
    if (session) countUp(counters.cutOff, 'malformed');
    connection.blame('malformed');
    setup.refuse('malformed', { ...nameOf(session), address }, text);
    if (session) sayGoodbye(session, code, text);
    else connection.guard.stream.destroy();
  };

  return {
    attach(aedes, socket, address, raw) {
      const isFull = counters.connections >= limits.connections + limits.preAuthTotal;
      const connection = isFull ? undefined : open(socket, address);
      if (!connection) {
        socket.on('error', () => {});
        socket.destroy();
        return;
      }
      if (raw) limitRawBytes(raw, connection, limits.preAuthBytes);
      const client = aedes.handle(connection.guard.stream);
      connection.client = client;
      byClient.set(client, connection);
      watchPackets(client, {
        onPacket(packet) {
          const { session } = connection;
          if (packet.cmd === 'connect') connection.claimed = packet;
          if (session === undefined) return 'take';
          if (isOurs(session, packet, setup)) return 'drop';
          if (!isOverWindow(session, packet, limits.inFlight)) return 'take';
          flawed(connection, BYE.overWindow, 'more unfinished messages of QoS 2 than Receive Maximum (5 3.3.4-9)');
          return 'drop';
        },
        onFlaw: ({ code, text }) => flawed(connection, code, text),
        onBug(error) {
          setup.log.error({ err: error, client: nameOf(connection.session) }, 'a packet ended its connection: a bug');
          connection.guard.stream.destroy();
        },
        onForeignVersion: (clientId) => {
          connection.blame('refused');
          setup.refuse('protocol-version', { clientId, address });
        },
      });
    },
    of: (client) => byClient.get(client),
    accept(client, session) {
      const connection = byClient.get(client);
      if (connection === undefined) return;
      connection.session = session;
      const { username } = session;
      counts.set(username, (counts.get(username) ?? 0) + 1);
      connection.guard.stream.once('close', () => {
        const left = (counts.get(username) ?? 1) - 1;
        if (left > 0) counts.set(username, left);
        else counts.delete(username);
      });
    },
    registered(client) {
      const connection = byClient.get(client);
      if (!connection?.session) return;
      connection.admit();
      counters.connects += 1;
      live.set(client, connection.session);
      byKey.set(connection.session.key, connection.session);
      announce('connect', connection.session);
    },
    ready(client) {
      const connection = byClient.get(client);
      if (!connection?.session) return;
      connection.link = linkOf(connection.session, client, limits, cutOff);
      connection.session.outbox.attach(connection.link);
      connection.guard.accept();
    },
    gone(client) {
      const session = live.get(client);
      if (session === undefined) return;
      live.delete(client);
      if (byKey.get(session.key) === session) byKey.delete(session.key);
      announce('disconnect', session);
    },
    live: () => [...live.values()],
    countOf: (username) => counts.get(username) ?? 0,
    withKey: (key) => byKey.get(key),
    cutOff,
    disconnect(username) {
      const theirs = [...all].filter(({ session }) => session?.username === username);
      for (const { session } of theirs) {
        if (session === undefined) continue;
        session.muted = true;
        sayGoodbye(session, BYE.administrative, 'the login was changed or removed');
      }
      return theirs.length;
    },
    sweep() {
      const now = clock.monotonic();
      for (const { session, guard } of all) {
        if (session?.watched !== false || now - guard.heardAt() < limits.idleMs) continue;
        setup.refuse('silent', session);
        cutOff(session, 'idle', BYE.keepAlive, 'nothing was heard for a day');
      }
    },
    freeze: () => {
      for (const { guard } of all) guard.freeze();
    },
    destroyAll: () => {
      for (const { guard } of all) guard.stream.destroy();
    },
  };
}

/** Tells a client of MQTT 5 why, and closes. */
function sayGoodbye({ guard, version }: Session, code: number, text: string): void {
  guard.close(disconnectPacket(version, code, text));
}

const nameOf = (session: Session | undefined) => ({ username: session?.username, clientId: session?.clientId });

/** Takes a socket in, as a stranger first. */
function createOpening({ limits, rate, counters, clock, sessions, refuse }: ConnectionsSetup, all: Set<Open>) {
  const door = createPreAuthDoor(limits, counters);
  return (socket: Duplex, address: string): Open | undefined => {
    const entrant = door.enter(shareKey(address), (why) => {
      refuse(why === 'timeout' ? 'timeout' : 'too-many-connections', { address });
      socket.destroy();
    });
    if (!entrant) {
      refuse('too-many-connections', { address });
      return undefined;
    }
    let accepted = false;
    const guard = createFramingGuard(socket, {
      policy: createAdmissionPolicy({ ...limits, ...rate() }, counters, clock.monotonic(), () =>
        refuse('rate-dropped', { ...nameOf(connection.session), address }),
      ),
      now: clock.monotonic,
      onClose(reason, detail) {
        if (!accepted) entrant.blame(reason);
        else if (reason !== 'not-connect') countUp(counters.cutOff, reason);
        const told = reason === 'oversize' ? 'oversize-packet' : reason === 'not-connect' ? 'not-mqtt' : 'malformed';
        refuse(told, { ...nameOf(connection.session), address }, detail);
      },
      farewell: (reason) =>
        connection.session && reason === 'oversize'
          ? disconnectPacket(connection.session.version, BYE.tooLarge, 'the packet is larger than the broker takes')
          : undefined,
    });
    const admit = (): void => {
      accepted = true;
      entrant.accept();
    };
    const { blame } = entrant;
    const connection: Open = {
      claimed: undefined,
      guard,
      address,
      session: undefined,
      client: undefined,
      link: undefined,
      blame,
      admit,
    };
    counters.connections += 1;
    all.add(connection);
    guard.stream.once('close', () => {
      counters.connections -= 1;
      all.delete(connection);
      entrant.leave();
      const { session, link, client } = connection;
      if (session) sessions.release(session.outbox, link, keepMs(session, client));
    });
    return connection;
  };
}

/** How long the session is to outlive the connection that ends now. */
function keepMs({ version, outbox }: Session, client: Client | undefined): number {
  if (!outbox.lasting) return 0;
  return version === 5 ? (client?.sessionExpiryInterval ?? 0) * 1_000 : LONGEST_ABSENCE_MS;
}

/** The first topics get one; which are sent most often is not worth knowing. */
const MOST_ALIASES = 16;

function linkOf(session: Session, client: Client, limits: BrokerLimits, cutOff: Connections['cutOff']): Link {
  const { guard, grants, version } = session;
  const most = Math.min(session.aliases, MOST_ALIASES);
  const aliases = new Map<string, number>();
  const window = version === 5 ? Math.min(limits.outFlight, client.receiveMaximum) : limits.outFlight;
  return {
    version,
    window,
    maxPacketBytes: client.maximumPacketSize ?? 0,
    mayReceive: grants.mayReceive,
    alias(topic) {
      const number = aliases.get(topic);
      if (number !== undefined) return { number, isNew: false };
      return aliases.size < most ? { number: aliases.size + 1, isNew: true } : undefined;
    },
    aliased: (topic, number) => void aliases.set(topic, number),
    write: (bytes) => guard.stream.write(bytes),
    unsentBytes: guard.unsentBytes,
    cutOff: () => cutOff(session, 'slow', BYE.quota, 'the client does not read what it subscribed to'),
  };
}

/** Answers what is about subscriptions and delivery, which aedes knows nothing of. */
function isOurs(session: Session, packet: Packet, setup: ConnectionsSetup): boolean {
  const { outbox } = session;
  switch (packet.cmd) {
    case 'subscribe':
      answerSubscribe(session, packet, setup);
      return true;
    case 'unsubscribe':
      answerUnsubscribe(session, packet, setup);
      return true;
    case 'puback':
    case 'pubcomp':
      if (packet.messageId !== undefined) outbox.acknowledged(packet.messageId);
      return true;
    case 'pubrec':
      if ((packet.reasonCode ?? 0) >= 0x80) {
        if (packet.messageId !== undefined) outbox.acknowledged(packet.messageId);
        return true;
      }
      // PUBREL is aedes' answer.
      if (packet.messageId !== undefined) outbox.received(packet.messageId);
      return false;
    default:
      return false;
  }
}

/** QoS 1 is held back at the socket; what counts is messages of QoS 2 for which no PUBREL came. */
function isOverWindow({ unreleased, version }: Session, packet: Packet, window: number): boolean {
  if (version !== 5) return false;
  if (packet.cmd === 'pubrel' && packet.messageId !== undefined) unreleased.delete(packet.messageId);
  if (packet.cmd === 'publish' && packet.qos === 2 && packet.messageId !== undefined) unreleased.add(packet.messageId);
  return unreleased.size > window;
}

/** ws buffers a whole message before the guard sees its first byte; before CONNECT is accepted that must stay small. */
function limitRawBytes(raw: RawSocket, connection: Connection, maxBytes: number): void {
  const before = raw.bytesRead;
  // Frame headers and masks of even the smallest frames at most triple the payload.
  const check = (): void => {
    if (connection.session) raw.off('data', check);
    else if (raw.bytesRead - before > 3 * maxBytes) {
      connection.blame('oversize');
      raw.destroy();
    }
  };
  raw.on('data', check);
}
