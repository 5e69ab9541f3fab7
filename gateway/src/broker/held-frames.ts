/**
 * Frames that wait for their commit, each with a deadline. One timer for all: at 100,000 messages a second a timer per
 * message would cost more than the message.
 */
export interface Held {
  settled: boolean;
  /** Monotonic ms. */
  readonly since: number;
  expire(): void;
}

export interface HeldFrames {
  add(held: Held): void;
  stop(): void;
}

/**
 * @param holdMs after which an unsettled frame is expired, at most `sweepMs` late
 * @param now monotonic ms
 */
export function createHeldFrames(holdMs: number, now: () => number, sweepMs = Math.min(250, holdMs / 4)): HeldFrames {
  let young: Held[] = [];
  let old: Held[] = [];
  const timer = setInterval(() => {
    // Most of the young are settled by now, so the list of the old stays short and its frames can be collected.
    old = [...old, ...young].filter((held) => !held.settled);
    young = [];
    const deadline = now() - holdMs;
    for (const held of old) if (held.since <= deadline) held.expire();
  }, sweepMs);
  timer.unref();
  return {
    add: (held) => {
      young.push(held);
    },
    stop: () => clearInterval(timer),
  };
}
