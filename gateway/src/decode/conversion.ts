/** One raw value of a message to one number of a metric. */
import type { Conversion, Suffix } from '#contract/config/profile.ts';
import { metricInfo } from '#contract/metrics.ts';
import { bareWord } from '../shared/plain-text.ts';
import { isUnknown, toNumber } from './payload.ts';
import type { Captures } from './topic-pattern.ts';

/** Undefined: the device does not know. NaN: it said something that is no value of this metric. */
export type Convert = (raw: unknown) => number | undefined;

export function compileConversion(spec: Conversion): Convert {
  const word = spec.map === undefined ? plainNumber : mapped(spec.map);
  const scaled = scaling(spec.scale);
  const { offset = 0, invert = false, round, range } = spec;
  const info = metricInfo(spec.metric);
  const min = Math.max(info?.min ?? -Infinity, range?.[0] ?? -Infinity);
  const max = Math.min(info?.max ?? Infinity, range?.[1] ?? Infinity);
  const places = round === undefined ? undefined : 10 ** round;
  return (raw) => {
    const number = word(raw);
    if (number === undefined) return undefined;
    let value = scaled(number) + offset;
    if (invert) value = 1 - value;
    if (places !== undefined) value = Math.round(value * places) / places;
    return value >= min && value <= max ? value : Number.NaN;
  };
}

/** Metric names with their suffix, by the number that makes it; undefined where no such metric exists. */
export function compileSuffix(metric: string, suffix: Suffix): (number: string) => string | undefined {
  const names = Array.from({ length: 100 }, (_, n) => {
    if (n === suffix.bare) return metric;
    const name = `${metric}_${suffix.as}${n + suffix.plus}`;
    return metricInfo(name) === undefined ? undefined : name;
  });
  return (number) => (/^\d{1,2}$/.test(number) ? names[Number(number)] : undefined);
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

function mapped(map: Readonly<Record<string, number | null>>): Convert {
  const words = new Map(Object.entries(map));
  const other = words.get('*');
  return (raw) => {
    if (typeof raw === 'object' && raw !== null) return Number.NaN;
    const hit = words.get(typeof raw === 'string' ? bareWord(raw) : String(raw));
    if (hit !== undefined) return hit ?? undefined;
    if (isUnknown(raw)) return undefined;
    return other === undefined ? Number.NaN : (other ?? undefined);
  };
}

function scaling(scale: number | string | undefined): (value: number) => number {
  if (scale === undefined) return (value) => value;
  if (typeof scale === 'number') return (value) => tidy(value * scale);
  const divisor = Number(scale.slice(2));
  return (value) => tidy(value / divisor);
}

/** Nine decimals: the store packs 131.88185 in five bytes and 131.88185000000001 in eight. */
function tidy(value: number): number {
  return Math.abs(value) < 1e6 ? Math.round(value * 1e9) / 1e9 : value;
}
