/** One commit: decides what of a batch is new, writes it as one hot row, and only then counts it as stored. */

import { FLAG_BITS } from '#contract/readings.ts';
import { commitOrder } from './commit-order.ts';
import { DUPLICATE, insert, markConflict, markDirty, moveTo, type OpenBucket, removeAt } from './open-bucket.ts';
import { lowerBound } from './point-columns.ts';
import {
  CONFLICT_MARK,
  flagsAt,
  markRecord,
  moveRecord,
  POINT_FLAGS,
  RECORD_BYTES,
  type Records,
  receivedAt,
  recordsOver,
  seriesAt,
  tsAt,
  valueAt,
} from './record-codec.ts';
import type { SeriesName } from './series-table.ts';
import { addRows, addSeries, noteConflict, noteStored, transaction, type WriterState } from './writer-state.ts';

export interface Batch {
  /** Records of all appends, one after the other. */
  readonly records: ArrayBuffer;
  /** End of each append, in records. */
  readonly ends: Uint32Array;
  readonly arrived: number;
  /** Series that the file may not know yet. */
  readonly names: readonly SeriesName[];
  /** Journal released up to here. */
  readonly released: number;
}

export interface Committed {
  /** Number of the commit. */
  readonly seq: number;
  /** Whether anything was written under that number. */
  readonly written: boolean;
  /** Readings stored of each append; the others were there. */
  readonly stored: Uint32Array;
  /** Positions in the batch of the readings that were new, ascending; undefined when all were. */
  readonly fresh: Uint32Array | undefined;
  /** Those of them that stand elsewhere than at their time: position in the batch and the instant each stands for. */
  readonly moved: ReadonlyMap<number, number> | undefined;
}

/** What was done, record by record, in columns: an object each would keep the collector busier than the commit. */
interface Done {
  readonly bucket: OpenBucket[];
  /** Index of the inserted point, or −1 for a conflict mark. */
  readonly at: Int32Array;
}

/** @throws what SQLite throws; then nothing of the batch is stored, in memory or on disk */
export function commitBatch(state: WriterState, batch: Batch): Committed {
  addSeries(state, batch.names);
  const records = recordsOver(batch.records);
  const done: Done = { bucket: [], at: new Int32Array(records.length) };
  const seq = state.head + 1;
  try {
    const { stored, fresh, moved } = admit(state, records, batch, done);
    const kept = done.bucket.length;
    if (kept > 0 || batch.names.length > 0 || batch.released > state.released) {
      transaction(state.db, () => {
        addRows(state, batch.names);
        if (batch.released > state.released) state.hot.setReleased(batch.released, kept > 0 ? seq : state.head);
        if (kept === 0) return;
        const blob = new Uint8Array(batch.records, 0, kept * RECORD_BYTES);
        state.hot.add({ seq, arrived: batch.arrived, records: blob });
      });
    }
    state.released = Math.max(state.released, batch.released);
    if (kept > 0) {
      state.head = seq;
      settle(state, records, done, seq, batch.arrived);
    }
    return { seq, written: kept > 0, stored, fresh: fresh.length === records.length ? undefined : fresh, moved };
  } catch (error) {
    takeBack(records, done);
    throw error;
  }
}

/** Inserts what is new and moves the records that stay to the front, one per entry of `done`. */
function admit(
  state: WriterState,
  records: Records,
  { ends, arrived }: Batch,
  done: Done,
): { stored: Uint32Array; fresh: Uint32Array; moved: Map<number, number> | undefined } {
  const order = commitOrder(records, arrived);
  let moved: Map<number, number> | undefined;
  const stored = new Uint32Array(ends.length);
  const fresh = new Uint32Array(records.length);
  let news = 0;
  let k = 0;
  for (let call = 0; call < ends.length; call += 1) {
    const end = ends[call] ?? 0;
    const before = news;
    for (; k < end; k += 1) {
      const ts = tsAt(records, k);
      const id = seriesAt(records, k);
      const bucket = state.open.at(id, ts);
      const series = state.series.get(id);
      const at = insert(bucket, ts, valueAt(records, k), flagsAt(records, k) & POINT_FLAGS, series?.kind === 'state');
      if (at === DUPLICATE || (at < 0 && !markConflict(bucket, ts))) continue;
      const shift = at < 0 || series === undefined ? undefined : order.place(series, k);
      if (shift !== undefined) {
        moveTo(bucket, at, shift);
        moved = (moved ?? new Map<number, number>()).set(k, ts + shift);
      }
      const place = done.bucket.length;
      moveRecord(records, k, place);
      if (at < 0) markRecord(records, place);
      else fresh[news++] = k;
      done.bucket.push(bucket);
      done.at[place] = Math.max(at, -1);
    }
    stored[call] = news - before;
  }
  return { stored, fresh: fresh.subarray(0, news), moved };
}

function settle(state: WriterState, records: Records, done: Done, seq: number, arrived: number): void {
  done.bucket.forEach((bucket, k) => {
    const ts = tsAt(records, k);
    markDirty(bucket, seq, ts);
    const flags = flagsAt(records, k);
    const series = state.series.get(seriesAt(records, k));
    if (series === undefined) return;
    if ((flags & CONFLICT_MARK) !== 0) {
      noteConflict(series, ts);
      return;
    }
    state.open.grew(1);
    noteStored(series, ts, valueAt(records, k), flags & POINT_FLAGS, receivedAt(records, k, arrived));
  });
}

/** Last first, so that every index is again the one it was inserted at. */
function takeBack(records: Records, done: Done): void {
  for (let k = done.bucket.length - 1; k >= 0; k -= 1) {
    const bucket = done.bucket[k];
    const at = done.at[k] ?? 0;
    if (bucket === undefined) continue;
    if (at >= 0) {
      removeAt(bucket, at);
      continue;
    }
    const first = lowerBound(bucket.ts, bucket.length, tsAt(records, k));
    bucket.flags[first] = (bucket.flags[first] ?? 0) & ~FLAG_BITS.conflict;
  }
}
