import { FLAG_BITS, isSwap } from '#contract/readings.ts';
import { classifyStep, plausibleIncrease, type StepContext } from './classify-step.ts';
import type { PointColumns } from './point-columns.ts';
import type { RegisterSpec } from './register-step.ts';

const MIN_REACH_MS = 6 * 3_600_000;
const REACH_INTERVALS = 3;
/** The step back must undo at least this share of the step away, or it is a new course and no return. */
const RETURN_SHARE = 0.5;

/**
 * How far a reading can change the books around it, ms: the longest run of bad readings that the return of the old
 * count undoes. A booking needs the points this far on both sides of its range (and one more).
 */
export function bookingReachMs(intervalMs: number): number {
  return Math.max(MIN_REACH_MS, REACH_INTERVALS * intervalMs);
}

/**
 * Readings that the register itself takes back: a dip (1000 → 0 → 1000.2) or a spike (1000 → 99999 → 1000.2) that one
 * step undoes within the reach. They are left out of the books, so that the energy between the two good readings is
 * what counts: neither the dip's missing time nor, on the way back, a lifetime.
 *
 * @returns undefined when every reading may be used, else 1 per reading to leave out
 */
export function badReadings(
  points: PointColumns,
  spec: RegisterSpec | undefined,
  context: StepContext & { readonly intervalMs: number },
): Uint8Array | undefined {
  const { ts, value, flags, length } = points;
  const reach = bookingReachMs(context.intervalMs);
  let bad: Uint8Array | undefined;
  const leaveOut = (from: number, to: number): void => {
    bad ??= new Uint8Array(length);
    bad.fill(1, from, to);
  };
  let last = -1;
  for (let i = 0; i < length; i += 1) {
    if (bad?.[i] === 1) continue;
    // A replayed value is a hint of state; and of two values at one instant the first stands.
    if (((flags[i] ?? 0) & FLAG_BITS.replayed) !== 0 || (last >= 0 && (ts[i] ?? 0) <= (ts[last] ?? 0))) {
      leaveOut(i, i + 1);
      continue;
    }
    const isNew = isSwap(flags[i] ?? 0);
    if (
      !isNew &&
      last >= 0 &&
      (value[i] ?? 0) < (value[last] ?? 0) &&
      isUnexplainedDrop(points, last, i, spec, context)
    ) {
      const back = returnAfterDip(points, last, i, reach, (ms) => plausibleIncrease(ms, spec, context));
      if (back !== undefined) {
        leaveOut(i, back);
        continue;
      }
      const before = startOfSpike(points, last, i, reach, bad);
      if (before !== undefined) leaveOut(before + 1, i);
    }
    last = i;
  }
  return bad;
}

function isUnexplainedDrop(
  { ts, value }: PointColumns,
  before: number,
  after: number,
  spec: RegisterSpec | undefined,
  context: StepContext,
): boolean {
  const prev = { ts: ts[before] ?? 0, value: value[before] ?? 0 };
  const { kind } = classifyStep(prev, { ts: ts[after] ?? 0, value: value[after] ?? 0 }, spec, context);
  return kind === 'reset' || kind === 'back-step';
}

/** First reading at or above the old count, if one step brings it there in time. */
function returnAfterDip(
  { ts, value, flags, length }: PointColumns,
  good: number,
  dip: number,
  reach: number,
  most: (ms: number) => number | undefined,
): number | undefined {
  const old = value[good] ?? 0;
  const since = ts[good] ?? 0;
  for (let i = dip + 1; i < length && (ts[i] ?? 0) - since <= reach; i += 1) {
    // What a new meter says takes nothing back of the old one.
    if (isSwap(flags[i] ?? 0)) return undefined;
    const now = value[i] ?? 0;
    if (now < old) continue;
    const step = now - (value[i - 1] ?? 0);
    const limit = most((ts[i] ?? 0) - since) ?? old - (value[dip] ?? 0);
    return step >= RETURN_SHARE * (old - (value[dip] ?? 0)) && now - old <= limit ? i : undefined;
  }
  return undefined;
}

/** Last good reading before a spike that the drop at `drop` takes back. */
function startOfSpike(
  { ts, value, flags }: PointColumns,
  top: number,
  drop: number,
  reach: number,
  bad: Uint8Array | undefined,
): number | undefined {
  const now = value[drop] ?? 0;
  const fallen = (value[top] ?? 0) - now;
  for (let i = top, next = drop; i >= 0 && (ts[drop] ?? 0) - (ts[i] ?? 0) <= reach; i -= 1) {
    if (bad?.[i] === 1) continue;
    const before = value[i] ?? 0;
    if (before <= now) return (value[next] ?? 0) - before >= RETURN_SHARE * fallen ? i : undefined;
    if (isSwap(flags[i] ?? 0)) return undefined;
    next = i;
  }
  return undefined;
}
