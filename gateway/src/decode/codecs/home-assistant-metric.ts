/** Device class, unit and state class of a Home Assistant entity to one of our metrics. */

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
  /** About the device itself, such as the temperature of its chip. */
  readonly diagnostic: boolean;
  /** Its own name and ids, lower case: what tells today's energy from the register, one phase from the others. */
  readonly words: string;
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
const ENERGY: Units = { Wh: 0.001, kWh: 1, MWh: 1_000, GWh: 1e6, MJ: 1 / 3.6, GJ: 1_000 / 3.6 };
const VOLUME: Units = {
  'm³': 1,
  m3: 1,
  L: 0.001,
  l: 0.001,
  gal: 0.003785411784,
  'ft³': 0.028316846592,
  CCF: 2.8316846592,
};
const FLOW: Units = { 'm³/h': 1_000, 'm3/h': 1_000, 'L/h': 1, 'L/min': 60, 'L/s': 3_600, 'gal/min': 227.12470704 };

/** Gauges: metric and the factor of each unit. */
const GAUGES: Readonly<Record<string, readonly [metric: string, units: Units]>> = {
  power: ['power_w', { mW: 0.001, W: 1, kW: 1_000, MW: 1e6 }],
  apparent_power: ['apparent_va', { VA: 1, kVA: 1_000 }],
  reactive_power: ['reactive_var', { var: 1, kvar: 1_000 }],
  power_factor: ['power_factor', { '': 1, '%': 0.01 }],
  voltage: ['voltage_v', { V: 1, mV: 0.001, kV: 1_000 }],
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
  const target = entity.component === 'binary_sensor' ? binary(entity) : sensor(entity);
  // The chip's temperature is not the room's.
  return entity.diagnostic && target !== undefined && !ABOUT_THE_DEVICE.has(target.metric) ? undefined : target;
}

function binary({ deviceClass }: EntityClass): Target | undefined {
  return Object.hasOwn(BINARY, deviceClass) ? plain(BINARY[deviceClass] ?? '') : undefined;
}

function sensor(entity: EntityClass): Target | undefined {
  const { deviceClass, unit, diagnostic } = entity;
  if (deviceClass === 'energy') return energy(entity);
  if (deviceClass === 'water') return register('water_total_m3', VOLUME, entity);
  if (deviceClass === 'temperature') return temperature(unit);
  if (deviceClass === '' && unit === 'lqi') return plain('link_quality');
  if (deviceClass === 'voltage' && diagnostic) return unit === 'mV' ? plain('battery_mv') : undefined;
  const gauge = Object.hasOwn(GAUGES, deviceClass) ? GAUGES[deviceClass] : undefined;
  if (gauge === undefined) return undefined;
  const [metric, units] = gauge;
  const scale = factor(units, unit);
  return scale === undefined ? undefined : { metric: `${metric}${phaseOf(entity.words, metric)}`, scale, offset: 0 };
}

/** A day's or a month's amount starts anew and is no register, whatever its state class says (Tasmota's `Today`). */
const PERIOD =
  /(?:^|[^a-z])(?:to_?day|yesterday|daily|day|weekly?|monthly?|month|yearly?|year|hourly|hour|last|cost)(?:[^a-z]|$)|今日|昨日|本月|上月|当日/;
const TODAY = /(?:^|[^a-z])(?:to_?day|daily)(?:[^a-z]|$)|今日|当日/;
const EXPORT = /(?:^|[^a-z])(?:export(?:ed)?|returned|produced|production|reverse|feed_?in)(?:[^a-z]|$)|反向/;

function energy(entity: EntityClass): Target | undefined {
  const scale = factor(ENERGY, entity.unit);
  if (scale === undefined) return undefined;
  if (PERIOD.test(entity.words))
    return TODAY.test(entity.words) ? { metric: 'energy_today_kwh', scale, offset: 0 } : undefined;
  return register(EXPORT.test(entity.words) ? 'energy_export_total_kwh' : 'energy_total_kwh', ENERGY, entity);
}

function register(metric: string, units: Units, { unit, stateClass, words }: EntityClass): Target | undefined {
  const scale = factor(units, unit);
  const grows = stateClass === 'total_increasing' || stateClass === 'total';
  return scale === undefined || !grows || PERIOD.test(words)
    ? undefined
    : { metric: `${metric}${phaseOf(words, metric)}`, scale, offset: 0 };
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
const PHASE = /(?:^|[^a-z])(?:l|phase_?)([1-3])(?:[^a-z0-9]|$)|(?:^|[^a-z])phase_?([abc])(?:[^a-z]|$)/;

function phaseOf(words: string, metric: string): string {
  const found = OF_A_PHASE.has(metric) ? PHASE.exec(words) : null;
  if (found === null) return '';
  return `_l${found[1] ?? 'abc'.indexOf(found[2] ?? 'a') + 1}`;
}

const plain = (metric: string): Target => ({ metric, scale: 1, offset: 0 });
const factor = (units: Units, unit: string): number | undefined =>
  Object.hasOwn(units, unit) ? units[unit] : undefined;
