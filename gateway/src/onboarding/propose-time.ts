/** Values that look like the time of the reading, with the unit a profile's `ts` takes. */
import { fieldName } from './field-name.ts';
import type { Scalar, ScalarField } from './read-message.ts';

export interface ProposedTime {
  readonly path: string;
  readonly unit: 'ms' | 's' | 'us' | 'iso' | 'iso-compact' | 'local';
  readonly sample: string | number;
}

const NAME =
  /_(?:t|ts|tm|time|times|timestamp|time_stamp|date|date_time|datetime|at|utc|epoch|unix|unixtime|sampled|created|received_at|reported|last_seen|gmt|时间|时间戳|采集时间|上报时间|抄表时间|stamp|gettime|collect_time|event_time|sendtime|minute_ts)_|time$/;
const DAY_MS = 86_400_000;
const PAST_MS = 400 * DAY_MS;
const FUTURE_MS = 2 * DAY_MS;
const ISO = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?(?:[.,]\d{1,9})?\s?(Z|z|[+-]\d\d:?\d\d)$/;
const LOCAL = /^\d{4}[-/]\d\d?[-/]\d\d?[T ]\d\d?:\d\d(?::\d\d)?(?:\.\d{1,6})?$/;
const COMPACT = /^\d{8}T\d{6}Z$/;

/** @param at arrival of the message, epoch ms: a number counts as time only near it */
export function proposeTimes(fields: readonly ScalarField[], at: number): readonly ProposedTime[] {
  const found = fields.flatMap((field) => {
    const unit = unitOf(field.value, at);
    if (unit === undefined || (typeof field.value !== 'string' && typeof field.value !== 'number')) return [];
    const isNamed = NAME.test(fieldName(field, '').own);
    // A register may by chance be as large as a clock; a text in the form of a time is one.
    if (!isNamed && typeof field.value === 'number') return [];
    return [{ path: field.path, unit, sample: field.value, isNamed, depth: field.keys.length }];
  });
  return found
    .sort((a, b) => Number(b.isNamed) - Number(a.isNamed) || a.depth - b.depth)
    .map(({ path, unit, sample }) => ({ path, unit, sample }));
}

function unitOf(value: Scalar, at: number): ProposedTime['unit'] | undefined {
  if (typeof value === 'string') {
    const text = value.trim();
    if (ISO.test(text)) return 'iso';
    if (COMPACT.test(text)) return 'iso-compact';
    if (LOCAL.test(text)) return 'local';
    return /^\d{10,16}$/.test(text) ? unitOf(Number(text), at) : undefined;
  }
  if (typeof value !== 'number') return undefined;
  const isNear = (ms: number): boolean => ms > at - PAST_MS && ms < at + FUTURE_MS;
  if (isNear(value)) return 'ms';
  if (isNear(value * 1_000)) return 's';
  return isNear(value / 1_000) ? 'us' : undefined;
}
