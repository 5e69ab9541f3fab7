/** Device class, unit, state class and name of a Home Assistant entity to one of our metrics. */
import { unitOf } from '#contract/units.ts';
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

/** Gauges: metric and its unit in the table of units. */
const GAUGES: Readonly<Record<string, readonly [metric: string, of: string]>> = {
  power: ['power_w', 'W'],
  apparent_power: ['apparent_va', 'VA'],
  reactive_power: ['reactive_var', 'var'],
  power_factor: ['power_factor', ''],
  voltage: ['voltage_v', 'V'],
  current: ['current_a', 'A'],
  humidity: ['humidity_pct', '%'],
  battery: ['battery_pct', '%'],
  signal_strength: ['link_quality', 'dBm'],
  volume_flow_rate: ['flow_lph', 'L/h'],
};
/** Of what has no unit of its own. */
const BARE: Readonly<Record<string, ReadonlyMap<string, number>>> = {
  '': new Map([
    ['', 1],
    ['%', 0.01],
  ]),
  dBm: new Map([
    ['dBm', 1],
    ['dB', 1],
    ['lqi', 1],
  ]),
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
    return isForward ? register('water_total_m3', 'm³', entity) : undefined;
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
  const [metric, of] = found;
  const scale = factor(of, unit);
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
  const scale = factor('kWh', entity.unit);
  if (scale === undefined) return undefined;
  const said = energyMeaning(name);
  const isUnsaid = said === 'whole' && directionOf(name) === undefined;
  switch (isUnsaid ? (madeBy(deviceName) ?? said) : said) {
    case 'today':
      return { metric: 'energy_today_kwh', scale, offset: 0 };
    case 'whole':
      return register('energy_total_kwh', 'kWh', entity);
    case 'sent':
    case 'made':
      return register('energy_export_total_kwh', 'kWh', entity);
    default:
      return undefined;
  }
}

function register(metric: string, of: string, { unit, stateClass, resets, name }: Named): Target | undefined {
  const scale = factor(of, unit);
  const grows = (stateClass === 'total_increasing' || stateClass === 'total') && resets !== true;
  return scale === undefined || !grows ? undefined : { metric: `${metric}${phaseOf(name, metric)}`, scale, offset: 0 };
}

function temperature(said: string): Target | undefined {
  const unit = unitOf(said);
  if (unit?.of !== '°C') return undefined;
  return { metric: 'temperature_c', scale: unit.up / unit.down, offset: unit.offset };
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
/** What makes our unit of a said one; undefined where it is none of that quantity. */
function factor(of: string, said: string): number | undefined {
  const bare = BARE[of];
  if (bare !== undefined) return bare.get(said);
  const unit = unitOf(said);
  return unit?.of === of ? unit.up / unit.down : undefined;
}
