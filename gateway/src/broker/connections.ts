/** All open connections: from the socket, through CONNECT, to a session, and to the end. */
import type { Duplex } from 'node:stream';
import type { Aedes, Client } from 'aedes';
import type { Clock } from '../shared/clock.ts';
import { createAdmissionPolicy } from './admission-policy.ts';
import type { BrokerLimits, SessionEvent } from './broker-options.ts';
import { type Counters, countUp, type PreAuthClose } from './counters.ts';
import { createFramingGuard, type FramingGuard } from './framing-guard.ts';
import { createPreAuthDoor } from './pre-auth-door.ts';
import type { Session } from './session.ts';

export interface Connection {
  readonly guard: FramingGuard;
  readonly address: string;
  /** Why it is about to be closed, if it ends before it is accepted. */
  blame(reason: PreAuthClose): void;
  /** Set when its CONNECT was judged good. */
  session: Session | undefined;
}

export interface Connections {
  /** Takes a new socket. `raw` is the TCP socket under a WebSocket. */
  attach(aedes: Aedes, socket: Duplex, address: string, raw?: RawSocket): void;
  of(client: Client): Connection | undefined;
  /** Its CONNECT was accepted, and whoever had its client id is gone. */
  registered(client: Client): void;
  /** CONNACK was sent: what it sends next may pass. */
  ready(client: Client): void;
  gone(client: Client): void;
  live(): Session[];
  /** Closes all of a username, those included that wait for their CONNACK, without wills. @returns how many there were */
  disconnect(username: string): number;
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
  readonly onSession: (event: SessionEvent) => void;
}

interface Open extends Connection {
  /** Its CONNECT is good: it counts as a stranger no more. */
  admit(): void;
}

export function createConnections({ limits, rate, counters, clock, onSession }: ConnectionsSetup): Connections {
  const door = createPreAuthDoor(limits, counters);
  const all = new Set<Open>();
  const byClient = new WeakMap<Client, Open>();
  const live = new Map<Client, Session>();

  const announce = (type: SessionEvent['type'], { username, clientId, kind }: Session): void =>
    onSession({ type, username, clientId, kind, at: clock.now() });

  const open = (socket: Duplex, address: string): Open | undefined => {
    const entrant = door.enter(address, () => socket.destroy());
    if (!entrant) return undefined;
    let accepted = false;
    const guard = createFramingGuard(socket, {
      policy: createAdmissionPolicy({ ...limits, ...rate() }, counters, clock.monotonic()),
      now: clock.monotonic,
      onClose(reason) {
        if (!accepted) entrant.blame(reason);
        else if (reason !== 'not-connect') countUp(counters.cutOff, reason);
      },
    });
    const admit = (): void => {
      accepted = true;
      entrant.accept();
    };
    const connection: Open = { guard, address, session: undefined, blame: entrant.blame, admit };
    counters.connections += 1;
    all.add(connection);
    guard.stream.once('close', () => {
      counters.connections -= 1;
      all.delete(connection);
      entrant.leave();
    });
    return connection;
  };

  return {
    attach(aedes, socket, address, raw) {
      const connection = open(socket, address);
      if (!connection) {
        socket.on('error', () => {});
        socket.destroy();
        return;
      }
      if (raw) limitRawBytes(raw, connection, limits.preAuthBytes);
      byClient.set(aedes.handle(connection.guard.stream), connection);
    },
    of: (client) => byClient.get(client),
    registered(client) {
      const connection = byClient.get(client);
      if (!connection?.session) return;
      connection.admit();
      counters.connects += 1;
      live.set(client, connection.session);
      announce('connect', connection.session);
    },
    ready: (client) => byClient.get(client)?.guard.accept(),
    gone(client) {
      const session = live.get(client);
      if (session && live.delete(client)) announce('disconnect', session);
    },
    live: () => [...live.values()],
    disconnect(username) {
      const theirs = [...all].filter(({ session }) => session?.username === username);
      for (const { guard, session } of theirs) {
        if (session) session.muted = true;
        guard.stream.destroy();
      }
      return theirs.length;
    },
    freeze: () => {
      for (const { guard } of all) guard.freeze();
    },
    destroyAll: () => {
      for (const { guard } of all) guard.stream.destroy();
    },
  };
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
