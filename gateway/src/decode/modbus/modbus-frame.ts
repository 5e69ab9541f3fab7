/** Modbus RTU frames, of the four functions that read: Modbus Application Protocol V1.1b3, 6.1 to 6.4 and 7. */
import { crc16 } from './crc16.ts';

export type ReadFunction = 1 | 2 | 3 | 4;

/** What one request asks for: `count` registers, or coils for functions 1 and 2. */
export interface ModbusRead {
  readonly function: ReadFunction;
  readonly register: number;
  readonly count: number;
}

export type ModbusAnswer =
  | { readonly unit: number; readonly function: ReadFunction; readonly data: Buffer; readonly exception?: undefined }
  | { readonly unit: number; readonly function: ReadFunction; readonly data?: undefined; readonly exception: number };

/** Unit, function, count of bytes, checksum. */
const OVERHEAD = 5;
export const REQUEST_BYTES = 8;
/** Bytes of the longest frame. */
export const MAX_FRAME = 256;

export function modbusRequest(unit: number, { function: code, register, count }: ModbusRead): Buffer {
  const bytes = Buffer.alloc(REQUEST_BYTES);
  bytes.writeUInt8(unit, 0);
  bytes.writeUInt8(code, 1);
  bytes.writeUInt16BE(register, 2);
  bytes.writeUInt16BE(count, 4);
  bytes.writeUInt16LE(crc16(bytes.subarray(0, 6)), 6);
  return bytes;
}

/** @returns undefined for bytes that are no request to read */
export function parseRequest(bytes: Buffer): (ModbusRead & { readonly unit: number }) | undefined {
  const code = bytes[1];
  if (bytes.length !== REQUEST_BYTES || !isReadFunction(code) || !hasRightSum(bytes)) return undefined;
  return { unit: bytes[0] ?? 0, function: code, register: bytes.readUInt16BE(2), count: bytes.readUInt16BE(4) };
}

/** Bytes of data in the answer to a read. */
export function dataBytes({ function: code, count }: ModbusRead): number {
  return code <= 2 ? Math.ceil(count / 8) : count * 2;
}

/**
 * The answer that begins at `at`.
 * @returns its length and whether its checksum is right; `wanting` when more bytes have to come; undefined when none begins there
 */
export function answerAt(
  bytes: Buffer,
  at: number,
): { readonly length: number; readonly isSound: boolean; readonly isWanting: boolean } | undefined {
  const code = bytes[at + 1];
  if (code === undefined) return { length: OVERHEAD, isSound: false, isWanting: true };
  const count = bytes[at + 2];
  if (isReadFunction(code & 0x7f) && code > 0x80) return frameAt(bytes, at, OVERHEAD);
  if (!isReadFunction(code)) return undefined;
  if (count === undefined) return { length: OVERHEAD, isSound: false, isWanting: true };
  if (count === 0 || count > MAX_FRAME - OVERHEAD - 1 || (code >= 3 && count % 2 === 1)) return undefined;
  return frameAt(bytes, at, OVERHEAD + count);
}

/** @param frame whole, with a right checksum */
export function parseAnswer(frame: Buffer): ModbusAnswer {
  const unit = frame[0] ?? 0;
  const code = frame[1] ?? 0;
  const base = code & 0x7f;
  const known: ReadFunction = isReadFunction(base) ? base : 3;
  if (code > 0x80) return { unit, function: known, exception: frame[2] ?? 0 };
  return { unit, function: known, data: frame.subarray(3, frame.length - 2) };
}

/** Whether the last two bytes are the checksum of those before; `swapped` accepts them the wrong way round. */
export function hasRightSum(frame: Buffer, swapped = false): boolean {
  const end = frame.length - 2;
  const sum = crc16(frame.subarray(0, end));
  return sum === (swapped ? frame.readUInt16BE(end) : frame.readUInt16LE(end));
}

function frameAt(bytes: Buffer, at: number, length: number): ReturnType<typeof answerAt> {
  if (at + length > bytes.length) return { length, isSound: false, isWanting: true };
  return { length, isSound: hasRightSum(bytes.subarray(at, at + length)), isWanting: false };
}

function isReadFunction(code: number | undefined): code is ReadFunction {
  return code === 1 || code === 2 || code === 3 || code === 4;
}

const EXCEPTIONS: Readonly<Record<number, string>> = {
  1: 'illegal function',
  2: 'illegal data address',
  3: 'illegal data value',
  4: 'device failure',
  5: 'acknowledge',
  6: 'device busy',
  8: 'memory parity error',
  10: 'gateway path unavailable',
  11: 'gateway target does not respond',
};

export function exceptionName(code: number): string {
  return EXCEPTIONS[code] ?? 'unknown exception';
}
