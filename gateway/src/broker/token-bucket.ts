/** Token bucket: `burst` at once, then `perSecond`. */
export interface TokenBucket {
  /** Takes one token if there is one. */
  take(now: number): boolean;
  /** Milliseconds until the next token. */
  waitMs(now: number): number;
}

/** @param start monotonic ms, as all other times given to the bucket */
export function createTokenBucket(perSecond: number, burst: number, start: number): TokenBucket {
  let tokens = burst;
  let at = start;
  const refill = (now: number): void => {
    tokens = Math.min(burst, tokens + ((now - at) * perSecond) / 1_000);
    at = now;
  };
  return {
    take(now) {
      // The clock is read once a socket read, so most packets find `now` unchanged.
      if (now > at) refill(now);
      if (tokens < 1) return false;
      tokens -= 1;
      return true;
    },
    waitMs(now) {
      refill(now);
      return tokens >= 1 ? 0 : Math.ceil(((1 - tokens) * 1_000) / perSecond);
    },
  };
}
