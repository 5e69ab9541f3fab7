import { decimalsOf } from '#contract/decimals.ts';
import type { Format } from './format.ts';

interface Words {
  excess(amount: string): string;
  overtime(length: string): string;
}

/** How much too much, in the digits and units of the sentence of its alert. */
export function excessText(
  excess: number,
  unit: string,
  t: Words,
  format: Pick<Format, 'duration' | 'quantity'>,
): string {
  if (unit === 'min') return t.overtime(format.duration(excess * 60_000));
  return t.excess(format.quantity(excess, unit, decimalsOf(excess)));
}
