/**
 * A sealed chunk: timestamps as delta-of-delta, values as scaled decimals, flags as runs,
 * then the points that were moved, if any; the whole deflated.
 */
import { type ByteSink, type ByteSource, byteSink, byteSource, packed, unpacked } from './byte-stream.ts';
import { readNumbers, writeNumbers } from './number-column.ts';
import { type Columns, NO_POINTS } from './point-columns.ts';

/** @param points whole milliseconds, ascending, not before `start`; finite values */
export function encodeChunk(points: Columns, start: number): Uint8Array {
  const sink = byteSink(64 + 4 * points.length);
  sink.uvarint(points.length);
  writeTimes(sink, points, start);
  writeNumbers(sink, points.value, points.length);
  writeFlagRuns(sink, points.flags, points.length);
  if (points.shift !== undefined) writeShifts(sink, points.shift, points.length);
  return packed(sink.taken());
}

export function decodeChunk(blob: Uint8Array, start: number): Columns {
  const source = byteSource(unpacked(blob));
  const length = source.uvarint();
  if (length === 0) return NO_POINTS;
  const ts = readTimes(source, length, start);
  const value = readNumbers(source, length);
  const flags = readFlagRuns(source, length);
  // Chunks of earlier versions, and nearly all others, end here.
  return source.left() === 0
    ? { ts, value, flags, length }
    : { ts, value, flags, shift: readShifts(source, length), length };
}

/** Distance from the moved point before, and how far after its time it stands. */
function writeShifts(sink: ByteSink, shift: Float64Array, length: number): void {
  let before = -1;
  for (let i = 0; i < length; i += 1) {
    if (shift[i] === 0) continue;
    sink.uvarint(i - before);
    sink.svarint(shift[i] ?? 0);
    before = i;
  }
}

function readShifts(source: ByteSource, length: number): Float64Array {
  const shift = new Float64Array(length);
  for (let i = -1; source.left() > 0; ) {
    i += source.uvarint();
    if (i >= length) throw new RangeError('a stored blob moves a point that it does not have');
    shift[i] = source.svarint();
  }
  return shift;
}

function writeTimes(sink: ByteSink, { ts, length }: Columns, start: number): void {
  let before = start;
  let delta = 0;
  for (let i = 0; i < length; i += 1) {
    const at = ts[i] ?? 0;
    sink.svarint(at - before - delta);
    delta = at - before;
    before = at;
  }
}

function readTimes(source: ByteSource, length: number, start: number): Float64Array {
  const ts = new Float64Array(length);
  let at = start;
  let delta = 0;
  for (let i = 0; i < length; i += 1) {
    delta += source.svarint();
    at += delta;
    ts[i] = at;
  }
  return ts;
}

export function writeFlagRuns(sink: ByteSink, flags: Uint16Array, length: number): void {
  for (let i = 0; i < length; ) {
    let end = i + 1;
    while (end < length && flags[end] === flags[i]) end += 1;
    sink.uvarint(flags[i] ?? 0);
    sink.uvarint(end - i);
    i = end;
  }
}

export function readFlagRuns(source: ByteSource, length: number): Uint16Array {
  const flags = new Uint16Array(length);
  for (let i = 0; i < length; ) {
    const bits = source.uvarint();
    const end = i + source.uvarint();
    flags.fill(bits, i, end);
    i = end;
  }
  return flags;
}
