/** What a device's own instruments read at an instant, by metric. */
import type { DeviceConfig } from '#contract/config/devices.ts';
import type { CampusTruth } from './campus-truth.ts';
import { keyOf, noise } from './noise.ts';

export type Values = Readonly<Record<string, number>>;

/** Registers, gauges and states of a device; empty for a device without instruments. */
export function deviceValues(device: DeviceConfig, at: number, truth: CampusTruth, seed: number): Values {
  switch (device.kind) {
    case 'electricity-meter':
      return electricity(device, at, truth, seed);
    case 'water-meter':
      return {
        water_total_m3: truth.total(device.id, at),
        flow_lph: round(truth.rate(device.id, at), 1),
      };
    case 'door':
      return { door_open: truth.doorOpen(device.id, at) ? 1 : 0, battery_pct: batteryPct(device, at, seed) };
    case 'camera':
      return {
        online: 1,
        camera_online: 1,
        camera_fps: round(24.6 + wobble(device, at, seed) * 0.8, 1),
        camera_recording: 1,
      };
    case 'nvr':
      return {
        online: 1,
        storage_days: round(34 + wobble(device, at, seed), 1),
        storage_used_pct: round(87 + wobble(device, at, seed), 1),
      };
    case 'switch':
      return { online: 1 };
    case 'sensor':
      return {
        temperature_c: round((device.tags.includes('fridge') ? 4 : 23) + 0.8 * wobble(device, at, seed), 1),
        humidity_pct: round(52 + 6 * wobble(device, at, seed), 0),
        battery_pct: batteryPct(device, at, seed),
      };
  }
}

function electricity(device: DeviceConfig, at: number, truth: CampusTruth, seed: number): Values {
  const powerW = truth.rate(device.id, at);
  const voltageV = 226 + 4 * wobble(device, at, seed) - Math.min(3, powerW / 40_000);
  const factor = truth.kind(device.id) === 'server' ? 0.97 : 0.93 + 0.02 * wobble(device, at, seed);
  return {
    energy_total_kwh: truth.total(device.id, at),
    power_w: round(powerW, 1),
    voltage_v: round(voltageV, 1),
    current_a: round(powerW / (voltageV * factor * truth.phases(device.id)), 3),
    power_factor: round(factor, 3),
  };
}

/**
 * What a counter shows: whole steps, over its number of digits back to zero.
 * @param total counted since it was new, kWh or m³
 */
export function shownRegister(device: DeviceConfig, total: number): number {
  const step = device.register?.step ?? (device.kind === 'water-meter' ? 0.001 : 0.01);
  const digits = device.register?.digits;
  const counted = digits === undefined ? total : total % 10 ** digits;
  const decimals = Math.max(0, Math.ceil(-Math.log10(step)));
  return round(Math.floor(counted / step + 1e-6) * step, decimals);
}

/** −1 … 1, slow, different for every device. */
function wobble(device: DeviceConfig, at: number, seed: number): number {
  const phase = noise(seed, keyOf(device.id), 3);
  return (
    Math.sin(2 * Math.PI * (at / 97_000 + phase)) * 0.6 + Math.sin(2 * Math.PI * (at / 1_310_000 + phase * 3)) * 0.4
  );
}

function batteryPct(device: DeviceConfig, at: number, seed: number): number {
  const age = (at / 86_400_000 + noise(seed, keyOf(device.id), 5) * 600) % 600;
  return Math.round(100 - age * 0.1);
}

export function round(value: number, decimals: number): number {
  const scale = 10 ** decimals;
  return Math.round(value * scale) / scale;
}
