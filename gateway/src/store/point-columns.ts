/** Points of one series as columns, ascending by time: 18 bytes a point, 26 where one was moved, and no object each. */
export interface Columns {
  readonly ts: Float64Array;
  readonly value: Float64Array;
  readonly flags: Uint16Array;
  /** How far after its time each point stands, ms; 0: at it. Absent: all do. */
  readonly shift?: Float64Array | undefined;
  readonly length: number;
}

export const NO_POINTS: Columns = columns(0);

export function columns(length: number): Columns & { length: number } {
  return { ts: new Float64Array(length), value: new Float64Array(length), flags: new Uint16Array(length), length };
}

/** First index with ts ≥ at, within the first `length`. */
export function lowerBound(ts: Float64Array, length: number, at: number): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const mid = (low + high) >>> 1;
    if ((ts[mid] ?? 0) < at) low = mid + 1;
    else high = mid;
  }
  return low;
}

/** The part with from ≤ ts < to; shares memory with its source. */
export function between(points: Columns, from: number, to: number): Columns {
  const start = lowerBound(points.ts, points.length, from);
  const end = lowerBound(points.ts, points.length, to);
  return part(points, start, Math.max(start, end));
}

export function part(points: Columns, start: number, end: number): Columns {
  if (start === 0 && end === points.length && points.ts.length === end) return points;
  return {
    ts: points.ts.subarray(start, end),
    value: points.value.subarray(start, end),
    flags: points.flags.subarray(start, end),
    ...(points.shift === undefined ? {} : { shift: points.shift.subarray(start, end) }),
    length: end - start,
  };
}

export function joined(parts: readonly Columns[]): Columns {
  const [only] = parts;
  if (only !== undefined && parts.length === 1) return only;
  const plain = columns(parts.reduce((sum, one) => sum + one.length, 0));
  const all = parts.some(({ shift }) => shift !== undefined)
    ? { ...plain, shift: new Float64Array(plain.length) }
    : plain;
  let at = 0;
  for (const one of parts) {
    all.ts.set(one.ts.subarray(0, one.length), at);
    all.value.set(one.value.subarray(0, one.length), at);
    all.flags.set(one.flags.subarray(0, one.length), at);
    if (one.shift !== undefined) all.shift?.set(one.shift.subarray(0, one.length), at);
    at += one.length;
  }
  return all;
}

/** The same points in memory of their own: a view sent to another thread would take its whole buffer along. */
export function copied({ ts, value, flags, shift, length }: Columns): Columns {
  const plain = { ts: ts.slice(0, length), value: value.slice(0, length), flags: flags.slice(0, length), length };
  return shift === undefined ? plain : { ...plain, shift: shift.slice(0, length) };
}

/** Index of the point that stands last; of several there, the last. −1 without points. */
export function lastInPlace({ ts, shift, length }: Columns): number {
  if (shift === undefined) return length - 1;
  const stands = (i: number): number => (ts[i] ?? 0) + (shift[i] ?? 0);
  let last = length - 1;
  for (let i = length - 2; i >= 0; i -= 1) if (stands(i) > stands(last)) last = i;
  return last;
}

/** The same points in the order they stand in, `ts` being where each stands. */
export function inPlace(points: Columns): Columns {
  const { shift, length } = points;
  if (shift === undefined) return points;
  const stands = Float64Array.from({ length }, (_, i) => (points.ts[i] ?? 0) + (shift[i] ?? 0));
  const order = Array.from({ length }, (_, i) => i).sort((a, b) => (stands[a] ?? 0) - (stands[b] ?? 0));
  const pick = (column: ArrayLike<number>): number[] => order.map((i) => column[i] ?? 0);
  return {
    ts: Float64Array.from(pick(stands)),
    value: Float64Array.from(pick(points.value)),
    flags: Uint16Array.from(pick(points.flags)),
    length,
  };
}
