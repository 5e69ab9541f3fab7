/**
 * CJ/T 188-2004 and -2018, the Chinese water, gas and heat meters:
 * `FE… 68 T A0..A6 C L DI0 DI1 SER DATA CS 16`, numbers lowest byte first, no offset.
 */
import type { CodecMaker } from '../codec.ts';
import { packedDigits, printed } from './serial-bytes.ts';
import { type MeterAnswer, type MeterValue, serialCodec } from './serial-codec.ts';

const HEADER = 11;
/** Check byte and end. */
const TAIL = 2;
const ANSWER = 0x80;
const REFUSED = 0x40;
const COMMAND = 0x3f;
const READ = 0x01;
/** Read data, address, key version. */
const READS = new Set([READ, 0x03, 0x09]);
/** Write data, address, register. */
const WRITES = new Set([0x04, 0x15, 0x16]);
/** Length of DATA of every request to read. */
const READ_LENGTH = 3;
/** The reading of now: 90 1F in the edition of 2004, 1F 90 in that of 2018, either on real meters. */
const READINGS = new Set(['901F', '1F90']);
/** Identification and serial number. */
const DATA_FROM = 3;

/** Kinds of meter by the first digit of T. */
const WATER = 1;
const GAS = 3;
const ELECTRICITY = 4;

/** Units of the standard's table that a register of such a meter can have; the value keeps its unit in its name. */
const UNITS: Readonly<Record<number, ReadonlyMap<number, string>>> = {
  [WATER]: new Map([
    [0x29, 'volume_l'],
    [0x2c, 'volume_m3'],
  ]),
  [GAS]: new Map([
    [0x29, 'gas_l'],
    [0x2c, 'gas_m3'],
  ]),
  [ELECTRICITY]: new Map([
    [0x02, 'energy_wh'],
    [0x05, 'energy_kwh'],
    [0x08, 'energy_mwh'],
  ]),
};
const PLAIN: Readonly<Record<number, string>> = { [WATER]: 'volume_m3', [GAS]: 'gas_m3', [ELECTRICITY]: 'energy_kwh' };

export const createCjt188: CodecMaker = () => serialCodec({ sumFrom: 0, preamble: 0xfe, lengthAt, answerOf });

function lengthAt(bytes: Buffer, at: number): number | undefined {
  const [type, control, length] = [bytes[at + 1], bytes[at + 9], bytes[at + 10]];
  if (type !== undefined && !isType(type)) return 0;
  if (control !== undefined && !isControl(control)) return 0;
  if (length === undefined || control === undefined) return undefined;
  if ((control & ANSWER) === 0 && length !== READ_LENGTH) return 0;
  return HEADER + length + TAIL;
}

function isType(type: number): boolean {
  return type >> 4 >= 1 && type >> 4 <= 4 && (type & 0x0f) <= 9;
}

/**
 * Answers and requests to read. Requests to write are left out: a DL/T 645 frame on the same line looks like one, and the
 * rest of the line would be taken for its data.
 */
function isControl(control: number): boolean {
  const command = control & COMMAND;
  return (control & ANSWER) === 0 ? READS.has(control) : READS.has(command) || WRITES.has(command);
}

function answerOf(frame: Buffer): MeterAnswer | undefined {
  const [type = 0, control = 0] = [frame[1], frame[9]];
  if ((control & ANSWER) === 0) return undefined;
  const address = printed(frame.subarray(2, 9));
  const data = frame.subarray(HEADER, -TAIL);
  if ((control & REFUSED) !== 0) return { address, error: data[1] ?? 0, values: [] };
  if ((control & COMMAND) !== READ || data.length < DATA_FROM) return { address, values: [] };
  const di = data.subarray(0, 2).toString('hex').toUpperCase();
  return { address, di, values: READINGS.has(di) ? valuesOf(type >> 4, data.subarray(DATA_FROM)) : [] };
}

/**
 * Register and unit first: five bytes. Heat meters begin with the energy of the last day of account instead, and are
 * left alone.
 */
function valuesOf(kind: number, data: Buffer): MeterValue[] {
  const units = UNITS[kind];
  const plain = PLAIN[kind];
  if (units === undefined || plain === undefined || data.length < 5) return [];
  const unit = data[4] ?? 0;
  const name = units.get(unit);
  const register =
    name === undefined
      ? { name: plain, value: `unit ${unit.toString(16).toUpperCase().padStart(2, '0')}H` }
      : { name, value: packedDigits(data.subarray(0, 4), 2) };
  return [register, ...(kind === ELECTRICITY ? [] : statusOf(data))];
}

/** Register now (5), register on the day of account (5), clock (7), status (2). */
const WITH_STATUS = 19;
const STATUS_AT = 17;

/**
 * The first byte of the status: bits 0 and 1 the valve (00 open, 01 closed, 11 faulty), bit 2 the battery. The second one
 * is the maker's own and says nothing here.
 */
function statusOf(data: Buffer): MeterValue[] {
  const status = data[STATUS_AT];
  if (data.length !== WITH_STATUS || status === undefined || status === 0xff) return [];
  const valve = [1, 0, null, null][status & 0b11] ?? null;
  return [
    { name: 'valve_open', value: valve },
    { name: 'valve_fault', value: (status & 0b11) === 0b11 ? 1 : 0 },
    { name: 'battery_low', value: (status >> 2) & 1 },
  ];
}
