/** All open buckets of the writer, by series, with the chunk each goes on from. */
import type { DatabaseSync } from 'node:sqlite';
import { decodeChunk } from './chunk-codec.ts';
import { CELL_MS, floorTo } from './grid.ts';
import { columnsOfBucket, type OpenBucket, openBucket } from './open-bucket.ts';
import { NO_POINTS } from './point-columns.ts';
import { blobOf, numberOf } from './row-value.ts';
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

export function openBuckets(db: DatabaseSync, phase: number): OpenBuckets {
  const bySeries: OpenBucket[][] = [];
  let size = 0;
  const chunkAt = db.prepare(
    'SELECT start, finish, through, body FROM chunks WHERE series = ? AND start > ? AND start <= ? ORDER BY start DESC LIMIT 1',
  );
  const nextStart = db.prepare(
    'SELECT start FROM chunks WHERE series = ? AND start > ? AND start < ? ORDER BY start LIMIT 1',
  );

  const opened = (series: number, ts: number, list: OpenBucket[]): OpenBucket => {
    const cell = floorTo(ts, CELL_MS, phase);
    const row = chunkAt.get(series, cell - 1, ts);
    const finish = row === undefined ? cell : numberOf(row, 'finish');
    let bucket: OpenBucket;
    if (row !== undefined && ts < finish) {
      const start = numberOf(row, 'start');
      bucket = openBucket(series, start, finish, decodeChunk(blobOf(row, 'body'), start), numberOf(row, 'through'));
    } else {
      // A hole of the cell, between the parts that are sealed or open.
      const next = nextStart.get(series, ts, cell + CELL_MS);
      let start = finish;
      let end = next === undefined ? cell + CELL_MS : numberOf(next, 'start');
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
          const { start, end, dirtyFrom, dirtyTo } = bucket;
          return { start, end, dirtyFrom, dirtyTo, points: columnsOfBucket(bucket) };
        }),
    all: () => bySeries.flat(),
    oldestDirty() {
      let oldest = Number.POSITIVE_INFINITY;
      for (const list of bySeries) for (const bucket of list ?? []) oldest = Math.min(oldest, bucket.dirtySeq);
      return oldest;
    },
  };
}
