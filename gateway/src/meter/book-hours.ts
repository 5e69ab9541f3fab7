import { FLAG_BITS } from '#contract/readings.ts';
import type { HourBook, UnexplainedStep } from '../store/reading-store.ts';
import { badReadings } from './bad-readings.ts';
import { classifyStep, registerModulus } from './classify-step.ts';
import { createHourLedger, HOUR_MS, type HourLedger } from './hour-ledger.ts';
import type { PointColumns } from './point-columns.ts';
import type { RegisterSpec, RegisterStep } from './register-step.ts';

const MIN_GAP_MS = 15 * 60_000;
const CATCH_UP_MS = 2 * HOUR_MS;

export interface BookRange {
  /** Ascending by ts. */
  readonly points: PointColumns;
  /** Expected distance of two readings; for interval metrics the length of one value. */
  readonly intervalMs: number;
  /** Offset of the site's full hours from UTC's. */
  readonly hourPhaseMs: number;
  /** Widened to whole hours. */
  readonly from: number;
  readonly to: number;
}

export interface RegisterRange extends BookRange {
  readonly spec: RegisterSpec | undefined;
  /** Highest plausible hourly use seen so far, when the spec names no `ratedMax`. */
  readonly learnedMax?: number | undefined;
}

export interface BookedHours {
  /** Hours of which something is known or flagged; an hour that is not listed is missing as a whole. */
  readonly hours: HourBook[];
  /**
   * Steps that add missing, and rollovers and swaps, which do not; those with from < at ≤ to, since a step that ends with the
   * range lies in its last hour.
   */
  readonly steps: UnexplainedStep[];
}

/**
 * Hours of a counting register: the increase between two good readings, spread evenly over the time between them.
 *
 * `points` must hold what lies in the range, plus `bookingReachMs(intervalMs)` and one more reading on each side: then
 * a range booked in parts gives the same hours as booked at once. With only one neighbour on each side the result is
 * still right in all but a bad reading right at the edge, which then counts as reset or jump.
 * Σ hours = last − first + rollovers − Σ (after − before) of all other steps, swaps included.
 */
export function bookRegisterHours({
  points,
  spec,
  intervalMs,
  hourPhaseMs,
  from,
  to,
  learnedMax,
}: RegisterRange): BookedHours {
  const { ts, value, flags, length } = points;
  const context = { intervalMs, learnedMax };
  const bad = badReadings(points, spec, context);
  const ledger = createHourLedger(from, to, hourPhaseMs);
  const steps: UnexplainedStep[] = [];
  const gapMs = Math.max(2 * intervalMs, MIN_GAP_MS);
  const modulus = registerModulus(spec);
  const prev = { ts: Number.NaN, value: 0 };
  const next = { ts: 0, value: 0, flags: 0 };
  let doubt = 0;
  for (let i = 0; i < length; i += 1) {
    if (bad?.[i] === 1) continue;
    next.ts = ts[i] ?? 0;
    next.value = value[i] ?? 0;
    const bits = flags[i] ?? 0;
    next.flags = bits;
    ledger.flag(next.ts, bits);
    if (!Number.isNaN(prev.ts)) {
      const step = classifyStep(prev, next, spec, context);
      if (step.kind === 'jitter') next.value = prev.value;
      const estimated = next.ts - prev.ts > gapMs || ((bits | doubt) & FLAG_BITS.estimated) !== 0;
      bookStep(ledger, prev, next, step, estimated, modulus);
      if (step.kind !== 'normal' && step.kind !== 'jitter' && next.ts > ledger.from && next.ts <= ledger.to) {
        steps.push({ at: next.ts, kind: step.kind, before: prev.value, after: next.value });
      }
    }
    ledger.register(next.ts, next.value);
    prev.ts = next.ts;
    prev.value = next.value;
    doubt = bits;
  }
  return { hours: ledger.books(), steps };
}

interface Instant {
  readonly ts: number;
  readonly value: number;
}

function bookStep(
  ledger: HourLedger,
  prev: Instant,
  next: Instant,
  step: RegisterStep,
  estimated: boolean,
  modulus: number | undefined,
): void {
  const bits =
    (next.ts - prev.ts > CATCH_UP_MS ? FLAG_BITS['catch-up'] : 0) |
    (step.kind === 'rollover' ? FLAG_BITS.rollover : 0) |
    (step.kind === 'reset' ? FLAG_BITS.reset : 0);
  ledger.flag(next.ts - 1, bits);
  const { increase } = step;
  if (increase === null) return;
  ledger.add(prev.ts, next.ts, increase, estimated);
  if (Math.floor(prev.ts / MIN_GAP_MS) === Math.floor(next.ts / MIN_GAP_MS)) return;
  ledger.boundaries(prev.ts, next.ts, (boundary) => {
    const register = prev.value + (increase * (boundary - prev.ts)) / (next.ts - prev.ts);
    return modulus !== undefined && register >= modulus ? register - modulus : register;
  });
}

/**
 * Hours of a series of amounts, each over [ts, ts + intervalMs) or up to the next one if that comes earlier; nothing
 * between them is known. An amount over more than an hour is known only as a share, so its seconds are estimated.
 * Σ hours = Σ values. `points` must reach one interval further than the range on its left side.
 */
export function bookIntervalHours({ points, intervalMs, hourPhaseMs, from, to }: BookRange): {
  readonly hours: HourBook[];
} {
  const { ts, value, flags, length } = points;
  const ledger = createHourLedger(from, to, hourPhaseMs);
  for (let i = 0; i < length; i += 1) {
    const start = ts[i] ?? 0;
    const amount = value[i] ?? 0;
    const bits = flags[i] ?? 0;
    if (amount < 0 || (bits & FLAG_BITS.replayed) !== 0 || (i > 0 && start <= (ts[i - 1] ?? 0))) continue;
    const next = i + 1 < length ? (ts[i + 1] ?? 0) : Number.POSITIVE_INFINITY;
    const end = next > start ? Math.min(start + intervalMs, next) : start + intervalMs;
    ledger.flag(start, bits);
    ledger.add(start, end, amount, end - start > HOUR_MS || (bits & FLAG_BITS.estimated) !== 0);
  }
  return { hours: ledger.books() };
}
