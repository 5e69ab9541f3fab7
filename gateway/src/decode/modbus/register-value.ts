/** The bytes of registers to a raw number. */
import type { ModbusMap } from '#contract/config/profile.ts';

export type RegisterType = ModbusMap['type'];
export type ByteOrder = ModbusMap['order'];

/** Registers a value takes. */
export const REGISTERS_OF: Readonly<Record<RegisterType, number>> = {
  uint16: 1,
  int16: 1,
  bcd16: 1,
  bit: 1,
  uint32: 2,
  int32: 2,
  float32: 2,
  bcd32: 2,
  uint64: 4,
  int64: 4,
  float64: 4,
};

/** Undefined: the device does not know (NaN, infinity). NaN: not what the type says (a BCD digit above 9). */
export type ReadRegisters = (bytes: Buffer) => number | undefined;

/** @param bit which one, for type bit */
export function registerReader(type: RegisterType, order: ByteOrder, bit = 0): ReadRegisters {
  const read = READERS[type];
  return (bytes) => {
    const value = read(inOrder(bytes, order), bit);
    return value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY ? undefined : value;
  };
}

const READERS: Readonly<Record<RegisterType, (bytes: Buffer, bit: number) => number | undefined>> = {
  uint16: (bytes) => bytes.readUInt16BE(0),
  int16: (bytes) => bytes.readInt16BE(0),
  uint32: (bytes) => bytes.readUInt32BE(0),
  int32: (bytes) => bytes.readInt32BE(0),
  uint64: (bytes) => Number(bytes.readBigUInt64BE(0)),
  int64: (bytes) => Number(bytes.readBigInt64BE(0)),
  float32: (bytes) => known(bytes.readFloatBE(0), shortest),
  float64: (bytes) => known(bytes.readDoubleBE(0), (value) => value),
  bcd16: digits,
  bcd32: digits,
  bit: (bytes, bit) => (bytes.readUInt16BE(0) >> bit) & 1,
};

function known(value: number, then: (value: number) => number): number | undefined {
  return Number.isFinite(value) ? then(value) : undefined;
}

/**
 * The shortest decimal within one unit of a float32's last place: a meter that says 230.2 means that, not
 * 230.2000122, which its own arithmetic made of it.
 */
function shortest(value: number): number {
  const unit = 2 ** (Math.floor(Math.log2(Math.abs(value))) - 23);
  for (let digits = 6; digits < 9; digits += 1) {
    const rounded = Number(value.toPrecision(digits));
    if (Math.abs(rounded - value) < unit) return rounded;
  }
  return value;
}

function digits(bytes: Buffer): number {
  const text = bytes.toString('hex');
  return /^\d+$/.test(text) ? Number(text) : Number.NaN;
}

/** Big-endian, whatever the device sends. */
function inOrder(bytes: Buffer, order: ByteOrder): Buffer {
  if (order === 'ABCD') return bytes;
  const copy = Buffer.from(bytes);
  if (order === 'DCBA') return copy.reverse();
  copy.swap16();
  return order === 'BADC' ? copy : copy.reverse();
}
