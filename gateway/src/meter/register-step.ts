/**
 * One step of a counting register, judged: the base of every consumption figure.
 * DETECTION L0 and DESIGN "Registers" are the source.
 */
import type { RegisterSpec } from '#contract/config/devices.ts';

export interface RegisterPoint {
  readonly ts: number;
  readonly value: number;
  /** FLAG_BITS; what matters here is whether it is the first reading of a new meter. */
  readonly flags?: number;
}

export type StepKind = 'normal' | 'rollover' | 'reset' | 'back-step' | 'jump' | 'jitter' | 'swap';

export interface RegisterStep {
  readonly kind: StepKind;
  /** Consumption of the step, kWh or m³; null when it cannot be known (reset, back-step, jump). Never negative. */
  readonly increase: number | null;
}

export type { RegisterSpec };
