/** Values that look like the time of the reading, with the unit a profile's `ts` takes. */
import type { TIME_UNITS } from '#contract/enums.ts';
import { epochOf, epochUnit, readTimeText } from '../shared/time-text.ts';
import { fieldName } from './field-name.ts';
import type { Scalar, ScalarField } from './read-message.ts';

export interface ProposedTime {
  readonly path: string;
  readonly unit: Exclude<(typeof TIME_UNITS)[number], 'auto'>;
  readonly sample: string | number;
}

const NAME =
  /_(?:t|ts|tm|time|times|timestamp|time_stamp|date|date_time|datetime|at|utc|epoch|unix|unixtime|sampled|created|received_at|reported|last_seen|gmt|时间|时间戳|采集时间|上报时间|抄表时间|stamp|gettime|collect_time|event_time|sendtime|minute_ts)_|time$/;
const DAY_MS = 86_400_000;
const PAST_MS = 400 * DAY_MS;
const FUTURE_MS = 2 * DAY_MS;
const ISO = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?(?:[.,]\d{1,9})?\s?(Z|z|[+-]\d\d(?::?\d\d)?)$/;
const COMPACT = /^\d{8}T\d{6}(?:Z|[+-]\d\d(?::?\d\d)?)$/;

/** @param at arrival of the message, epoch ms: a number counts as time only near it */
export function proposeTimes(fields: readonly ScalarField[], at: number): readonly ProposedTime[] {
  const found = fields.flatMap((field) => {
    const unit = unitOf(field.value, at);
    if (unit === undefined || (typeof field.value !== 'string' && typeof field.value !== 'number')) return [];
    const isNamed = NAME.test(fieldName(field, '').own);
    // A register or a serial number may by chance look like a clock; a text in the form of a time is one.
    const isDigits = typeof field.value === 'number' || (unit === 'local' && /^\d+$/.test(field.value));
    if (!isNamed && isDigits) return [];
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
    return isWallClock(text, at) ? 'local' : unitOf(/^\d{10,19}$/.test(text) ? Number(text) : null, at);
  }
  if (typeof value !== 'number') return undefined;
  const unit = epochUnit(value, at);
  const ms = epochOf(value, at);
  if (unit !== undefined && ms !== undefined) return ms > at - PAST_MS && ms < at + FUTURE_MS ? unit : undefined;
  return isWallClock(String(value), at) ? 'local' : undefined;
}

/** A date with a time of day; of digits alone only what lies near: they may be anything. */
function isWallClock(text: string, at: number): boolean {
  const read = readTimeText(text, at);
  if (read.kind !== 'time' || read.isDay || read.offsetMs !== undefined) return false;
  return !/^\d+$/.test(text) || Math.abs(read.wall - at) < PAST_MS;
}
