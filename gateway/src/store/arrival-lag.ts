/**
 * How long before its commit's base a reading arrived, in 16 bits: exact to the millisecond up to 32 s (a commit
 * gathers milliseconds of arrivals), beyond that on a log scale up to 30 years, at most 0.04 % off. Only imports and a
 * store that hung for long get there.
 */
const EXACT_MS = 0x8000;
const LONGEST_MS = 30 * 365 * 86_400_000;
const STEPS = 0x7fff;
const PER_STEP = Math.log(LONGEST_MS / EXACT_MS) / STEPS;

/** @param lagMs ≥ 0; anything beyond 30 years counts as 30 years */
export function encodeLag(lagMs: number): number {
  const whole = Math.round(lagMs);
  if (whole < EXACT_MS) return whole < 0 ? 0 : whole;
  return EXACT_MS | Math.min(STEPS, Math.round(Math.log(whole / EXACT_MS) / PER_STEP));
}

export function decodeLag(code: number): number {
  return code < EXACT_MS ? code : Math.round(EXACT_MS * Math.exp((code & STEPS) * PER_STEP));
}

/** How far off a decoded lag may be, ms. */
export function lagErrorMs(lagMs: number): number {
  return lagMs < EXACT_MS ? 0 : Math.ceil((lagMs * PER_STEP) / 2) + 1;
}
