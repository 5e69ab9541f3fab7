/** All open buckets of the writer, by series, with the chunk each goes on from. */
import type { Chunk, ChunkRows } from './chunk-rows.ts';
import { CELL_MS, floorTo } from './grid.ts';
import { columnsOfBucket, type OpenBucket, openBucket } from './open-bucket.ts';
import { NO_POINTS } from './point-columns.ts';
import type { OpenSpan } from './series-view.ts';

export interface OpenBuckets {
  /** The bucket that holds an instant, opened with its chunk when there is one. */
  at(series: number, ts: number): OpenBucket;
  /** Forgets a bucket; its chunk holds all of it. */
  drop(bucket: OpenBucket): void;
  /** Points were inserted into buckets. */
  grew(points: number): void;
  /** Points in memory. */
  size(): number;
  of(series: number): readonly OpenBucket[];
  spans(series: number, from: number, to: number): OpenSpan[];
  all(): OpenBucket[];
  /** Lowest seq with records that are in no chunk yet. */
  oldestDirty(): number;
}

export function openBuckets(chunks: ChunkRows, phase: number): OpenBuckets {
  const bySeries: OpenBucket[][] = [];
  let size = 0;

  const opened = (series: number, ts: number, list: OpenBucket[]): OpenBucket => {
    const cell = floorTo(ts, CELL_MS, phase);
    let before: Chunk | undefined;
    let next: Chunk | undefined;
    for (const chunk of chunks.range(series, cell - 1, cell + CELL_MS)) {
      if (chunk.start <= ts) before = chunk;
      else next ??= chunk;
    }
    let bucket: OpenBucket;
    if (before !== undefined && ts < before.finish) {
      const points = before.columns();
      const { start, finish } = before;
      bucket =
        points === undefined
          ? openBucket(series, start, finish, NO_POINTS, 0, true)
          : openBucket(series, start, finish, points, before.through);
    } else {
      // A hole of the cell, between the parts that are sealed or open.
      let start = before?.finish ?? cell;
      let end = next?.start ?? cell + CELL_MS;
      for (const other of list) {
        if (other.end <= ts) start = Math.max(start, other.end);
        else if (other.start > ts) end = Math.min(end, other.start);
      }
      bucket = openBucket(series, start, end, NO_POINTS, 0);
    }
    size += bucket.length;
    const place = list.findIndex((other) => other.start > ts);
    list.splice(place < 0 ? list.length : place, 0, bucket);
    return bucket;
  };

  const listOf = (series: number): OpenBucket[] => {
    let list = bySeries[series];
    if (list === undefined) {
      list = [];
      bySeries[series] = list;
    }
    return list;
  };

  return {
    at(series, ts) {
      const list = listOf(series);
      // Readings mostly come in order: the newest bucket first.
      for (let i = list.length - 1; i >= 0; i -= 1) {
        const bucket = list[i];
        if (bucket === undefined || bucket.end <= ts) break;
        if (bucket.start <= ts) return bucket;
      }
      return opened(series, ts, list);
    },
    drop(bucket) {
      const list = listOf(bucket.series);
      const at = list.indexOf(bucket);
      if (at < 0) return;
      list.splice(at, 1);
      size -= bucket.length;
    },
    grew: (points) => {
      size += points;
    },
    size: () => size,
    of: (series) => bySeries[series] ?? [],
    spans: (series, from, to) =>
      (bySeries[series] ?? [])
        .filter((bucket) => bucket.start < to && bucket.end > from)
        .map((bucket) => {
          const { start, end, dirtyFrom, dirtyTo, damaged } = bucket;
          return { start, end, dirtyFrom, dirtyTo, damaged, points: columnsOfBucket(bucket) };
        }),
    all: () => bySeries.flat(),
    oldestDirty() {
      let oldest = Number.POSITIVE_INFINITY;
      for (const list of bySeries) for (const bucket of list ?? []) oldest = Math.min(oldest, bucket.dirtySeq);
      return oldest;
    },
  };
}
