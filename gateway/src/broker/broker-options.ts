/** What the broker is given, what it gives back, and its limits. */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { CredentialKind } from '#contract/enums.ts';
import { LIMITS } from '#contract/topics.ts';
import type { BrokerShelf } from '../shared/broker-shelf.ts';
import type { Clock } from '../shared/clock.ts';
import type { Frame, FrameOutcome } from '../shared/frame.ts';
import type { Log } from '../shared/log.ts';
import type { BrokerStats } from './counters.ts';
import type { CredentialLookup } from './credential-lookup.ts';
import type { RefusalNote } from './refusal-book.ts';

export interface SessionEvent {
  readonly type: 'connect' | 'disconnect';
  readonly username: string;
  readonly clientId: string;
  readonly kind: CredentialKind;
  /** Epoch ms UTC. */
  readonly at: number;
}

export interface BrokerLimits {
  /** Largest packet before CONNECT is accepted, and after. */
  readonly preAuthBytes: number;
  readonly packetBytes: number;
  /** A connection that is not accepted by then is closed. */
  readonly connectMs: number;
  readonly connections: number;
  /** Connections that are not accepted yet, per address and in all. */
  readonly preAuthPerAddress: number;
  readonly preAuthTotal: number;
  /** Token bucket of a client. */
  readonly messagesPerSecond: number;
  readonly messageBurst: number;
  /** PUBLISH packets of one client that wait for their commit; above it the socket is not read. */
  readonly inFlight: number;
  /** Bytes of one client that wait for their commit, above which nothing more is read (one packet may exceed it). */
  readonly inFlightBytes: number;
  /** Unsent bytes to a client above which it is cut off. */
  readonly outBytes: number;
  /** How long a publisher is held while the store cannot commit. */
  readonly holdMs: number;
  /** Pause between two attempts to hand over a held frame. */
  readonly retryMs: number;
  /** How long close() waits for held frames. */
  readonly closeMs: number;
  /** A client of MQTT 5 that asks for a longer keepalive, or none, is told this one. */
  readonly keepaliveS: number;
  /** A client that asked for no keepalive is cut off after this silence; TCP finds dead ones much earlier. */
  readonly idleMs: number;
  /** Connections of one login. */
  readonly connectionsPerLogin: number;
  /** Largest retained payload of a device: its status. Of others: as large as their topic may be. */
  readonly retainedBytes: number;
  readonly retainedPerDevice: number;
  /** A bridge speaks for many devices. */
  readonly retainedPerBridge: number;
  readonly retainedLoginBytes: number;
  readonly retainedTotal: number;
  readonly retainedTotalBytes: number;
  readonly subscriptionsPerClient: number;
  /** Sessions that outlive their connection (of bridges and integrations), of one login and in all. */
  readonly sessionsPerLogin: number;
  readonly persistentSessions: number;
  /** Messages that wait for one session, and the bytes that wait for all of them. */
  readonly queuedPerSession: number;
  readonly queuedTotalBytes: number;
  /** Messages sent to one client that it has not acknowledged. */
  readonly outFlight: number;
  /** Failed logins of an address within a minute, after which further failures are answered late. */
  readonly authFailsPerMinute: number;
  readonly tarpitForMs: number;
  readonly tarpitDelayMs: number;
  /** Answers delayed at the same time; above it a failure is closed at once. */
  readonly tarpitWaiting: number;
}

export const DEFAULT_LIMITS: BrokerLimits = {
  preAuthBytes: LIMITS.preAuthBytes,
  packetBytes: LIMITS.packetBytes,
  connectMs: 5_000,
  connections: 10_000,
  preAuthPerAddress: 64,
  preAuthTotal: 512,
  messagesPerSecond: LIMITS.messagesPerSecond,
  messageBurst: LIMITS.messageBurst,
  inFlight: 256,
  inFlightBytes: LIMITS.packetBytes,
  outBytes: 4 * 1024 * 1024,
  holdMs: LIMITS.holdMs,
  retryMs: 1_000,
  closeMs: 5_000,
  keepaliveS: 300,
  idleMs: 86_400_000,
  connectionsPerLogin: 4_000,
  retainedBytes: LIMITS.retainedBytes,
  retainedPerDevice: LIMITS.retainedPerDevice,
  retainedPerBridge: 10_000,
  retainedLoginBytes: 16 * 1024 * 1024,
  retainedTotal: 40_000,
  retainedTotalBytes: 48 * 1024 * 1024,
  subscriptionsPerClient: 1_000,
  sessionsPerLogin: 16,
  persistentSessions: 128,
  queuedPerSession: 1_000,
  queuedTotalBytes: 32 * 1024 * 1024,
  outFlight: 128,
  authFailsPerMinute: 10,
  tarpitForMs: 300_000,
  tarpitDelayMs: 3_000,
  tarpitWaiting: 64,
};

export interface BrokerOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly clock: Clock;
  readonly log: Log;
  /** Read at every CONNECT, so that a reload takes effect; kick the changed ones with `disconnect`. */
  readonly credentials: () => CredentialLookup;
  /**
   * `anonymous` (loopback only): a client without a username may publish and subscribe everywhere but under `$`.
   * Read at every CONNECT.
   */
  readonly auth: 'required' | 'anonymous';
  readonly limits?: Partial<BrokerLimits>;
  /** For whoever connects from now on, read at every connection. Default: those of `limits`. */
  readonly rate?: () => Pick<BrokerLimits, 'messagesPerSecond' | 'messageBurst'> &
    Partial<Pick<BrokerLimits, 'keepaliveS'>>;
  /** May a message on this topic be retained? Native `…/status` always may. */
  readonly retainable: (topic: string) => boolean;
  /** Keeps retained messages and sessions across restarts; absent: in memory only. */
  readonly shelf?: BrokerShelf | undefined;
  readonly maxPayloadBytes: (topic: string) => number;
  /** Origins that may open MQTT over WebSocket besides the page's own host, such as `https://wall.example.edu`. */
  readonly wsOrigins?: () => readonly string[];
  /** Resolves when the frame is durable (or was set aside for good); the acknowledgement is sent then and not before. */
  readonly onFrame: (frame: Frame) => Promise<FrameOutcome>;
  /** A payload above `maxPayloadBytes`: `head.payload` is its first KiB. */
  readonly onOversize: (head: Frame, bytes: number) => Promise<FrameOutcome>;
  readonly onSession?: (event: SessionEvent) => void;
  /** Told of every client, message and subscription that is turned away or cut short, however often. */
  readonly onRefusal?: (refusal: RefusalNote) => void;
}

export interface SessionInfo {
  readonly username: string;
  readonly clientId: string;
  readonly kind: CredentialKind;
  readonly address: string;
  /** Epoch ms UTC. */
  readonly since: number;
}

export interface Broker {
  readonly port: number;
  /** For the `upgrade` event of the HTTP server, at the path the caller chose. @param address what the sender counts as */
  handleWebSocket(request: IncomingMessage, socket: Duplex, head: Buffer, address?: string): void;
  /** Sends to whoever is subscribed; not ingested. @returns how many subscriptions of connected clients it matched. */
  publish(topic: string, payload: string | Buffer, options?: { qos?: 0 | 1 | 2; retain?: boolean }): number;
  /** Closes all connections of a username, without wills. @returns how many there were. */
  disconnect(username: string): number;
  sessions(): SessionInfo[];
  stats(): BrokerStats;
  /** Does it take connections? */
  isListening(): boolean;
  /** Takes nothing new, lets held frames finish (at most `closeMs`), sends no wills, closes all. Safe to call again. */
  close(): Promise<void>;
}
