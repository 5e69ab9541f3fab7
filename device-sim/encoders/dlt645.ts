/**
 * DL/T 645 electricity meters: answers to a read of one data identifier, edition 2007 (control 91H, four-byte identifiers)
 * and 1997 (81H, two bytes). Every data byte travels with 33H added; numbers are BCD, low byte first, the highest bit of
 * P, Q, I and PF is their sign. DL/T 645-2007 chapter 5 and appendix A; DL/T 645-1997 chapter 5 and table A.
 */
import type { Values } from '../signals/device-values.ts';
import { addressLow, bcdLow, closed, hexLow } from './bytes.ts';
import { addressOf, type Encoder } from './message.ts';

interface DataItem {
  readonly metric: string;
  /** Used when the device measures no phases by themselves. */
  readonly otherwise?: string;
  /** Metric units of the last digit. */
  readonly step: number;
  readonly bytes: number;
  readonly signed?: boolean;
}

const ENERGY = { step: 0.01, bytes: 4 };
const POWER = { step: 0.1, bytes: 3, signed: true };
const PHASES = [1, 2, 3] as const;

/** Appendix A tables 1 and 2: XXXXXX.XX kWh, XXX.X V, XXX.XXX A, XX.XXXX kW, X.XXX. */
const ITEMS_2007: Readonly<Record<string, DataItem>> = {
  '00010000': { metric: 'energy_total_kwh', ...ENERGY },
  '00020000': { metric: 'energy_export_total_kwh', ...ENERGY },
  '02030000': { metric: 'power_w', ...POWER },
  '02040000': { metric: 'reactive_var', ...POWER },
  '02050000': { metric: 'apparent_va', ...POWER },
  '02060000': { metric: 'power_factor', step: 0.001, bytes: 2, signed: true },
  ...Object.fromEntries(
    PHASES.flatMap((phase): [string, DataItem][] => [
      [`02010${phase}00`, { metric: `voltage_v_l${phase}`, otherwise: 'voltage_v', step: 0.1, bytes: 2 }],
      [
        `02020${phase}00`,
        { metric: `current_a_l${phase}`, otherwise: 'current_a', step: 0.001, bytes: 3, signed: true },
      ],
      [`02030${phase}00`, { metric: `power_w_l${phase}`, ...POWER }],
    ]),
  ),
};

/** Blocks: all items of a kind one after the other. */
const BLOCKS_2007: Readonly<Record<string, readonly string[]>> = {
  '0201FF00': ['02010100', '02010200', '02010300'],
  '0202FF00': ['02020100', '02020200', '02020300'],
  '0203FF00': ['02030000', '02030100', '02030200', '02030300'],
};

const ITEMS_1997: Readonly<Record<string, DataItem>> = {
  '9010': { metric: 'energy_total_kwh', ...ENERGY },
  '9020': { metric: 'energy_export_total_kwh', ...ENERGY },
  B611: { metric: 'voltage_v_l1', otherwise: 'voltage_v', step: 1, bytes: 2 },
  B621: { metric: 'current_a_l1', otherwise: 'current_a', step: 0.01, bytes: 2 },
  B630: { metric: 'power_w', step: 0.1, bytes: 3 },
};

export const DLT645_1997 = 'dlt645-1997';

/** Meters that a DTU asks by itself: it passes on what it heard, with the meter's wake-up bytes in front. */
export const dlt645: Encoder = (device, values) => {
  const old = device.tags.includes(DLT645_1997);
  return Object.keys(old ? ITEMS_1997 : ITEMS_2007).flatMap((identifier) => {
    const data = dlt645Data(identifier, values, old);
    if (data === undefined) return [];
    const body = Buffer.concat([hexLow(identifier), data]);
    const payload = Buffer.concat([WAKE_UP, dlt645Frame(addressOf(device), old ? 0x81 : 0x91, body)]);
    return [{ topic: device.upTopic ?? `dtu/${device.id}/up`, payload, qos: 1, retain: false }];
  });
};

export const WAKE_UP = Buffer.from('FEFEFEFE', 'hex');

/** @param data without the 33H that are added here */
export function dlt645Frame(address: string, control: number, data: Uint8Array): Buffer {
  const raised = Uint8Array.from(data, (byte) => (byte + 0x33) & 0xff);
  return closed([Buffer.of(0x68), addressLow(address, 6), Buffer.of(0x68, control, raised.length), raised]);
}

/**
 * The data of an identifier, eight hex digits of 2007 or four of 1997.
 * @returns undefined when this meter has no such item
 */
export function dlt645Data(identifier: string, values: Values, old: boolean): Buffer | undefined {
  const parts = old ? [identifier] : (BLOCKS_2007[identifier] ?? [identifier]);
  const items = old ? ITEMS_1997 : ITEMS_2007;
  const isBlock = parts.length > 1;
  const data = parts.map((part) => {
    const item = items[part];
    const value = item === undefined ? undefined : (values[item.metric] ?? values[item.otherwise ?? '']);
    if (item === undefined) return undefined;
    // In a block a phase that is not connected reads FF.
    if (value === undefined) return isBlock ? Buffer.alloc(item.bytes, 0xff) : undefined;
    return itemBytes(item, value);
  });
  return data.some((part) => part === undefined) ? undefined : Buffer.concat(data.filter((part) => part !== undefined));
}

function itemBytes(item: DataItem, value: number): Buffer {
  const bytes = bcdLow(Math.abs(value) / item.step, item.bytes);
  const last = item.bytes - 1;
  if (item.signed === true && value < 0) bytes.writeUInt8(bytes.readUInt8(last) | 0x80, last);
  return bytes;
}
