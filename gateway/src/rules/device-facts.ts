/** What is known of one device: shared by all conditions on it and saved as one small row. */
import { z } from 'zod';
import { metricInfo } from '#contract/metrics.ts';

export interface Seen {
  readonly at: number;
  readonly value: number;
}

export interface DeviceFacts {
  /** Last sign of life; null when there never was one. */
  heardAt: number | null;
  /** The rules know the device since then. */
  knownSince: number;
  /** Until then old silence and old values are our own blindness (restart, parent down), not the device's. */
  graceUntil: number;
  /** Newest judged value of each metric. */
  readonly values: Map<string, Seen>;
  /** Reason somebody outside gave why the device cannot be seen. */
  unknown: string | null;
  /** Silent devices that explain why this one cannot be seen: itself or those it depends on. */
  readonly hiddenBy: Set<string>;
}

const LIMIT_INTERVALS = 3;
const MIN_LIMIT_MS = 60_000;

/** Age up to which a gauge's value still stands, and the grace after we could not see. */
export function freshMs(intervalMs: number): number {
  return Math.max(LIMIT_INTERVALS * intervalMs, MIN_LIMIT_MS);
}

/** A state (door open) stands until the next one is told; anything else grows old. */
export function standsFor(metric: string, intervalMs: number): number {
  return metricInfo(metric)?.kind === 'state' ? Number.POSITIVE_INFINITY : freshMs(intervalMs);
}

/** @param now since when the rules know the device; Infinity: not before it is heard */
export function newFacts(now: number): DeviceFacts {
  return {
    heardAt: null,
    knownSince: now,
    graceUntil: 0,
    values: new Map(),
    unknown: null,
    hiddenBy: new Set(),
  };
}

const saved = z.object({
  h: z.number().nullable(),
  k: z.number(),
  g: z.number(),
  v: z.record(z.string(), z.tuple([z.number(), z.number()]).rest(z.number())),
  x: z.string().nullable(),
  u: z.array(z.string()),
});

export function saveFacts(facts: DeviceFacts): string {
  const row: z.input<typeof saved> = {
    h: facts.heardAt,
    k: facts.knownSince,
    g: facts.graceUntil,
    v: Object.fromEntries([...facts.values].map(([metric, { at, value }]) => [metric, [at, value]])),
    x: facts.unknown,
    u: [...facts.hiddenBy],
  };
  return JSON.stringify(row);
}

/** @returns fresh facts when nothing usable is saved (first start, row of an older version). */
export function loadFacts(text: string | undefined, now: number): DeviceFacts {
  const row = text === undefined ? undefined : saved.safeParse(JSON.parse(text)).data;
  if (!row) return newFacts(now);
  return {
    heardAt: row.h,
    knownSince: row.k,
    graceUntil: row.g,
    values: new Map(Object.entries(row.v).map(([metric, [at, value]]) => [metric, { at, value }])),
    unknown: row.x,
    hiddenBy: new Set(row.u),
  };
}
