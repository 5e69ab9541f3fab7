/** Addresses from which a client was let in, the latest ones: they come first when room is short. */
export interface KnownAddresses {
  note(share: string): void;
  has(share: string): boolean;
}

export function createKnownAddresses(most: number): KnownAddresses {
  const known = new Set<string>();
  return {
    note(share) {
      known.delete(share);
      known.add(share);
      for (const oldest of known) {
        if (known.size <= most) break;
        known.delete(oldest);
      }
    },
    has: (share) => known.has(share),
  };
}
