/** Sealing in slices: at most so many series or milliseconds a transaction, so that a commit never waits long. */
import { HOUR_MS } from './grid.ts';
import type { OpenBucket } from './open-bucket.ts';
import type { Sealed } from './seal-series.ts';
import { sealSeries } from './seal-series.ts';
import { isCorrupt } from './sqlite-failure.ts';
import { transaction, type WriterState } from './writer-state.ts';

const SERIES_PER_SLICE = 100;
const MS_PER_SLICE = 20;
/** Buckets of one series in a slice: an import of years has thousands. */
const BUCKETS_PER_SERIES = 200;

/** How much may be open before the least recently touched is sealed early. */
export interface OpenLimits {
  /** Points in memory; 18 to 36 bytes each. */
  readonly points: number;
  /** Points of one bucket: a series of many readings a second. */
  readonly bucketPoints: number;
  /** Commits that wait in `hot` because one of their records is not sealed. */
  readonly hotRows: number;
}

export const OPEN_LIMITS: OpenLimits = { points: 4_000_000, bucketPoints: 65_536, hotRows: 100_000 };

/** Dirty buckets that ended before `until`, and the clean ones that may be forgotten. */
export function sealable(state: WriterState, until: number): OpenBucket[] {
  return bySeries(state.open.all().filter((bucket) => bucket.end <= until));
}

/** Commits between two looks at all buckets: their number grows with the fleet, a commit's cost should not. */
const LOOK_EVERY = 64;

/** What to seal early to get back under the limits; empty when under them. */
export function overflow(state: WriterState, limits: OpenLimits): OpenBucket[] {
  const tooMany = state.open.size() > limits.points;
  if (!tooMany && state.head % LOOK_EVERY !== 0) return [];
  const behind = state.head - limits.hotRows;
  const all = state.open.all();
  const over = (bucket: OpenBucket): boolean => bucket.length > limits.bucketPoints || bucket.dirtySeq <= behind;
  if (!tooMany && !all.some(over)) return [];
  let excess = tooMany ? state.open.size() - 0.7 * limits.points : 0;
  const victims = all
    .sort((a, b) => a.touched - b.touched)
    .filter((bucket) => {
      const chosen = excess > 0 || over(bucket) || bucket.dirtySeq <= behind + 0.3 * limits.hotRows;
      if (excess > 0) excess -= bucket.length;
      return chosen;
    });
  return bySeries(victims);
}

/**
 * Seals from the front of `queue`, which it shortens, one transaction. A series whose pages are damaged is told, left
 * open and holds up no other.
 * @throws what SQLite throws otherwise; memory is then as before, and the queue too
 */
export function sealSlice(state: WriterState, queue: OpenBucket[]): Sealed {
  try {
    return slice(state, queue, SERIES_PER_SLICE);
  } catch (error) {
    if (!isCorrupt(error)) throw error;
  }
  try {
    return slice(state, queue, 1);
  } catch (error) {
    if (!isCorrupt(error)) throw error;
    const group = groupAt(queue, 0);
    queue.splice(0, group.length);
    const what = `cannot be sealed, its pages are damaged (${String(error)}); its newest readings stay in the journal`;
    state.tell({ file: 'readings.db', table: 'chunks', series: group[0]?.series, what });
    return { chunks: 0, points: 0 };
  }
}

function slice(state: WriterState, queue: OpenBucket[], most: number): Sealed {
  const started = performance.now();
  const before = { chunks: state.chunks, series: new Map<number, { sealed: number; bookedTo: number | undefined }>() };
  let taken = 0;
  const total = { chunks: 0, points: 0 };
  try {
    transaction(state.db, () => {
      for (let n = 0; n < most && taken < queue.length && performance.now() - started < MS_PER_SLICE; n += 1) {
        const group = groupAt(queue, taken);
        taken += group.length;
        const series = state.series.get(group[0]?.series ?? -1);
        const dirty = group.filter((bucket) => bucket.dirtySeq < Number.POSITIVE_INFINITY && isOpen(state, bucket));
        if (series === undefined || dirty.length === 0) continue;
        const { sealed, bookedTo } = series;
        if (!before.series.has(series.id)) before.series.set(series.id, { sealed, bookedTo });
        const { chunks, points } = sealSeries(state, series, dirty);
        total.chunks += chunks;
        total.points += points;
      }
      state.meta.put('chunks', state.chunks);
    });
  } catch (error) {
    state.chunks = before.chunks;
    for (const [id, figures] of before.series) Object.assign(state.series.get(id) ?? {}, figures);
    throw error;
  }
  for (const bucket of queue.splice(0, taken)) state.open.drop(bucket);
  return total;
}

/** Removes commits from the journal that are released and whose records are all in chunks. */
export function trimHot(state: WriterState): void {
  const upTo = Math.min(state.released, state.open.oldestDirty() - 1);
  transaction(state.db, () => state.hot.removeTo(upTo));
}

/** Points of a bucket that ended this long ago are sealed: what comes later merges into the chunk. */
export const GRACE_MS = HOUR_MS / 4;

/** All buckets of one series together, so that its packed rows are rewritten once. */
function bySeries(buckets: OpenBucket[]): OpenBucket[] {
  return buckets.sort((a, b) => a.series - b.series || a.start - b.start);
}

/** Another seal may have been faster; sealing an old copy would overwrite what came since. */
const isOpen = (state: WriterState, bucket: OpenBucket): boolean => state.open.of(bucket.series).includes(bucket);

function groupAt(queue: readonly OpenBucket[], at: number): OpenBucket[] {
  let end = at + 1;
  while (end < queue.length && end - at < BUCKETS_PER_SERIES && queue[end]?.series === queue[at]?.series) end += 1;
  return queue.slice(at, end);
}
