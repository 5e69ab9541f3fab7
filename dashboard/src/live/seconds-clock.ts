/** One clock for a whole page: looked at once a second, for everybody at the same instant. */
export interface SecondsClock {
  /** As of the last look, epoch ms; looked at anew while nobody listens. */
  now(): number;
  subscribe(listener: () => void): () => void;
}

/** @param everySecond calls its argument once a second; returns the end of it */
export function createSecondsClock(read: () => number, everySecond: (run: () => void) => () => void): SecondsClock {
  const listeners = new Set<() => void>();
  let seen = read();
  let stop: (() => void) | undefined;
  const look = (): void => {
    seen = read();
    for (const listener of listeners) listener();
  };
  return {
    now: () => seen,
    subscribe(listener) {
      if (listeners.size === 0) {
        seen = read();
        stop = everySecond(look);
      }
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0) stop?.();
      };
    },
  };
}
