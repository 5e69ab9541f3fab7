/** A Sparkplug value: which field carries it says little, the data type of the birth says what it is. */
import { type WireField, wideKey } from './protobuf-reader.ts';

export type Scalar = number | boolean | string;
export type RawValue = Pick<WireField, 'number' | 'wire' | 'low' | 'high' | 'bytes'>;

const FIELD = { int: 10, long: 11, float: 12, double: 13, boolean: 14, string: 15 } as const;
const TYPE = { int8: 1, int16: 2, int32: 3, int64: 4, uint8: 5, uint16: 6, uint32: 7, uint64: 8, boolean: 11 } as const;
const STRING = new Set([12, 14, 15]);
const NOT_MEASURED = 13;
const MAX_TEXT = 64;

/**
 * @param datatype as in the message or the birth; undefined when neither is known
 * @returns null for what is no measurement, not finite, or not exact in a double
 */
export function readValue(raw: RawValue, datatype: number | undefined): Scalar | null {
  const { number, wire, bytes, low, high } = raw;
  // A DateTime is a number on the wire; types above UUID are bytes, tables and structures.
  if (datatype !== undefined && (datatype === NOT_MEASURED || datatype > 15)) return null;
  if (number === FIELD.float) return wire === 5 ? shortest(bytes.readFloatLE(0)) : null;
  if (number === FIELD.double) return wire === 1 ? finite(bytes.readDoubleLE(0)) : null;
  if (number === FIELD.string) return wire === 2 && bytes.length <= MAX_TEXT ? bytes.toString() : null;
  if (wire !== 0) return null;
  if (number === FIELD.boolean || datatype === TYPE.boolean) return low !== 0 || high !== 0;
  if (datatype !== undefined && STRING.has(datatype)) return null;
  return integer(raw, datatype);
}

/** Signed numbers travel as two's complement in unsigned fields, some writers' in more bits than the type has. */
function integer(raw: RawValue, datatype: number | undefined): number | null {
  const { low, high } = raw;
  switch (datatype) {
    case TYPE.int8:
      return (low << 24) >> 24;
    case TYPE.int16:
      return (low << 16) >> 16;
    case TYPE.int32:
      return low | 0;
    case TYPE.uint8:
      return low & 0xff;
    case TYPE.uint16:
      return low & 0xffff;
    case TYPE.uint32:
      return low;
    case TYPE.int64: {
      const value = BigInt.asIntN(64, (BigInt(high) << 32n) | BigInt(low));
      return safe(Number(value));
    }
    case TYPE.uint64: {
      const value = wideKey(raw);
      return typeof value === 'number' ? value : null;
    }
    default:
      // Nobody said whether it is signed: only where both readings are the same number.
      return high === 0 && low < 0x8000_0000 ? low : null;
  }
}

const safe = (value: number): number | null => (Number.isSafeInteger(value) ? value : null);
const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);

/** 20.1 sent as a float is 20.1 and not 20.100000381469727: the fewest digits that give the same four bytes. */
function shortest(value: number): number | null {
  if (!Number.isFinite(value)) return null;
  for (let digits = 6; digits < 9; digits += 1) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return value;
}
