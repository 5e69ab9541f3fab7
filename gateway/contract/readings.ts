/** A reading: one value of one metric of one device at one instant. The unit everything downstream of decode speaks. */
import type { Flag, Quality } from './enums.ts';

export interface Reading {
  /** Device id as in devices.yaml. */
  readonly device: string;
  readonly metric: string;
  /** Event time, epoch ms UTC: the device's own time when believed, else the arrival time. */
  readonly ts: number;
  /** Always a finite number in the metric's unit; states are 0 or 1. */
  readonly value: number;
  /** Bit set, see FLAG_BITS. */
  readonly flags: number;
  /** Arrival, epoch ms UTC; of a reading flagged `moved` the instant it stands for, see `placeOf`: earlier, or up to 2 s later. */
  readonly receivedAt: number;
}

/** A device clock this far ahead of ours is jitter; beyond it the clock is wrong. */
const JITTER_MS = 2_000;
/** When a wrong clock measured is known to about this much. */
export const UNSURE_MS = 60_000;

type Timed = Pick<Reading, 'ts' | 'receivedAt'>;
type Stored = Pick<Reading, 'ts' | 'receivedAt' | 'flags'>;

/** The instant a reading stands for in the order of readings, epoch ms: its own, or its arrival when its clock is ahead. */
export function orderTime({ ts, receivedAt }: Timed): number {
  return ts > receivedAt + JITTER_MS ? receivedAt : ts;
}

/**
 * Whether a reading that said a time after its arrival is older than one that comes later: that one need not have reached
 * the said time, nor, where the clock was wrong, quite that of the arrival.
 */
function givesWay(ahead: Timed, next: Timed): boolean {
  if (ahead.ts <= ahead.receivedAt || next.receivedAt <= ahead.receivedAt) return false;
  const since = orderTime(ahead) === ahead.ts ? ahead.receivedAt : ahead.receivedAt - UNSURE_MS;
  return next.ts >= since;
}

/** The one order of time of a series: whether `next` is newer than `newest`. Of one instant, the later arrival. */
export function isNewer(next: Timed, newest: Timed): boolean {
  if (givesWay(newest, next)) return true;
  if (givesWay(next, newest)) return false;
  const ahead = orderTime(next) - orderTime(newest);
  if (ahead !== 0) return ahead > 0;
  if (next.receivedAt !== newest.receivedAt) return next.receivedAt > newest.receivedAt;
  return next.ts >= newest.ts;
}

/**
 * Where a new reading stands in its series. The store asks once, when it commits the reading, and keeps the answer with
 * it: live rules, back-tests and books then agree.
 * @param newest of the same series by `isNewer`
 * @returns epoch ms; undefined for nearly every reading: at its own time. Else at its arrival: it said a later time, or it
 *   outranks one that did and says an earlier time than that one stands at. What follows that and says a still earlier
 *   time than it stands at stands right after it: at its own arrival, a series that is always late would never get out
 */
export function placeOf(next: Stored, newest: Stored | undefined): number | undefined {
  if ((next.flags & UNPLACED) !== 0) return undefined;
  const own = orderTime(next);
  if (newest !== undefined && isNewer(next, newest)) {
    const before = standsAt(newest);
    const outranks = givesWay(newest, next);
    const isAfterMoved = (newest.flags & FLAG_BITS.moved) !== 0 || outranks;
    if (own < before || (own === before && isAfterMoved)) {
      return outranks ? Math.max(next.receivedAt, before + 1) : before + 1;
    }
  }
  return own === next.ts ? undefined : own;
}

/** The instant a stored reading stands for, epoch ms. */
export function standsAt(reading: Stored): number {
  return (reading.flags & FLAG_BITS.moved) === 0 ? orderTime(reading) : reading.receivedAt;
}

/** One bit per flag; quality other than `measured` has bits too, so that one u16 carries both. */
export const FLAG_BITS = {
  clock: 1,
  late: 2,
  conflict: 4,
  'catch-up': 8,
  rollover: 16,
  reset: 32,
  estimated: 64,
  manual: 128,
  /** The value came from a replayed message: a hint of state, never a sample. */
  replayed: 256,
  /** The message carried no time of its own. */
  untimed: 512,
  /** Came as the last will of a vanished client: a suspicion. */
  will: 1024,
  /** Stands in its series elsewhere than at its time, see `placeOf`. */
  moved: 2048,
} as const;

/** Never moved: no samples of now, and what a person entered with its time. */
const UNPLACED = FLAG_BITS.late | FLAG_BITS['catch-up'] | FLAG_BITS.manual | FLAG_BITS.replayed | FLAG_BITS.will;

/**
 * Both flags on one reading of a register: the first of a new meter, as two people signed it. The step onto it is a swap
 * that counts nothing; the reading before it is the last of the old meter.
 */
export const SWAP_BITS = FLAG_BITS.manual | FLAG_BITS.reset;

export function isSwap(bits: number): boolean {
  return (bits & SWAP_BITS) === SWAP_BITS;
}

const NAMED: readonly Flag[] = ['clock', 'late', 'conflict', 'catch-up', 'rollover', 'reset'];

/** Names of the wire's flags set in `bits`, in catalogue order. */
export function flagNames(bits: number): Flag[] {
  return NAMED.filter((name) => (bits & FLAG_BITS[name]) !== 0);
}

/** Quality a stored value carries; `missing` never comes from a stored value. */
export function qualityOf(bits: number): Exclude<Quality, 'missing'> {
  if ((bits & FLAG_BITS.manual) !== 0) return 'manual';
  return (bits & FLAG_BITS.estimated) !== 0 ? 'estimated' : 'measured';
}
