/** One series of the model: every point in one sorted array, nothing sealed, nothing cached. */
import { FLAG_BITS, isNewer } from '#contract/readings.ts';
import type { Bucket, Point, SeriesInfo } from '../../src/store/reading-store.ts';

export interface ModelSeries {
  readonly device: string;
  readonly metric: string;
  info: SeriesInfo | undefined;
  ts: Float64Array;
  value: Float64Array;
  flags: Uint16Array;
  length: number;
  latest: (Point & { receivedAt: number }) | undefined;
  /** Summaries whose points retention has taken. */
  keptHours: Map<number, Bucket>;
  keptDays: Map<number, Bucket>;
}

export function modelSeries(device: string, metric: string): ModelSeries {
  return {
    device,
    metric,
    info: undefined,
    ts: new Float64Array(16),
    value: new Float64Array(16),
    flags: new Uint16Array(16),
    length: 0,
    latest: undefined,
    keptHours: new Map(),
    keptDays: new Map(),
  };
}

/** First index with ts ≥ at. */
export function indexOf(series: ModelSeries, at: number): number {
  let low = 0;
  let high = series.length;
  while (low < high) {
    const mid = (low + high) >> 1;
    if ((series.ts[mid] ?? 0) < at) low = mid + 1;
    else high = mid;
  }
  return low;
}

export type Outcome = 'stored' | 'duplicate' | 'conflict';

export function put(series: ModelSeries, point: Point & { receivedAt: number }, keepRivals: boolean): Outcome {
  const first = indexOf(series, point.ts);
  let at = first;
  for (; at < series.length && series.ts[at] === point.ts; at += 1) {
    if (series.value[at] === point.value) return 'duplicate';
  }
  if (at > first && !keepRivals) {
    series.flags[first] = (series.flags[first] ?? 0) | FLAG_BITS.conflict;
    if (series.latest?.ts === point.ts) {
      series.latest = { ...series.latest, flags: series.latest.flags | FLAG_BITS.conflict };
    }
    return 'conflict';
  }
  insertAt(series, at, point);
  if (series.latest === undefined || isNewer(point, series.latest)) series.latest = point;
  return 'stored';
}

function insertAt(series: ModelSeries, at: number, { ts, value, flags }: Point): void {
  if (series.length === series.ts.length) {
    const room = 2 * series.length;
    const grown = { ts: new Float64Array(room), value: new Float64Array(room), flags: new Uint16Array(room) };
    grown.ts.set(series.ts);
    grown.value.set(series.value);
    grown.flags.set(series.flags);
    Object.assign(series, grown);
  }
  for (const column of [series.ts, series.value, series.flags]) column.copyWithin(at + 1, at, series.length);
  series.ts[at] = ts;
  series.value[at] = value;
  series.flags[at] = flags;
  series.length += 1;
}

export const pointOf = (series: ModelSeries, i: number): Point => ({
  ts: series.ts[i] ?? 0,
  value: series.value[i] ?? 0,
  flags: series.flags[i] ?? 0,
});

/** Keeps the points `keep` says, by index. */
export function retain(series: ModelSeries, keep: (i: number) => boolean): void {
  let n = 0;
  for (let i = 0; i < series.length; i += 1) {
    if (!keep(i)) continue;
    series.ts[n] = series.ts[i] ?? 0;
    series.value[n] = series.value[i] ?? 0;
    series.flags[n] = series.flags[i] ?? 0;
    n += 1;
  }
  series.length = n;
}

/** Adds a later summary (a point is one of count 1) to the bucket at `from`. */
export function add(into: Map<number, Bucket>, from: number, next: Omit<Bucket, 'from'>): void {
  const old = into.get(from);
  into.set(
    from,
    old === undefined
      ? { ...next, from }
      : {
          from,
          count: old.count + next.count,
          first: old.first,
          last: next.last,
          min: Math.min(old.min, next.min),
          max: Math.max(old.max, next.max),
          sum: old.sum + next.sum,
          flags: old.flags | next.flags,
        },
  );
}

export const summaryOfPoint = ({ value, flags }: Point): Omit<Bucket, 'from'> => ({
  count: 1,
  first: value,
  last: value,
  min: value,
  max: value,
  sum: value,
  flags,
});
