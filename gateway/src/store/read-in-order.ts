/** Stored readings of many series in order of event time, in bounded memory: what a back-test and a replay walk over. */
import type { Reading } from '#contract/readings.ts';
import type { Point, ReadingStore } from './reading-store.ts';

export interface SeriesName {
  readonly device: string;
  readonly metric: string;
}

/** Points of one series held at a time. */
const PAGE_POINTS = 5_000;

interface Lane {
  readonly name: SeriesName;
  points: readonly Point[];
  at: number;
  cursor: string | undefined;
}

/**
 * Merges the series; equal times keep the order of `series`. A stored point no longer knows when it arrived:
 * `receivedAt` is the instant it stands for.
 * @param from inclusive, `to` exclusive, epoch ms
 */
export async function* readInOrder(
  store: Pick<ReadingStore, 'points'>,
  series: readonly SeriesName[],
  from: number,
  to: number,
): AsyncGenerator<Reading> {
  const page = async (lane: Lane): Promise<boolean> => {
    const { device, metric } = lane.name;
    const next = await store.points({ device, metric, from, to, limit: PAGE_POINTS, cursor: lane.cursor });
    lane.points = next.points;
    lane.at = 0;
    lane.cursor = next.nextCursor;
    return next.points.length > 0;
  };
  const heap: Lane[] = [];
  for (const name of series) {
    const lane: Lane = { name, points: [], at: 0, cursor: undefined };
    if (await page(lane)) push(heap, lane);
  }
  for (let lane = heap[0]; lane; lane = heap[0]) {
    const point = lane.points[lane.at];
    if (point) {
      yield readingOf(lane.name, point);
      lane.at += 1;
    }
    const more = lane.at < lane.points.length || (lane.cursor !== undefined && (await page(lane)));
    if (!more) removeFirst(heap);
    else sink(heap, 0);
  }
}

export function readingOf({ device, metric }: SeriesName, { ts, value, flags, standsAt }: Point): Reading {
  return { device, metric, ts, value, flags, receivedAt: standsAt ?? ts };
}

const time = (lane: Lane): number => lane.points[lane.at]?.ts ?? Number.POSITIVE_INFINITY;

function push(heap: Lane[], lane: Lane): void {
  heap.push(lane);
  for (let at = heap.length - 1; at > 0; ) {
    const above = (at - 1) >> 1;
    if (!swapIfLater(heap, above, at)) return;
    at = above;
  }
}

function removeFirst(heap: Lane[]): void {
  const last = heap.pop();
  if (last && heap.length > 0) {
    heap[0] = last;
    sink(heap, 0);
  }
}

function sink(heap: Lane[], start: number): void {
  for (let at = start; ; ) {
    const left = 2 * at + 1;
    const right = left + 1;
    const [leftLane, rightLane] = [heap[left], heap[right]];
    if (!leftLane) return;
    const child = rightLane && time(rightLane) < time(leftLane) ? right : left;
    if (!swapIfLater(heap, at, child)) return;
    at = child;
  }
}

function swapIfLater(heap: Lane[], above: number, below: number): boolean {
  const [upper, lower] = [heap[above], heap[below]];
  if (!upper || !lower || time(upper) <= time(lower)) return false;
  heap[above] = lower;
  heap[below] = upper;
  return true;
}
