/** Tasmota: `tele/<topic>/SENSOR` with ENERGY and local time without a zone; a reed contact is `Switch1`. */
import { addressOf, type Encoder, message } from './message.ts';

export const tasmota: Encoder = (device, values, ts, { localTime }) => {
  const topic = addressOf(device);
  const Time = localTime(ts);
  const v = (name: string): number | undefined => values[name];
  if (device.kind === 'door')
    return [message(`tele/${topic}/SENSOR`, { Time, Switch1: v('door_open') === 1 ? 'ON' : 'OFF' })];
  const power = v('power_w') ?? 0;
  const apparent = Math.abs(power / (v('power_factor') ?? 1));
  const ENERGY = {
    TotalStartTime: '2020-01-01T00:00:00',
    Total: v('energy_total_kwh'),
    Power: power,
    ApparentPower: Math.round(apparent),
    ReactivePower: Math.round(Math.sqrt(Math.max(0, apparent ** 2 - power ** 2))),
    Factor: v('power_factor'),
    Voltage: v('voltage_v'),
    Current: v('current_a'),
  };
  return [message(`tele/${topic}/SENSOR`, { Time, ENERGY })];
};
