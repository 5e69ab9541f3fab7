/**
 * Units that Zigbee2MQTT announces in `bridge/devices` and that are not the usual ones of their names. Of water it also
 * learns whether the amount is that of a register: the same name is the last run of a valve, a day, a month.
 */
import { isObject } from '../value-path.ts';

/** Unit by member, of one device. */
export type MemberUnits = ReadonlyMap<string, string>;

export interface ZigbeeUnits {
  learn(base: string, devices: readonly unknown[]): void;
  unitsOf(base: string, friendlyName: string): MemberUnits | undefined;
}

/** A network under a base topic of its own each. */
const MAX_BASES = 16;
const MAX_DEVICES = 2_000;
const MAX_UNITS = 64;
const MAX_EXPOSES = 512;
const MAX_DEPTH = 3;

/** What a name means without a word about it: the presets of Zigbee2MQTT. */
const USUAL: Readonly<Record<string, string>> = {
  energy: 'kWh',
  produced_energy: 'kWh',
  power: 'W',
  current: 'A',
  temperature: '°C',
  humidity: '%',
  battery: '%',
  flow: 'm³/h',
  power_reactive: 'VAR',
  power_apparent: 'VA',
  power_factor: '',
};
const WATER = new Set(['water_consumed', 'water_total']);
const REGISTER = /\b(?:total|cumulative|sum)\b/i;
const PART = /\b(?:last|single|daily|today|day|week|month|monthly|year|irrigation|session|since)\b/i;
/** `energy_l1`, `power_phase_b`, `current_a`, `voltage_2`. */
const OF_A_PART = /_(?:phase_)?(?:[abc]|l?\d{1,2}|left|right|center)$/;

export function createZigbeeUnits(): ZigbeeUnits {
  const bases = new Map<string, ReadonlyMap<string, MemberUnits>>();
  return {
    learn: (base, devices) => {
      if (!bases.has(base) && bases.size >= MAX_BASES) return;
      const learnt = new Map<string, MemberUnits>();
      for (const device of devices.slice(0, MAX_DEVICES)) {
        if (!isObject(device) || !isObject(device['definition'])) continue;
        const { friendly_name: name, definition } = device;
        const units = unusual(definition['exposes']);
        if (typeof name === 'string' && units.size > 0) learnt.set(name, units);
      }
      bases.set(base, learnt);
    },
    unitsOf: (base, friendlyName) => bases.get(base)?.get(friendlyName),
  };
}

/** The message with `{value, unit}` in the place of each value whose unit was announced. */
export function withUnits(message: Readonly<Record<string, unknown>>, units: MemberUnits): Record<string, unknown> {
  const said: Record<string, unknown> = { ...message };
  for (const [name, unit] of units) {
    const value = said[name];
    if (typeof value === 'number' || typeof value === 'string') said[name] = { value, unit };
  }
  return said;
}

interface Exposed {
  readonly name: string;
  readonly unit: string;
  readonly description: string;
}

function unusual(exposes: unknown): MemberUnits {
  const all = exposedIn(exposes, MAX_DEPTH);
  const isOnBattery = all.some(({ name }) => name === 'battery' || name === 'battery_low');
  const units = new Map<string, string>();
  for (const { name, unit, description } of all) {
    if (units.size >= MAX_UNITS || unit === '') continue;
    const own = name.replace(OF_A_PART, '');
    if (WATER.has(name)) {
      if (REGISTER.test(description) && !PART.test(description)) units.set(name, unit);
    } else if (own === 'voltage') {
      if (unit !== (isOnBattery ? 'mV' : 'V')) units.set(name, unit);
    } else if (Object.hasOwn(USUAL, own) && USUAL[own] !== unit) units.set(name, unit);
  }
  return units;
}

function exposedIn(exposes: unknown, depth: number): readonly Exposed[] {
  if (!Array.isArray(exposes) || depth === 0) return [];
  return exposes.slice(0, MAX_EXPOSES).flatMap((expose): readonly Exposed[] => {
    if (!isObject(expose)) return [];
    const { property, name, unit, description, features } = expose;
    const own = property ?? name;
    const inner = exposedIn(features, depth - 1);
    if (typeof own !== 'string') return inner;
    const text = typeof description === 'string' ? description : '';
    return [{ name: own, unit: typeof unit === 'string' ? unit : '', description: text }, ...inner];
  });
}
