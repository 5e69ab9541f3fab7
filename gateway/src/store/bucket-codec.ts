/** A packed row of hourly or daily summaries: per slot count, first, last, min, max, sum and flags. */
import { type ByteSink, type ByteSource, byteSink, byteSource, packed, unpacked } from './byte-stream.ts';
import { readFlagRuns, writeFlagRuns } from './chunk-codec.ts';
import { decimalScale, powerOfTen, readNumbers, writeNumbers } from './number-column.ts';
import type { Bucket } from './reading-store.ts';

const RAW = 255;

/**
 * @param entries ascending by `from`, each on `origin` plus a multiple of `slotMs`
 */
export function encodeBuckets(entries: readonly Bucket[], origin: number, slotMs: number): Uint8Array {
  const sink = byteSink(64 + 16 * entries.length);
  sink.uvarint(entries.length);
  let slot = -1;
  for (const { from } of entries) {
    const next = Math.round((from - origin) / slotMs);
    sink.uvarint(next - slot - 1);
    slot = next;
  }
  for (const { count } of entries) sink.uvarint(count);
  writeFlagRuns(
    sink,
    Uint16Array.from(entries, (entry) => entry.flags),
    entries.length,
  );
  const extremes = Float64Array.from(entries.flatMap(({ first, last, min, max }) => [first, last, min, max]));
  const scale = decimalScale(extremes, extremes.length);
  sink.u8(scale ?? RAW);
  if (scale === undefined) writeNumbers(sink, extremes, extremes.length);
  else writeResiduals(sink, entries, powerOfTen(scale));
  writeNumbers(
    sink,
    Float64Array.from(entries, (entry) => entry.sum),
    entries.length,
  );
  return packed(sink.taken());
}

export function decodeBuckets(blob: Uint8Array, origin: number, slotMs: number): Bucket[] {
  const source = byteSource(unpacked(blob));
  const length = source.uvarint();
  const from = new Float64Array(length);
  let slot = -1;
  for (let i = 0; i < length; i += 1) {
    slot += source.uvarint() + 1;
    from[i] = origin + slot * slotMs;
  }
  const count = Float64Array.from({ length }, () => source.uvarint());
  const flags = readFlagRuns(source, length);
  const scale = source.u8();
  const extremes = scale === RAW ? readNumbers(source, 4 * length) : readResiduals(source, length, powerOfTen(scale));
  const sum = readNumbers(source, length);
  return Array.from({ length }, (_, i) => ({
    from: from[i] ?? 0,
    count: count[i] ?? 0,
    first: extremes[4 * i] ?? 0,
    last: extremes[4 * i + 1] ?? 0,
    min: extremes[4 * i + 2] ?? 0,
    max: extremes[4 * i + 3] ?? 0,
    sum: sum[i] ?? 0,
    flags: flags[i] ?? 0,
  }));
}

/** An hour starts near where the last one ended, and its extremes lie close outside its ends. */
function writeResiduals(sink: ByteSink, entries: readonly Bucket[], power: number): void {
  let before = 0;
  for (const entry of entries) {
    const first = Math.round(entry.first * power);
    const last = Math.round(entry.last * power);
    sink.svarint(first - before);
    sink.svarint(last - first);
    sink.uvarint(Math.min(first, last) - Math.round(entry.min * power));
    sink.uvarint(Math.round(entry.max * power) - Math.max(first, last));
    before = last;
  }
}

function readResiduals(source: ByteSource, length: number, power: number): Float64Array {
  const extremes = new Float64Array(4 * length);
  let before = 0;
  for (let i = 0; i < length; i += 1) {
    const first = before + source.svarint();
    const last = first + source.svarint();
    extremes[4 * i] = first / power;
    extremes[4 * i + 1] = last / power;
    extremes[4 * i + 2] = (Math.min(first, last) - source.uvarint()) / power;
    extremes[4 * i + 3] = (Math.max(first, last) + source.uvarint()) / power;
    before = last;
  }
  return extremes;
}
