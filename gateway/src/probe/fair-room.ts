/** Room that many share: whoever takes much leaves some for the others. Pure. */
export interface FairRoom {
  /** @returns false when there is no room for this key now; otherwise `leave` has to follow */
  enter(key: string): boolean;
  leave(key: string): void;
}

/**
 * One key may hold as much as is left free: alone half of it, two of them a third each, and a newcomer always finds
 * some. @param max places in all
 */
export function createFairRoom(max: number): FairRoom {
  const held = new Map<string, number>();
  let total = 0;
  return {
    enter(key) {
      const own = held.get(key) ?? 0;
      if (own >= max - total) return false;
      held.set(key, own + 1);
      total += 1;
      return true;
    },
    leave(key) {
      const own = held.get(key) ?? 0;
      if (own === 0) return;
      total -= 1;
      if (own === 1) held.delete(key);
      else held.set(key, own - 1);
    },
  };
}

/** What is remembered of many sources. Where room is short, the source that has most loses its oldest. */
export interface FairMemory<V> {
  get(source: string, key: string): V | undefined;
  set(source: string, key: string, value: V): void;
}

/** @param max values in all */
export function createFairMemory<V>(max: number): FairMemory<V> {
  const sources = new Map<string, Map<string, V>>();
  let total = 0;
  const forgetOne = (): void => {
    let most: [string, Map<string, V>] | undefined;
    for (const entry of sources) if (most === undefined || entry[1].size > most[1].size) most = entry;
    if (most === undefined) return;
    const [source, values] = most;
    for (const oldest of [...values.keys()].slice(0, 1)) values.delete(oldest);
    if (values.size === 0) sources.delete(source);
    total -= 1;
  };
  return {
    get: (source, key) => sources.get(source)?.get(key),
    set(source, key, value) {
      const values = sources.get(source) ?? new Map<string, V>();
      if (!values.delete(key)) total += 1;
      values.set(key, value);
      sources.set(source, values);
      if (total > max) forgetOne();
    },
  };
}
