/**
 * The embedded MQTT 3.1.1 broker: aedes behind a framing guard, with credentials, rights and limits, and with an
 * acknowledgement that waits for the commit.
 *
 *   TCP, WebSocket ─▶ pre-auth door ─▶ framing guard ─▶ aedes ─▶ ingest ─▶ onFrame
 *                                                         └────▶ fan-out ─▶ subscribers
 */
import { type EventEmitter, once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { Aedes, type Client, type PublishPacket } from 'aedes';
import type { Log } from '../shared/log.ts';
import { createAedesHooks } from './aedes-hooks.ts';
import { createAedesPersistence } from './aedes-persistence.ts';
import { type Broker, type BrokerLimits, type BrokerOptions, DEFAULT_LIMITS } from './broker-options.ts';
import { type Connections, createConnections } from './connections.ts';
import { type Counters, countUp, createCounters } from './counters.ts';
import { createFanOut, createSubscriptionTable, type FanOut } from './fan-out.ts';
import { createIngest } from './ingest.ts';
import { createNotices, type Notice } from './notices.ts';
import { createPersistentSessions } from './persistent-sessions.ts';
import { createQos2Memory } from './qos2-memory.ts';
import { createRetainedMessages } from './retained-messages.ts';
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
  const counters = createCounters();
  const onSession = options.onSession ?? ((): void => {});
  const rate = options.rate ?? (() => limits);
  const connections = createConnections({ limits, rate, counters, clock: options.clock, onSession });
  const { aedes, ingest, fanOut } = await createCore(options, limits, counters, connections);

  // Half open: a sender that has said its last word still gets what waits taken in and acknowledged.
  const server = createServer({ noDelay: true, keepAlive: true, allowHalfOpen: true }, (socket) =>
    connections.attach(aedes, socket, socket.remoteAddress ?? ''),
  );
  server.maxConnections = limits.connections;
  const webSockets = createWebSocketDoor({
    limits,
    isAllowed: (request) => isAllowedOrigin(request, options.auth, options.wsOrigins?.() ?? []),
    onRefused: () => countUp(counters.refused, 'origin'),
    onStream: (stream, { socket }) => connections.attach(aedes, stream, socket.remoteAddress ?? '', socket),
  });
  try {
    await listen(server, options);
  } catch (error) {
    ingest.stop();
    aedes.close();
    throw error;
  }

  const close = async (): Promise<void> => {
    const closed = once(server, 'close');
    server.close();
    webSockets.close();
    connections.freeze();
    ingest.stopWills();
    await untilSettled(counters, limits, options);
    await new Promise<void>((resolve) => aedes.close(resolve));
    connections.destroyAll();
    ingest.stop();
    await closed;
  };
  let closing: Promise<void> | undefined;
  return {
    port: portOf(server),
    handleWebSocket: webSockets.handle,
    publish: (topic, payload, { qos = 0, retain = false } = {}) =>
      fanOut({ topic, payload, qos, retain }, { username: '', kind: 'gateway' }),
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

/** aedes with its hooks, its store and its fan-out replaced by ours. */
async function createCore(options: BrokerOptions, limits: BrokerLimits, counters: Counters, connections: Connections) {
  const { clock, log } = options;
  const notice = createNotices(log, clock);
  const qos2 = createQos2Memory();
  const retained = createRetainedMessages(limits);
  const sessions = createPersistentSessions(limits, counters);
  const subscriptions = createSubscriptionTable();
  const ingest = createIngest({ options, limits, counters, clock, log, notice, qos2 });
  const aedes = new Aedes({
    ...createAedesHooks({ options, limits, counters, clock, notice, connections, sessions, ingest }),
    mq: subscriptions,
    persistence: createAedesPersistence(retained, sessions, qos2),
    // The guard closes first; this is the backstop.
    connectTimeout: limits.connectMs + 1_000,
    drainTimeout: limits.holdMs,
    maxInflightInbound: limits.inFlight,
    maxClientsIdLength: 128,
  });
  const { retainable } = options;
  const fanOut = createFanOut({ brokerId: aedes.id, counters, subscriptions, sessions, retained, retainable });
  aedes.publish = publisher(fanOut, connections);
  followEvents(aedes, { log, notice, counters, connections });
  await aedes.listen();
  return { aedes, ingest, fanOut };
}

function followEvents(
  aedes: Aedes,
  { log, notice, counters, connections }: { log: Log; notice: Notice; counters: Counters; connections: Connections },
): void {
  // The types of aedes leave this event out; unheard, it would end the process.
  const events: EventEmitter = aedes;
  events.on('error', (error: Error) => log.error({ err: error }, 'the broker reports an error'));
  aedes.on('client', connections.registered);
  aedes.on('clientReady', connections.ready);
  aedes.on('clientDisconnect', connections.gone);
  aedes.on('keepaliveTimeout', () => countUp(counters.cutOff, 'keepalive'));
  // Only before a CONNECT was read: it could not be, or it speaks another version.
  aedes.on('connectionError', (client, error: Error & { errorCode?: number }) => {
    const connection = connections.of(client);
    connection?.blame(error.errorCode === undefined ? 'malformed' : 'refused');
    if (error.errorCode === undefined) return;
    countUp(counters.refused, 'protocol');
    notice('protocol', connection?.address ?? '', {}, 'a client speaks another MQTT than 3.1.1');
  });
  aedes.on('unsubscribe', (filters, client) => {
    for (const filter of filters) connections.of(client)?.session?.filters.delete(filter);
  });
}

type Done = (error?: Error) => void;

/** aedes calls `publish(packet, client, done)`, or `publish(packet, done)` for what it says itself under `$SYS`. */
function publisher(fanOut: FanOut, connections: Connections) {
  return (packet: PublishPacket, from: Client | Done | null, done?: Done): void => {
    if (typeof from === 'function' || from === null) {
      fanOut(packet, { username: '', kind: 'gateway' });
      (typeof from === 'function' ? from : done)?.();
      return;
    }
    const session = connections.of(from)?.session;
    if (session) fanOut(packet, session, session.clientId);
    done?.();
  };
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
