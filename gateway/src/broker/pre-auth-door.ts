/** Counts connections that are not accepted yet, per address and in all, and closes those that take too long. */
import type { BrokerLimits } from './broker-options.ts';
import { type Counters, countUp, type PreAuthClose } from './counters.ts';

export interface Entrant {
  /** Accepted: it counts no more. */
  accept(): void;
  /** Why it is about to be closed; the first reason stands. */
  blame(reason: PreAuthClose): void;
  /** The connection is gone. */
  leave(): void;
}

export interface PreAuthDoor {
  /** @returns undefined when there are too many: close it at once. */
  enter(address: string, onTimeout: () => void): Entrant | undefined;
}

export function createPreAuthDoor(limits: BrokerLimits, counters: Counters): PreAuthDoor {
  const byAddress = new Map<string, number>();
  return {
    enter(address, onTimeout) {
      const here = byAddress.get(address) ?? 0;
      if (here >= limits.preAuthPerAddress || counters.preAuth >= limits.preAuthTotal) {
        countUp(counters.preAuthClosed, 'too-many');
        return undefined;
      }
      byAddress.set(address, here + 1);
      counters.preAuth += 1;
      let waiting = true;
      let reason: PreAuthClose | undefined;
      const done = (): void => {
        waiting = false;
        clearTimeout(timer);
        counters.preAuth -= 1;
        const left = (byAddress.get(address) ?? 1) - 1;
        if (left > 0) byAddress.set(address, left);
        else byAddress.delete(address);
      };
      const timer = setTimeout(() => {
        reason ??= 'timeout';
        onTimeout();
      }, limits.connectMs);
      return {
        accept: () => {
          if (waiting) done();
        },
        blame: (why) => {
          reason ??= why;
        },
        leave() {
          if (!waiting) return;
          done();
          countUp(counters.preAuthClosed, reason ?? 'gone');
        },
      };
    },
  };
}
