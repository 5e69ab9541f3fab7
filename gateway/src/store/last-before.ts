/** The last word of series before a time: a door that was left open, a camera that has been dead for weeks. */
import type { Reading } from '#contract/readings.ts';
import type { SeriesName } from './read-in-order.ts';
import type { Point, ReadingStore } from './reading-store.ts';

const HOUR_MS = 3_600_000;
/** What was last heard longer ago says nothing any more. */
const REACH_MS = 62 * 24 * HOUR_MS;
const PAGE_POINTS = 5_000;

type Points = Pick<ReadingStore, 'points'>;

/**
 * @param before series with a point from here on and before `to` need none: they speak for themselves
 * @returns one reading a series at most, in order of event time; `receivedAt` is its event time
 */
export async function lastBefore(
  store: Points,
  series: readonly SeriesName[],
  before: number,
  to: number,
): Promise<Reading[]> {
  const found: Reading[] = [];
  for (const name of series) {
    if (await hasPoint(store, name, before, to)) continue;
    const point = await lastPoint(store, name, before);
    if (point) found.push({ ...name, ...point, receivedAt: point.ts });
  }
  return found.sort((a, b) => a.ts - b.ts);
}

/** Halves the time it must lie in, for a store reads forwards only. */
async function lastPoint(store: Points, name: SeriesName, before: number): Promise<Point | undefined> {
  let from = before - REACH_MS;
  let to = before;
  if (!(await hasPoint(store, name, from, to))) return undefined;
  while (to - from > HOUR_MS) {
    const middle = Math.floor((from + to) / 2);
    if (await hasPoint(store, name, middle, to)) from = middle;
    else to = middle;
  }
  let last: Point | undefined;
  let cursor: string | undefined;
  do {
    const page = await store.points({ ...name, from, to, limit: PAGE_POINTS, cursor });
    last = page.points.at(-1) ?? last;
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return last;
}

async function hasPoint(store: Points, name: SeriesName, from: number, to: number): Promise<boolean> {
  const { points } = await store.points({ ...name, from, to, limit: 1 });
  return points.length > 0;
}
