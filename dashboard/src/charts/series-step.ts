import type { SeriesPoint, STEPS_MS } from '#contract/http/energy.ts';
import type { ChartPoint } from './chart-rows.ts';

export type SeriesStep = keyof typeof STEPS_MS;

/** What the gateway gives in one answer. */
const maxPoints = 800;
/** The contract's own table would bring its validator into the page. */
const lengthMs: Readonly<Record<SeriesStep, number>> = {
  '60s': 60_000,
  '15m': 900_000,
  '1h': 3_600_000,
  '1d': 86_400_000,
};
const steps: readonly SeriesStep[] = ['60s', '15m', '1h', '1d'];

/** The steps that show the range in one answer, the finest first. */
export function stepsFor(from: number, to: number): SeriesStep[] {
  return steps.filter((step) => (to - from) / lengthMs[step] <= maxPoints - 2);
}

/** States which hold until the next is told. Signs of life do not: silence is not "online". */
const standing = new Set(['door_open', 'valve_open', 'tamper', 'water_leak', 'battery_low', 'camera_maintenance']);

/** Points as a chart takes them; a state that stands is carried on, everything else leaves a gap. */
export function pointsOf(points: readonly SeriesPoint[], metric: string): ChartPoint[] {
  let last: number | null = null;
  const carries = standing.has(metric);
  return points.map(({ ts, value, max, quality }) => {
    // Within a step the state which matters is "it was open", however it ended.
    const own = carries && max !== null ? max : value;
    last = value ?? last;
    return { at: ts, value: carries ? (own ?? last) : own, quality };
  });
}
