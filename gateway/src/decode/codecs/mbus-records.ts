/** Data records of an M-Bus answer: EN 13757-3, variable data structure. */
import { printed } from './serial-bytes.ts';

export interface MbusRecord {
  /** Of the moment: storage 0, no tariff, no subunit, neither minimum nor maximum nor “during an error”. */
  readonly current: boolean;
  /** Value information: one byte, or extension table and byte (FB, FD), without the extension bit. */
  readonly table: 0 | 0xfb | 0xfd;
  readonly vif: number;
  /** Qualifiers of the value, without the extension bit. */
  readonly vifes: readonly number[];
  /** Null: none, not known, or a text. */
  readonly value: number | null;
  /** The bytes of the value. */
  readonly data: Uint8Array;
}

const EXTENSION = 0x80;
const MAX_EXTENSIONS = 10;
const MANUFACTURER = 0x0f;
const MORE_FOLLOW = 0x1f;
const FILLER = 0x2f;
const PLAIN_TEXT = 0x7c;
/** Bytes of a value by the low half of DIF; 0D has its length in front, 0F is no record. */
const SIZES = [0, 1, 2, 3, 4, 4, 6, 8, 0, 1, 2, 3, 4, undefined, 6, undefined];
const REAL = 0x05;
const VARIABLE = 0x0d;

/** @returns the records in front of the maker's own data, as far as they are whole */
export function mbusRecords(data: Buffer): MbusRecord[] {
  const records: MbusRecord[] = [];
  let at = 0;
  while (at < data.length) {
    const dif = data[at] ?? 0;
    if (dif === MANUFACTURER || dif === MORE_FOLLOW) break;
    if (dif === FILLER) {
      at += 1;
      continue;
    }
    const read = recordAt(data, at, dif);
    if (read === undefined) break;
    records.push(read.record);
    at = read.end;
  }
  return records;
}

function recordAt(data: Buffer, start: number, dif: number): { record: MbusRecord; end: number } | undefined {
  const difes = chain(data, start);
  if (difes === undefined) return undefined;
  const vib = valueInformation(data, start + difes.length);
  if (vib === undefined) return undefined;
  const span = valueSpan(data, vib.end, dif & 0x0f);
  if (span === undefined || span.end > data.length) return undefined;
  const bytes = data.subarray(span.from, span.end);
  // Function in bits 4–5; storage in bit 6 and the low half of every DIFE; tariff and subunit in its bits 4–6.
  const current = (dif & 0x70) === 0 && difes.slice(1).every((dife) => (dife & 0x7f) === 0);
  const value = numberOf(dif & 0x0f, bytes, data[vib.end] ?? 0);
  return { record: { current, table: vib.table, vif: vib.vif, vifes: vib.vifes, value, data: bytes }, end: span.end };
}

/** A byte and those that its extension bit announces; undefined when they are not all there, or too many. */
function chain(data: Buffer, at: number): readonly number[] | undefined {
  for (let n = 0; n <= MAX_EXTENSIONS; n += 1) {
    const byte = data[at + n];
    if (byte === undefined) return undefined;
    if ((byte & EXTENSION) === 0) return [...data.subarray(at, at + n + 1)];
  }
  return undefined;
}

function valueInformation(
  data: Buffer,
  at: number,
): { table: MbusRecord['table']; vif: number; vifes: readonly number[]; end: number } | undefined {
  const first = data[at];
  if (first === undefined) return undefined;
  if ((first & 0x7f) === PLAIN_TEXT) {
    // The unit is spelled out: a length and so many characters, before the qualifiers.
    const end = at + 2 + (data[at + 1] ?? 0);
    const vifes = (first & EXTENSION) === 0 ? [] : chain(data, end);
    if (vifes === undefined) return undefined;
    return { table: 0, vif: PLAIN_TEXT, vifes: vifes.map((vife) => vife & 0x7f), end: end + vifes.length };
  }
  const all = chain(data, at);
  if (all === undefined) return undefined;
  const table = first === 0xfb || first === 0xfd ? first : 0;
  const [vif = 0, ...vifes] = all.slice(table === 0 ? 0 : 1).map((byte) => byte & 0x7f);
  return { table, vif, vifes, end: at + all.length };
}

function valueSpan(data: Buffer, at: number, field: number): { from: number; end: number } | undefined {
  if (field !== VARIABLE) {
    const size = SIZES[field];
    return size === undefined ? undefined : { from: at, end: at + size };
  }
  const length = data[at];
  // Characters, digits with a sign, binary numbers; above that the standard reserves or keeps floating point.
  if (length === undefined || length >= 0xf0) return undefined;
  const size = length < 0xc0 ? length : length & 0x0f;
  return { from: at + 1, end: at + 1 + size };
}

function numberOf(field: number, bytes: Uint8Array, length: number): number | null {
  if (bytes.length === 0) return null;
  if (field === REAL) return finite(Buffer.from(bytes).readFloatLE(0));
  if (field === VARIABLE) {
    if (length >= 0xe0) return integer(bytes);
    const digits = length >= 0xc0 ? decimal(bytes) : null;
    return digits !== null && length >= 0xd0 ? -digits : digits;
  }
  return field >= 0x09 ? decimal(bytes) : integer(bytes);
}

/** Two's complement; the smallest number of its size means “invalid”. */
function integer(bytes: Uint8Array): number | null {
  if (bytes.length > 8) return null;
  const value = BigInt.asIntN(bytes.length * 8, BigInt(`0x${printed(bytes)}`));
  return value === -(1n << BigInt(bytes.length * 8 - 1)) ? null : Number(value);
}

/** Digits; F in the first place is a minus, other letters are what the display shows instead of a number. */
function decimal(bytes: Uint8Array): number | null {
  const digits = printed(bytes);
  const negative = digits.startsWith('F');
  const rest = negative ? digits.slice(1) : digits;
  if (!/^\d+$/.test(rest)) return null;
  const value = Number(rest);
  return negative && value !== 0 ? -value : value;
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
