/**
 * When a message is looked through for what no rule reads. That costs many times what decoding does, so it is done for
 * the first message of a device on a topic, for one of another size, and otherwise at most once a minute. Pure.
 */

/** What all looks together may cost; draws are counted by login. */
export interface LookBudget {
  has(login: string, amount: number, at: number): boolean;
  take(login: string, amount: number, at: number): void;
}

export interface LookPlan {
  /** @param size of the message, in whatever measure shows that it holds more than before */
  isDue(topic: string, device: string, size: number, at: number): boolean;
}

const EVERY_MS = 60_000;
const MAX_TOPICS = 10_000;

interface Looked {
  at: number;
  /** Sizes that were seen, as bits. */
  sizes: number;
}

export function createLookPlan(): LookPlan {
  const topics = new Map<string, Map<string, Looked>>();
  return {
    isDue: (topic, device, size, at) => {
      const ofTopic = topics.get(topic);
      const before = ofTopic?.get(device);
      const bit = 1 << (size & 31);
      if (before !== undefined) {
        // A clock that was set back must not keep it waiting for ever.
        const isOver = at - before.at >= EVERY_MS || at < before.at;
        if (!isOver && (before.sizes & bit) !== 0) return false;
        before.at = at;
        before.sizes |= bit;
        return true;
      }
      if (topics.size >= MAX_TOPICS) topics.clear();
      const devices = ofTopic ?? new Map<string, Looked>();
      devices.set(device, { at, sizes: bit });
      topics.set(topic, devices);
      return true;
    },
  };
}
