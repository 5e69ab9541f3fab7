/** Beyond this a figure is the residue of a sum. */
const MOST = 6;

/**
 * Decimals with which a figure is shown: three figures from one on, two below it, so that what is not nought never reads
 * as nought. Pages and sentences take it from here: one figure has the same digits wherever it is told.
 */
export function decimalsOf(value: number): number {
  const size = Math.abs(value);
  if (size >= 100 || size < 0.5 * 10 ** -MOST) return 0;
  if (size >= 10) return 1;
  return size >= 1 ? 2 : Math.min(MOST, 1 - Math.floor(Math.log10(size)));
}
