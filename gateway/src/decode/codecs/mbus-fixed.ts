/** The fixed data structure of M-Bus meters: EN 1434-3, as meters of before the variable one send it. Two counters, one unit each. */
import { printed } from './serial-bytes.ts';

export interface FixedAnswer {
  readonly number: Buffer;
  readonly status: number;
  /** Codes of EN 13757-3, of which this structure has the first sixteen. */
  readonly medium: number;
  readonly values: readonly { readonly name: string; readonly value: number | null; readonly ofMedium: boolean }[];
}

/** Number, access, status, medium with both units, two counters. */
export const FIXED_BYTES = 16;
const BINARY = 0x01;
const OF_A_FIXED_DAY = 0x02;

interface Unit {
  readonly from: number;
  readonly to: number;
  readonly name: string;
  /** Power of ten of the first code; one more with every further one. */
  readonly exponent: number;
  readonly ofMedium: boolean;
}

const unit = (from: number, to: number, name: string, exponent: number, ofMedium = true): Unit => ({
  from,
  to,
  name,
  exponent,
  ofMedium,
});

/** Codes that are not here: dates, heat cost allocators, “the same unit, but stored”, none. */
const UNITS: readonly Unit[] = [
  unit(0x02, 0x0a, 'energy_wh', 0),
  unit(0x0b, 0x13, 'energy_j', 3),
  unit(0x14, 0x1c, 'power_w', 0),
  unit(0x1d, 0x25, 'power_jph', 3),
  unit(0x26, 0x2e, 'volume_m3', -6),
  unit(0x2f, 0x37, 'flow_m3ph', -6, false),
];

/** @param data the sixteen bytes behind the control information */
export function fixedAnswer(data: Buffer): FixedAnswer {
  const [status = 0, low = 0, high = 0] = [data[5], data[6], data[7]];
  const values = new Map<string, FixedAnswer['values'][number]>();
  if ((status & OF_A_FIXED_DAY) === 0) {
    for (const [code, at] of [
      [low & 0x3f, 8],
      [high & 0x3f, 12],
    ] as const) {
      const found = UNITS.find(({ from, to }) => code >= from && code <= to);
      if (found === undefined) continue;
      const counter = counterOf(data.subarray(at, at + 4), (status & BINARY) !== 0);
      const exponent = found.exponent + code - found.from;
      // Two counters of one quantity, such as two tariffs: the second is no value of the first.
      const name = values.has(found.name) ? `${found.name}_2` : found.name;
      values.set(name, { name, ofMedium: found.ofMedium, value: counter === null ? null : scaled(counter, exponent) });
    }
  }
  return { number: data.subarray(0, 4), status, medium: ((high >> 6) << 2) | (low >> 6), values: [...values.values()] };
}

function counterOf(bytes: Buffer, isBinary: boolean): number | null {
  if (isBinary) return bytes.readInt32LE(0);
  const digits = printed(bytes);
  return /^\d{8}$/.test(digits) ? Number(digits) : null;
}

const scaled = (value: number, exponent: number): number =>
  exponent < 0 ? value / 10 ** -exponent : value * 10 ** exponent;
