import { decimalsOf } from '#contract/decimals.ts';

export type Figure = number | null;

/** Decimals for a column of figures that are added: as many as the least of them needs. */
export function columnDecimals(values: readonly Figure[]): number {
  return Math.max(0, ...values.map((value) => (value === null ? 0 : decimalsOf(value))));
}

const roundedTo = (value: number, digits: number): number => Number(value.toFixed(digits));

/** The rest that rounded parts leave of the rounded whole, in the same decimals. */
function restOf(whole: number, parts: readonly Figure[], digits: number): number {
  const sum = parts.reduce<number>((total, part) => total + (part === null ? 0 : roundedTo(part, digits)), 0);
  return roundedTo(roundedTo(whole, digits) - sum, digits);
}

/** Parts rounded so that they are the rounded whole: what rounding leaves goes to the largest. What is missing stays missing. */
export function roundedParts(whole: number, parts: readonly Figure[], digits: number): Figure[] {
  const left = restOf(whole, parts, digits);
  const byRounding = (0.5 * (parts.length + 1)) / 10 ** digits;
  const rest = Math.abs(left) <= byRounding + 1e-9 ? left : 0;
  const largest = parts.reduce<number>((best, part, index) => ((part ?? -1) > (parts[best] ?? -1) ? index : best), 0);
  return parts.map((part, index) =>
    part === null ? null : roundedTo(roundedTo(part, digits) + (index === largest ? rest : 0), digits),
  );
}

interface Balance {
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
 * @param digits decimals of all of them
 */
export function balanceOf(
  { total, unmetered, unmatched }: Summed,
  parts: readonly Figure[],
  isMetered: boolean,
  digits = columnDecimals([total, unmetered, ...parts]),
): Balance {
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

/** While a part is on its way nothing is balanced against it. */
function asTheyAre({ total, unmetered, unmatched }: Summed, parts: readonly Figure[], digits: number): Balance {
  const round = (value: Figure): Figure => (value === null ? null : roundedTo(value, digits));
  return {
    ...{ digits, total: round(total), parts: parts.map(round), unmetered: round(unmetered) },
    unmatched: round(unmatched?.amount ?? null) || null,
  };
}

/** The column of a breakdown, and its shares in percent, which are 100 together. */
export interface Column {
  readonly digits: number;
  readonly below: Balance;
  readonly belowShares: Balance;
  readonly own: readonly Figure[];
  readonly ownShares: readonly Figure[];
}

type Used = { readonly now: Summed | undefined };
const shareDigits = 1;

/** @param places decimals of the amounts; by default those that the column needs */
export function columnOf(data: Summed, below: readonly Used[], own: readonly Used[], places?: number): Column {
  const totals = (parts: readonly Used[]): Figure[] => parts.map(({ now }) => now?.total ?? null);
  const [partsBelow, partsOwn] = [totals(below), totals(own)];
  const digits = places ?? columnDecimals([data.total, data.unmetered, ...partsBelow, ...partsOwn]);
  const { total } = data;
  const percent = (value: Figure): Figure =>
    value === null || total === null || total <= 0 ? null : (100 * value) / total;
  const share: Summed = {
    total: percent(total),
    unmetered: percent(data.unmetered),
    unmatched: data.unmatched && { amount: percent(data.unmatched.amount) ?? 0 },
  };
  const isMetered = own.length > 0;
  const isWhole = below.every(({ now }) => now !== undefined);
  const balance = (whole: Summed, parts: readonly Figure[], decimals: number): Balance =>
    isWhole ? balanceOf(whole, parts, isMetered, decimals) : asTheyAre(whole, parts, decimals);
  const ownOf = (whole: Figure, parts: Figure[], decimals: number): readonly Figure[] =>
    whole === null || parts.includes(null) ? parts : roundedParts(whole, parts, decimals);
  return {
    digits,
    below: balance(data, partsBelow, digits),
    belowShares: balance(share, partsBelow.map(percent), shareDigits),
    own: ownOf(total, partsOwn, digits),
    ownShares: ownOf(share.total, partsOwn.map(percent), shareDigits),
  };
}
