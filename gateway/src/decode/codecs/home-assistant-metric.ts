/** Device class, unit, state class and name of a Home Assistant entity to one of our metrics. */
import {
  channelIn,
  directionOf,
  energyMeaning,
  isBesidePhases,
  isLimit,
  isOfNoRoom,
  isOfOtherMedium,
  phaseIn,
  spanOf,
} from '../../shared/name-meaning.ts';
import { underscored } from '../../shared/name-words.ts';

export interface Target {
  readonly metric: string;
  readonly scale: number;
  /** Before the scale. */
  readonly offset: number;
}

export interface EntityClass {
  readonly component: 'sensor' | 'binary_sensor';
  readonly deviceClass: string;
  readonly unit: string;
  readonly stateClass: string;
  /** It says from when on it counts, so that it begins anew at times. */
  readonly resets?: boolean;
  /** About the device itself, such as the temperature of its chip. */
  readonly diagnostic: boolean;
  /** Its own name and ids as said: what tells today's energy from the register, one phase from the others. */
  readonly words: string;
  /** Name and model of its device between underscores: what an inverter counts is not what a building uses. */
  readonly deviceName?: string;
}

/** An entity whose names are taken apart. */
interface Named extends EntityClass {
  /** Words between underscores. */
  readonly name: string;
}

const BINARY: Readonly<Record<string, string>> = {
  door: 'door_open',
  window: 'door_open',
  opening: 'door_open',
  garage_door: 'door_open',
  moisture: 'water_leak',
  tamper: 'tamper',
  problem: 'device_alert',
  connectivity: 'online',
  battery: 'battery_low',
};

type Units = Readonly<Record<string, number>>;
const ENERGY: Units = {
  ...{ mWh: 1e-6, Wh: 0.001, kWh: 1, MWh: 1_000, GWh: 1e6, TWh: 1e9 },
  ...{ J: 1 / 3.6e6, kJ: 1 / 3_600, MJ: 1 / 3.6, GJ: 1_000 / 3.6 },
};
const VOLUME: Units = {
  'm³': 1,
  m3: 1,
  L: 0.001,
  l: 0.001,
  mL: 1e-6,
  gal: 0.003785411784,
  'ft³': 0.028316846592,
  CCF: 2.8316846592,
  MCF: 28.316846592,
};
const FLOW: Units = {
  ...{ 'm³/h': 1_000, 'm3/h': 1_000, 'm³/min': 60_000, 'm³/s': 3_600_000 },
  ...{ 'L/h': 1, 'L/min': 60, 'L/s': 3_600, 'mL/s': 3.6 },
  ...{ 'gal/h': 3.785411784, 'gal/min': 227.12470704, 'gal/d': 3.785411784 / 24, 'ft³/min': 1_699.01079552 },
};

/** Gauges: metric and the factor of each unit. */
const GAUGES: Readonly<Record<string, readonly [metric: string, units: Units]>> = {
  power: ['power_w', { mW: 0.001, W: 1, kW: 1_000, MW: 1e6, GW: 1e9 }],
  apparent_power: ['apparent_va', { mVA: 0.001, VA: 1, kVA: 1_000 }],
  reactive_power: ['reactive_var', { mvar: 0.001, var: 1, kvar: 1_000 }],
  power_factor: ['power_factor', { '': 1, '%': 0.01 }],
  voltage: ['voltage_v', { V: 1, µV: 1e-6, mV: 0.001, kV: 1_000, MV: 1e6 }],
  current: ['current_a', { A: 1, mA: 0.001 }],
  humidity: ['humidity_pct', { '%': 1 }],
  battery: ['battery_pct', { '%': 1 }],
  signal_strength: ['link_quality', { dBm: 1, dB: 1, lqi: 1 }],
  volume_flow_rate: ['flow_lph', FLOW],
};

const ABOUT_THE_DEVICE = new Set([
  'battery_pct',
  'battery_mv',
  'link_quality',
  'device_alert',
  'online',
  'tamper',
  'battery_low',
]);

/** @returns undefined when it is none of our metrics; it then has a name of its own, see `fields` of devices.yaml */
export function targetOf(entity: EntityClass): Target | undefined {
  if (!isOurs(entity)) return undefined;
  const named = { ...entity, name: underscored(entity.words) };
  const target = entity.component === 'binary_sensor' ? binary(named) : sensor(named);
  // The chip's temperature is not the room's.
  return entity.diagnostic && target !== undefined && !ABOUT_THE_DEVICE.has(target.metric) ? undefined : target;
}

/** Most entities of a bridge have no class that is ours, and no name of theirs need be looked at. */
export function isOurs({ component, deviceClass, unit }: Omit<EntityClass, 'words'>): boolean {
  if (component === 'binary_sensor') return Object.hasOwn(BINARY, deviceClass);
  if (deviceClass === '') return unit === 'lqi';
  return Object.hasOwn(GAUGES, deviceClass) || ['energy', 'water', 'temperature'].includes(deviceClass);
}

function binary({ deviceClass, name }: Named): Target | undefined {
  // Soil that is wet is no leak, and a valve or a shutter that is open is no door.
  if (/_(?:soil|plant|valve|shutter|blind|curtain|awning)_|土壤|阀|窗帘/.test(name)) return undefined;
  return Object.hasOwn(BINARY, deviceClass) ? plain(BINARY[deviceClass] ?? '') : undefined;
}

function sensor(entity: Named): Target | undefined {
  const { deviceClass, unit, name } = entity;
  if (deviceClass === 'energy') return energy(entity);
  if (deviceClass === 'water') {
    const isForward = directionOf(name) !== 'sent' && spanOf(name) === undefined && !isLimit(name);
    return isForward ? register('water_total_m3', VOLUME, entity) : undefined;
  }
  if (isLimit(name)) return undefined;
  if (deviceClass === 'temperature') return isOfNoRoom(name) ? undefined : temperature(unit);
  if (deviceClass === '' && unit === 'lqi') return plain('link_quality');
  if (deviceClass === 'voltage' && /_(?:battery|batt|bat|cell)_|电池/.test(name)) return cell(entity);
  if (deviceClass === 'voltage' && entity.diagnostic) return unit === 'mV' ? plain('battery_mv') : undefined;
  return isElsewhere(entity) ? undefined : gauge(entity);
}

/** A gauge that has the class of one of our metrics and is something else by its name. */
function isElsewhere({ deviceClass, name, deviceName }: Named): boolean {
  switch (deviceClass) {
    case 'power':
    case 'apparent_power':
      return (directionOf(name) ?? madeBy(deviceName) ?? 'taken') !== 'taken';
    case 'voltage':
    case 'current':
      return isBesidePhases(name) || phaseIn(name) === 'unclear' || directionOf(name) === 'made';
    case 'humidity':
      return /_(?:soil|ground)_|土壤/.test(name);
    case 'battery':
      return madeBy(deviceName) !== undefined || /_(?:soc|state_of_charge|storage)_/.test(name);
    case 'volume_flow_rate':
      return isOfOtherMedium(name);
    default:
      return false;
  }
}

function gauge({ deviceClass, unit, name }: Named): Target | undefined {
  const found = Object.hasOwn(GAUGES, deviceClass) ? GAUGES[deviceClass] : undefined;
  if (found === undefined) return undefined;
  const [metric, units] = found;
  const scale = factor(units, unit);
  return scale === undefined ? undefined : { metric: `${metric}${phaseOf(name, metric)}`, scale, offset: 0 };
}

/** Of the cell in the device; the batteries of an inverter are another matter. */
function cell({ unit, deviceName }: Named): Target | undefined {
  if (madeBy(deviceName) !== undefined) return undefined;
  return unit === 'mV'
    ? plain('battery_mv')
    : unit === 'V'
      ? { metric: 'battery_mv', scale: 1_000, offset: 0 }
      : undefined;
}

/** What a device that makes energy counts is not the building's, unless the entity says so. */
function madeBy(deviceName = ''): 'unclear' | undefined {
  const direction = directionOf(deviceName);
  return direction === undefined || direction === 'taken' ? undefined : 'unclear';
}

/** A day's or a month's amount starts anew and is no register, whatever its state class says (Tasmota's `Today`). */
function energy(entity: Named): Target | undefined {
  const { name, deviceName } = entity;
  const scale = factor(ENERGY, entity.unit);
  if (scale === undefined) return undefined;
  const said = energyMeaning(name);
  const isUnsaid = said === 'whole' && directionOf(name) === undefined;
  switch (isUnsaid ? (madeBy(deviceName) ?? said) : said) {
    case 'today':
      return { metric: 'energy_today_kwh', scale, offset: 0 };
    case 'whole':
      return register('energy_total_kwh', ENERGY, entity);
    case 'sent':
    case 'made':
      return register('energy_export_total_kwh', ENERGY, entity);
    default:
      return undefined;
  }
}

function register(metric: string, units: Units, { unit, stateClass, resets, name }: Named): Target | undefined {
  const scale = factor(units, unit);
  const grows = (stateClass === 'total_increasing' || stateClass === 'total') && resets !== true;
  return scale === undefined || !grows ? undefined : { metric: `${metric}${phaseOf(name, metric)}`, scale, offset: 0 };
}

function temperature(unit: string): Target | undefined {
  if (unit === '°C' || unit === 'C' || unit === '℃') return plain('temperature_c');
  if (unit === '°F' || unit === 'F') return { metric: 'temperature_c', scale: 5 / 9, offset: -32 };
  return unit === 'K' ? { metric: 'temperature_c', scale: 1, offset: -273.15 } : undefined;
}

const OF_A_PHASE = new Set([
  'power_w',
  'voltage_v',
  'current_a',
  'power_factor',
  'energy_total_kwh',
  'energy_export_total_kwh',
]);

function phaseOf(name: string, metric: string): string {
  if (!OF_A_PHASE.has(metric)) return '';
  const phase = phaseIn(name);
  if (phase !== undefined) return `_l${phase}`;
  const channel = channelIn(name);
  return channel === undefined ? '' : `_ch${channel}`;
}

const plain = (metric: string): Target => ({ metric, scale: 1, offset: 0 });
const factor = (units: Units, unit: string): number | undefined =>
  Object.hasOwn(units, unit) ? units[unit] : undefined;
