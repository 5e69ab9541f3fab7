/** Who has to make room among kept things of several owners: the one that takes the largest share, with its oldest. */

export interface Owned {
  readonly owner: string;
  readonly bytes: number;
}

export interface ShareLimits {
  readonly count: number;
  readonly bytes: number;
}

interface Usage {
  count: number;
  bytes: number;
}

/**
 * @param kept by key, oldest first
 * @param added what is to come in; it replaces what stands under `key`
 * @returns keys that have to go for it; undefined when its owner would itself take the largest share: then it stays out
 */
export function roomFor(
  kept: ReadonlyMap<string, Owned>,
  key: string,
  added: Owned,
  limits: ShareLimits,
): readonly string[] | undefined {
  const usage = new Map<string, Usage>();
  const total: Usage = { count: 0, bytes: 0 };
  const change = ({ owner, bytes }: Owned, by: 1 | -1): void => {
    const own = usage.get(owner) ?? { count: 0, bytes: 0 };
    for (const sum of [own, total]) {
      sum.count += by;
      sum.bytes += by * bytes;
    }
    usage.set(owner, own);
  };
  const shareOf = (owner: string): number => {
    const { count, bytes } = usage.get(owner) ?? { count: 0, bytes: 0 };
    return Math.max(count / limits.count, bytes / limits.bytes);
  };

  for (const [name, one] of kept) if (name !== key) change(one, 1);
  change(added, 1);
  const gone = new Set<string>();
  while (total.count > limits.count || total.bytes > limits.bytes) {
    const greediest = [...usage.keys()].reduce((a, b) => (shareOf(b) > shareOf(a) ? b : a));
    if (shareOf(added.owner) >= shareOf(greediest)) return undefined;
    const oldest = [...kept].find(([name, { owner }]) => owner === greediest && name !== key && !gone.has(name));
    if (oldest === undefined) return undefined;
    gone.add(oldest[0]);
    change(oldest[1], -1);
  }
  return [...gone];
}
