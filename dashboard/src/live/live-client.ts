import type { Socket } from 'socket.io-client';
import type { ClientToServer, LiveEvent, LiveHello, LivePosition, ServerToClient } from '#contract/live.ts';
import { type Connection, type ConnectionChange, changeConnection, startConnection } from './connection.ts';
import type { LiveStore } from './live-store.ts';

export type LiveSocket = Socket<ServerToClient, ClientToServer>;

export interface LiveClient {
  connection(): Connection;
  /** The gateway's clock, epoch ms, as far as it is known here. */
  gatewayNow(): number;
  subscribe(listener: () => void): () => void;
  /** Called after each break which is mended: what came over HTTP meanwhile may be out of date. */
  onResync(listener: () => void): () => void;
  start(): void;
  /** After `refused`: somebody has signed in again. */
  retry(): void;
  stop(): void;
}

/** Where the client meets its surroundings; tests replace all of it. */
export interface LiveClientOptions {
  readonly store: LiveStore;
  readonly socket: LiveSocket;
  readonly now: () => number;
  /** Like setInterval; returns how to end it. */
  readonly every: (ms: number, run: () => void) => () => void;
  /** Like setTimeout; returns how to end it. */
  readonly after: (ms: number, run: () => void) => () => void;
}

const helloTimeoutMs = 8_000;
const reconnectMs = 2_000;
/** Events are durable before they are sent, so a tick may name one that is still on its way. */
const behindMs = 1_500;
/** While an answer to `hello` is awaited events wait here; more than this and a snapshot is cheaper. */
const maxHeld = 5_000;

/** What the gateway says when it is not the line that fails. */
const refusals = new Set(['sign-in-needed', 'forbidden', 'setup-needed']);

/**
 * Keeps `store` equal to what the gateway knows: hello, then events without a gap, or a snapshot when one was missed.
 * Source of the protocol: gateway/contract/live.ts.
 */
export function createLiveClient({ store, socket, now, every, after }: LiveClientOptions): LiveClient {
  let connection = startConnection(now());
  const listeners = new Set<() => void>();
  const resyncs = new Set<() => void>();
  /** Events that arrived while a hello was under way; undefined when none is. */
  let held: LiveEvent[] | undefined;
  let helloCount = 0;
  let greeted = false;
  let endBehind: (() => void) | undefined;
  const endings: (() => void)[] = [];

  function change(by: ConnectionChange): void {
    const next = changeConnection(connection, by, now());
    if (next === connection) return;
    connection = next;
    for (const listener of listeners) listener();
  }

  function hello(from: LivePosition | undefined): void {
    held = [];
    helloCount += 1;
    const asked = helloCount;
    socket.timeout(helloTimeoutMs).emit('hello', from ?? {}, (error: Error | null, answer: LiveHello) => {
      if (asked !== helloCount || held === undefined) return;
      if (error) {
        // Connected, but nobody answers: a new connection may reach a healthier process.
        held = undefined;
        socket.disconnect();
        lineDown();
        reconnectSoon();
        return;
      }
      welcome(answer, held);
    });
  }

  function welcome(answer: LiveHello, waiting: readonly LiveEvent[]): void {
    held = undefined;
    if (store.applyHello(answer) === 'gap') {
      hello(undefined);
      return;
    }
    change({ what: 'hello' });
    for (const event of waiting) receive(event);
    if (greeted) for (const listener of resyncs) listener();
    greeted = true;
  }

  function receive(event: LiveEvent): void {
    if (held) {
      if (held.length < maxHeld) held.push(event);
      return;
    }
    if (store.applyEvent(event) === 'gap') hello(store.position());
  }

  function tick({ at, seq, epoch }: { at: number; seq: number; epoch: string }): void {
    change({ what: 'tick', gatewayAt: at });
    const isBehind = (): boolean => {
      const known = store.position();
      return held === undefined && (known === undefined || known.epoch !== epoch || known.seq < seq);
    };
    if (!isBehind() || endBehind) return;
    endBehind = after(behindMs, () => {
      endBehind = undefined;
      if (socket.connected && isBehind()) hello(store.position());
    });
  }

  function lineDown(): void {
    held = undefined;
    helloCount += 1;
    endBehind?.();
    endBehind = undefined;
    change({ what: 'down' });
  }

  /** socket.io gives up by itself when the server closed the connection or refused it. */
  function reconnectSoon(): void {
    endings.push(
      after(reconnectMs, () => {
        if (socket.connected || socket.active) return;
        change({ what: 'attempt' });
        socket.connect();
      }),
    );
  }

  function listen(): void {
    socket.on('connect', () => hello(store.hasUnsaved() ? undefined : store.position()));
    socket.on('event', receive);
    socket.on('value', (values) => store.applyValues(values));
    socket.on('gateway', store.applyGateway);
    socket.on('unsaved', ({ bodies }) => store.applyUnsaved(bodies));
    socket.on('grown', store.applyGrown);
    socket.on('tick', tick);
    socket.on('disconnect', () => {
      // The gateway closes a connection when the sign-in ended, and when it stops. Asking once more tells which.
      lineDown();
      if (!socket.active) reconnectSoon();
    });
    socket.on('connect_error', (error) => {
      if (refusals.has(error.message)) {
        change({ what: 'refused' });
        return;
      }
      lineDown();
      if (!socket.active) reconnectSoon();
    });
    const attempt = (): void => change({ what: 'attempt' });
    socket.io.on('reconnect_attempt', attempt);
    endings.push(() => {
      socket.off();
      socket.io.off('reconnect_attempt', attempt);
    });
  }

  return {
    connection: () => connection,
    gatewayNow: () => now() + connection.clockAheadMs,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    onResync(listener) {
      resyncs.add(listener);
      return () => resyncs.delete(listener);
    },
    retry() {
      if (!socket.connected) socket.connect();
    },
    start() {
      connection = startConnection(now());
      listen();
      endings.push(every(1_000, () => change({ what: 'clock' })));
      socket.connect();
    },
    stop() {
      for (const end of endings.splice(0)) end();
      lineDown();
      socket.disconnect();
    },
  };
}
