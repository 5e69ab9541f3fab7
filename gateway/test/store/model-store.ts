/** The store's meaning in its plainest form: everything in memory, every query by walking over all there is. */
import { metricInfo } from '#contract/metrics.ts';
import type { Reading } from '#contract/readings.ts';
import { bookIntervalHours, bookRegisterHours } from '../../src/meter/book-hours.ts';
import { cutoffs } from '../../src/store/prune.ts';
import {
  type Bucket,
  type JournalEntry,
  type ReadingStore,
  type SeriesInfo,
  type SeriesRange,
  StoreError,
} from '../../src/store/reading-store.ts';
import { pruneModel } from './model-prune.ts';
import { add, indexOf, type ModelSeries, modelSeries, pointOf, put, summaryOfPoint } from './model-series.ts';

const HOUR_MS = 3_600_000;

export function modelStore({ hourPhaseMs }: { readonly hourPhaseMs: number }): ReadingStore {
  const all = new Map<string, ModelSeries>();
  const listeners = new Set<(entry: JournalEntry) => void>();
  let journal: JournalEntry[] = [];
  let head = 0;
  let released = 0;
  let closed = false;
  const at = (device: string, metric: string): ModelSeries => {
    const key = `${device}\n${metric}`;
    const series = all.get(key) ?? modelSeries(device, metric);
    all.set(key, series);
    return series;
  };
  const open = (): void => {
    if (closed) throw new StoreError('closed', 'the store is closed');
  };
  return {
    async define(infos: readonly SeriesInfo[]) {
      for (const info of infos) at(info.device, info.metric).info = info;
    },
    async append(readings, options) {
      open();
      const wrong = readings.find(({ value, ts }) => !Number.isFinite(value) || !Number.isFinite(ts));
      if (wrong !== undefined) throw new RangeError('no finite number');
      const fresh: Reading[] = [];
      let changed = false;
      for (const reading of readings) {
        const series = at(reading.device, reading.metric);
        const kind = series.info?.kind ?? metricInfo(reading.metric)?.kind;
        const outcome = put(series, reading, kind === 'state');
        if (outcome === 'stored') fresh.push(reading);
        changed ||= outcome !== 'duplicate';
      }
      if (changed) head += 1;
      const entry = { seq: head, readings: options?.history === true ? [] : fresh };
      if (changed) journal.push(entry);
      if (entry.readings.length > 0) for (const listener of listeners) listener(entry);
      return { seq: fresh.length > 0 ? head : 0, stored: fresh.length, duplicates: readings.length - fresh.length };
    },
    onCommit(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async journal(after, limit) {
      return journal.filter(({ seq }) => seq > Math.max(after, released)).slice(0, limit);
    },
    async release(seq) {
      released = Math.max(released, seq);
      journal = journal.filter((entry) => entry.seq > released);
    },
    head: async () => head,
    async points({ device, metric, from, to, limit, cursor }) {
      const series = at(device, metric);
      const start = cursor === undefined ? indexOf(series, from) : Number(cursor);
      const end = Math.min(start + limit, indexOf(series, to));
      const points = Array.from({ length: Math.max(0, end - start) }, (_, i) => pointOf(series, start + i));
      return { points, nextCursor: end < indexOf(series, to) ? String(end) : undefined };
    },
    async buckets(range) {
      return modelBuckets(at(range.device, range.metric), range, range.stepMs, range.originMs ?? hourPhaseMs);
    },
    async hours(range) {
      return modelHours(at(range.device, range.metric), range, hourPhaseMs);
    },
    async latest(device) {
      return [...all.values()].flatMap(({ device: id, metric, latest }) =>
        latest === undefined || (device !== undefined && device !== id) ? [] : [{ device: id, metric, ...latest }],
      );
    },
    async series() {
      return [...all.values()].flatMap(({ device, metric, ts, length }) =>
        length === 0 ? [] : [{ device, metric, first: ts[0] ?? 0, last: ts[length - 1] ?? 0, count: length }],
      );
    },
    seal: async () => ({ chunks: 0, points: 0 }),
    async prune(now, policy) {
      for (const series of all.values()) pruneModel(series, cutoffs(now, policy, hourPhaseMs), hourPhaseMs);
      return { chunks: 0 };
    },
    async stats() {
      const points = [...all.values()].reduce((sum, { length }) => sum + length, 0);
      return { points, series: all.size, bytes: 0, openPoints: points, sealedChunks: 0, walBytes: 0 };
    },
    damage: () => ({ count: 0, listed: [] }),
    onDamage: () => () => undefined,
    found: () => undefined,
    mend: async () => 'lost' as const,
    probe: async () => undefined,
    async close() {
      closed = true;
    },
  };
}

function modelBuckets(series: ModelSeries, { from, to }: SeriesRange, stepMs: number, origin: number): Bucket[] {
  const step = (ts: number): number => Math.floor((ts - origin) / stepMs) * stepMs + origin;
  const pieces: Bucket[] = [...series.keptDays.values(), ...series.keptHours.values()];
  for (let i = indexOf(series, from); i < indexOf(series, to); i += 1) {
    const point = pointOf(series, i);
    const gone = holds(series.keptHours, point.ts, HOUR_MS) || holds(series.keptDays, point.ts, 24 * HOUR_MS);
    if (!gone) pieces.push({ from: point.ts, ...summaryOfPoint(point) });
  }
  const buckets = new Map<number, Bucket>();
  const inRange = pieces.filter((piece) => piece.from >= from && piece.from < to);
  for (const piece of inRange.sort((a, b) => a.from - b.from)) add(buckets, step(piece.from), piece);
  return [...buckets.values()].sort((a, b) => a.from - b.from);
}

/** Whether one of the summaries, which start on one grid, is of the time of `ts`. */
function holds(kept: ReadonlyMap<number, Bucket>, ts: number, slotMs: number): boolean {
  const [any] = kept.keys();
  return any !== undefined && kept.has(ts - ((((ts - any) % slotMs) + slotMs) % slotMs));
}

function modelHours(
  series: ModelSeries,
  { from, to }: SeriesRange,
  hourPhaseMs: number,
): ReturnType<ReadingStore['hours']> {
  const { info, ts, value, flags, length } = series;
  if (info === undefined || length === 0) return Promise.resolve({ hours: [], steps: [] });
  const range = { points: { ts, value, flags, length }, intervalMs: info.intervalMs, hourPhaseMs, from, to };
  if (info.kind === 'interval') return Promise.resolve({ hours: bookIntervalHours(range).hours, steps: [] });
  if (info.kind !== 'register') return Promise.resolve({ hours: [], steps: [] });
  return Promise.resolve(bookRegisterHours({ ...range, spec: info.register }));
}
