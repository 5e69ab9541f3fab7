/**
 * The embedded broker for MQTT 3.1, 3.1.1 and 5: aedes behind a framing guard, with credentials, rights and limits, and
 * with an acknowledgement that waits for the commit.
 *
 *   TCP, WebSocket ─▶ pre-auth door ─▶ framing guard ─▶ aedes ─▶ ingest ─▶ onFrame
 *                                                                  └───▶ fan-out ─▶ outboxes ─▶ subscribers
 */
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { createCore } from './broker-core.ts';
import { type Broker, type BrokerLimits, type BrokerOptions, DEFAULT_LIMITS } from './broker-options.ts';
import { grantsOfLogin } from './connect-rules.ts';
import type { Counters } from './counters.ts';
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
  const { aedes, connections, counters, fanOut, ingest, onShelfFailure, refuse, sessions, stopTimers } = core;

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
    onRefused: (origin, address) => refuse('websocket-origin', { address }, origin),
    onStream: (stream, raw, address) => connections.attach(aedes, stream, address, raw),
  });
  try {
    await listen(server, options);
  } catch (error) {
    stopTimers();
    ingest.stop();
    aedes.close();
    throw error;
  }

  const close = async (): Promise<void> => {
    const closed = once(server, 'close');
    server.close();
    webSockets.close();
    stopTimers();
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
    publish(topic, payload, { qos = 0, retain = false } = {}) {
      const { live, onDisk } = fanOut({ topic, payload, qos, retain }, { username: '', kind: 'gateway' });
      onDisk?.catch(onShelfFailure);
      return live;
    },
    disconnect(username) {
      sessions.revise(username, grantsOfLogin(username, options));
      return connections.disconnect(username);
    },
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

/** A peer that is gone without a word is found by TCP about ten seconds later. */
const TCP_KEEPALIVE_MS = 60_000;

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
