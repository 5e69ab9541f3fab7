/** Decimals of a figure of an alert, so that its sentence and every list say the same: two or three figures, and small amounts are seen to grow. */
export function figureDigits(value: number): number {
  const size = Math.abs(value);
  if (size >= 100) return 0;
  if (size >= 10) return 1;
  return size >= 0.1 ? 2 : 3;
}
