/** Chart points of one series: steps of equal length, or local days; a step without a sample is a null, never a gap in the list. */

import type { SeriesPoint } from '#contract/http/energy.ts';
import { STEPS_MS } from '#contract/http/energy.ts';
import type { MetricKind } from '#contract/metrics.ts';
import { flagNames, qualityOf } from '#contract/readings.ts';
import type { SchoolCalendar } from '../calendar/school-calendar.ts';
import type { Bucket, Point } from '../store/reading-store.ts';

export const MAX_STEPS = 800;
export type Step = keyof typeof STEPS_MS;

export interface StepPlan {
  /** Start of every step, and the end of the last one. */
  readonly edges: readonly number[];
  /** Step to ask the store for; days are asked for by the hour, because a day may have 23 or 25 of them. */
  readonly storeStepMs: number;
  readonly originMs: number;
  /** Where the next page starts; undefined at the end. */
  readonly next: number | undefined;
}

/** Cuts [from, to) into at most 800 steps on the site's local minutes, hours or days; the first begins at or before `from`. */
export function planSteps(calendar: SchoolCalendar, step: Step, from: number, to: number): StepPlan {
  const edges = [
    step === '1d' ? calendar.floor(from, 'day') : floorTo(from, STEPS_MS[step], calendar.floor(from, 'hour')),
  ];
  let last = edges[0] ?? from;
  while (last < to && edges.length <= MAX_STEPS) {
    last = step === '1d' ? calendar.next(last, 'day') : last + STEPS_MS[step];
    edges.push(last);
  }
  const storeStepMs = step === '1d' ? STEPS_MS['1h'] : STEPS_MS[step];
  return { edges, storeStepMs, originMs: edges[0] ?? from, next: last < to ? last : undefined };
}

/** One point per step of the plan. `buckets` are in order and lie inside steps. */
export function stepPoints(plan: StepPlan, buckets: readonly Bucket[], kind: MetricKind): SeriesPoint[] {
  const points: SeriesPoint[] = [];
  let at = 0;
  for (let i = 0; i + 1 < plan.edges.length; i += 1) {
    const from = plan.edges[i] ?? 0;
    const to = plan.edges[i + 1] ?? 0;
    const inside: Bucket[] = [];
    for (let bucket = buckets[at]; bucket !== undefined && bucket.from < to; bucket = buckets[at]) {
      if (bucket.from >= from && bucket.count > 0) inside.push(bucket);
      at += 1;
    }
    points.push(stepPoint(from, inside, kind));
  }
  return points;
}

/** A raw sample as a point. */
export function rawPoint({ ts, value, flags, standsAt }: Point): SeriesPoint {
  const place = standsAt === undefined ? {} : { standsAt };
  return { ts, ...place, value, min: value, max: value, count: 1, quality: qualityOf(flags), flags: flagNames(flags) };
}

function stepPoint(ts: number, inside: readonly Bucket[], kind: MetricKind): SeriesPoint {
  const last = inside.at(-1);
  if (last === undefined) return { ts, value: null, min: null, max: null, count: 0, quality: 'missing', flags: [] };
  let count = 0;
  let sum = 0;
  let bits = 0;
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  for (const bucket of inside) {
    count += bucket.count;
    sum += bucket.sum;
    bits |= bucket.flags;
    min = Math.min(min, bucket.min);
    max = Math.max(max, bucket.max);
  }
  // A level is its mean, an amount its sum; a counter or a state is where it stood at the end.
  const value = kind === 'gauge' ? sum / count : kind === 'interval' ? sum : last.last;
  return { ts, value, min, max, count, quality: qualityOf(bits), flags: flagNames(bits) };
}

/** Steps of less than a day are laid from the local full hour, so that zones of :30 and :45 get theirs. */
function floorTo(at: number, stepMs: number, hourStart: number): number {
  return hourStart + Math.floor((at - hourStart) / stepMs) * stepMs;
}
