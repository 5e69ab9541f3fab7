/**
 * What a profile says of devices on a serial line behind a transparent DTU: the registers of a Modbus RTU device, and
 * how devices that speak only when asked are asked. Function codes: Modbus Application Protocol V1.1b3, 6.1 to 6.4;
 * only these four, which read: the gateway never writes to a line.
 */
import { z } from 'zod';
import { metric, numberConversion } from './conversion.ts';

const readFunction = z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4)]);

/** Order of the bytes of a value on the wire; ABCD is big-endian, CDAB has the low register first. */
const byteOrder = z.enum(['ABCD', 'CDAB', 'BADC', 'DCBA']);

const register = z.strictObject({
  metric,
  /** As it stands in the request, `0x4000` or decimal: 40001 and 30001 of many papers are 0. */
  register: z.number().int().min(0).max(0xffff),
  function: readFunction.optional(),
  type: z
    .enum(['uint16', 'int16', 'uint32', 'int32', 'uint64', 'int64', 'float32', 'float64', 'bcd16', 'bcd32', 'bit'])
    .optional(),
  order: byteOrder.optional(),
  /** Bit of a register, 0 the lowest; functions 1 and 2 need none. */
  bit: z.number().int().min(0).max(15).optional(),
  /** Raw values by which the device says that it does not know, such as `0xFFFF`. NaN and infinity always do. */
  unknown: z.array(z.number()).max(8).optional(),
  ...numberConversion,
});

export const modbusMap = z.strictObject({
  /** For registers that name none: 3 holding registers, 4 input registers, 1 coils, 2 discrete inputs. */
  function: readFunction.default(3),
  type: register.shape.type.unwrap().default('uint16'),
  order: byteOrder.default('ABCD'),
  registers: z.array(register).min(1).max(256),
  /** Registers nobody asked for that one request may read over; 0 where the device refuses undocumented ones. */
  maxGap: z.number().int().min(0).max(124).default(0),
  /** Most registers one request may ask for. */
  maxRegisters: z.number().int().min(1).max(125).default(125),
});

export const pollPlan = z.strictObject({
  /** Absent for Modbus, whose requests follow from `modbus`. */
  protocol: z.enum(['dlt645', 'cjt188', 'mbus']).optional(),
  /**
   * Data identifiers to ask for, as hex, one request each: `00010000` of DL/T 645-2007, `9010` of -1997, `901F` of CJ/T 188.
   * M-Bus devices send all they have and need none.
   */
  read: z
    .array(z.string().regex(/^(?:[0-9a-fA-F]{4}|[0-9a-fA-F]{8})$/, 'a data identifier of 4 or 8 hex digits'))
    .max(64)
    .optional(),
  /** No answer by then is none. */
  timeoutMs: z.number().int().min(50).max(60_000).default(1_500),
  /** Repetitions of a request that was not answered. */
  retries: z.number().int().min(0).max(5).default(1),
  /** Silence on the line before the next request. */
  pauseMs: z.number().int().min(0).max(10_000).default(50),
  /** How long an answer that is overdue may still come in: until then nothing is asked that it could be mistaken for. */
  lateMs: z.number().int().min(0).max(120_000).default(30_000),
});
