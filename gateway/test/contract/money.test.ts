import { expect, test } from 'vitest';
import { money } from '#contract/money.ts';

test.each([
  [319.4, '¥319.40'],
  [7.8, '¥7.80'],
  [0, '¥0.00'],
  [1_000, '¥1,000.00'],
  [1_234_567.891, '¥1,234,567.89'],
  [-0.5, '−¥0.50'],
  [-0.001, '¥0.00'],
])('%d yuan are %s', (yuan, said) => {
  expect(money(yuan)).toBe(said);
});
