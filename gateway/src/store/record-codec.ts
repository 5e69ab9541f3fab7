/** The hot record: 24 bytes a reading (u32 series, u16 flags, u16 arrival lag, f64 ts, f64 value), little-endian. */

import { FLAG_BITS, type Reading } from '#contract/readings.ts';
import { decodeLag, encodeLag } from './arrival-lag.ts';

export const RECORD_BYTES = 24;
/** In a hot record only: no reading, but "the point at this ts has a rival"; sets the `conflict` flag on replay. */
export const CONFLICT_MARK = 0x8000;

/** In a hot record only: an import; not in the journal, never judged. */
export const HISTORY_MARK = 0x4000;
/** In a hot record only: the arrival lag counts forwards. A moved reading can stand after the commit's base. */
const AFTER_MARK = 0x2000;
/** What of the flags belongs to the point. */
export const POINT_FLAGS = 0x1fff;

/** Records over one buffer. Word i of record k: k × words-per-record + i. */
export interface Records {
  readonly length: number;
  readonly u32: Uint32Array;
  readonly u16: Uint16Array;
  readonly f64: Float64Array;
}

export function recordsOver(buffer: ArrayBuffer, length = Math.floor(buffer.byteLength / RECORD_BYTES)): Records {
  return {
    length,
    u32: new Uint32Array(buffer, 0, 6 * length),
    u16: new Uint16Array(buffer, 0, 12 * length),
    f64: new Float64Array(buffer, 0, 3 * length),
  };
}

export const seriesAt = (records: Records, k: number): number => records.u32[6 * k] ?? 0;
export const flagsAt = (records: Records, k: number): number => records.u16[12 * k + 2] ?? 0;
/** Arrival; of a moved reading the instant it stands for. @param arrived base of the commit */
export function receivedAt(records: Records, k: number, arrived: number): number {
  const lag = decodeLag(records.u16[12 * k + 3] ?? 0);
  return (flagsAt(records, k) & AFTER_MARK) === 0 ? arrived - lag : arrived + lag;
}
export const tsAt = (records: Records, k: number): number => records.f64[3 * k + 1] ?? 0;
export const valueAt = (records: Records, k: number): number => records.f64[3 * k + 2] ?? 0;

/**
 * @param arrivedAt base of the commit: no reading in it arrived later
 * @param history an import, see HISTORY_MARK
 */
export function writeRecord(
  records: Records,
  k: number,
  series: number,
  reading: Reading,
  arrivedAt: number,
  history: boolean,
): void {
  const { ts, value, flags, receivedAt } = reading;
  records.u32[6 * k] = series;
  records.u16[12 * k + 2] = (flags & POINT_FLAGS) | (history ? HISTORY_MARK : 0);
  records.u16[12 * k + 3] = encodeLag(arrivedAt - receivedAt);
  records.f64[3 * k + 1] = Math.round(ts);
  // Minus zero becomes zero: nobody can tell them apart on a meter, and a decimal codec does not keep it.
  records.f64[3 * k + 2] = value + 0;
}

/** @returns the sentence of what is wrong, undefined for a reading that can be stored */
export function unstorable({ device, metric, ts, value, receivedAt }: Reading): string | undefined {
  if (!Number.isFinite(value)) return `${device}/${metric}: the value ${value} is no finite number`;
  if (!(Math.abs(ts) <= 8.64e15)) return `${device}/${metric}: the time ${ts} is no instant`;
  if (!Number.isFinite(receivedAt)) return `${device}/${metric}: the arrival time ${receivedAt} is no instant`;
  return undefined;
}

/** Writes where a reading stands that is moved. @returns that instant, within 0.04 % of its distance from `arrived`, never before `at` */
export function placeRecord(records: Records, k: number, at: number, arrived: number): number {
  const lag = encodeLag(Math.abs(arrived - at));
  const isAfter = at > arrived;
  records.u16[12 * k + 2] = flagsAt(records, k) | FLAG_BITS.moved | (isAfter ? AFTER_MARK : 0);
  records.u16[12 * k + 3] = isAfter || decodeLag(lag) <= arrived - at ? lag : lag - 1;
  return receivedAt(records, k, arrived);
}

/** Moves record `from` down to `to`. */
export function moveRecord(records: Records, from: number, to: number): void {
  if (from !== to) records.u32.copyWithin(6 * to, 6 * from, 6 * from + 6);
}

/** Makes record `k` a conflict mark. */
export function markRecord(records: Records, k: number): void {
  records.u16[12 * k + 2] = CONFLICT_MARK;
}
