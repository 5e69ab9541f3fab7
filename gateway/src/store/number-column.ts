/** A column of finite doubles, losslessly: scaled decimals as varint deltas where every value is one, else byte planes. */
import type { ByteSink, ByteSource } from './byte-stream.ts';

const RAW = 255;
const MAX_SCALE = 9;
/** Scaled values stay below 2^51, so that a delta and its zigzag form are exact. */
const MAX_SCALED = 2 ** 51;
const POWERS = Array.from({ length: MAX_SCALE + 1 }, (_, i) => 10 ** i);

export const powerOfTen = (scale: number): number => POWERS[scale] ?? 1;

/**
 * Smallest number of decimals with which every value round-trips exactly.
 * @returns undefined when there is none up to nine, or a value is too large for it
 */
export function decimalScale(values: Float64Array, length: number): number | undefined {
  let scale = 0;
  let power = 1;
  let largest = 0;
  for (let i = 0; i < length; i += 1) {
    const value = values[i] ?? 0;
    while (Math.round(value * power) / power !== value) {
      scale += 1;
      if (scale > MAX_SCALE) return undefined;
      power = powerOfTen(scale);
    }
    largest = Math.max(largest, Math.abs(value));
  }
  return largest * power <= MAX_SCALED ? scale : undefined;
}

/** Minus zero is written as zero; everything else comes back bit for bit. */
export function writeNumbers(sink: ByteSink, values: Float64Array, length: number): void {
  const scale = decimalScale(values, length);
  if (scale === undefined) {
    sink.u8(RAW);
    writePlanes(sink, values, length);
    return;
  }
  sink.u8(scale);
  const power = powerOfTen(scale);
  let before = 0;
  for (let i = 0; i < length; i += 1) {
    const scaled = Math.round((values[i] ?? 0) * power);
    sink.svarint(scaled - before);
    before = scaled;
  }
}

export function readNumbers(source: ByteSource, length: number): Float64Array {
  const scale = source.u8();
  if (scale === RAW) return readPlanes(source, length);
  const power = powerOfTen(scale);
  const values = new Float64Array(length);
  let scaled = 0;
  for (let i = 0; i < length; i += 1) {
    scaled += source.svarint();
    values[i] = scaled / power;
  }
  return values;
}

/** All first bytes, then all second ones …: neighbours share sign, exponent and high digits, which deflate then folds. */
function writePlanes(sink: ByteSink, values: Float64Array, length: number): void {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, 8 * length);
  const planes = new Uint8Array(8 * length);
  for (let i = 0; i < planes.length; i += 1) planes[(i & 7) * length + (i >> 3)] = bytes[i] ?? 0;
  sink.bytes(planes);
}

function readPlanes(source: ByteSource, length: number): Float64Array {
  const planes = source.bytes(8 * length);
  const values = new Float64Array(length);
  const bytes = new Uint8Array(values.buffer);
  for (let i = 0; i < planes.length; i += 1) bytes[i] = planes[(i & 7) * length + (i >> 3)] ?? 0;
  return values;
}
