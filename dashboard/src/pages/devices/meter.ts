import type { RESOURCE_METRICS } from '#contract/metrics.ts';

/** A meter as the dialogs know it: its register, and the unit of that. */
export interface Meter {
  readonly device: string;
  readonly metric: (typeof RESOURCE_METRICS)['electricity' | 'water']['register'];
  readonly unit: string;
}
