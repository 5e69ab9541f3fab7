/**
 * The only place that reads the machine's clocks. Wall time is derived from the monotonic clock and re-based when the
 * two drift apart, so that a stepped wall clock moves no deadline by itself.
 */
export interface Clock {
  /** Epoch ms UTC. Never goes backwards between two steps. */
  now(): number;
  /** Monotonic ms. */
  monotonic(): number;
  /** Re-bases on the wall clock; returns by how many ms it had stepped (0 when within 2 s). */
  resync(): number;
}

const STEP_MS = 2_000;

export function systemClock(): Clock {
  let base = Date.now() - performance.now();
  return {
    now: () => Math.round(base + performance.now()),
    monotonic: () => performance.now(),
    resync: () => {
      const drift = Date.now() - performance.now() - base;
      if (Math.abs(drift) <= STEP_MS) return 0;
      base += drift;
      return Math.round(drift);
    },
  };
}

/** A clock that a test or a back-test moves by hand. */
export function manualClock(start: number): Clock & { set(at: number): void; step(by: number): void } {
  let at = start;
  let stepped = 0;
  return {
    now: () => at,
    monotonic: () => at - start,
    resync: () => {
      const by = stepped;
      at += by;
      stepped = 0;
      return by;
    },
    set: (to) => {
      at = to;
    },
    step: (by) => {
      stepped += by;
    },
  };
}
