/**
 * The wire format of Protocol Buffers, as far as a reader of a known message needs it
 * (protobuf.dev/programming-guides/encoding): one level of fields, in order, of any numbers.
 */

export interface WireField {
  readonly number: number;
  /** 0 varint, 1 eight bytes, 2 a length and as many bytes, 5 four bytes. Groups (3, 4) are of the 2000s. */
  readonly wire: 0 | 1 | 2 | 5;
  /** Lower and upper 32 bits of a varint. */
  readonly low: number;
  readonly high: number;
  /** Of all but varints. */
  readonly bytes: Buffer;
}

const NONE = Buffer.alloc(0);

/** @returns undefined when the bytes are no such message, or hold more than `maxFields` */
export function readFields(bytes: Buffer, maxFields: number): readonly WireField[] | undefined {
  const fields: WireField[] = [];
  let at = 0;
  while (at < bytes.length) {
    const key = readVarint(bytes, at);
    if (key === undefined || key.high !== 0 || fields.length >= maxFields) return undefined;
    const number = key.low >>> 3;
    const wire = key.low & 7;
    if (number === 0 || (wire !== 0 && wire !== 1 && wire !== 2 && wire !== 5)) return undefined;
    at = key.end;
    if (wire === 0) {
      const value = readVarint(bytes, at);
      if (value === undefined) return undefined;
      fields.push({ number, wire, low: value.low, high: value.high, bytes: NONE });
      at = value.end;
      continue;
    }
    let length = wire === 1 ? 8 : 4;
    if (wire === 2) {
      const said = readVarint(bytes, at);
      if (said === undefined || said.high !== 0) return undefined;
      length = said.low;
      at = said.end;
    }
    if (length > bytes.length - at) return undefined;
    fields.push({ number, wire, low: 0, high: 0, bytes: bytes.subarray(at, at + length) });
    at += length;
  }
  return fields;
}

/** A 64-bit number that may not fit into a safe integer, exact either way: for use as a key. */
export function wideKey({ low, high }: Pick<WireField, 'low' | 'high'>): number | bigint {
  return high < 0x20_0000 ? high * 0x1_0000_0000 + low : (BigInt(high) << 32n) | BigInt(low);
}

interface Varint {
  readonly low: number;
  readonly high: number;
  readonly end: number;
}

/** Seven bits a byte, least first, at most ten bytes; bits above the 64th are dropped, as every reader does. */
function readVarint(bytes: Buffer, start: number): Varint | undefined {
  let low = 0;
  let high = 0;
  for (let n = 0; n < 10; n += 1) {
    const byte = bytes[start + n];
    if (byte === undefined) return undefined;
    const bits = byte & 0x7f;
    const shift = 7 * n;
    if (shift < 32) low = (low | (bits << shift)) >>> 0;
    if (shift > 28) high = (high | (bits << (shift - 32))) >>> 0;
    // The fifth byte has bits on both sides.
    else if (shift === 28) high = (high | (bits >>> 4)) >>> 0;
    if (byte < 0x80) return { low, high, end: start + n + 1 };
  }
  return undefined;
}
