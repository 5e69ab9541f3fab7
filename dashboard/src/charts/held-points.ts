import type { SeriesPoint } from '#contract/http/energy.ts';
import type { ChartPoint, ChartSeries } from './chart-rows.ts';

/** States which hold until the next is told. Signs of life do not: silence is not "online". */
const standing = new Set(['door_open', 'valve_open', 'tamper', 'water_leak', 'battery_low', 'camera_maintenance']);

/** Intervals of a device after which a value that it does not repeat is no longer known, as the rules take it. */
const standIntervals = 3;
const standAtLeastMs = 60_000;

/** How long a reading of a metric stands, ms. */
export function standsFor(metric: string, intervalMs: number): number {
  return standing.has(metric) ? Number.POSITIVE_INFINITY : Math.max(standIntervals * intervalMs, standAtLeastMs);
}

/**
 * Readings as what is known at every instant: each holds until the next one, or until it is too old; then a gap begins.
 * @param samples in order of time
 * @param standMs how long a reading stands
 */
export function heldReadings(samples: readonly SeriesPoint[], standMs: number, end: number): ChartPoint[] {
  return held(
    samples.map(({ ts, value, quality }) => ({ at: ts, value, quality })),
    standMs,
    end,
  );
}

/** Steps of even length, each with what summarises it; a step without a reading is a gap, unless the state stands. */
export function heldSteps(points: readonly SeriesPoint[], metric: string, stepMs: number, end: number): ChartPoint[] {
  const carries = standing.has(metric);
  // Within a step the state which matters is "it was open", however it ended.
  const known = points
    .map(({ ts, value, max, quality }) => ({ at: ts, value: carries ? (max ?? value) : value, quality }))
    .filter(({ value }) => value !== null);
  return held(known, carries ? Number.POSITIVE_INFINITY : stepMs, end);
}

function held(known: readonly ChartPoint[], standMs: number, end: number): ChartPoint[] {
  const points: ChartPoint[] = [];
  for (const [index, point] of known.entries()) {
    points.push(point);
    const next = known[index + 1]?.at ?? Number.POSITIVE_INFINITY;
    const until = Math.min(point.at + standMs, end);
    if (next <= until || point.value === null) continue;
    points.push({ ...point, at: until, isHeld: true });
    if (until < end) points.push({ at: until + 1, value: null, isHeld: true });
  }
  return points.filter(({ at }) => at <= end);
}

/** Every series told at every instant of any of them, so that a step of one is no gap of another. */
export function sharedInstants(series: readonly ChartSeries[]): ChartSeries[] {
  if (series.length < 2) return [...series];
  const instants = [...new Set(series.flatMap(({ points }) => points.map(({ at }) => at)))].sort((a, b) => a - b);
  return series.map((one) => {
    let next = 0;
    let last: ChartPoint | undefined;
    const points = instants.map((at): ChartPoint => {
      for (let point = one.points[next]; point !== undefined && point.at <= at; point = one.points[next]) {
        last = point;
        next += 1;
      }
      if (last?.at === at) return last;
      return { at, value: last?.value ?? null, ...(last?.quality ? { quality: last.quality } : {}), isHeld: true };
    });
    return { ...one, points };
  });
}
