/** Failures of each address: a number of them in a minute, then it waits, each time twice as long. Pure; time is an argument. */

export interface FailureLimit {
  /** @returns ms until the address may try again; 0 when it may now. */
  waitMs(address: string, at: number): number;
  /** Books a failure before it is known to be one, so that parallel attempts count too. @returns what takes it back. */
  book(address: string, at: number): () => void;
}

export interface FailureLimits {
  readonly perMinute: number;
  /** Longest wait. */
  readonly maxWaitMs: number;
  /** Addresses remembered; the one not heard of for longest is forgotten first. */
  readonly addresses: number;
}

const MINUTE_MS = 60_000;

interface Entry {
  /** Failures of the last minute; once they are too many, those that led to the wait. */
  times: number[];
  lastAt: number;
  waitMs: number;
}

export function createFailureLimit({ perMinute, maxWaitMs, addresses }: FailureLimits): FailureLimit {
  /** The one heard of last stands last. */
  const entries = new Map<string, Entry>();

  const current = (address: string, at: number): Entry | undefined => {
    const entry = entries.get(address);
    if (entry === undefined) return undefined;
    const since = at - entry.lastAt;
    if (since >= entry.waitMs + maxWaitMs) {
      entries.delete(address);
      return undefined;
    }
    if (entry.times.length < perMinute) entry.times = entry.times.filter((time) => time > at - MINUTE_MS);
    else if (since >= entry.waitMs) Object.assign(entry, { times: [], waitMs: Math.min(entry.waitMs * 2, maxWaitMs) });
    return entry;
  };

  return {
    waitMs: (address, at) => {
      const entry = current(address, at);
      return entry === undefined || entry.times.length < perMinute ? 0 : entry.lastAt + entry.waitMs - at;
    },
    book: (address, at) => {
      const entry = current(address, at) ?? { times: [], lastAt: at, waitMs: MINUTE_MS };
      entry.times.push(at);
      entry.lastAt = at;
      entries.delete(address);
      entries.set(address, entry);
      const [oldest] = entries.keys();
      if (entries.size > addresses && oldest !== undefined) entries.delete(oldest);
      return () => {
        const booked = entry.times.lastIndexOf(at);
        if (booked >= 0) entry.times.splice(booked, 1);
      };
    },
  };
}
