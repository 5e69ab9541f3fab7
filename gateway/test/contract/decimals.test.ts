import { expect, it } from 'vitest';
import { decimalsOf } from '#contract/decimals.ts';
import { quantity } from '#contract/measure-words.ts';

it('leaves something of what is not nought, in sentences too', () => {
  for (let value = 1e-5; value < 1e4; value *= 1.37) {
    expect(Number(value.toFixed(decimalsOf(value)))).toBeGreaterThan(0);
    expect(Number.parseFloat(quantity(value, 'm³'))).toBe(Number(value.toFixed(decimalsOf(value))));
  }
});

it('takes the residue of a sum for nought', () => {
  expect([0, 1e-12, -1e-12].map(decimalsOf)).toEqual([0, 0, 0]);
});
