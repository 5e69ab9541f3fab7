/**
 * A bucket that all senders draw from, of which the last quarter is for those that have drawn little: one that floods
 * empties it to there and then has what it may draw for itself, so that a quiet one finds something left. Pure.
 */
import { createTokens, type Tokens } from './tokens.ts';

/** Part of the whole that is kept back, and part of it that one sender may draw from what is kept back. */
const KEPT_BACK = 1 / 4;
const OWN_SHARE = 1 / 8;
/** Senders whose draws are remembered, those that drew last. */
const MAX_SENDERS = 1_000;

export interface FairBudget {
  has(sender: string, amount: number, at: number): boolean;
  /** Draws it; to be asked for with `has` before. */
  take(sender: string, amount: number, at: number): void;
}

export function createFairBudget(burst: number, perS: number): FairBudget {
  const all = createTokens(burst, perS);
  const own = new Map<string, Tokens>();
  const keptBack = burst * KEPT_BACK;

  const tokensOf = (sender: string): Tokens => {
    const tokens = own.get(sender) ?? createTokens(keptBack * OWN_SHARE, perS * OWN_SHARE);
    own.delete(sender);
    own.set(sender, tokens);
    const [oldest] = own.keys();
    if (own.size > MAX_SENDERS && oldest !== undefined) own.delete(oldest);
    return tokens;
  };
  return {
    has: (sender, amount, at) =>
      all.has(amount + keptBack, at) || (all.has(amount, at) && tokensOf(sender).has(amount, at)),
    take: (sender, amount, at) => {
      if (!all.has(amount + keptBack, at)) tokensOf(sender).take(amount, at);
      all.take(amount, at);
    },
  };
}
