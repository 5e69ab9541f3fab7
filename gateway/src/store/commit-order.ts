/** Where the readings of one commit stand: asked of every one, answered at once for all but those about a clock ahead. */
import { FLAG_BITS, isNewer, placeOf, type Reading } from '#contract/readings.ts';
import { LIMITS } from '#contract/topics.ts';
import { lagErrorMs } from './arrival-lag.ts';
import { flagsAt, HISTORY_MARK, POINT_FLAGS, placeRecord, type Records, receivedAt, tsAt } from './record-codec.ts';
import type { SeriesState } from './series-table.ts';

type Stored = Pick<Reading, 'ts' | 'receivedAt' | 'flags'>;

export interface CommitOrder {
  /**
   * To be called for each reading that is new, in order. Marks its record where it is moved.
   * @returns how far after its time it stands, ms; undefined: it is not moved
   */
  place(series: SeriesState, k: number): number | undefined;
}

export function commitOrder(records: Records, arrived: number): CommitOrder {
  /** Newest reading of series that had one ahead, earlier readings of this commit included. */
  let ahead: Map<number, Stored> | undefined;

  return {
    place(series, k) {
      const { id, kind, latestTs, latestReceived, latestFlags, intervalMs = 0 } = series;
      const ts = tsAt(records, k);
      // An interval speaks at its end, and none speaks for another's time.
      const span = kind === 'interval' ? intervalMs : 0;
      const received = arrivalOf(k, ts + span);
      const isPlain = ts + span <= received && latestTs <= latestReceived && (latestFlags & FLAG_BITS.moved) === 0;
      if (isPlain && !ahead?.has(id)) return undefined;
      const bits = flagsAt(records, k);
      const next = { ts: ts + span, receivedAt: received, flags: bits & POINT_FLAGS };
      if (kind === 'interval') return moved(k, ts, placeOf(next, undefined), bits);
      const newest = ahead?.get(id) ?? newestOf(series);
      const shift = moved(k, ts, placeOf(next, newest), bits);
      const stored = shift === undefined ? next : { ts, receivedAt: ts + shift, flags: next.flags | FLAG_BITS.moved };
      ahead ??= new Map();
      ahead.set(id, newest === undefined || isNewer(stored, newest) ? stored : newest);
      return shift;
    },
  };

  /** As late as the record allows, up to the time it says: an arrival that is rounded makes no clock run ahead. */
  function arrivalOf(k: number, said: number): number {
    const received = receivedAt(records, k, arrived);
    return Math.max(received, Math.min(said, received + lagErrorMs(arrived - received)));
  }

  /**
   * Imports stand where they say: when their file was read says nothing about a clock. So does what comes from further
   * ahead than any clock is believed to be.
   */
  function moved(k: number, ts: number, at: number | undefined, bits: number): number | undefined {
    if (at === undefined || (bits & HISTORY_MARK) !== 0) return undefined;
    if (ts - receivedAt(records, k, arrived) > LIMITS.deviceTimeFutureMs) return undefined;
    return placeRecord(records, k, at, arrived) - ts;
  }
}

function newestOf({ latestTs, latestReceived, latestFlags }: SeriesState): Stored | undefined {
  if (latestTs === Number.NEGATIVE_INFINITY) return undefined;
  return { ts: latestTs, receivedAt: latestReceived, flags: latestFlags };
}
