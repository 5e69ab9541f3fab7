/** Password guessing: 5 failures per account and address in 15 min, 50 a minute over all. Pure; time is an argument. */

const WINDOW_MS = 15 * 60_000;
const PER_ACCOUNT = 5;
const GLOBAL_WINDOW_MS = 60_000;
const GLOBAL = 50;
/** The global limit lets 750 keys be fresh at a time; beyond this there are old ones to drop. */
const SWEEP_AT = 1_000;

export interface SignInGuard {
  /**
   * Books an attempt as failed before it is checked, so that parallel guesses count too.
   * @returns how many ms to wait when locked; otherwise `success` that takes the booking back.
   */
  begin(account: string, ip: string, at: number): { readonly waitMs: number } | { readonly success: () => void };
}

export function createSignInGuard(): SignInGuard {
  const failures = new Map<string, number[]>();
  let recent: number[] = [];

  const prune = (at: number): void => {
    recent = recent.filter((time) => time > at - GLOBAL_WINDOW_MS);
    if (failures.size < SWEEP_AT) return;
    for (const [key, times] of failures) if ((times.at(-1) ?? 0) <= at - WINDOW_MS) failures.delete(key);
  };

  return {
    begin: (account, ip, at) => {
      prune(at);
      const key = `${account.trim().toLowerCase()}\n${ip}`;
      const times = (failures.get(key) ?? []).filter((time) => time > at - WINDOW_MS);
      const [first] = times;
      if (times.length >= PER_ACCOUNT && first !== undefined) return { waitMs: first + WINDOW_MS - at };
      const [oldest] = recent;
      if (recent.length >= GLOBAL && oldest !== undefined) return { waitMs: oldest + GLOBAL_WINDOW_MS - at };
      failures.delete(key);
      failures.set(key, [...times, at]);
      recent.push(at);
      return {
        success: () => {
          failures.delete(key);
          const booked = recent.indexOf(at);
          if (booked >= 0) recent.splice(booked, 1);
        },
      };
    },
  };
}
