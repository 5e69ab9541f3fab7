/** An open bucket: the points of one series in one span of time, sorted, in memory, until they are sealed into a chunk. */
import { FLAG_BITS } from '#contract/readings.ts';
import { type Columns, lowerBound } from './point-columns.ts';

export interface OpenBucket {
  readonly series: number;
  readonly start: number;
  end: number;
  ts: Float64Array;
  value: Float64Array;
  flags: Uint16Array;
  /** See Columns; absent until a point is moved. */
  shift: Float64Array | undefined;
  length: number;
  /** Points of it that its chunk on disk holds. */
  sealed: number;
  /** Highest seq whose records are in that chunk; 0 without one. */
  readonly through: number;
  /** Seq of the first commit in it that is not sealed; infinite when all is. */
  dirtySeq: number;
  /** Times of unsealed changes, both inclusive. */
  dirtyFrom: number;
  dirtyTo: number;
  /** Seq of the last commit that touched it. */
  touched: number;
  /** The chunk it goes on from could not be read, and its points are lost. */
  readonly damaged: boolean;
}

export function openBucket(
  series: number,
  start: number,
  end: number,
  chunk: Columns,
  through: number,
  damaged = false,
): OpenBucket {
  const capacity = Math.max(16, chunk.length);
  const bucket: OpenBucket = {
    series,
    start,
    end,
    ts: new Float64Array(capacity),
    value: new Float64Array(capacity),
    flags: new Uint16Array(capacity),
    shift: chunk.shift === undefined ? undefined : new Float64Array(capacity),
    length: chunk.length,
    sealed: chunk.length,
    through,
    dirtySeq: Number.POSITIVE_INFINITY,
    dirtyFrom: Number.POSITIVE_INFINITY,
    dirtyTo: Number.NEGATIVE_INFINITY,
    touched: through,
    damaged,
  };
  bucket.ts.set(chunk.ts.subarray(0, chunk.length));
  bucket.value.set(chunk.value.subarray(0, chunk.length));
  bucket.flags.set(chunk.flags.subarray(0, chunk.length));
  if (chunk.shift !== undefined) bucket.shift?.set(chunk.shift.subarray(0, chunk.length));
  return bucket;
}

export const columnsOfBucket = ({ ts, value, flags, shift, length }: OpenBucket): Columns => ({
  ts: ts.subarray(0, length),
  value: value.subarray(0, length),
  flags: flags.subarray(0, length),
  ...(shift === undefined ? {} : { shift: shift.subarray(0, length) }),
  length,
});

export const DUPLICATE = -1;

/**
 * Puts a point in its place; of points at one instant the later arrival comes later.
 * @param keepRivals a state keeps every different value of an instant
 * @returns its index; DUPLICATE when it is already there; −2 − index of the first point at its instant when that one
 *   stays and this one is a conflict
 */
export function insert(bucket: OpenBucket, ts: number, value: number, flags: number, keepRivals: boolean): number {
  const { length } = bucket;
  let at = length;
  if (length > 0 && ts <= (bucket.ts[length - 1] ?? 0)) {
    at = lowerBound(bucket.ts, length, ts);
    const first = at;
    for (; at < length && bucket.ts[at] === ts; at += 1) {
      if (bucket.value[at] === value) return DUPLICATE;
    }
    if (at > first && !keepRivals) return -2 - first;
  }
  if (length === bucket.ts.length) grow(bucket);
  if (at < length) {
    bucket.ts.copyWithin(at + 1, at, length);
    bucket.value.copyWithin(at + 1, at, length);
    bucket.flags.copyWithin(at + 1, at, length);
    bucket.shift?.copyWithin(at + 1, at, length);
  }
  bucket.ts[at] = ts;
  bucket.value[at] = value;
  bucket.flags[at] = flags;
  if (bucket.shift !== undefined) bucket.shift[at] = 0;
  bucket.length = length + 1;
  return at;
}

/** The point at index `at` stands `shift` ms after its time. */
export function moveTo(bucket: OpenBucket, at: number, shift: number): void {
  bucket.flags[at] = (bucket.flags[at] ?? 0) | FLAG_BITS.moved;
  bucket.shift ??= new Float64Array(bucket.ts.length);
  bucket.shift[at] = shift;
}

/** Takes back the insertion at `at`; insertions are taken back last first. */
export function removeAt(bucket: OpenBucket, at: number): void {
  bucket.ts.copyWithin(at, at + 1, bucket.length);
  bucket.value.copyWithin(at, at + 1, bucket.length);
  bucket.flags.copyWithin(at, at + 1, bucket.length);
  bucket.shift?.copyWithin(at, at + 1, bucket.length);
  bucket.length -= 1;
}

/** @returns whether the first point at `ts` was not marked before */
export function markConflict(bucket: OpenBucket, ts: number): boolean {
  const at = lowerBound(bucket.ts, bucket.length, ts);
  const flags = bucket.flags[at] ?? 0;
  if (bucket.ts[at] !== ts || at >= bucket.length || (flags & FLAG_BITS.conflict) !== 0) return false;
  bucket.flags[at] = flags | FLAG_BITS.conflict;
  return true;
}

export function markDirty(bucket: OpenBucket, seq: number, ts: number): void {
  bucket.dirtySeq = Math.min(bucket.dirtySeq, seq);
  bucket.dirtyFrom = Math.min(bucket.dirtyFrom, ts);
  bucket.dirtyTo = Math.max(bucket.dirtyTo, ts);
  bucket.touched = Math.max(bucket.touched, seq);
}

function grow(bucket: OpenBucket): void {
  const capacity = 2 * bucket.ts.length;
  const ts = new Float64Array(capacity);
  const value = new Float64Array(capacity);
  const flags = new Uint16Array(capacity);
  ts.set(bucket.ts);
  value.set(bucket.value);
  flags.set(bucket.flags);
  bucket.ts = ts;
  bucket.value = value;
  bucket.flags = flags;
  if (bucket.shift === undefined) return;
  const shift = new Float64Array(capacity);
  shift.set(bucket.shift);
  bucket.shift = shift;
}
