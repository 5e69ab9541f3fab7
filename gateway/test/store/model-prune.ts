/** Retention of the model: what is to be left of a series, computed at once from all its points. */
import { bookingReachMs } from '../../src/meter/bad-readings.ts';
import { keptRegisters } from '../../src/store/kept-registers.ts';
import type { Cutoffs } from '../../src/store/prune.ts';
import type { Bucket } from '../../src/store/reading-store.ts';
import { add, indexOf, type ModelSeries, pointOf, retain, summaryOfPoint } from './model-series.ts';

const HOUR_MS = 3_600_000;
const CELL_MS = 6 * HOUR_MS;
const DAY_MS = 24 * HOUR_MS;

export function pruneModel(series: ModelSeries, { raw, hourly }: Cutoffs, phase: number): void {
  const kind = series.info?.kind ?? 'gauge';
  keepSummaries(series, kind === 'interval' ? hourly : raw, phase);
  const from = indexOf(series, kind === 'interval' || kind === 'register' ? hourly : raw);
  retain(series, (i) => i >= from);
  if (kind === 'register') thin(series, raw, phase);
  for (const hour of [...series.keptHours.values()].sort((a, b) => a.from - b.from)) {
    if (hour.from >= hourly) continue;
    add(series.keptDays, floorTo(hour.from, DAY_MS, phase), hour);
    series.keptHours.delete(hour.from);
  }
}

const floorTo = (ts: number, step: number, phase: number): number => Math.floor((ts - phase) / step) * step + phase;

function keepSummaries(series: ModelSeries, before: number, phase: number): void {
  const fresh = new Map<number, Bucket>();
  for (let i = 0; i < indexOf(series, before); i += 1) {
    const point = pointOf(series, i);
    add(fresh, floorTo(point.ts, HOUR_MS, phase), summaryOfPoint(point));
  }
  // An hour that was kept before has lost points since: what is left of them says less than it does.
  for (const [from, hour] of fresh) if (!series.keptHours.has(from)) series.keptHours.set(from, hour);
}

/** Cell by cell, as chunks are. */
function thin(series: ModelSeries, before: number, phase: number): void {
  const keep = new Set<number>();
  const { ts, value, flags, length } = series;
  const intervalMs = series.info?.intervalMs ?? 0;
  const reach = bookingReachMs(intervalMs);
  for (let start = 0; start < indexOf(series, before); ) {
    const from = floorTo(ts[start] ?? 0, CELL_MS, phase);
    const to = from + CELL_MS;
    const low = Math.max(0, indexOf(series, from - reach) - 1);
    const high = Math.min(length, indexOf(series, to + reach) + 1);
    const part = { ts: ts.slice(low, high), value: value.slice(low, high), flags: flags.slice(low, high) };
    const around = { ...part, length: high - low };
    const kept = keptRegisters({ around, from, to, spec: series.info?.register, intervalMs, phase });
    for (const at of kept.ts) keep.add(at);
    start = indexOf(series, to);
  }
  retain(series, (i) => (ts[i] ?? 0) >= before || keep.has(ts[i] ?? 0));
}
