import { isSwap } from '#contract/readings.ts';
import type { RegisterPoint, RegisterSpec, RegisterStep } from './register-step.ts';

/** What is known of a register besides its spec. */
export interface StepContext {
  /** Expected distance of two readings, ms: a reading that comes early may still carry a whole interval. */
  readonly intervalMs?: number | undefined;
  /** Highest plausible hourly use seen so far (kWh/h or m³/h), used when the spec names no `ratedMax`. */
  readonly learnedMax?: number | undefined;
}

const HOUR_MS = 3_600_000;
const HEADROOM = 1.2;
/** Finest step of common registers (0.01 kWh, 0.01 m³), for specs that name none. */
const DEFAULT_STEP = 0.01;
const JITTER_STEPS = 2;
const ROLLOVER_FROM = 0.9;
/** Without a rated maximum a wrap is believed only when it adds at most this share of the register. */
const ROLLOVER_SHARE = 0.01;
const RESET_SHARE = 0.02;
/** Below this a count is no lifetime yet, and a fresh meter may well start with such a step (kWh or m³). */
const LIFETIME_MIN = 100;

const NORMAL_ZERO: RegisterStep = { kind: 'normal', increase: 0 };
const JITTER: RegisterStep = { kind: 'jitter', increase: 0 };
const SWAP: RegisterStep = { kind: 'swap', increase: 0 };
const RESET: RegisterStep = { kind: 'reset', increase: null };
const BACK_STEP: RegisterStep = { kind: 'back-step', increase: null };
const JUMP: RegisterStep = { kind: 'jump', increase: null };

/**
 * Judges one step of a counting register, kWh or m³ (DETECTION L0).
 *
 * `increase` is null where the step cannot be known: a reset, replacement, back-step or jump adds missing, never 0,
 * never a guess. Without `ratedMax` and `learnedMax` growth is believed, but for one case: a step from under 2 % of
 * what it arrives at (the mirror image of a reset) may be an old count coming back, so from 100 on it is a jump.
 *
 * A swap that people signed is no step of one register: the old one ended on `prev`, the new one begins with `next`.
 *
 * @param prev the last good reading; after a `jitter` keep its value, or the way back up would count twice
 * @param next a later reading
 */
export function classifyStep(
  prev: RegisterPoint,
  next: RegisterPoint,
  spec: RegisterSpec | undefined,
  context: StepContext = {},
): RegisterStep {
  if (isSwap(next.flags ?? 0)) return SWAP;
  const grown = next.value - prev.value;
  if (grown === 0) return NORMAL_ZERO;
  const most = plausibleIncrease(next.ts - prev.ts, spec, context);
  if (grown > 0) {
    const jumped = most === undefined ? isReturnOfLifetime(prev.value, next.value) : grown > most;
    return jumped ? JUMP : { kind: 'normal', increase: grown };
  }
  if (isJitter(grown, spec)) return JITTER;
  const modulus = registerModulus(spec);
  if (modulus !== undefined && prev.value > ROLLOVER_FROM * modulus && prev.value < modulus) {
    const wrapped = grown + modulus;
    if (wrapped <= (most ?? ROLLOVER_SHARE * modulus)) return { kind: 'rollover', increase: wrapped };
  }
  return next.value < RESET_SHARE * prev.value ? RESET : BACK_STEP;
}

/** Most that can have been consumed in `ms`, one register step of rounding included; undefined when nobody knows. */
export function plausibleIncrease(
  ms: number,
  spec: RegisterSpec | undefined,
  context: StepContext,
): number | undefined {
  const max = spec?.ratedMax ?? context.learnedMax;
  if (max === undefined) return undefined;
  return (HEADROOM * max * Math.max(ms, context.intervalMs ?? 0)) / HOUR_MS + (spec?.step ?? DEFAULT_STEP);
}

/** A dip of at most two register steps is rounding or noise of the meter. */
export function isJitter(grown: number, spec: RegisterSpec | undefined): boolean {
  // A thousandth of slack: 1000.02 - 1000 is not 0.02 in floating point.
  return grown < 0 && -grown <= (JITTER_STEPS + 0.001) * (spec?.step ?? DEFAULT_STEP);
}

/** Value at which the register starts again from 0; undefined when its digits are not known. */
export function registerModulus(spec: RegisterSpec | undefined): number | undefined {
  return spec?.digits === undefined ? undefined : 10 ** spec.digits;
}

function isReturnOfLifetime(before: number, after: number): boolean {
  return after >= LIFETIME_MIN && before < RESET_SHARE * after;
}
