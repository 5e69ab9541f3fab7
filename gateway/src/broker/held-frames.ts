/**
 * Frames that wait for their commit, each with a deadline. One timer for all, and a settled frame is let go of at once:
 * at 100,000 messages a second a timer per message, or a list swept now and then, costs more than the message.
 */
export interface Held {
  settled: boolean;
  /** Monotonic ms. */
  readonly since: number;
}

export interface HeldFrames<T extends Held> {
  add(held: T): void;
  settle(held: T): void;
  stop(): void;
}

/** Settled entries at the front of the list that may wait for being cut off in one piece. */
const SLACK = 4_096;

/**
 * @param holdMs after which an unsettled frame expires, at most `sweepMs` late
 * @param now monotonic ms
 */
export function createHeldFrames<T extends Held>(
  holdMs: number,
  now: () => number,
  expire: (held: T) => void,
  sweepMs = Math.min(250, holdMs / 4),
): HeldFrames<T> {
  /** In order of arrival, which is nearly the order of settling; undefined before `first`. */
  let queue: (T | undefined)[] = [];
  let first = 0;

  const trim = (): void => {
    while (first < queue.length && queue[first]?.settled !== false) {
      queue[first] = undefined;
      first += 1;
    }
    if (first < SLACK) return;
    queue = queue.slice(first);
    first = 0;
  };
  const timer = setInterval(() => {
    const deadline = now() - holdMs;
    const expired = queue.filter((held) => held && !held.settled && held.since <= deadline);
    for (const held of expired) if (held) expire(held);
  }, sweepMs);
  timer.unref();
  return {
    add: (held) => {
      queue.push(held);
    },
    settle(held) {
      held.settled = true;
      trim();
    },
    stop: () => clearInterval(timer),
  };
}
