/** How many requests of one sender are worked on at the same time. */

export interface InProgress {
  /** @returns what to call when the work is done; undefined when `most` of that sender are in progress. */
  begin(sender: string, most: number): (() => void) | undefined;
}

/** Holds only senders with something in progress, so it is bounded by the number of connections. */
export function createInProgress(): InProgress {
  const counts = new Map<string, number>();
  return {
    begin: (sender, most) => {
      const before = counts.get(sender) ?? 0;
      if (before >= most) return undefined;
      counts.set(sender, before + 1);
      return () => {
        const left = (counts.get(sender) ?? 1) - 1;
        if (left > 0) counts.set(sender, left);
        else counts.delete(sender);
      };
    },
  };
}
