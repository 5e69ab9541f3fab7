import { decimalsOf } from '#contract/decimals.ts';

type Figure = number | null;

/** Decimals for a column of figures that are added: as many as the least of them needs. */
export function columnDecimals(values: readonly Figure[]): number {
  return Math.max(0, ...values.map((value) => (value === null ? 0 : decimalsOf(value))));
}

export const roundedTo = (value: number, digits: number): number => Number(value.toFixed(digits));

/** The rest that rounded parts leave of the rounded whole, in the same decimals. */
export function restOf(whole: number, parts: readonly Figure[], digits: number): number {
  const sum = parts.reduce<number>((total, part) => total + (part === null ? 0 : roundedTo(part, digits)), 0);
  return roundedTo(roundedTo(whole, digits) - sum, digits);
}

/** Parts rounded so that they are the rounded whole: what rounding leaves goes to the largest. */
export function roundedParts(whole: number, parts: readonly Figure[], digits: number): Figure[] {
  const rest = restOf(whole, parts, digits);
  const largest = parts.reduce<number>((best, part, index) => ((part ?? -1) > (parts[best] ?? -1) ? index : best), 0);
  return parts.map((part, index) =>
    part === null ? null : roundedTo(roundedTo(part, digits) + (index === largest ? rest : 0), digits),
  );
}

export interface Balance {
  readonly digits: number;
  readonly total: Figure;
  /** In the order of the parts. */
  readonly parts: readonly Figure[];
  readonly unmetered: Figure;
  /** In hours that not every meter knows; null: there are none worth a row. */
  readonly unmatched: Figure;
}

interface Summed {
  readonly total: Figure;
  readonly unmetered: Figure;
  readonly unmatched?: { readonly amount: number } | undefined;
}

/**
 * A total and what it consists of, as they are shown: the parts, the difference and what cannot be matched are the total,
 * to the last digit. The parts keep their values; what rounding leaves goes to the difference.
 * @param isMetered an own meter counts the total; otherwise the parts are all of it
 */
export function balanceOf({ total, unmetered, unmatched }: Summed, parts: readonly Figure[], isMetered: boolean): Balance {
  const digits = columnDecimals([total, unmetered, ...parts]);
  if (total === null) {
    const shown = parts.map((part) => (part === null ? null : roundedTo(part, digits)));
    return { digits, total, parts: shown, unmetered, unmatched: null };
  }
  const whole = roundedTo(total, digits);
  if (!isMetered) {
    return { digits, total: whole, parts: roundedParts(total, parts, digits), unmetered: null, unmatched: null };
  }
  const shown = parts.map((part) => (part === null ? null : roundedTo(part, digits)));
  const rest = restOf(total, parts, digits);
  if (unmetered === null) return { digits, total: whole, parts: shown, unmetered, unmatched: unmatched ? rest : null };
  const apart = unmatched === undefined ? 0 : roundedTo(unmatched.amount, digits);
  return {
    ...{ digits, total: whole, parts: shown, unmetered: roundedTo(rest - apart, digits) },
    unmatched: apart === 0 ? null : apart,
  };
}
