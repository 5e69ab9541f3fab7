/**
 * The embedded broker for MQTT 3.1, 3.1.1 and 5: aedes behind a framing guard, with credentials, rights and limits, and
 * with an acknowledgement that waits for the commit.
 *
 *   TCP, WebSocket ─▶ pre-auth door ─▶ framing guard ─▶ aedes ─▶ ingest ─▶ onFrame
 *                                                                  └───▶ fan-out ─▶ outboxes ─▶ subscribers
 */
import { type EventEmitter, once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { Aedes, type Client, type PublishPacket, type Subscription } from 'aedes';
import { parseNativeTopic } from '#contract/topics.ts';
import type { Log } from '../shared/log.ts';
import { createAedesHooks } from './aedes-hooks.ts';
import { createAedesPersistence } from './aedes-persistence.ts';
import { type Broker, type BrokerLimits, type BrokerOptions, DEFAULT_LIMITS } from './broker-options.ts';
import { grantsOfLogin } from './connect-rules.ts';
import { type Connections, createConnections } from './connections.ts';
import { type Counters, createCounters } from './counters.ts';
import { createFanOut } from './fan-out.ts';
import { BYE } from './farewell.ts';
import { createIngest } from './ingest.ts';
import { createNotices } from './notices.ts';
import { createQos2Memory } from './qos2-memory.ts';
import { createRefuse, type Refuse } from './refusals.ts';
import { createRetainedMessages, type RetainedMessages } from './retained-messages.ts';
import type { Session } from './session.ts';
import { createSessionBook, LONGEST_ABSENCE_MS, type SessionBook } from './session-book.ts';
import { createWebSocketDoor, isAllowedOrigin } from './web-socket-door.ts';

/**
 * Listens and resolves when ready.
 * @throws when the port is taken (the error of `listen`), and when anonymous clients would be let in off loopback
 */
export async function startBroker(options: BrokerOptions): Promise<Broker> {
  if (options.auth === 'anonymous' && !isLoopbackHost(options.host)) {
    throw new Error(`MQTT without passwords is only for this machine, not for ${options.host}`);
  }
  const limits: BrokerLimits = { ...DEFAULT_LIMITS, ...options.limits };
  const core = await createCore(options, limits);
  const { aedes, connections, counters, fanOut, ingest, refuse, sweeping } = core;

  // Half open: a sender that has said its last word still gets what waits taken in and acknowledged.
  const server = createServer(
    { noDelay: true, keepAlive: true, keepAliveInitialDelay: TCP_KEEPALIVE_MS, allowHalfOpen: true },
    (socket) => connections.attach(aedes, socket, socket.remoteAddress ?? ''),
  );
  // Strangers have seats of their own, so that they take none of those who are let in.
  server.maxConnections = limits.connections + limits.preAuthTotal;
  const webSockets = createWebSocketDoor({
    limits,
    isAllowed: (request) => isAllowedOrigin(request, options.auth, options.wsOrigins?.() ?? []),
    onRefused: (request) =>
      refuse('websocket-origin', { address: request.socket.remoteAddress ?? '' }, request.headers.origin),
    onStream: (stream, { socket }) => connections.attach(aedes, stream, socket.remoteAddress ?? '', socket),
  });
  try {
    await listen(server, options);
  } catch (error) {
    clearInterval(sweeping);
    ingest.stop();
    aedes.close();
    throw error;
  }

  const close = async (): Promise<void> => {
    const closed = once(server, 'close');
    server.close();
    webSockets.close();
    clearInterval(sweeping);
    connections.freeze();
    ingest.stopWills();
    await untilSettled(counters, limits, options);
    await new Promise<void>((resolve) => aedes.close(resolve));
    connections.destroyAll();
    ingest.stop();
    await closed;
    await options.shelf?.flush();
  };
  let closing: Promise<void> | undefined;
  return {
    port: portOf(server),
    handleWebSocket: webSockets.handle,
    publish: (topic, payload, { qos = 0, retain = false } = {}) =>
      fanOut({ topic, payload, qos, retain }, { username: '', kind: 'gateway' }).live,
    disconnect: connections.disconnect,
    sessions: () =>
      connections.live().map(({ username, clientId, kind, address, since }) => ({
        username,
        clientId,
        kind,
        address,
        since,
      })),
    stats: () => structuredClone(counters),
    isListening: () => server.listening,
    close() {
      closing ??= close();
      return closing;
    },
  };
}

/** aedes with its hooks; what was retained and queued by the last run; and our own fan-out. */
async function createCore(options: BrokerOptions, limits: BrokerLimits) {
  const { clock, log, shelf } = options;
  const counters = createCounters();
  const notice = createNotices(log, clock);
  const refuse = createRefuse(options, counters, clock, notice);
  const onShelfFailure = (err: unknown): void => {
    counters.shelfFailures += 1;
    notice('shelf', '', { err }, 'retained messages and queues cannot be written to disk');
  };
  const retained = createRetainedMessages(limits, shelf, (topic, { username }) =>
    refuse('retain-limit', { username, address: '' }, topic),
  );
  const sessions = createSessionBook({
    limits,
    counters,
    now: clock.now,
    shelf,
    onShelfFailure,
    onDisplaced: ({ username, key }, { message }) =>
      refuse('queue-dropped', { username, clientId: key.slice(username.length + 1), address: '' }, message.topic),
  });
  await loadShelf(options, retained, sessions);
  const fanOut = createFanOut({
    counters,
    sessions,
    retained,
    retainable: (topic) => parseNativeTopic(topic)?.leaf === 'status' || options.retainable(topic),
    retainedBytes: (topic, { kind }) => (kind === 'device' ? limits.retainedBytes : options.maxPayloadBytes(topic)),
    onNotRetained: (topic, { username }, why) =>
      refuse(why === 'topic' ? 'retain-stripped' : 'retain-limit', { username, address: '' }, topic),
  });
  const rate = options.rate ?? ((): BrokerLimits => limits);
  const onSession = options.onSession ?? ((): void => {});
  const connections = createConnections({ limits, rate, counters, clock, sessions, refuse, onSession });
  const qos2 = createQos2Memory();
  const { cutOff } = connections;
  const ingest = createIngest({ options, limits, counters, clock, log, refuse, cutOff, fanOut, onShelfFailure, qos2 });
  const aedes = new Aedes({
    ...createAedesHooks({ options, limits, clock, refuse, connections, sessions, ingest }),
    ...AEDES_LIMITS,
    mq: SILENT_EMITTER,
    persistence: createAedesPersistence(qos2, sessions.resumed),
    // The guard closes first; this is the backstop.
    connectTimeout: limits.connectMs + 1_000,
    drainTimeout: limits.holdMs,
    maximumPacketSize: limits.packetBytes,
    receiveMaximum: limits.inFlight,
  });
  // Messages are on their way to their subscribers before aedes gets here, and `$SYS` is for nobody.
  aedes.publish = (_packet: PublishPacket, from: Client | Done | null, done?: Done): void => {
    (typeof from === 'function' ? from : done)?.();
  };
  followEvents(aedes, { log, refuse, counters, connections, sessions, retained });
  await aedes.listen();
  const sweeping = setInterval(connections.sweep, SWEEP_MS);
  sweeping.unref();
  return { aedes, connections, counters, fanOut, ingest, refuse, sweeping };
}

const SWEEP_MS = 60_000;
/** A peer that is gone without a word is found by TCP about ten seconds later. */
const TCP_KEEPALIVE_MS = 60_000;

const AEDES_LIMITS = {
  // The guard bounds the packet, and with it the client id.
  maxClientsIdLength: 65_535,
  topicAliasMaximum: 16,
  sessionExpiryIntervalLimit: LONGEST_ABSENCE_MS / 1_000,
  pendingSessionsLimit: 10_000,
} as const;

type Done = (error?: Error) => void;

/** aedes subscribes its clients here; they are served from their outboxes instead. */
const SILENT_EMITTER = {
  on: (_filter: string, _listener: unknown, done?: Done) => done?.(),
  removeListener: (_filter: string, _listener: unknown, done?: Done) => done?.(),
  emit: (_packet: unknown, done?: Done) => done?.(),
  close: (done: () => void) => setImmediate(done),
};

async function loadShelf({ shelf, log, ...login }: BrokerOptions, retained: RetainedMessages, sessions: SessionBook) {
  if (shelf === undefined) return;
  const contents = await shelf.load();
  if (contents.damaged > 0)
    log.warn({ damaged: contents.damaged }, 'retained or queued messages are damaged and left out');
  retained.load(contents.retained);
  sessions.load(contents, (username) => grantsOfLogin(username, login));
}

interface Followers {
  readonly log: Log;
  readonly refuse: Refuse;
  readonly counters: Counters;
  readonly connections: Connections;
  readonly sessions: SessionBook;
  readonly retained: RetainedMessages;
}

function followEvents(aedes: Aedes, { log, refuse, counters, connections, sessions, retained }: Followers): void {
  // The types of aedes leave this event out; unheard, it would end the process.
  const events: EventEmitter = aedes;
  events.on('error', (error: Error) => log.error({ err: error }, 'the broker reports an error'));
  aedes.on('client', connections.registered);
  aedes.on('clientReady', connections.ready);
  aedes.on('clientDisconnect', connections.gone);
  aedes.on('keepaliveTimeout', (client) => {
    const session = connections.of(client)?.session;
    if (session === undefined) return;
    refuse('silent', session);
    connections.cutOff(session, 'keepalive', BYE.keepAlive, 'nothing was heard for one and a half keepalives');
  });
  // aedes itself refuses only an empty client id with a session that is to stay (MQTT 3.1.1, 3.1.3-8).
  aedes.on('connectionError', (client, error: Error & { errorCode?: number }) => {
    const connection = connections.of(client);
    if (connection === undefined || error.errorCode !== 2) return;
    connection.blame('refused');
    refuse('empty-client-id', connection);
  });
  aedes.on('subscribe', (subscriptions, client) => {
    const session = connections.of(client)?.session;
    if (session) serveSubscriptions(session, subscriptions, sessions, retained);
  });
  aedes.on('unsubscribe', (filters, client) => {
    const session = connections.of(client)?.session;
    // aedes also unsubscribes a client that leaves; its session may stay.
    if (!session || client.closed) return;
    for (const filter of filters) {
      session.filters.delete(filter);
      sessions.unsubscribe(session.outbox, filter);
    }
  });
}

/** Granted subscriptions take effect right after the SUBACK, and their retained messages follow. */
function serveSubscriptions(
  { outbox }: Session,
  subscriptions: readonly Subscription[],
  sessions: SessionBook,
  retained: RetainedMessages,
): void {
  for (const { topic: filter, qos, nl, rap, rh, ...more } of subscriptions) {
    if (qos !== 0 && qos !== 1 && qos !== 2) continue;
    const identifier = (more as { subscriptionIdentifier?: number }).subscriptionIdentifier;
    const isNew = !outbox.subscriptions.has(filter);
    sessions.subscribe(outbox, { filter, qos, noLocal: nl, retainAsPublished: rap, identifier });
    if (rh === 2 || (rh === 1 && !isNew)) continue;
    const topics = retained.matching(filter);
    const identifiers = identifier === undefined ? [] : [identifier];
    if (topics.length > 0) outbox.sendRetained({ topics, find: retained.find, qos, identifiers });
  }
}

async function listen(server: Server, { host, port, log }: BrokerOptions): Promise<void> {
  const listening = once(server, 'listening');
  server.listen(port, host);
  await listening;
  server.on('error', (error) => log.error({ err: error }, 'the MQTT listener reports an error'));
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** Held frames get their commit and their acknowledgement, if it comes in time. */
async function untilSettled(counters: Counters, { closeMs }: BrokerLimits, { clock }: BrokerOptions): Promise<void> {
  const deadline = clock.monotonic() + closeMs;
  while (counters.held > 0 && clock.monotonic() < deadline) await sleep(5);
  // aedes writes acknowledgements in a later turn.
  await nextTurn();
  await nextTurn();
}

function isLoopbackHost(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host);
}
