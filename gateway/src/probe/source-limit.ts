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
