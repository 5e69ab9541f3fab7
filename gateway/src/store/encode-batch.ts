/** Appends of one commit as a batch for the writer, and what became of them as the judge sees it. */
import { FLAG_BITS, type Reading } from '#contract/readings.ts';
import { decodeLag, encodeLag } from './arrival-lag.ts';
import type { Batch, Committed } from './commit-batch.ts';
import type { JournalEntry } from './reading-store.ts';
import { POINT_FLAGS, RECORD_BYTES, recordsOver, writeRecord } from './record-codec.ts';
import type { SeriesNames } from './series-names.ts';

export interface Append {
  readonly readings: readonly Reading[];
  readonly history: boolean;
}

export function encodeBatch(appends: readonly Append[], names: SeriesNames, released: number): Batch {
  let total = 0;
  let arrived = Number.NEGATIVE_INFINITY;
  for (const { readings } of appends) {
    total += readings.length;
    for (const reading of readings) arrived = Math.max(arrived, reading.receivedAt);
  }
  const buffer = new ArrayBuffer(total * RECORD_BYTES);
  const records = recordsOver(buffer);
  const ends = new Uint32Array(appends.length);
  let k = 0;
  appends.forEach(({ readings, history }, i) => {
    for (const reading of readings) {
      writeRecord(records, k, names.id(reading.device, reading.metric), reading, arrived, history);
      k += 1;
    }
    ends[i] = k;
  });
  return { records: buffer, ends, arrived: Number.isFinite(arrived) ? arrived : 0, names: names.fresh(), released };
}

/** The commit as its hot row will read after a restart: new readings only, no imports. */
export function committedEntry(
  appends: readonly Append[],
  arrived: number,
  { seq, fresh, moved }: Committed,
): JournalEntry {
  const readings: Reading[] = [];
  let k = 0;
  let next = 0;
  for (const append of appends) {
    for (const reading of append.readings) {
      const isNew = fresh === undefined || fresh[next] === k;
      if (isNew) next += 1;
      if (isNew && !append.history) readings.push(asStored(reading, arrived, moved?.get(k)));
      k += 1;
    }
  }
  return { seq, readings };
}

/** Almost always the reading itself: only a fraction of a millisecond or a lag of more than 32 s is rounded. */
function asStored(reading: Reading, arrived: number, standsAt: number | undefined): Reading {
  const receivedAt = arrived - decodeLag(encodeLag(arrived - reading.receivedAt));
  const ts = Math.round(reading.ts);
  const flags = reading.flags & POINT_FLAGS;
  if (standsAt !== undefined) return { ...reading, ts, flags: flags | FLAG_BITS.moved, receivedAt: standsAt };
  if (receivedAt === reading.receivedAt && ts === reading.ts && flags === reading.flags) return reading;
  return { ...reading, ts, flags, receivedAt };
}
