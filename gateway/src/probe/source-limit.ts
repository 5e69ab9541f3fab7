/** How often one address may be answered: `burst` at once, then `perSecond`. Bounded, however many addresses there are. */
export interface SourceLimit {
  /** @param at epoch ms. @returns false when it asks too often */
  take(address: string, at: number): boolean;
}

const MAX_SOURCES = 2_000;

export function createSourceLimit(perSecond: number, burst: number): SourceLimit {
  const sources = new Map<string, { tokens: number; at: number }>();
  return {
    take(address, at) {
      const before = sources.get(address);
      const gained = before === undefined ? burst : (Math.max(0, at - before.at) * perSecond) / 1_000;
      const tokens = Math.min(burst, (before?.tokens ?? 0) + gained);
      sources.delete(address);
      sources.set(address, { tokens: tokens >= 1 ? tokens - 1 : tokens, at });
      if (sources.size > MAX_SOURCES) for (const oldest of [...sources.keys()].slice(0, 1)) sources.delete(oldest);
      return tokens >= 1;
    },
  };
}

export interface FairLimit {
  /**
   * @param at epoch ms
   * @param claimsKnown asked only where strangers have used up what they have together
   * @returns false when it asks too often
   */
  take(address: string, at: number, claimsKnown?: () => boolean): boolean;
}

export interface FairLimitSetup {
  /** Of one address. */
  readonly perSecond: number;
  readonly burst: number;
  /** Of all addresses together that are nobody's home: their number can be made up. */
  readonly strangersPerSecond: number;
  readonly strangersBurst: number;
  /** Whether a device is at home there: it is never out of turn because of strangers. */
  isHome(address: string): boolean;
}

/** A share for each address, one for all strangers together, and a small one for those that name a known device. */
export function createFairLimit(setup: FairLimitSetup): FairLimit {
  const { perSecond, burst, strangersPerSecond, strangersBurst, isHome } = setup;
  const homes = createSourceLimit(perSecond, burst);
  const strangers = createSourceLimit(perSecond, burst);
  const together = createSourceLimit(strangersPerSecond, strangersBurst);
  const claimants = createSourceLimit(perSecond, burst);
  return {
    take(address, at, claimsKnown) {
      if (isHome(address)) return homes.take(address, at);
      if (!strangers.take(address, at)) return false;
      return together.take('', at) || (claimsKnown?.() === true && claimants.take('', at));
    },
  };
}
