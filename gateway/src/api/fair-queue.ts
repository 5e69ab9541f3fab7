/**
 * Work of which only little may run at once, shared fairly: those already known first, then one turn for each lane (an
 * address), however much each has waiting. Bounded: when the line is full, the lane with most in it loses its newest.
 */

export interface Lane {
  /** Address, or what a known one is known by. */
  readonly key: string;
  readonly known: boolean;
}

export interface FairQueueLimits {
  readonly atOnce: number;
  readonly perLane: number;
  /** Waiting strangers, and apart from them waiting known ones. */
  readonly waiting: number;
}

/** `busy`: the work was not begun, and will not be. */
export type Turn<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly reason: 'busy' };

export interface FairQueue {
  /** @throws what `work` throws. */
  run<T>(lane: Lane, work: () => Promise<T>): Promise<Turn<T>>;
}

type Waiting = (goes: boolean) => void;

export function createFairQueue(limits: FairQueueLimits): FairQueue {
  const known = createLanes(limits);
  const strangers = createLanes(limits);
  let running = 0;

  const next = (): void => {
    const waiting = known.take() ?? strangers.take();
    if (waiting === undefined) running -= 1;
    else waiting(true);
  };
  return {
    run: async (lane, work) => {
      if (running >= limits.atOnce) {
        const goes = await new Promise<boolean>((resolve) => (lane.known ? known : strangers).put(lane.key, resolve));
        if (!goes) return { ok: false, reason: 'busy' };
      } else running += 1;
      try {
        return { ok: true, value: await work() };
      } finally {
        next();
      }
    },
  };
}

function createLanes({ perLane, waiting: most }: FairQueueLimits) {
  /** The lane whose turn it is stands first. */
  const lanes = new Map<string, Waiting[]>();
  let size = 0;

  const longest = (): Waiting[] => {
    let found: Waiting[] = [];
    for (const lane of lanes.values()) if (lane.length > found.length) found = lane;
    return found;
  };
  return {
    put: (key: string, waiting: Waiting): void => {
      const lane = lanes.get(key) ?? [];
      const greediest = size >= most ? longest() : undefined;
      const isRefused = greediest !== undefined && greediest.length <= lane.length + 1;
      if (lane.length >= perLane || isRefused) {
        waiting(false);
        return;
      }
      // It keeps its place in the order of turns: at least one is left, since it had two more than the newcomer's lane.
      const loser = greediest?.pop();
      if (loser === undefined) size += 1;
      else loser(false);
      lane.push(waiting);
      lanes.set(key, lane);
    },
    take: (): Waiting | undefined => {
      for (const [key, lane] of lanes) {
        const waiting = lane.shift();
        lanes.delete(key);
        if (lane.length > 0) lanes.set(key, lane);
        size -= 1;
        return waiting;
      }
      return undefined;
    },
  };
}
