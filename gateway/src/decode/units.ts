/** Units that messages say beside a value, in the units of our metrics. A closed list: what is not in it is not guessed. */
import { metricInfo } from '#contract/metrics.ts';

/** Of one quantity: each unit by its factor to ours. Case tells mW from MW, so what is written is tried first. */
const QUANTITIES: Readonly<Record<string, Readonly<Record<string, readonly [up: number, down: number]>>>> = {
  kWh: { kWh: [1, 1], Wh: [1, 1_000], MWh: [1_000, 1], GWh: [1e6, 1], 度: [1, 1], kW·h: [1, 1], 'kW.h': [1, 1] },
  W: {
    W: [1, 1],
    kW: [1_000, 1],
    MW: [1e6, 1],
    mW: [1, 1_000],
    watt: [1, 1],
    watts: [1, 1],
    瓦: [1, 1],
    千瓦: [1_000, 1],
  },
  V: { V: [1, 1], mV: [1, 1_000], kV: [1_000, 1], volt: [1, 1], volts: [1, 1], 伏: [1, 1] },
  mV: { mV: [1, 1], V: [1_000, 1] },
  A: { A: [1, 1], mA: [1, 1_000], kA: [1_000, 1], amp: [1, 1], amps: [1, 1], 安: [1, 1] },
  var: { var: [1, 1], kvar: [1_000, 1], Mvar: [1e6, 1] },
  VA: { VA: [1, 1], kVA: [1_000, 1], MVA: [1e6, 1] },
  'm³': {
    'm³': [1, 1],
    m3: [1, 1],
    '㎥': [1, 1],
    cbm: [1, 1],
    立方米: [1, 1],
    吨: [1, 1],
    L: [1, 1_000],
    liter: [1, 1_000],
    litre: [1, 1_000],
    liters: [1, 1_000],
    litres: [1, 1_000],
    升: [1, 1_000],
    gal: [3_785_411_784, 1e12],
    'ft³': [28_316_846_592, 1e12],
    ft3: [28_316_846_592, 1e12],
  },
  'L/h': {
    'L/h': [1, 1],
    lph: [1, 1],
    'm³/h': [1_000, 1],
    'm3/h': [1_000, 1],
    '㎥/h': [1_000, 1],
    'L/min': [60, 1],
    lpm: [60, 1],
    'L/s': [3_600, 1],
  },
  '%': { '%': [1, 1], '%rh': [1, 1], pct: [1, 1], percent: [1, 1] },
  d: { d: [1, 1], days: [1, 1], h: [1, 24] },
  s: { s: [1, 1], ms: [1, 1_000] },
};
const CELSIUS = new Set(['°c', '℃', 'c', 'degc', 'celsius', '摄氏度']);
const FAHRENHEIT = new Set(['°f', '℉', 'f', 'degf', 'fahrenheit', '华氏度']);
const KELVIN = new Set(['k', 'kelvin']);
/** Metrics that count nothing a unit could change. */
const ANY_UNIT = new Set(['link_quality', 'camera_fps']);

type FromUnit = (value: number) => number;
const same: FromUnit = (value) => value;

/**
 * @param said as the message writes it, such as `°F`
 * @returns what makes the metric's own unit of it; undefined for a unit that is not known, or not of this metric
 */
export function fromUnit(metric: string, said: string): FromUnit | undefined {
  const info = metricInfo(metric);
  const text = said.trim();
  if (info === undefined || info.kind === 'state' || ANY_UNIT.has(metric)) return same;
  if (info.unit === '°C') return fromTemperature(text.toLowerCase());
  if (info.unit === '') return text === '%' && metric.startsWith('power_factor') ? scaledBy(1, 100) : undefined;
  const units = QUANTITIES[info.unit];
  if (units === undefined) return undefined;
  const lower = text.toLowerCase();
  const name = Object.hasOwn(units, text) ? text : Object.keys(units).find((unit) => unit.toLowerCase() === lower);
  const found = name === undefined ? undefined : units[name];
  return found === undefined ? undefined : scaledBy(found[0], found[1]);
}

function fromTemperature(unit: string): FromUnit | undefined {
  if (CELSIUS.has(unit)) return same;
  if (FAHRENHEIT.has(unit)) return (value) => tidy(((value - 32) * 5) / 9);
  return KELVIN.has(unit) ? (value) => tidy(value - 273.15) : undefined;
}

const scaledBy = (up: number, down: number): FromUnit => (up === down ? same : (value) => tidy((value * up) / down));

/** Nine decimals: what two binary fractions leave behind is no measurement. */
const tidy = (value: number): number => (Math.abs(value) < 1e6 ? Math.round(value * 1e9) / 1e9 : value);
