/**
 * Units that messages say, beside a value or behind it, in the units of our metrics. A closed list: what is not in it is
 * not guessed. Plain data, no validator: decoder, wizard and dashboard share it.
 */
import { metricInfo } from './metrics.ts';

/** (value + offset) × up ÷ down is in the unit `of` our metrics. */
export interface Unit {
  readonly of: string;
  readonly up: number;
  readonly down: number;
  readonly offset: number;
}

/** By the unit of our metrics: spellings, parted by blanks, with their factor. Case tells mW from MW. */
const QUANTITIES: Readonly<Record<string, readonly (readonly [spellings: string, up?: number, down?: number])[]>> = {
  kWh: [
    ['kWh kW·h kW.h 度 千瓦时'],
    ...([
      ['mWh', 1, 1e6],
      ['Wh', 1, 1_000],
      ['MWh', 1_000],
      ['GWh', 1e6],
      ['TWh', 1e9],
    ] as const),
    ...([
      ['J', 1, 3.6e6],
      ['kJ', 1, 3_600],
      ['MJ', 1, 3.6],
      ['GJ', 1_000, 3.6],
    ] as const),
  ],
  W: [['W watt watts 瓦'], ['mW', 1, 1_000], ['kW 千瓦', 1_000], ['MW', 1e6], ['GW', 1e9]],
  V: [['V volt volts 伏'], ['µV μV', 1, 1e6], ['mV', 1, 1_000], ['kV 千伏', 1_000], ['MV', 1e6]],
  A: [['A amp amps 安'], ['mA 毫安', 1, 1_000], ['kA', 1_000]],
  var: [['var'], ['mvar', 1, 1_000], ['kvar', 1_000], ['Mvar', 1e6]],
  VA: [['VA'], ['mVA', 1, 1_000], ['kVA', 1_000], ['MVA', 1e6]],
  'm³': [
    ['m³ m3 ㎥ cbm 立方米 立方 吨'],
    ['L liter litre liters litres 升', 1, 1_000],
    ['mL', 1, 1e6],
    ['gal', 3_785_411_784, 1e12],
    ['ft³ ft3', 28_316_846_592, 1e12],
    ['CCF', 28_316_846_592, 1e10],
    ['MCF', 28_316_846_592, 1e9],
  ],
  'L/h': [
    ['L/h lph'],
    ['m³/h m3/h ㎥/h', 1_000],
    ['m³/min m3/min', 60_000],
    ['m³/s m3/s', 3_600_000],
    ...([
      ['L/min lpm', 60],
      ['L/s lps', 3_600],
      ['mL/s', 36, 10],
    ] as const),
    ...([
      ['gal/h', 3_785_411_784, 1e9],
      ['gal/min', 227_124_707_040, 1e9],
      ['gal/d', 3_785_411_784, 24e9],
    ] as const),
    ['ft³/min', 1_699_010_795_520, 1e9],
  ],
  '%': [['% %RH pct percent']],
  s: [['s'], ['ms', 1, 1_000], ['min', 60], ['h', 3_600], ['d days', 86_400]],
  '°C': [['°C ℃ C degC celsius 摄氏度']],
};
const TEMPERATURES: readonly (readonly [spellings: string, up: number, down: number, offset: number])[] = [
  ['°F ℉ F degF fahrenheit 华氏度', 5, 9, -32],
  ['K kelvin', 1, 1, -273.15],
];
/** What nothing but case tells apart and people write in any case; of the others in another case none is taken. */
const PREFERRED = ['MWh', 'mV', 'mA'];
/** Our own unit where it is a multiple of that of its quantity. */
const OWN: Readonly<Record<string, readonly [of: string, per: number]>> = { mV: ['V', 1_000], d: ['s', 1 / 86_400] };
/** Metrics that count nothing a unit could change. */
const ANY_UNIT = new Set(['link_quality', 'camera_fps']);

const EXACT = new Map<string, Unit>([
  ...Object.entries(QUANTITIES).flatMap(([of, units]) =>
    units.flatMap(([spellings, up = 1, down = 1]) => named(spellings, { of, up, down, offset: 0 })),
  ),
  ...TEMPERATURES.flatMap(([spellings, up, down, offset]) => named(spellings, { of: '°C', up, down, offset })),
]);
const FOLDED = folded();

function named(spellings: string, unit: Unit): [string, Unit][] {
  return spellings.split(' ').map((spelling) => [spelling, unit]);
}

function folded(): ReadonlyMap<string, Unit | undefined> {
  const found = new Map<string, Unit | undefined>();
  for (const [spelling, unit] of EXACT) {
    const lower = spelling.toLowerCase();
    found.set(lower, found.has(lower) && found.get(lower) !== unit ? undefined : unit);
  }
  for (const spelling of PREFERRED) found.set(spelling.toLowerCase(), EXACT.get(spelling));
  return found;
}

/** @param said as the message writes it, such as `°F` */
export function unitOf(said: string): Unit | undefined {
  const text = said.trim();
  return EXACT.get(text) ?? FOLDED.get(text.toLowerCase());
}

/** @returns the value in the unit `of` our metrics */
export function inOurs({ up, down, offset }: Unit, value: number): number {
  return up === down && offset === 0 ? value : tidy(((value + offset) * up) / down);
}

type FromUnit = (value: number) => number;
const same: FromUnit = (value) => value;

/** @returns what makes the metric's own unit of it; undefined for a unit that is not known, or not of this metric */
export function fromUnit(metric: string, said: string): FromUnit | undefined {
  const info = metricInfo(metric);
  if (info === undefined || info.kind === 'state' || ANY_UNIT.has(metric)) return same;
  if (info.unit === '')
    return said.trim() === '%' && metric.startsWith('power_factor') ? (value) => tidy(value / 100) : undefined;
  const unit = unitOf(said);
  const [of, per] = OWN[info.unit] ?? [info.unit, 1];
  if (unit === undefined || unit.of !== of) return undefined;
  return per === 1 ? (value) => inOurs(unit, value) : (value) => tidy((value * unit.up * per) / unit.down);
}

/** Nine decimals: what two binary fractions leave behind is no measurement. */
const tidy = (value: number): number => (Math.abs(value) < 1e6 ? Math.round(value * 1e9) / 1e9 : value);

export interface Quantity {
  readonly value: number;
  readonly unit: string;
}

const LONGEST = 40;
const QUANTITY = /^([+-]?[\d.,]{1,24}(?:[eE][+-]?\d{1,2})?)\s{0,2}([\p{L}°℃℉%㎥][\p{L}°%³·./\d]{0,11})$/u;
const PLAIN = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,2})?$/;
/** A comma before the decimals; before three digits it may part thousands, unless a zero or more than three stand before. */
const COMMA = /^[+-]?(?:\d+,(?:\d{1,2}|\d{4,})|0,\d+|\d{4,},\d+)$/;
const GROUPED = /^[+-]?[1-9]\d{0,2}(?:,\d{3})+\.\d+$/;
const GROUPED_BY_DOTS = /^[+-]?[1-9]\d{0,2}(?:\.\d{3})+,\d+$/;

/**
 * A number with its unit behind it, as texts say it: `3.2 kW`, `230V`, `12,5 m³`. A unit that is not known is letters only.
 * @returns undefined for anything else, also for `1,234 kWh`, which may be either
 */
export function quantityIn(text: string): Quantity | undefined {
  if (text.length > LONGEST) return undefined;
  const [, digits = '', unit = ''] = QUANTITY.exec(text.trim()) ?? [];
  if (unit === '' || (unitOf(unit) === undefined && /[\d.]/.test(unit))) return undefined;
  const plain = plainDigits(digits);
  const value = plain === undefined ? Number.NaN : Number(plain);
  return Number.isFinite(value) ? { value, unit } : undefined;
}

function plainDigits(digits: string): string | undefined {
  if (PLAIN.test(digits)) return digits;
  if (COMMA.test(digits)) return digits.replace(',', '.');
  if (GROUPED.test(digits)) return digits.replaceAll(',', '');
  return GROUPED_BY_DOTS.test(digits) ? digits.replaceAll('.', '').replace(',', '.') : undefined;
}
