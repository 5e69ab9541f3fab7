/**
 * Password guessing: 5 failures per account and address in 15 min, and 50 a minute per address over all accounts, after
 * which the address waits, each time twice as long. Nothing is counted over all addresses, so that no stranger can lock
 * out another. A browser that has signed in to the account before (device-cookie.ts) counts by itself, whatever its
 * address does. Pure; time is an argument.
 */
import type { AttemptRefused } from './api-metrics.ts';
import { createFailureLimit } from './failure-limit.ts';

const WINDOW_MS = 15 * 60_000;
const PER_ACCOUNT = 5;
const PER_ADDRESS_A_MINUTE = 50;
/** An address needs minutes to fill a hundred of these, so only very many together push an older one out. */
const MAX_KEYS = 20_000;
const MAX_ADDRESSES = 10_000;

export interface Attempt {
  /** The password was right: failures before it are forgotten. */
  success(): void;
  /** It was not looked at: it counts as if it had not been. */
  withdraw(): void;
}

export interface SignInGuard {
  /**
   * Books an attempt as failed before it is checked, so that parallel guesses count too.
   * @param device that has signed in to this account before, if it is one
   * @returns how many ms to wait when locked; otherwise the attempt.
   */
  begin(
    account: string,
    address: string,
    at: number,
    device?: string,
  ): { readonly waitMs: number; readonly why: AttemptRefused } | Attempt;
}

export function createSignInGuard(): SignInGuard {
  const failures = new Map<string, readonly number[]>();
  const addresses = createFailureLimit({
    perMinute: PER_ADDRESS_A_MINUTE,
    maxWaitMs: WINDOW_MS,
    addresses: MAX_ADDRESSES,
  });

  const set = (key: string, times: readonly number[]): void => {
    failures.delete(key);
    if (times.length > 0) failures.set(key, times);
  };
  /** The one that failed last stands last. */
  const prune = (at: number): void => {
    for (const [key, times] of failures) {
      if (failures.size <= MAX_KEYS && (times.at(-1) ?? 0) > at - WINDOW_MS) return;
      failures.delete(key);
    }
  };

  return {
    begin: (account, address, at, device) => {
      prune(at);
      const from = device === undefined ? `address ${address}` : `device ${device}`;
      const key = `${account.trim().toLowerCase()}\n${from}`;
      const times = (failures.get(key) ?? []).filter((time) => time > at - WINDOW_MS);
      const [first] = times;
      if (times.length >= PER_ACCOUNT && first !== undefined) return { waitMs: first + WINDOW_MS - at, why: 'account' };
      const waitMs = device === undefined ? addresses.waitMs(address, at) : 0;
      if (waitMs > 0) return { waitMs, why: 'address' };
      set(key, [...times, at]);
      const takeBack = device === undefined ? addresses.book(address, at) : undefined;
      return {
        success: () => {
          failures.delete(key);
          takeBack?.();
        },
        withdraw: () => {
          const booked = [...(failures.get(key) ?? [])];
          const own = booked.lastIndexOf(at);
          if (own >= 0) booked.splice(own, 1);
          set(key, booked);
          takeBack?.();
        },
      };
    },
  };
}
