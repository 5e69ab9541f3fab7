/** What an M-Bus record measures: the value information tables of EN 13757-3 (primary, FB, FD) and their qualifiers. */
import type { MbusRecord } from './mbus-records.ts';

interface Range {
  readonly table: MbusRecord['table'];
  readonly from: number;
  readonly to: number;
  /** Quantity and the unit of 10^0. */
  readonly name: string;
  /** Power of ten of the first code; one more with every further one. */
  readonly exponent: number;
  /** What is counted is what the meter is for: the name says so where that is neither water nor electricity. */
  readonly ofMedium?: boolean;
}

const range = (table: Range['table'], from: number, to: number, name: string, exponent: number): Range => ({
  table,
  from,
  to,
  name,
  exponent,
});
const counted = (table: Range['table'], from: number, to: number, name: string, exponent: number): Range => ({
  ...range(table, from, to, name, exponent),
  ofMedium: true,
});

const RANGES: readonly Range[] = [
  counted(0, 0x00, 0x07, 'energy_wh', -3),
  counted(0, 0x08, 0x0f, 'energy_j', 0),
  counted(0, 0x10, 0x17, 'volume_m3', -6),
  counted(0, 0x28, 0x2f, 'power_w', -3),
  counted(0, 0x30, 0x37, 'power_jph', 0),
  range(0, 0x38, 0x3f, 'flow_m3ph', -6),
  range(0, 0x40, 0x47, 'flow_m3pmin', -7),
  range(0, 0x48, 0x4f, 'flow_m3ps', -9),
  range(0, 0x58, 0x5b, 'flow_temperature_c', -3),
  range(0, 0x5c, 0x5f, 'return_temperature_c', -3),
  range(0, 0x60, 0x63, 'temperature_difference_k', -3),
  range(0, 0x64, 0x67, 'external_temperature_c', -3),
  counted(0xfb, 0x00, 0x01, 'energy_wh', 5),
  counted(0xfb, 0x08, 0x09, 'energy_j', 8),
  counted(0xfb, 0x10, 0x11, 'volume_m3', 2),
  counted(0xfb, 0x28, 0x29, 'power_w', 5),
  counted(0xfb, 0x30, 0x31, 'power_jph', 8),
  range(0xfd, 0x40, 0x4f, 'voltage_v', -9),
  range(0xfd, 0x50, 0x5f, 'current_a', -12),
];

/** Qualifiers that leave a value what it is; all others make it something else: per pulse, per hour, of a limit, a maker's own. */
const NO_ERROR = 0x00;
const POSITIVE_ONLY = 0x3b;
const NEGATIVE_ONLY = 0x3c;
const FACTOR_FROM = 0x70;
const FACTOR_TO = 0x77;
const THOUSANDFOLD = 0x7d;

export interface Quantity {
  readonly name: string;
  readonly value: number | null;
  readonly ofMedium: boolean;
}

/** @returns undefined for a record that is none of the quantities of the table, or not of the present moment */
export function mbusQuantity({ current, table, vif, vifes, value }: MbusRecord): Quantity | undefined {
  const found = RANGES.find((one) => one.table === table && vif >= one.from && vif <= one.to);
  if (!current || found === undefined) return undefined;
  let exponent = found.exponent + vif - found.from;
  let name = found.name;
  for (const vife of vifes) {
    if (vife >= FACTOR_FROM && vife <= FACTOR_TO) exponent += vife - FACTOR_FROM - 6;
    else if (vife === THOUSANDFOLD) exponent += 3;
    else if (vife === NEGATIVE_ONLY) name = `${found.name}_negative`;
    else if (vife !== NO_ERROR && vife !== POSITIVE_ONLY) return undefined;
  }
  return { name, value: value === null ? null : scaled(value, exponent), ofMedium: found.ofMedium ?? false };
}

/** Divided by a power of ten, not multiplied by its inexact inverse: 332 is 0.332. */
function scaled(value: number, exponent: number): number {
  return exponent < 0 ? value / 10 ** -exponent : value * 10 ** exponent;
}
