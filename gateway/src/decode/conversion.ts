/** One raw value of a message to one number of a metric. */
import type { Conversion, Suffix } from '#contract/config/profile.ts';
import { metricInfo } from '#contract/metrics.ts';
import { fromUnit, quantityIn } from '#contract/units.ts';
import { bareWord } from '../shared/plain-text.ts';
import { isUnknown, toNumber } from './payload.ts';
import { plainWord, stateReader } from './state-words.ts';
import type { Captures } from './topic-pattern.ts';

/** Undefined: the device does not know. NaN: it said something that is no value of this metric. */
export type Convert = (raw: unknown) => number | undefined;

/** @param own what makes the metric's unit of a value whose unit is known otherwise: instead of `scale` and `offset` */
export function compileConversion(spec: Conversion, own?: (value: number) => number): Convert {
  const { offset = 0, round, range } = spec;
  const info = metricInfo(spec.metric);
  const isState = info?.kind === 'state' && spec.map === undefined;
  const word = isState
    ? stateReader(spec.metric, spec.invert === true)
    : spec.map === undefined
      ? plainNumber
      : mapped(spec.map);
  const scaled = own ?? scaling(spec.scale, offset);
  const invert = !isState && spec.invert === true;
  const min = Math.max(info?.min ?? -Infinity, range?.[0] ?? -Infinity);
  const max = Math.min(info?.max ?? Infinity, range?.[1] ?? Infinity);
  const places = round === undefined ? undefined : 10 ** round;
  const finish = (converted: number): number => {
    let value = invert ? 1 - converted : converted;
    if (places !== undefined) value = Math.round(value * places) / places;
    return value >= min && value <= max ? value : Number.NaN;
  };
  const saysUnit = info !== undefined && info.kind !== 'state' && spec.map === undefined;
  return (raw) => {
    const number = word(raw);
    if (number === undefined) return undefined;
    if (saysUnit && typeof raw === 'string' && Number.isNaN(number)) return finish(withUnit(spec.metric, raw));
    return finish(scaled(number));
  };
}

/** `3.2 kW`: the unit counts instead of a scale. NaN for one that is not known, or not of this metric. */
function withUnit(metric: string, text: string): number {
  const said = quantityIn(bareWord(text));
  return (said && fromUnit(metric, said.unit)?.(said.value)) ?? Number.NaN;
}

/**
 * Metric names with their suffix, by the number that makes it, or by the letter of a phase (a, b, c; x, y, z; r, s, t);
 * undefined where no such metric exists.
 */
export function compileSuffix(metric: string, suffix: Suffix): (said: string) => string | undefined {
  const names = new Map<string, string | undefined>();
  return (said) => {
    const known = names.get(said);
    if (known !== undefined || names.has(said)) return known;
    const n = placeOf(said, suffix.as);
    const made = n === suffix.bare ? metric : `${metric}_${suffix.as}${(n ?? Number.NaN) + suffix.plus}`;
    const name = n === undefined || metricInfo(made) === undefined ? undefined : made;
    if (names.size < MAX_PLACES) names.set(said, name);
    return name;
  };
}

const MAX_PLACES = 1_000;
const PHASES = ['abc', 'xyz', 'rst'];

function placeOf(said: string, as: Suffix['as']): number | undefined {
  if (/^\d{1,3}$/.test(said)) return Number(said);
  if (as === 'ch' || said.length !== 1) return undefined;
  const letter = said.toLowerCase();
  const phases = PHASES.find((names) => names.includes(letter));
  return phases === undefined ? undefined : phases.indexOf(letter) + 1;
}

/** The metric a suffix makes, the bare metric when nothing was captured; undefined when there is none. */
export function suffixed(
  metric: string,
  suffix: Suffix | undefined,
  name: ((n: string) => string | undefined) | undefined,
  captures: Captures,
): string | undefined {
  if (suffix === undefined || name === undefined) return metric;
  const number = captures[suffix.from];
  return number === undefined ? metric : name(number);
}

function plainNumber(raw: unknown): number | undefined {
  const value = toNumber(typeof raw === 'string' ? bareWord(raw) : raw);
  return value === undefined && !isUnknown(raw) ? Number.NaN : value;
}

const LONGEST_WORD = 256;

/** As the map writes a word, else without regard to case and to blanks or NUL around it. */
function mapped(map: Readonly<Record<string, number | null>>): Convert {
  const words = new Map(Object.entries(map));
  const other = words.get('*');
  const folded = new Map<string, number | null>();
  for (const [word, value] of words) if (!folded.has(plainWord(word))) folded.set(plainWord(word), value);
  return (raw) => {
    if (typeof raw === 'object' && raw !== null) return Number.NaN;
    const text = typeof raw === 'string' ? bareWord(raw) : String(raw);
    const hit = words.get(text) ?? folded.get(text.length > LONGEST_WORD ? text : plainWord(text));
    if (hit !== undefined) return hit ?? undefined;
    if (isUnknown(raw)) return undefined;
    return other === undefined ? Number.NaN : (other ?? undefined);
  };
}

function scaling(scale: number | string | undefined, offset: number): (value: number) => number {
  if (scale === undefined) return (value) => value + offset;
  if (typeof scale === 'number') return (value) => tidy(value * scale) + offset;
  const divisor = Number(scale.slice(2));
  return (value) => tidy(value / divisor) + offset;
}

/** Nine decimals: the store packs 131.88185 in five bytes and 131.88185000000001 in eight. */
function tidy(value: number): number {
  return Math.abs(value) < 1e6 ? Math.round(value * 1e9) / 1e9 : value;
}
