/** Accumulates what is known of each hour of a range. Mutable inside one booking, never shared. */
import type { HourBook, KnownPart } from '../store/reading-store.ts';

export const HOUR_MS = 3_600_000;

export interface HourLedger {
  /** The whole hours it covers. */
  readonly from: number;
  readonly to: number;
  /**
   * Spreads `amount` evenly over [t1, t2); the part outside the ledger's hours is left out.
   * @param estimated known only as a share of a longer gap
   */
  add(t1: number, t2: number, amount: number, estimated: boolean): void;
  /** Sets flag bits on the hour that holds `at`. */
  flag(at: number, bits: number): void;
  /** The register stood at `value` at `at`; ignored unless `at` is a full hour. */
  register(at: number, value: number): void;
  /** Full hours in [t1, t2] whose boundary register is to be told. */
  boundaries(t1: number, t2: number, registerAt: (boundary: number) => number): void;
  /** Hours of which something is known or flagged, ascending; what is not listed is missing as a whole. */
  books(): HourBook[];
}

/**
 * @param hourPhaseMs offset of the site's full hours from UTC's, for zones of :30 and :45
 * @param from,to widened to whole hours
 */
export function createHourLedger(from: number, to: number, hourPhaseMs: number): HourLedger {
  const first = Math.floor((from - hourPhaseMs) / HOUR_MS) * HOUR_MS + hourPhaseMs;
  const count = Math.max(0, Math.ceil((to - first) / HOUR_MS));
  const end = first + count * HOUR_MS;
  const increase = new Float64Array(count);
  const knownMs = new Float64Array(count);
  const estimatedMs = new Float64Array(count);
  /** First and last known instant of each hour, ms from its start. */
  const knownFrom = new Float64Array(count).fill(HOUR_MS);
  const knownTo = new Float64Array(count);
  const flags = new Uint16Array(count);
  const registers = new Float64Array(count + 1).fill(Number.NaN);
  const at = (column: Float64Array, i: number): number => column[i] ?? 0;

  const put = (hour: number, start: number, ms: number, amount: number, estimated: boolean): void => {
    const offset = start - first - hour * HOUR_MS;
    increase[hour] = at(increase, hour) + amount;
    knownMs[hour] = at(knownMs, hour) + ms;
    knownFrom[hour] = Math.min(at(knownFrom, hour), offset);
    knownTo[hour] = Math.max(at(knownTo, hour), offset + ms);
    if (estimated) estimatedMs[hour] = at(estimatedMs, hour) + ms;
  };

  return {
    from: first,
    to: end,
    add(t1, t2, amount, estimated) {
      if (t2 <= first || t1 >= end) return;
      const hour = Math.floor((t1 - first) / HOUR_MS);
      if (hour >= 0 && t2 <= first + (hour + 1) * HOUR_MS) {
        put(hour, t1, t2 - t1, amount, estimated);
        return;
      }
      const until = Math.min(t2, end);
      for (let a = Math.max(t1, first); a < until; ) {
        const i = Math.floor((a - first) / HOUR_MS);
        const b = Math.min(until, first + (i + 1) * HOUR_MS);
        put(i, a, b - a, (amount * (b - a)) / (t2 - t1), estimated);
        a = b;
      }
    },
    flag(instant, bits) {
      if (bits === 0 || instant < first || instant >= end) return;
      const hour = Math.floor((instant - first) / HOUR_MS);
      flags[hour] = (flags[hour] ?? 0) | bits;
    },
    register(instant, value) {
      const hour = (instant - first) / HOUR_MS;
      if (hour >= 0 && hour <= count && Number.isInteger(hour)) registers[hour] = value;
    },
    boundaries(t1, t2, registerAt) {
      const last = Math.min(count, Math.floor((t2 - first) / HOUR_MS));
      for (let i = Math.max(0, Math.ceil((t1 - first) / HOUR_MS)); i <= last; i += 1) {
        registers[i] = registerAt(first + i * HOUR_MS);
      }
    },
    books() {
      const books: HourBook[] = [];
      for (let i = 0; i < count; i += 1) {
        const known = at(knownMs, i);
        const bits = flags[i] ?? 0;
        if (known === 0 && bits === 0) continue;
        // Rounded towards known, so that an hour with any known part never claims 3600 s missing.
        const missingS = Math.floor(Math.max(0, HOUR_MS - known) / 1000);
        const part = known > 0 ? knownPart(at(knownFrom, i), at(knownTo, i)) : undefined;
        books.push({
          from: first + i * HOUR_MS,
          increase: known > 0 ? at(increase, i) : null,
          estimatedS: Math.min(Math.round(at(estimatedMs, i) / 1000), 3600 - missingS),
          missingS,
          startRegister: known > 0 ? orNull(registers[i]) : null,
          endRegister: known > 0 ? orNull(registers[i + 1]) : null,
          flags: bits,
          ...(part === undefined ? {} : { known: part }),
        });
      }
      return books;
    },
  };
}

/** Rounded inwards: whoever asks until the newest reading gets all that was measured. Undefined for a whole hour. */
function knownPart(fromMs: number, toMs: number): KnownPart | undefined {
  const fromS = Math.min(3599, Math.ceil(fromMs / 1000));
  const toS = Math.max(fromS + 1, Math.floor(toMs / 1000));
  return fromS === 0 && toS === 3600 ? undefined : { fromS, toS };
}

const orNull = (value: number | undefined): number | null =>
  value === undefined || Number.isNaN(value) ? null : value;
