/** A bucket of tokens that fills by the time of the messages: what comes faster than it fills finds it empty. */
export interface Tokens {
  has(amount: number, at: number): boolean;
  /** @returns false, and takes nothing, when there are not enough */
  take(amount: number, at: number): boolean;
}

export function createTokens(burst: number, perS: number): Tokens {
  let level = burst;
  let last = Number.NEGATIVE_INFINITY;
  const fill = (at: number): void => {
    if (Number.isFinite(last)) level = Math.min(burst, level + (Math.max(0, at - last) * perS) / 1_000);
    last = Math.max(last, at);
  };
  const has = (amount: number, at: number): boolean => {
    fill(at);
    return level >= amount;
  };
  return {
    has,
    take: (amount, at) => {
      if (!has(amount, at)) return false;
      level -= amount;
      return true;
    },
  };
}
