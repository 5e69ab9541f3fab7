/** How many requests of one sender are worked on at the same time: its sign-in, or its address before it has one. */
import { type Reply, tooMany } from './reply.ts';
import type { Call } from './route.ts';

const STRANGER = 64;
const SIGNED_IN = 256;
const BUSY_MS = 1_000;

export interface InProgress {
  /** @returns what `work` returns, or 429 without beginning it. @throws what `work` throws. */
  run<T>(call: Pick<Call, 'caller' | 'address' | 'refused'>, work: () => Promise<T>): Promise<T | Reply>;
}

/** Holds only senders with something in progress, so it is bounded by the number of connections. */
export function createInProgress(): InProgress {
  const counts = new Map<string, number>();
  return {
    run: async ({ caller, address, refused }, work) => {
      const sender = caller?.credential ?? address;
      const before = counts.get(sender) ?? 0;
      if (before >= (caller === undefined ? STRANGER : SIGNED_IN)) {
        refused('busy');
        return tooMany('too-busy', BUSY_MS, '同时进行的请求过多', 'Too many requests are in progress at once');
      }
      counts.set(sender, before + 1);
      try {
        return await work();
      } finally {
        const left = (counts.get(sender) ?? 1) - 1;
        if (left > 0) counts.set(sender, left);
        else counts.delete(sender);
      }
    },
  };
}
