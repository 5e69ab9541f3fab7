/** Addresses that bridges announced, by profile: what a decoder has to know of devices that nobody has registered yet. Bounded. */
export interface AnnouncedNames {
  add(profile: string, address: string): void;
  has(profile: string, address: string): boolean;
}

const MAX_NAMES = 5_000;

export function createAnnouncedNames(): AnnouncedNames {
  /** The one said last stands last. */
  const names = new Set<string>();
  return {
    add: (profile, address) => {
      const name = `${profile}\n${address}`;
      names.delete(name);
      names.add(name);
      const [oldest] = names;
      if (names.size > MAX_NAMES && oldest !== undefined) names.delete(oldest);
    },
    has: (profile, address) => names.has(`${profile}\n${address}`),
  };
}
