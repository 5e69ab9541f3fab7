/** Summaries of points, and of summaries. */
import { floorTo } from './grid.ts';
import { decimalScale, powerOfTen } from './number-column.ts';
import { type Columns, lowerBound } from './point-columns.ts';
import type { Bucket } from './reading-store.ts';

const MAX_EXACT = 2 ** 51;

/** One bucket per step of [phase + k × stepMs) that has points, ascending. */
export function summarise(points: Columns, stepMs: number, phase: number): Bucket[] {
  const buckets: Bucket[] = [];
  for (let i = 0; i < points.length; ) {
    const from = floorTo(points.ts[i] ?? 0, stepMs, phase);
    const end = endOf(points, i, from + stepMs);
    buckets.push(summaryOf(points, i, end, from));
    i = end;
  }
  return buckets;
}

/** Adds `next`, which lies later, to `sum`. */
export function merged(sum: Bucket, next: Bucket): Bucket {
  return {
    from: sum.from,
    count: sum.count + next.count,
    first: sum.first,
    last: next.last,
    min: Math.min(sum.min, next.min),
    max: Math.max(sum.max, next.max),
    sum: sum.sum + next.sum,
    flags: sum.flags | next.flags,
  };
}

/** Coarser buckets of finer ones; a bucket belongs where it starts. */
export function coarser(buckets: readonly Bucket[], stepMs: number, phase: number): Bucket[] {
  const out: Bucket[] = [];
  for (const bucket of buckets) {
    const from = floorTo(bucket.from, stepMs, phase);
    const sum = out.at(-1);
    if (sum?.from === from) out[out.length - 1] = merged(sum, bucket);
    else out.push({ ...bucket, from });
  }
  return out;
}

function endOf(points: Columns, start: number, until: number): number {
  // Buckets are short against the whole: a step or two of walking beats a search, until it does not.
  for (let i = start + 1; i < Math.min(start + 8, points.length); i += 1) if ((points.ts[i] ?? 0) >= until) return i;
  return lowerBound(points.ts, points.length, until);
}

function summaryOf(points: Columns, start: number, end: number, from: number): Bucket {
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  let sum = 0;
  let flags = 0;
  for (let i = start; i < end; i += 1) {
    const value = points.value[i] ?? 0;
    if (value < min) min = value;
    if (value > max) max = value;
    sum += value;
    flags |= points.flags[i] ?? 0;
  }
  const first = points.value[start] ?? 0;
  const last = points.value[end - 1] ?? 0;
  return { from, count: end - start, first, last, min, max, sum: cleanSum(points, start, end, sum), flags };
}

/**
 * A sum of decimals is a decimal. What floating point added beyond their last place is noise: rounding it away brings
 * the sum nearer to the truth, and into three bytes on disk.
 */
function cleanSum(points: Columns, start: number, end: number, sum: number): number {
  const scale = decimalScale(points.value.subarray(start, end), end - start);
  if (scale === undefined) return sum;
  const power = powerOfTen(scale);
  return Math.abs(sum) * power < MAX_EXACT ? Math.round(sum * power) / power : sum;
}
