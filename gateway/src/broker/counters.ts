/** What the broker counts, for /metrics. Every drop, refusal and early close has a name. */

import type { RefusalReason } from '#contract/refusals.ts';

/** Why a connection ended before its CONNECT was accepted. */
export type PreAuthClose = 'timeout' | 'oversize' | 'not-connect' | 'malformed' | 'too-many' | 'refused' | 'gone';

/** Why an accepted client was cut off. */
export type CutOff = 'oversize' | 'malformed' | 'slow' | 'keepalive' | 'idle' | 'not-committed';

export interface BrokerStats {
  /** Open now. */
  connections: number;
  preAuth: number;
  /** Frames that wait for their commit now. */
  held: number;
  /** Since start. */
  connects: number;
  received: number;
  outcomes: Record<'stored' | 'ignored' | 'quarantined', number>;
  retries: number;
  duplicatesQos2: number;
  oversizePayloads: number;
  retainStripped: number;
  rateLimited: { dropped: number; pauses: number };
  refused: Partial<Record<RefusalReason, number>>;
  preAuthClosed: Partial<Record<PreAuthClose, number>>;
  cutOff: Partial<Record<CutOff, number>>;
  /** Messages that waited for a subscriber and gave way to newer ones. */
  queueDropped: number;
  /** Sessions kept for an absent client that gave way to newer ones. */
  sessionsDropped: number;
  /** Retained messages and queues that could not be written to disk. */
  shelfFailures: number;
}

export type Counters = BrokerStats;

export function createCounters(): Counters {
  return {
    connections: 0,
    preAuth: 0,
    held: 0,
    connects: 0,
    received: 0,
    outcomes: { stored: 0, ignored: 0, quarantined: 0 },
    retries: 0,
    duplicatesQos2: 0,
    oversizePayloads: 0,
    retainStripped: 0,
    rateLimited: { dropped: 0, pauses: 0 },
    refused: {},
    preAuthClosed: {},
    cutOff: {},
    queueDropped: 0,
    sessionsDropped: 0,
    shelfFailures: 0,
  };
}

export function countUp<K extends string>(counts: Partial<Record<K, number>>, key: K): void {
  counts[key] = (counts[key] ?? 0) + 1;
}
