/** The parts of the broker put together: aedes in front, our own sessions, retained messages and fan-out behind it. */
import type { EventEmitter } from 'node:events';
import { Aedes, type Client, type PublishPacket, type Subscription } from 'aedes';
import { parseNativeTopic } from '#contract/topics.ts';
import type { Log } from '../shared/log.ts';
import { createAedesHooks } from './aedes-hooks.ts';
import { createAedesPersistence } from './aedes-persistence.ts';
import type { BrokerLimits, BrokerOptions } from './broker-options.ts';
import { grantsOfLogin } from './connect-rules.ts';
import { type Connections, createConnections } from './connections.ts';
import { createCounters } from './counters.ts';
import { createFanOut } from './fan-out.ts';
import { BYE } from './farewell.ts';
import { createIngest } from './ingest.ts';
import { createNotices } from './notices.ts';
import { createQos2Memory } from './qos2-memory.ts';
import { createRefuse, type Refuse } from './refusals.ts';
import { createRetainedMessages, type RetainedMessages } from './retained-messages.ts';
import type { Session } from './session.ts';
import { createSessionBook, LONGEST_ABSENCE_MS, type SessionBook } from './session-book.ts';

/** aedes with its hooks; what was retained and queued by the last run; and our own fan-out. */
export async function createCore(options: BrokerOptions, limits: BrokerLimits) {
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
  followEvents(aedes, { log, refuse, connections, sessions, retained });
  await aedes.listen();
  const sweeping = setInterval(() => {
    connections.sweep();
    sessions.sweep();
    retained.sweep(clock.now());
  }, SWEEP_MS);
  sweeping.unref();
  return { aedes, connections, counters, fanOut, ingest, onShelfFailure, refuse, sessions, sweeping };
}

const SWEEP_MS = 60_000;

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
  readonly connections: Connections;
  readonly sessions: SessionBook;
  readonly retained: RetainedMessages;
}

function followEvents(aedes: Aedes, { log, refuse, connections, sessions, retained }: Followers): void {
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
