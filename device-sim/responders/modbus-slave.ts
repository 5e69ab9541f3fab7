/**
 * A Modbus RTU slave: holding registers (function 3) and input registers (function 4) of its map. Exception 1 for another
 * function, 2 for a register it has not, 3 for a number of registers it does not give at once; silence for another
 * address or a broken frame. Modbus Application Protocol V1.1b3, Modbus over Serial Line V1.02.
 */
import { addressOf, type TalkerOf } from '../encoders/message.ts';
import type { Values } from '../signals/device-values.ts';
import { answering } from './answering.ts';

export interface MapEntry {
  readonly register: number;
  /** float32 travels high register first (ABCD) unless the map says CDAB. */
  readonly type: 'uint16' | 'int16' | 'uint32' | 'float32';
  /** The raw value; 0 for what a meter of this kind shows but nobody gave a value. */
  readonly value: (values: Values) => number;
}

export interface ModbusMap {
  readonly functionCodes: readonly (3 | 4)[];
  readonly order: 'ABCD' | 'CDAB';
  readonly entries: readonly MapEntry[];
  /** Most registers of one request. */
  readonly maxRegisters: number;
}

const ILLEGAL_FUNCTION = 1;
const ILLEGAL_ADDRESS = 2;
const ILLEGAL_VALUE = 3;

export function modbusSlave(map: ModbusMap): TalkerOf {
  return (device) => {
    const unit = Number(addressOf(device).split(/[/:@]/).at(-1));
    return answering(device, (request, values) => {
      if (request.length !== 8 || request[0] !== unit || crc16(request) !== 0) return undefined;
      return modbusAnswer(map, request, values);
    });
  };
}

/** @param request eight bytes with a good CRC */
export function modbusAnswer(map: ModbusMap, request: Buffer, values: Values): Buffer {
  const unit = request.readUInt8(0);
  const functionCode = request.readUInt8(1);
  const first = request.readUInt16BE(2);
  const count = request.readUInt16BE(4);
  const refuse = (code: number): Buffer => withCrc(Buffer.of(unit, functionCode | 0x80, code));
  if (!map.functionCodes.some((known) => known === functionCode)) return refuse(ILLEGAL_FUNCTION);
  if (count < 1 || count > map.maxRegisters) return refuse(ILLEGAL_VALUE);
  const image = imageOf(map, values);
  const data = Buffer.alloc(count * 2);
  for (let i = 0; i < count; i += 1) {
    const word = image.get(first + i);
    if (word === undefined) return refuse(ILLEGAL_ADDRESS);
    data.writeUInt16BE(word, i * 2);
  }
  return withCrc(Buffer.concat([Buffer.of(unit, functionCode, data.length), data]));
}

function imageOf(map: ModbusMap, values: Values): ReadonlyMap<number, number> {
  const image = new Map<number, number>();
  for (const { register, type, value } of map.entries) {
    const raw = value(values);
    const bytes = Buffer.alloc(type === 'uint16' || type === 'int16' ? 2 : 4);
    if (type === 'float32') bytes.writeFloatBE(raw);
    else if (type === 'uint32') bytes.writeUInt32BE(Math.round(raw));
    else bytes.writeUInt16BE(Math.round(raw) & 0xffff);
    const words = bytes.length === 2 ? [bytes.readUInt16BE(0)] : [bytes.readUInt16BE(0), bytes.readUInt16BE(2)];
    if (map.order === 'CDAB') words.reverse();
    for (const [index, word] of words.entries()) image.set(register + index, word);
  }
  return image;
}

export function withCrc(frame: Buffer): Buffer {
  const crc = crc16(frame);
  return Buffer.concat([frame, Buffer.of(crc & 0xff, crc >> 8)]);
}

/** CRC-16/MODBUS; 0 over a frame with its own CRC. */
export function crc16(bytes: Uint8Array): number {
  let crc = 0xffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc & 1) === 1 ? (crc >> 1) ^ 0xa001 : crc >> 1;
  }
  return crc;
}
