/** Newest value of every series by the order of `isNewer`, in memory, so that a page opens without asking the store. */
import type { Freshness } from '#contract/enums.ts';
import type { LatestValue } from '#contract/http/campus.ts';
import { FLAG_BITS, flagNames, isNewer, orderTime, qualityOf, type Reading } from '#contract/readings.ts';

export interface LatestValues {
  /** @returns true when the reading became the newest of its series. */
  put(reading: Reading): boolean;
  of(device: string): readonly Reading[];
  get(device: string, metric: string): Reading | undefined;
}

export function createLatestValues(initial: readonly Reading[]): LatestValues {
  const byDevice = new Map<string, Map<string, Reading>>();
  const put = (reading: Reading): boolean => {
    let metrics = byDevice.get(reading.device);
    if (!metrics) {
      metrics = new Map();
      byDevice.set(reading.device, metrics);
    }
    const newest = metrics.get(reading.metric);
    if (newest && !replaces(newest, reading)) return false;
    metrics.set(reading.metric, reading);
    return true;
  };
  for (const reading of initial) put(reading);
  return {
    put,
    of: (device) => [...(byDevice.get(device)?.values() ?? [])],
    get: (device, metric) => byDevice.get(device)?.get(metric),
  };
}

/** A late value never takes the newest one's place; a replayed hint only fills an empty one or replaces another hint. */
function replaces(newest: Reading, next: Reading): boolean {
  const hint = (next.flags & FLAG_BITS.replayed) !== 0;
  const wasHint = (newest.flags & FLAG_BITS.replayed) !== 0;
  if (hint !== wasHint) return wasHint;
  return isNewer(next, newest);
}

/** How many intervals a value stays `live`. */
export const FRESH_INTERVALS = 3;

/** @param seenAt last arrival of anything live from the device, so that a door that only reports changes stays fresh with its heartbeat. */
export function freshnessOf(reading: Reading, seenAt: number | null, intervalMs: number, now: number): Freshness {
  if ((reading.flags & FLAG_BITS.replayed) !== 0) return 'hint';
  // What was kept and sent later is as old as it is.
  const since = (reading.flags & FLAG_BITS['catch-up']) === 0 ? reading.receivedAt : orderTime(reading);
  const newest = Math.max(since, seenAt ?? 0);
  return now - newest <= FRESH_INTERVALS * intervalMs ? 'live' : 'stale';
}

export function toLatestValue(reading: Reading, freshness: Freshness): LatestValue {
  return {
    device: reading.device,
    metric: reading.metric,
    ts: reading.ts,
    receivedAt: reading.receivedAt,
    value: reading.value,
    quality: qualityOf(reading.flags),
    flags: flagNames(reading.flags),
    freshness,
  };
}
