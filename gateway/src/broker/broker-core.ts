/** The parts of the broker put together: aedes in front, our own sessions, retained messages and fan-out behind it. */
import type { EventEmitter } from 'node:events';
import { Aedes, type Client, type PublishPacket } from 'aedes';
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
  const connections = createConnections({
    ...{ limits, rate, counters, clock, log, sessions, retained, refuse, onSession },
  });
  const qos2 = createQos2Memory();
  const { cutOff } = connections;
  const ingest = createIngest({ options, limits, counters, clock, log, refuse, cutOff, fanOut, onShelfFailure, qos2 });
  const aedes = new Aedes({
    ...createAedesHooks({ options, limits, clock, refuse, connections, sessions, ingest }),
    ...AEDES_LIMITS,
    mq: SILENT_EMITTER,
    persistence: createAedesPersistence(qos2, sessions.isResumed),
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
  followEvents(aedes, { log, refuse, connections });
  await aedes.listen();
  const sweeping = setInterval(() => {
    connections.sweep();
    sessions.sweep();
    retained.sweep(clock.now());
  }, SWEEP_MS);
  const retrying = setInterval(() => {
    sessions.retry();
    retained.retry();
  }, RETRY_MS);
  sweeping.unref();
  retrying.unref();
  const stopTimers = (): void => {
    clearInterval(sweeping);
    clearInterval(retrying);
  };
  return { aedes, connections, counters, fanOut, ingest, onShelfFailure, refuse, sessions, stopTimers };
}

const SWEEP_MS = 60_000;
/** After a change that could not be written. */
const RETRY_MS = 2_000;

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
}

function followEvents(aedes: Aedes, { log, refuse, connections }: Followers): void {
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
    refuse('empty-client-id', { username: connection.claimed?.username, clientId: '', address: connection.address });
  });
  // What closes an accepted connection and is not told elsewhere: topic aliases out of range and the like.
  aedes.on('clientError', (client, error: Error & { code?: string }) => {
    const session = connections.of(client)?.session;
    if (session === undefined || error.code !== undefined || TOLD_ELSEWHERE.test(error.message)) return;
    refuse('malformed', session, error.message);
  });
}

/** Errors of aedes that are no fault of a packet, or that `refuse` has heard of already. */
const TOLD_ELSEWHERE = /keep alive|drain timeout|connection closed|under the prefixes|store at the moment|not sent/;
