/**
 * When a reading is judged. Only the reading itself decides, never the tick that happens to carry it: that is what
 * makes a back-test in `ts` order and the live stream in arrival order agree.
 */
import { metricInfo } from '#contract/metrics.ts';
import { FLAG_BITS, orderTime, type Reading } from '#contract/readings.ts';

/** So far behind a reading is jitter, whatever the interval. */
const JITTER_MS = 2_000;
const LATE_INTERVALS = 2;

export interface JudgeTime {
  /** Instant the value speaks for: where it stands in its series, see `placeOf`; an interval speaks at its end. */
  readonly at: number;
  /** Instant of the sign of life. A device whose clock is slow is no less alive, so beyond one interval its arrival counts. */
  readonly heardAt: number;
  /** History only: neither starts, ends nor refreshes a condition on its value. */
  readonly late: boolean;
}

/** An interval's `ts` is its start, but nobody knows the amount before it is over. */
export function eventTime(reading: Reading, intervalMs: number): number {
  return metricInfo(reading.metric)?.kind === 'interval' ? reading.ts + intervalMs : reading.ts;
}

export const isMoved = ({ flags }: Pick<Reading, 'flags'>): boolean => (flags & FLAG_BITS.moved) !== 0;

/** A hint of state, a suspicion, what was sent after the fact: none judges anything, and none is a sign of life. */
const NO_SAMPLE = FLAG_BITS.replayed | FLAG_BITS.will | FLAG_BITS['catch-up'];

/** @returns undefined for a replayed reading, one that a last will brought, and one of an earlier time that its sender kept. */
export function judgeTime(reading: Reading, intervalMs: number): JudgeTime | undefined {
  if ((reading.flags & NO_SAMPLE) !== 0) return undefined;
  const event = eventTime(reading, intervalMs);
  const at = isMoved(reading) ? reading.receivedAt : orderTime({ ts: event, receivedAt: reading.receivedAt });
  const behind = reading.receivedAt - at;
  const late = (reading.flags & FLAG_BITS.late) !== 0 || behind > Math.max(LATE_INTERVALS * intervalMs, JITTER_MS);
  return { at, heardAt: late || behind > Math.max(intervalMs, JITTER_MS) ? reading.receivedAt : at, late };
}
