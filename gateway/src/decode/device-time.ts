/** When a value happened: the device's own time if it can be believed, else the arrival. */
import { FLAG_BITS } from '#contract/readings.ts';
import { LIMITS } from '#contract/topics.ts';

export interface EventTime {
  readonly ts: number;
  readonly flags: number;
}

/**
 * @param deviceTs epoch ms; undefined when the message carried no time, NaN when it carried one that cannot be read
 * @param at arrival, epoch ms
 * @param intervalMs how often the device reports; older than two of them is `late`
 * @returns device time when within −31 d … +10 min of arrival, else arrival with flag `clock`
 */
export function admitTime(deviceTs: number | undefined, at: number, intervalMs: number): EventTime {
  if (deviceTs === undefined) return { ts: at, flags: FLAG_BITS.untimed };
  const believed = deviceTs >= at - LIMITS.deviceTimePastMs && deviceTs <= at + LIMITS.deviceTimeFutureMs;
  if (!believed) return { ts: at, flags: FLAG_BITS.clock };
  return { ts: deviceTs, flags: deviceTs < at - 2 * intervalMs ? FLAG_BITS.late : 0 };
}

const ISO = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d)?)(?:[.,](\d{1,9}))?\s?(Z|z|[+-]\d\d:?\d\d)$/;

/** ISO 8601 with offset to epoch ms; NaN for anything else, a time without offset included. */
export function parseIso(text: string): number {
  const found = ISO.exec(text);
  if (!found) return Number.NaN;
  const [, day, time = '', fraction = '', zone = ''] = found;
  const seconds = time.length === 5 ? `${time}:00` : time;
  const offset = zone.length === 5 ? `${zone.slice(0, 3)}:${zone.slice(3)}` : zone.toUpperCase();
  return Date.parse(`${day}T${seconds}.${fraction.padEnd(3, '0').slice(0, 3)}${offset}`);
}

/** The native `ts`: epoch ms or ISO 8601 with offset. Undefined when absent, NaN when it is neither. */
export function nativeTime(ts: unknown): number | undefined {
  if (ts === undefined || ts === null) return undefined;
  if (typeof ts === 'number') return Number.isFinite(ts) ? Math.round(ts) : Number.NaN;
  return typeof ts === 'string' ? parseIso(ts) : Number.NaN;
}
