/**
 * M-Bus, the European meter bus: EN 13757-2 and -3. Long frames `68 L L 68 C A CI DATA CS 16` with the variable data
 * structure, of whose records that counts which is measured now, or with the fixed one of older meters.
 */
import type { CodecMaker } from '../codec.ts';
import { FIXED_BYTES, fixedAnswer } from './mbus-fixed.ts';
import { mbusQuantity } from './mbus-quantities.ts';
import { type MbusRecord, mbusRecords } from './mbus-records.ts';
import { printed, sumOf } from './serial-bytes.ts';
import { type MeterAnswer, type MeterValue, serialCodec } from './serial-codec.ts';

const START = 0x68;
/** 68 L L 68. */
const LENGTHS = 4;
/** C A CI: fewer is no long frame. */
const MIN_LENGTH = 3;
const TAIL = 2;
const DATA_FROM = 7;

/** RSP_UD, bits 4 and 5 being the access demand and the data flow; SND_UD of a master, bit 5 toggling. */
const ANSWER = 0x08;
const CONTROLS = new Set([ANSWER, 0x18, 0x28, 0x38, 0x53, 0x73]);

/** Header of twelve bytes: number, maker, version, medium, access, status, signature. */
const LONG_HEADER = 0x72;
/** Header of four bytes without a number. */
const SHORT_HEADER = 0x7a;
const NO_HEADER = 0x78;
const FIXED = 0x73;
/** Answers with the most significant byte first; hardly a meter was built that sends them. */
const HIGH_BYTE_FIRST = new Set([0x76, 0x77]);
const HEADER_BYTES: Readonly<Record<number, number>> = { [LONG_HEADER]: 12, [SHORT_HEADER]: 4, [NO_HEADER]: 0 };
/** Value information of the number that the maker stamped on the meter. */
const FABRICATION_NUMBER = 0x78;
const POWER_LOW = 0x04;
const OTHER_MEDIUM = 0x00;

/** What meters of a medium count, as the first part of a name; none for electricity and water. */
const ELECTRICITY = 0x02;
const WATERS = new Set([0x06, 0x07, 0x15, 0x16]);
const PREFIXES: Readonly<Record<number, string>> = {
  3: 'gas_',
  4: 'heat_',
  10: 'cooling_',
  11: 'cooling_',
  12: 'heat_',
  13: 'heat_',
};

export const createMbus: CodecMaker = () => serialCodec({ sumFrom: LENGTHS, lengthAt, answerOf, isOther });

function lengthAt(bytes: Buffer, at: number): number | undefined {
  const [length, again, second, control] = [bytes[at + 1], bytes[at + 2], bytes[at + 3], bytes[at + 4]];
  if (length !== undefined && length < MIN_LENGTH) return 0;
  if (again !== undefined && again !== length) return 0;
  if (second !== undefined && second !== START) return 0;
  if (control !== undefined && !CONTROLS.has(control)) return 0;
  return length === undefined || control === undefined ? undefined : LENGTHS + length + TAIL;
}

/** E5, the acknowledgement, and the short frames of a master whose words are echoed. */
function isOther(payload: Buffer): boolean {
  if (payload.length === 1) return payload[0] === 0xe5;
  return (
    payload.length === 5 && payload[0] === 0x10 && payload[4] === 0x16 && payload[3] === sumOf(payload.subarray(1, 3))
  );
}

interface Header {
  readonly address: string | undefined;
  readonly medium: number;
  readonly status: number;
  readonly encrypted: boolean;
}

function answerOf(frame: Buffer): MeterAnswer | undefined {
  const [control = 0, form = 0] = [frame[4], frame[6]];
  if ((control & 0x0f) !== ANSWER) return undefined;
  if (form === FIXED) return fixedOf(frame.subarray(DATA_FROM, -TAIL));
  if (HIGH_BYTE_FIRST.has(form)) return unread(frame, 'its answers have the high byte first, a form that is not read');
  const size = HEADER_BYTES[form];
  const data = frame.subarray(DATA_FROM, -TAIL);
  if (size === undefined || data.length < size) return undefined;
  const header = headerOf(form, data);
  if (header.encrypted) {
    return header.address === undefined
      ? undefined
      : {
          address: header.address,
          values: [],
          unread: 'its answers are encrypted; have the key switched off in the meter',
        };
  }
  const records = mbusRecords(data.subarray(size));
  const address = header.address ?? fabricationNumber(records);
  return address === undefined
    ? undefined
    : { address, values: [...valuesOf(records, header.medium), ...statusOf(header)] };
}

function fixedOf(data: Buffer): MeterAnswer | undefined {
  if (data.length < FIXED_BYTES) return undefined;
  const { number, status, medium, values } = fixedAnswer(data);
  return {
    address: shortened(printed(number)),
    values: [
      ...values.map(({ name, value, ofMedium }) => ({ name: ofMedium ? `${prefixOf(medium)}${name}` : name, value })),
      ...statusOf({ medium, status }),
    ],
  };
}

function unread(frame: Buffer, why: string): MeterAnswer | undefined {
  const number = frame.subarray(DATA_FROM, DATA_FROM + 4).toReversed();
  return frame.length < DATA_FROM + FIXED_BYTES
    ? undefined
    : { address: shortened(printed(number)), values: [], unread: why };
}

/** Electricity and water are what the names mean; of any other medium they say so. */
function prefixOf(medium: number): string {
  return medium === ELECTRICITY || WATERS.has(medium) ? '' : (PREFIXES[medium] ?? 'other_');
}

function headerOf(form: number, data: Buffer): Header {
  const rest = data.subarray(form === LONG_HEADER ? 8 : 0);
  const [status = 0, mode = 0] = form === NO_HEADER ? [] : [rest[1], rest[3]];
  return {
    address: form === LONG_HEADER ? shortened(printed(data.subarray(0, 4))) : undefined,
    medium: form === LONG_HEADER ? (data[7] ?? OTHER_MEDIUM) : OTHER_MEDIUM,
    status,
    encrypted: (mode & 0x1f) !== 0,
  };
}

/** The number as a person reads it off: `09011523` is 9011523. */
function shortened(number: string): string {
  return number.replace(/^0+(?=.)/, '');
}

function fabricationNumber(records: readonly MbusRecord[]): string | undefined {
  const found = records.find(({ current, table, vif }) => current && table === 0 && vif === FABRICATION_NUMBER);
  return found?.data.length === 4 ? shortened(printed(found.data)) : undefined;
}

/** The first record of a kind: a meter that repeats one puts the plain value in front. */
function valuesOf(records: readonly MbusRecord[], medium: number): MeterValue[] {
  const prefix = prefixOf(medium);
  const values = new Map<string, MeterValue>();
  for (const record of records) {
    const quantity = mbusQuantity(record);
    if (quantity === undefined) continue;
    const name = quantity.ofMedium ? `${prefix}${quantity.name}` : quantity.name;
    if (!values.has(name)) values.set(name, { name, value: quantity.value });
  }
  return [...values.values()];
}

/** “Power low” is a battery where the meter has one: those that count water, gas and heat. */
function statusOf({ medium, status }: Pick<Header, 'medium' | 'status'>): MeterValue[] {
  if (!WATERS.has(medium) && PREFIXES[medium] === undefined) return [];
  return [{ name: 'battery_low', value: (status & POWER_LOW) === 0 ? 0 : 1 }];
}
