/**
 * Slows down an address that keeps failing to log in: its further failures are answered late. A right password is
 * never delayed, since many devices may share one address and one of them be misconfigured.
 */
import type { BrokerLimits } from './broker-options.ts';

export interface AuthThrottle {
  /**
   * Notes a failure.
   * @param now monotonic ms
   * @returns by how many ms to delay the answer; undefined: too many answers wait already, close without one
   */
  fail(address: string, now: number): number | undefined;
  /** A delayed answer was given, or its connection is gone. */
  answered(): void;
}

interface Record {
  fails: number;
  windowStart: number;
  tarpitUntil: number;
}

const WINDOW_MS = 60_000;
const MAX_ADDRESSES = 10_000;

export function createAuthThrottle(limits: BrokerLimits): AuthThrottle {
  const records = new Map<string, Record>();
  let waiting = 0;

  const note = (address: string, now: number): Record => {
    const record = records.get(address) ?? { fails: 0, windowStart: now, tarpitUntil: -Infinity };
    if (now - record.windowStart >= WINDOW_MS) Object.assign(record, { fails: 0, windowStart: now });
    record.fails += 1;
    if (record.fails > limits.authFailsPerMinute) record.tarpitUntil = now + limits.tarpitForMs;
    records.delete(address);
    records.set(address, record);
    const oldest = records.size > MAX_ADDRESSES ? records.keys().next().value : undefined;
    if (oldest !== undefined) records.delete(oldest);
    return record;
  };

  return {
    fail(address, now) {
      if (note(address, now).tarpitUntil <= now) return 0;
      if (waiting >= limits.tarpitWaiting) return undefined;
      waiting += 1;
      return limits.tarpitDelayMs;
    },
    answered: () => {
      waiting -= 1;
    },
  };
}
