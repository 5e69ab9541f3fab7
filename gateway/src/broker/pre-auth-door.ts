/**
 * Connections whose CONNECT is not accepted yet: at most so many per address and in all, each for a short time. A newcomer
 * is never refused for the sake of a stranger that says nothing: the oldest connection of the address that has most of
 * them gives way, addresses from which nobody was ever let in first.
 */
import type { BrokerLimits } from './broker-options.ts';
import { type Counters, countUp, type PreAuthClose } from './counters.ts';
import { createKnownAddresses } from './known-addresses.ts';

export interface Entrant {
  /** Accepted: it counts no more. */
  accept(): void;
  /** Why it is about to be closed; the first reason stands. */
  blame(reason: PreAuthClose): void;
  /** The connection is gone. */
  leave(): void;
}

export interface PreAuthDoor {
  /**
   * @param share address, or what stands for the network behind it
   * @param evict closes the connection, which took too long or has to make room
   * @returns undefined when there is no room: close it at once
   */
  enter(share: string, evict: (why: 'timeout' | 'too-many') => void): Entrant | undefined;
}

/** Addresses that are remembered as known. */
const KNOWN = 10_000;

interface Waiting {
  readonly evict: (why: 'timeout' | 'too-many') => void;
  reason: PreAuthClose | undefined;
}

export function createPreAuthDoor(limits: BrokerLimits, counters: Counters): PreAuthDoor {
  /** In order of arrival, by address. */
  const waiting = new Map<string, Set<Waiting>>();
  const known = createKnownAddresses(KNOWN);
  const countOf = (share: string): number => waiting.get(share)?.size ?? 0;

  const evictOldest = (share: string): void => {
    const [oldest] = waiting.get(share) ?? [];
    if (oldest === undefined) return;
    oldest.reason ??= 'too-many';
    remove(share, oldest);
    countUp(counters.preAuthClosed, oldest.reason);
    oldest.evict('too-many');
  };
  const remove = (share: string, one: Waiting): boolean => {
    const here = waiting.get(share);
    if (!here?.delete(one)) return false;
    if (here.size === 0) waiting.delete(share);
    counters.preAuth -= 1;
    return true;
  };
  /** @returns whether the newcomer may take its place */
  const makeRoom = (share: string): boolean => {
    if (countOf(share) >= limits.preAuthPerAddress) {
      evictOldest(share);
      return true;
    }
    if (counters.preAuth < limits.preAuthTotal) return true;
    const strangers = [...waiting.keys()].filter((other) => !known.has(other));
    const among = strangers.length > 0 ? strangers : [...waiting.keys()];
    const largest = among.reduce((most, other) => (countOf(other) > countOf(most) ? other : most), among[0] ?? share);
    const isFair = countOf(largest) > countOf(share) || (known.has(share) && !known.has(largest));
    if (isFair) evictOldest(largest);
    return isFair;
  };

  return {
    enter(share, evict) {
      if (!makeRoom(share)) {
        countUp(counters.preAuthClosed, 'too-many');
        return undefined;
      }
      const one: Waiting = { evict, reason: undefined };
      const here = waiting.get(share) ?? new Set();
      waiting.set(share, here.add(one));
      counters.preAuth += 1;
      const timer = setTimeout(() => {
        one.reason ??= 'timeout';
        evict('timeout');
      }, limits.connectMs);
      return {
        accept() {
          clearTimeout(timer);
          if (remove(share, one)) known.note(share);
        },
        blame(why) {
          one.reason ??= why;
        },
        leave() {
          clearTimeout(timer);
          if (remove(share, one)) countUp(counters.preAuthClosed, one.reason ?? 'gone');
        },
      };
    },
  };
}
