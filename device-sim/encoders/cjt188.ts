/**
 * CJ/T 188 water meters: the answer 81H to a read of the metering data 901FH: volume now and at settlement, each eight BCD
 * digits with two decimals and a unit byte (2CH m³), the meter's clock, two status bytes. Chapters 6 and 7, table A.
 * Meters send the identifier as 90 1F or as 1F 90; a meter answers as it was asked.
 */
import type { Values } from '../signals/device-values.ts';
import { addressLow, bcdLow, closed } from './bytes.ts';
import { addressOf, type EncodeContext, type Encoder } from './message.ts';

const CUBIC_METRES = 0x2c;
export const COLD_WATER = 0x10;
/** Metering data, the byte order of the standard. */
const METERING = Buffer.from('901F', 'hex');

/** Meters that a DTU asks by itself. */
export const cjt188: Encoder = (device, values, ts, context) => {
  if (values['water_total_m3'] === undefined) return [];
  const data = Buffer.concat([METERING, Buffer.of(0), cjt188Data(values, context.localTime(ts))]);
  const payload = Buffer.concat([Buffer.from('FEFEFE', 'hex'), cjt188Frame(addressOf(device), 0x81, data)]);
  return [{ topic: device.upTopic ?? `dtu/${device.id}/up`, payload, qos: 1, retain: false }];
};

export function cjt188Frame(address: string, control: number, data: Uint8Array): Buffer {
  const head = [Buffer.of(0x68, COLD_WATER), addressLow(address, 7), Buffer.of(control, data.length)];
  return closed([...head, data]);
}

/** @param clock `YYYY-MM-DDTHH:MM:SS` as {@link EncodeContext.localTime} gives it */
export function cjt188Data(values: Values, clock: ReturnType<EncodeContext['localTime']>): Buffer {
  const volume = Buffer.concat([bcdLow((values['water_total_m3'] ?? 0) * 100, 4), Buffer.of(CUBIC_METRES)]);
  const settlement = Buffer.concat([bcdLow(0, 4), Buffer.of(CUBIC_METRES)]);
  const time = Buffer.from(clock.replace(/\D/g, ''), 'hex').reverse();
  // D0 and D1 the valve, 00 open and 01 closed; D2 a battery that is low.
  const valve = values['valve_open'] === 0 ? 1 : 0;
  const status = Buffer.of(valve | (values['battery_low'] === 1 ? 4 : 0), 0);
  return Buffer.concat([volume, settlement, time, status]);
}
