/** The api's own counters, as Prometheus text. Labels come from the route table, so their number is bounded. */
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { ConnectionClosed } from './http-door.ts';

/**
 * `account`: too many failures of that account from there; `address`: too many of that address; `secret`: too many unknown
 * secrets of that address; `busy`: that address has too much in progress; `unlisted`: failed, but no audit entry was written.
 */
export type AttemptRefused = 'account' | 'address' | 'secret' | 'busy' | 'unlisted';

export interface ApiMetrics {
  request(method: string, route: string, status: number, seconds: number): void;
  liveClients(count: number): void;
  /** A client was cut off: `behind` (too slow), `gap` (the events have one), `ended` (sign-in over), `bad-hello`, `crowded` (others had no place). */
  liveCut(reason: 'behind' | 'gap' | 'ended' | 'bad-hello' | 'crowded'): void;
  liveMerged(count: number): void;
  liveRefused(reason: string): void;
  /** A connection that the gateway ended or refused; why is one of a short list. */
  connectionClosed(why: ConnectionClosed): void;
  /** An attempt to sign in, to set up or to use a secret that was turned down unlooked at. */
  attemptRefused(why: AttemptRefused): void;
  /** Who asks for the numbers of open connections when the metrics are read. */
  connections(counts: () => Readonly<Record<string, number>>): void;
  text(): Promise<string>;
}

/** What waits in memory because the disk does not take it, and what was given up. */
export interface HeldFigures {
  audit(): { readonly waiting: number; readonly dropped: number };
  sessions(): { readonly held: number; readonly dropped: number };
}

const NOTHING_HELD: HeldFigures = {
  audit: () => ({ waiting: 0, dropped: 0 }),
  sessions: () => ({ held: 0, dropped: 0 }),
};

export function createApiMetrics(held: HeldFigures = NOTHING_HELD): ApiMetrics {
  const registry = new Registry();
  const registers = [registry];
  const requests = new Counter({
    name: 'houqin_http_requests_total',
    help: 'HTTP requests answered',
    labelNames: ['method', 'route', 'status'],
    registers,
  });
  const duration = new Histogram({
    name: 'houqin_http_request_seconds',
    help: 'Time to answer',
    labelNames: ['method', 'route'],
    buckets: [0.005, 0.02, 0.1, 0.5, 2, 10],
    registers,
  });
  const clients = new Gauge({ name: 'houqin_live_clients', help: 'Open live connections', registers });
  const byReason = (name: string, help: string) => new Counter({ name, help, labelNames: ['reason'], registers });
  const cuts = byReason('houqin_live_cut_total', 'Live connections ended by the gateway');
  const merged = new Counter({
    name: 'houqin_live_merged_total',
    help: 'Values merged away for clients that do not keep up',
    registers,
  });
  const refused = byReason('houqin_live_refused_total', 'Live connections refused');
  const closed = byReason('houqin_http_closed_total', 'HTTP connections ended or refused by the gateway');
  const attempts = byReason(
    'houqin_attempts_refused_total',
    'Attempts to sign in, to set up or to use a secret that were turned down unlooked at',
  );
  const inMemory = new Gauge({
    name: 'houqin_waiting_for_disk',
    help: 'Audit entries and sign-ins in memory only, and those given up because too many were',
    labelNames: ['kind'],
    registers,
  });
  return {
    request: (method, route, status, seconds) => {
      requests.inc({ method, route, status: String(status) });
      duration.observe({ method, route }, seconds);
    },
    liveClients: (count) => clients.set(count),
    liveCut: (reason) => cuts.inc({ reason }),
    liveMerged: (count) => merged.inc(count),
    liveRefused: (reason) => refused.inc({ reason }),
    connectionClosed: (reason) => closed.inc({ reason }),
    attemptRefused: (reason) => attempts.inc({ reason }),
    connections: (counts) => {
      const open = new Gauge({
        name: 'houqin_http_connections',
        help: 'Open connections of the HTTP listener',
        labelNames: ['kind'],
        registers,
        collect: () => {
          for (const [kind, count] of Object.entries(counts())) open.set({ kind }, count);
        },
      });
    },
    text: () => {
      const [audit, sessions] = [held.audit(), held.sessions()];
      inMemory.set({ kind: 'audit' }, audit.waiting);
      inMemory.set({ kind: 'audit-dropped' }, audit.dropped);
      inMemory.set({ kind: 'session' }, sessions.held);
      inMemory.set({ kind: 'session-dropped' }, sessions.dropped);
      return registry.metrics();
    },
  };
}
