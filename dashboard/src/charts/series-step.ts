import type { STEPS_MS } from '#contract/http/energy.ts';

export type SeriesStep = keyof typeof STEPS_MS;

/** What the gateway gives in one answer. */
const maxSteps = 800;
/** Readings up to which a chart draws each of them: a day of a meter that reports every ten seconds; one answer holds them. */
export const maxReadings = 9_000;
/** The contract's own table would bring its validator into the page. */
export const stepLengthMs: Readonly<Record<SeriesStep, number>> = {
  '60s': 60_000,
  '15m': 900_000,
  '1h': 3_600_000,
  '1d': 86_400_000,
};
const steps: readonly SeriesStep[] = ['60s', '15m', '1h', '1d'];

/**
 * How a chart of instantaneous values is drawn, by one rule that does not look at the data: each reading where the device
 * sends at most 9,000 of them in the range; else the finest step that one answer holds and that is no shorter than the
 * interval of the device, or a line would fall apart into gaps.
 */
export function resolutionFor(from: number, to: number, intervalMs: number): 'readings' | SeriesStep {
  if ((to - from) / Math.max(1_000, intervalMs) <= maxReadings) return 'readings';
  return coarser(from, to, intervalMs);
}

/** The step for a range of which one answer does not hold every reading. */
export function coarser(from: number, to: number, intervalMs: number): SeriesStep {
  const fits = (step: SeriesStep): boolean =>
    (to - from) / stepLengthMs[step] <= maxSteps - 2 && stepLengthMs[step] >= intervalMs;
  return steps.find(fits) ?? '1d';
}
