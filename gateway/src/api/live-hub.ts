/**
 * The two streams of `/live`. Events go out one by one; values are collected for 5 ms and sent newest per series. Clients that
 * keep up share one broadcast; the others get theirs from their own backlog.
 */
import type { LatestValue } from '#contract/http/campus.ts';
import type { LiveEvent, LiveEventBody, LiveValues, ServerToClient } from '#contract/live.ts';
import type { Clock } from '../shared/clock.ts';
import type { LiveView } from './api-deps.ts';
import { mergeValues, takeSome, unsavedParts } from './live-backlog.ts';
import type { LiveClient } from './live-client.ts';

const COLLECT_MS = 5;
/** With very many clients a send takes longer than the collecting: then at most a quarter of the time goes into sending. */
const REST_FACTOR = 3;
const TICK_MS = 5_000;
const CHECK_MS = 1_000;

export interface LiveHubContext {
  readonly live: Pick<LiveView, 'onEvent' | 'onValues' | 'onGateway' | 'onUnsaved' | 'onGrown' | 'position'>;
  readonly clock: Clock;
  /** Sends to all clients that stream. */
  broadcast<E extends keyof ServerToClient>(event: E, payload: Parameters<ServerToClient[E]>[0]): void;
  /** Sends to all, those that are behind included: rare and small, and in no order with the rest. */
  toAll<E extends keyof ServerToClient>(event: E, payload: Parameters<ServerToClient[E]>[0]): void;
  cut(client: LiveClient, reason: 'behind' | 'gap'): void;
}

export interface LiveHub {
  add(client: LiveClient): void;
  remove(client: LiveClient): void;
  clients(): ReadonlySet<LiveClient>;
  close(): void;
}

export function createLiveHub({ live, clock, broadcast, toAll, cut }: LiveHubContext): LiveHub {
  const clients = new Set<LiveClient>();
  const pending = new Map<string, LatestValue>();
  let merged = 0;
  let newest = live.position();
  let flushTimer: NodeJS.Timeout | undefined;
  let restUntil = 0;

  /** Clients that must not get the next broadcast; they are out of it when this returns. */
  const laggards = (seq?: number): LiveClient[] => [...clients].filter((client) => !client.isCurrent(seq));

  const sendEvent = (event: LiveEvent): void => {
    const follows = event.epoch === newest.epoch && event.seq === newest.seq + 1;
    newest = { epoch: event.epoch, seq: event.seq };
    // What lies between is in the records: everybody comes back and asks for it.
    if (!follows) for (const client of [...clients]) cut(client, 'gap');
    const others = laggards(event.seq);
    if (others.length < clients.size) broadcast('event', event);
    if (others.length === 0) return;
    const bytes = JSON.stringify(event).length;
    for (const client of others) client.holdEvent(event, bytes);
  };

  const flush = (): void => {
    flushTimer = undefined;
    const started = clock.monotonic();
    while (pending.size > 0) {
      const message: LiveValues = { at: clock.now(), values: takeSome(pending), merged };
      merged = 0;
      const others = laggards();
      if (others.length < clients.size) broadcast('value', message);
      for (const client of others) client.holdValues(message.values);
    }
    const ended = clock.monotonic();
    restUntil = ended + REST_FACTOR * (ended - started);
  };

  const takeValues = (values: readonly LatestValue[]): void => {
    if (clients.size === 0) return;
    merged += mergeValues(pending, values);
    flushTimer ??= setTimeout(flush, Math.max(COLLECT_MS, restUntil - clock.monotonic()));
  };

  const tick = (): void => {
    laggards();
    broadcast('tick', { at: clock.now(), seq: newest.seq, epoch: newest.epoch });
  };
  const check = (): void => {
    for (const client of [...clients]) if (client.isTooFarBehind()) cut(client, 'behind');
  };

  const sendUnsaved = (bodies: readonly LiveEventBody[]): void => {
    for (const part of unsavedParts(bodies)) toAll('unsaved', { at: clock.now(), bodies: part });
  };

  const stops = [
    live.onEvent(sendEvent),
    live.onValues(takeValues),
    live.onGateway((gateway) => toAll('gateway', gateway)),
    live.onUnsaved(sendUnsaved),
    // A client that is behind hears the next one.
    live.onGrown((grown) => {
      laggards();
      broadcast('grown', grown);
    }),
  ];
  const timers = [setInterval(tick, TICK_MS), setInterval(check, CHECK_MS)];
  return {
    add: (client) => void clients.add(client),
    remove: (client) => void clients.delete(client),
    clients: () => clients,
    close: () => {
      for (const stop of stops) stop();
      for (const timer of timers) clearInterval(timer);
      clearTimeout(flushTimer);
    },
  };
}
