/**
 * DL/T 645-2007 and -1997, the Chinese electricity meters:
 * `FE… 68 A0..A5 68 C L DATA CS 16`, numbers lowest byte first, 33H added to every byte of DATA.
 */
import type { CodecMaker } from '../codec.ts';
import { DLT645_ITEMS, type Dlt645Item } from './dlt645-items.ts';
import { packedDigits, printed } from './serial-bytes.ts';
import { type MeterAnswer, type MeterValue, serialCodec } from './serial-codec.ts';

const START = 0x68;
const HEADER = 10;
/** Check byte and end. */
const TAIL = 2;
const OFFSET = 0x33;
/** Closes a block of values on some meters. */
const BLOCK_END = 0xaa;

/** C: bit 7 an answer, bit 6 a refusal, bit 5 more frames follow, below it what is asked for. */
const ANSWER = 0x80;
const REFUSED = 0x40;
const MORE = 0x20;
const FUNCTION = 0x1f;
const READ_2007 = 0x11;
const READ_1997 = 0x01;
const READ_ADDRESS = 0x13;
/** Commands of both editions. */
const FUNCTIONS = new Set([0x01, 0x02, 0x03, 0x04, 0x05, 0x08, 0x0a, 0x0c, 0x0f, 0x10, READ_2007]);
for (let command = 0x12; command <= 0x1d; command += 1) FUNCTIONS.add(command);

export const createDlt645: CodecMaker = () => serialCodec({ sumFrom: 0, preamble: 0xfe, lengthAt, answerOf });

function lengthAt(bytes: Buffer, at: number): number | undefined {
  for (let n = 1; n <= 6; n += 1) {
    const pair = bytes[at + n];
    if (pair !== undefined && !isAddressPair(pair)) return 0;
  }
  const [second, control, length] = [bytes[at + 7], bytes[at + 8], bytes[at + 9]];
  if (second !== undefined && second !== START) return 0;
  if (control !== undefined && !isControl(control)) return 0;
  return length === undefined ? undefined : HEADER + length + TAIL;
}

/** Two decimal digits, or the wildcard AA of a request. */
function isAddressPair(byte: number): boolean {
  return byte === 0xaa || (byte >> 4 <= 9 && (byte & 0x0f) <= 9);
}

function isControl(control: number): boolean {
  return FUNCTIONS.has(control & FUNCTION) && ((control & ANSWER) !== 0 || (control & (REFUSED | MORE)) === 0);
}

function answerOf(frame: Buffer): MeterAnswer | undefined {
  const control = frame[8] ?? 0;
  if ((control & ANSWER) === 0) return undefined;
  const command = control & FUNCTION;
  const data = frame.subarray(HEADER, -TAIL).map((byte) => byte - OFFSET);
  const address = printed(command === READ_ADDRESS && data.length === 6 ? data : frame.subarray(1, 7));
  if (!/^\d{12}$/.test(address)) return undefined;
  if ((control & REFUSED) !== 0) return { address, error: data[0] ?? 0, values: [] };
  const width = command === READ_2007 ? 4 : command === READ_1997 ? 2 : undefined;
  // Further frames of a long answer do not say where they go on: only the first one is taken.
  if (width === undefined || data.length < width) return { address, values: [] };
  const di = printed(data.subarray(0, width));
  const items = DLT645_ITEMS.get(di) ?? [];
  return { address, di, values: valuesOf(items, data.subarray(width), (control & MORE) !== 0) };
}

/** All items of a DI are of one size. A meter may have fewer phases or rates than the block has room for. */
function valuesOf(items: readonly Dlt645Item[], data: Uint8Array, cut: boolean): MeterValue[] {
  const [first] = items;
  if (first === undefined) return [];
  const size = first.bytes;
  const closed = data.length % size === 1 && data.at(-1) === BLOCK_END;
  const length = closed ? data.length - 1 : data.length;
  // Other sizes are other formats (energy with four decimals in five bytes): what they mean is not known.
  const whole = length > 0 && (cut || length % size === 0) && (items.length > 1 || length === size);
  if (!whole) return [{ name: first.name, value: `${data.length} bytes instead of ${size}` }];
  return items
    .slice(0, Math.floor(length / size))
    .map((item, n) => ({ name: item.name, value: numberOf(item, data.subarray(n * size, (n + 1) * size)) }));
}

function numberOf({ decimals, signed, max }: Dlt645Item, bytes: Uint8Array): MeterValue['value'] {
  const top = bytes.at(-1) ?? 0;
  const negative = signed && (top & 0x80) !== 0 && !bytes.every((byte) => byte === 0xff);
  const value = packedDigits(negative ? Uint8Array.from([...bytes.subarray(0, -1), top & 0x7f]) : bytes, decimals);
  if (typeof value !== 'number') return value;
  if (max !== undefined && value > max) return `more than ${max}: ${value}`;
  return negative && value !== 0 ? -value : value;
}
