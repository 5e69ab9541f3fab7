/** The last word of series before a time: a door that was left open, a camera that has been dead for weeks. */
import { type Reading, UNSURE_MS } from '#contract/readings.ts';
import { readingOf, type SeriesName } from './read-in-order.ts';
import type { Point, ReadingStore } from './reading-store.ts';

const HOUR_MS = 3_600_000;
/** What was last heard longer ago says nothing any more. */
const REACH_MS = 62 * 24 * HOUR_MS;
const PAGE_POINTS = 5_000;

type Points = Pick<ReadingStore, 'points'>;

/**
 * @param before series with a point from here on and before `to` need none: they speak for themselves
 * @returns one reading a series at most, in the order they stand in; `receivedAt` is where each stands
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
    if (point) found.push(readingOf(name, await lastInPlace(store, name, point)));
  }
  return found.sort((a, b) => a.receivedAt - b.receivedAt);
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

/** What a clock said that was ahead may be the last by its time and not the last word. */
async function lastInPlace(store: Points, name: SeriesName, last: Point): Promise<Point> {
  const { ts, standsAt = ts } = last;
  if (standsAt >= ts) return last;
  const { points } = await store.points({ ...name, from: standsAt - UNSURE_MS, to: ts, limit: PAGE_POINTS });
  const stands = (point: Point): number => point.standsAt ?? point.ts;
  return points.reduce((newest, point) => (stands(point) > stands(newest) ? point : newest), last);
}

async function hasPoint(store: Points, name: SeriesName, from: number, to: number): Promise<boolean> {
  const { points } = await store.points({ ...name, from, to, limit: 1 });
  return points.length > 0;
}
