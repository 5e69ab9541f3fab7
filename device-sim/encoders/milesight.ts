/**
 * What the codecs of Milesight's LoRaWAN devices make of an uplink: WS301 door contact, EM300-TH climate, EM300-SLD leak, WS523 socket,
 * EM300-DI pulse counter on a water meter. Energy in Wh, current in mA, power factor in per cent, all whole numbers;
 * the counter in the unit set on the device, here m³. https://github.com/Milesight-IoT/SensorDecoders, READMEs
 */
import type { DeviceConfig } from '#contract/config/devices.ts';
import type { Values } from '../signals/device-values.ts';

export type DecodedObject = Readonly<Record<string, number | string>>;

export function milesightObject(device: DeviceConfig, values: Values): DecodedObject {
  const known = { battery: values['battery_pct'], ...measured(device, values) };
  return Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined)) as DecodedObject;
}

function measured(device: DeviceConfig, values: Values): Readonly<Record<string, number | string | undefined>> {
  const whole = (metric: string, factor = 1): number | undefined => {
    const value = values[metric];
    return value === undefined ? undefined : Math.round(value * factor);
  };
  switch (device.kind) {
    case 'door':
      return { magnet_status: values['door_open'] === 1 ? 'open' : 'closed', tamper_status: 'installed' };
    case 'electricity-meter':
      return {
        active_power: whole('power_w'),
        current: whole('current_a', 1_000),
        power_consumption: whole('energy_total_kwh', 1_000),
        power_factor: whole('power_factor', 100),
        socket_status: 'on',
        voltage: values['voltage_v'],
      };
    case 'water-meter':
      return { water_conv: 1, pulse_conv: 10, water: values['water_total_m3'] };
    default:
      return {
        temperature: values['temperature_c'],
        humidity: values['humidity_pct'],
        ...(values['water_leak'] === undefined
          ? {}
          : { leakage_status: values['water_leak'] === 1 ? 'leak' : 'normal' }),
      };
  }
}
