/** When a value happened: the device's own time if it can be believed, else the arrival. */
import { FLAG_BITS } from '#contract/readings.ts';
import { LIMITS } from '#contract/topics.ts';
import { bareWord } from '../shared/plain-text.ts';
import { epochOf, readTimeText } from '../shared/time-text.ts';

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

const ISO = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d)?)(?:[.,](\d{1,9}))?\s?(Z|z|[+-]\d\d(?::?\d\d)?)$/;

/** ISO 8601 with offset to epoch ms; NaN for anything else, a time without offset included. */
export function parseIso(text: string): number {
  const found = ISO.exec(text);
  if (!found) return Number.NaN;
  const [, day, time = '', fraction = '', zone = ''] = found;
  const seconds = time.length === 5 ? `${time}:00` : time;
  return Date.parse(`${day}T${seconds}.${fraction.padEnd(3, '0').slice(0, 3)}${offsetOf(zone)}`);
}

/** `+08` and `+0800` as `+08:00`. */
function offsetOf(zone: string): string {
  if (zone.length === 3) return `${zone}:00`;
  return zone.length === 5 ? `${zone.slice(0, 3)}:${zone.slice(3)}` : zone.toUpperCase();
}

/**
 * The native `ts`: epoch ms or ISO 8601 with offset; digits that can be an epoch in another unit are that.
 * @param at arrival, epoch ms
 * @returns epoch ms; undefined when absent, NaN when it is none
 */
export function nativeTime(ts: unknown, at: number): number | undefined {
  if (ts === undefined || ts === null || ts === '') return undefined;
  if (typeof ts === 'number') {
    // Nearly every one: ms about now.
    if (Math.abs(ts - at) <= LIMITS.deviceTimePastMs) return Math.round(ts);
    return Number.isFinite(ts) ? (epochOf(ts, at) ?? Math.round(ts)) : Number.NaN;
  }
  if (typeof ts !== 'string') return Number.NaN;
  const text = bareWord(ts);
  const iso = parseIso(text);
  if (!Number.isNaN(iso)) return iso;
  const read = readTimeText(text, at);
  if (read.kind === 'time' && read.offsetMs !== undefined) return read.wall - read.offsetMs;
  return read.kind === 'epoch' ? read.at : Number.NaN;
}
