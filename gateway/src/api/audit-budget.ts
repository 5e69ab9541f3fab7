/**
 * Failed sign-ins are audit entries that strangers cause: each address has some, all together have some, and what is
 * beyond is counted in the next entry that is written. Pure; time is an argument.
 */
const PER_ADDRESS = { burst: 30, perMinute: 1 } as const;
const IN_ALL = { burst: 300, perMinute: 10 } as const;
const MAX_ADDRESSES = 10_000;
const MINUTE_MS = 60_000;

interface Level {
  left: number;
  at: number;
}

export interface AuditBudget {
  /** @returns how many were left out since the last that was written; undefined when this one is left out too. */
  take(address: string, at: number): number | undefined;
}

export function createAuditBudget(): AuditBudget {
  const levels = new Map<string, Level>();
  let all: Level = { left: IN_ALL.burst, at: 0 };
  let leftOut = 0;

  const filled = ({ left, at: before }: Level, limit: typeof PER_ADDRESS | typeof IN_ALL, at: number): Level => {
    const gained = (Math.max(0, at - before) / MINUTE_MS) * limit.perMinute;
    return { left: Math.min(limit.burst, left + gained), at };
  };
  return {
    take: (address, at) => {
      const own = filled(levels.get(address) ?? { left: PER_ADDRESS.burst, at }, PER_ADDRESS, at);
      all = filled(all, IN_ALL, at);
      const isWritten = own.left >= 1 && all.left >= 1;
      if (isWritten) {
        own.left -= 1;
        all.left -= 1;
      }
      levels.delete(address);
      levels.set(address, own);
      const [oldest] = levels.keys();
      if (levels.size > MAX_ADDRESSES && oldest !== undefined) levels.delete(oldest);
      if (!isWritten) {
        leftOut += 1;
        return undefined;
      }
      const before = leftOut;
      leftOut = 0;
      return before;
    },
  };
}
