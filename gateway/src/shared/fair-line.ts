/**
 * What waits to be written, by key, and bounded: above the limit the sender that has most waiting loses its oldest, so
 * that one that floods costs the others nothing.
 */
export interface FairLine<T> {
  get(key: string): T | undefined;
  /** Replaces what waits under the key. @returns how many had to go for it: 0 or 1; with 1 it may be itself. */
  put(key: string, sender: string, value: T): number;
  /** Empties the line. */
  takeAll(): T[];
}

export function createFairLine<T>(most: number): FairLine<T> {
  let values = new Map<string, { readonly sender: string; readonly value: T }>();
  let keysOf = new Map<string, Set<string>>();

  const remove = (key: string): void => {
    const sender = values.get(key)?.sender ?? '';
    values.delete(key);
    const keys = keysOf.get(sender);
    keys?.delete(key);
    if (keys?.size === 0) keysOf.delete(sender);
  };
  const greediest = (): string => {
    let found = '';
    let count = 0;
    for (const [sender, { size }] of keysOf) if (size > count) [found, count] = [sender, size];
    return found;
  };
  return {
    get: (key) => values.get(key)?.value,
    put: (key, sender, value) => {
      const isFull = !values.has(key) && values.size >= most;
      if (isFull) {
        const loser = greediest();
        if (loser === sender) return 1;
        const [oldest = ''] = keysOf.get(loser) ?? [];
        remove(oldest);
      } else remove(key);
      values.set(key, { sender, value });
      const keys = keysOf.get(sender) ?? new Set();
      keysOf.set(sender, keys.add(key));
      return isFull ? 1 : 0;
    },
    takeAll: () => {
      const all = [...values.values()].map(({ value }) => value);
      values = new Map();
      keysOf = new Map();
      return all;
    },
  };
}
