/** Circles in what points at what, found in time that grows with the number of arrows. Pure. */

/** Names of a circle that are written out; a longer one is cut with `…`. */
const MAX_SHOWN = 20;

/**
 * Of every group of nodes that reach each other: the shortest way from its first node (in the order of `ids`) back to
 * itself, both ends included. Nodes that are not in `ids` lead nowhere.
 */
export function findCycles(ids: readonly string[], next: (id: string) => readonly string[]): string[][] {
  const rank = new Map(ids.map((id, at) => [id, at]));
  return groups(ids, next)
    .map((group) => ({ group, first: firstOf(group, rank) }))
    .sort((a, b) => (rank.get(a.first) ?? 0) - (rank.get(b.first) ?? 0))
    .flatMap(({ group, first }) => {
      const way = wayRound(first, group, next);
      return way === undefined ? [] : [way];
    });
}

function firstOf(group: ReadonlySet<string>, rank: ReadonlyMap<string, number>): string {
  let first = '';
  let least = Number.POSITIVE_INFINITY;
  for (const id of group) {
    const at = rank.get(id) ?? least;
    if (at < least) [first, least] = [id, at];
  }
  return first;
}

function wayRound(
  first: string,
  group: ReadonlySet<string>,
  next: (id: string) => readonly string[],
): string[] | undefined {
  const cameFrom = new Map<string, string>();
  const queue = [first];
  for (const id of queue) {
    for (const to of next(id)) {
      if (to === first) return [...wayFrom(first, id, cameFrom), first];
      if (!group.has(to) || cameFrom.has(to)) continue;
      cameFrom.set(to, id);
      queue.push(to);
    }
  }
  return undefined;
}

function wayFrom(first: string, last: string, cameFrom: ReadonlyMap<string, string>): string[] {
  const way: string[] = [];
  for (let id: string | undefined = last; id !== undefined && id !== first; id = cameFrom.get(id)) way.push(id);
  return [first, ...way.reverse()];
}

/** `a → b → a`, cut when it is long. */
export function cycleText(way: readonly string[]): string {
  if (way.length <= MAX_SHOWN) return way.join(' → ');
  return [...way.slice(0, MAX_SHOWN - 1), '…', way.at(-1)].join(' → ');
}

interface Visit {
  readonly id: string;
  readonly to: readonly string[];
  at: number;
}

/** Strongly connected groups after Tarjan, with a stack of its own: a chain may be longer than the call stack is deep. */
function groups(ids: readonly string[], next: (id: string) => readonly string[]): Set<string>[] {
  const known = new Set(ids);
  const order = new Map<string, number>();
  const low = new Map<string, number>();
  const open: string[] = [];
  const isOpen = new Set<string>();
  const found: Set<string>[] = [];
  const enter = (id: string): Visit => {
    order.set(id, order.size);
    low.set(id, order.get(id) ?? 0);
    open.push(id);
    isOpen.add(id);
    return { id, to: next(id).filter((other) => known.has(other)), at: 0 };
  };
  const lower = (id: string, to: number): void => void low.set(id, Math.min(low.get(id) ?? to, to));
  const leave = ({ id }: Visit): void => {
    if (low.get(id) !== order.get(id)) return;
    const group = new Set<string>();
    for (let last = open.pop(); last !== undefined; last = open.pop()) {
      isOpen.delete(last);
      group.add(last);
      if (last === id) break;
    }
    found.push(group);
  };
  for (const start of known) {
    if (order.has(start)) continue;
    const path = [enter(start)];
    for (let visit = path.at(-1); visit !== undefined; visit = path.at(-1)) {
      const to = visit.to[visit.at];
      visit.at += 1;
      if (to === undefined) {
        leave(visit);
        path.pop();
        const above = path.at(-1);
        if (above !== undefined) lower(above.id, low.get(visit.id) ?? 0);
      } else if (!order.has(to)) path.push(enter(to));
      else if (isOpen.has(to)) lower(visit.id, order.get(to) ?? 0);
    }
  }
  return found;
}
