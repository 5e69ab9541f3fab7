/**
 * M-Bus meters: RSP_UD with variable data (CI 72H): identification, manufacturer, medium, then records of DIF, VIF and
 * value. EN 13757-2 (frames), EN 13757-3 (records): VIF 04H energy in 10 Wh, 2BH W, 13H litres, 3BH l/h; FD 48H 0.1 V,
 * FD 59H mA, 5AH 0.1 °C.
 */
import type { DeviceConfig } from '#contract/config/devices.ts';
import type { Values } from '../signals/device-values.ts';
import { addressLow, bcdLow, closed } from './bytes.ts';
import { addressOf, type Encoder } from './message.ts';

const RSP_UD = 0x08;
const VARIABLE_DATA = 0x72;
/** Three letters of five bits, "SIM". */
const MANUFACTURER = ((0x53 - 64) << 10) | ((0x49 - 64) << 5) | (0x4d - 64);
const MEDIUM: Readonly<Partial<Record<DeviceConfig['kind'], number>>> = {
  'electricity-meter': 0x02,
  'water-meter': 0x07,
};
const OTHER_MEDIUM = 0x00;

interface RecordForm {
  readonly metric: string;
  /** DIF, VIF and their extensions. */
  readonly head: readonly number[];
  /** Metric units of the last digit. */
  readonly step: number;
  /** 8 BCD digits, as registers have, or a 32-bit integer. */
  readonly form: 'bcd8' | 'int32';
}

const RECORDS: readonly RecordForm[] = [
  { metric: 'energy_total_kwh', head: [0x0c, 0x04], step: 0.01, form: 'bcd8' },
  { metric: 'power_w', head: [0x04, 0x2b], step: 1, form: 'int32' },
  { metric: 'voltage_v', head: [0x04, 0xfd, 0x48], step: 0.1, form: 'int32' },
  { metric: 'current_a', head: [0x04, 0xfd, 0x59], step: 0.001, form: 'int32' },
  { metric: 'water_total_m3', head: [0x0c, 0x13], step: 0.001, form: 'bcd8' },
  { metric: 'flow_lph', head: [0x04, 0x3b], step: 1, form: 'int32' },
  { metric: 'temperature_c', head: [0x04, 0x5a], step: 0.1, form: 'int32' },
];

/** Meters that a level converter with a DTU asks by itself. */
export const mbus: Encoder = (device, values, ts) => {
  const payload = mbusAnswer(device, values, primaryOf(device), Math.floor(ts / 1_000) & 0xff);
  return [{ topic: device.upTopic ?? `dtu/${device.id}/up`, payload, qos: 1, retain: false }];
};

/** Primary address: devices.yaml may name it (1 to 250); a meter known by its number alone was never given one. */
export function primaryOf(device: DeviceConfig): number {
  const number = Number(addressOf(device));
  return Number.isInteger(number) && number >= 1 && number <= 250 ? number : 0;
}

/** Identification (8 digits), manufacturer, version and medium: eight bytes by which a meter is also selected. */
export function mbusIdentity(device: DeviceConfig): Buffer {
  const medium = MEDIUM[device.kind] ?? OTHER_MEDIUM;
  const maker = Buffer.of(MANUFACTURER & 0xff, MANUFACTURER >> 8, 1, medium);
  return Buffer.concat([addressLow(device.serial ?? addressOf(device), 4), maker]);
}

export function mbusAnswer(device: DeviceConfig, values: Values, primary: number, accessNumber: number): Buffer {
  const records = RECORDS.flatMap(({ metric, head, step, form }) => {
    const value = values[metric];
    if (value === undefined) return [];
    return [Buffer.from(head), form === 'bcd8' ? bcdLow(value / step, 4) : int32(value / step)];
  });
  const fixed = Buffer.concat([mbusIdentity(device), Buffer.of(accessNumber, 0, 0, 0)]);
  const data = Buffer.concat([Buffer.of(RSP_UD, primary, VARIABLE_DATA), fixed, ...records]);
  return closed([Buffer.of(0x68, data.length, data.length, 0x68), data], 4);
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(Math.round(value));
  return bytes;
}
