import { expect, it } from 'vitest';
import { balanceOf, columnOf, roundedParts } from './add-up.ts';

const sum = (values: readonly (number | null)[]): number =>
  values.reduce<number>((total, value) => total + (value ?? 0), 0);
const random = (of: number): number => ((of * 16_807) % 2_147_483_647) / 2_147_483_647;

it('parts, difference and what cannot be matched are the total, to the last digit that is shown', () => {
  for (let seed = 3; seed < 400; seed += 1) {
    const size = 10 ** ((seed % 8) - 3);
    const parts = [1, 2, 3, 4].map((n) => (n === 2 && seed % 5 === 0 ? null : size * random(seed * n)));
    const [unmetered, amount] = [size * 0.2 * random(seed * 77), size * random(seed * 99)];
    const total = sum(parts) + unmetered + amount;
    const shown = balanceOf({ total, unmetered, unmatched: { amount } }, parts, true);
    expect(sum([...shown.parts, shown.unmetered, shown.unmatched])).toBeCloseTo(shown.total ?? Number.NaN, 9);
    const without = balanceOf({ total: total - unmetered - amount, unmetered: null }, parts, false);
    expect(sum(without.parts)).toBeCloseTo(without.total ?? Number.NaN, 9);
  }
});

it('keeps the digits that each figure has elsewhere', () => {
  const shown = balanceOf({ total: 39.412, unmetered: 3.98 }, [7.824, 10.206, 17.402], true);
  expect(shown).toEqual({ digits: 2, total: 39.41, parts: [7.82, 10.21, 17.4], unmetered: 3.98, unmatched: null });
});

it('has no difference where none can be told, and all of the rest apart', () => {
  const shown = balanceOf({ total: 240.2, unmetered: null, unmatched: { amount: 144 } }, [96.4, null], true);
  expect(shown).toEqual({ digits: 1, total: 240.2, parts: [96.4, null], unmetered: null, unmatched: 143.8 });
});

it('gives what rounding leaves to the largest part where there is no difference to take it', () => {
  expect(roundedParts(200.8, [100.4, 100.4], 0)).toEqual([101, 100]);
  expect(roundedParts(100, [33.33, 33.33, 33.34], 1)).toEqual([33.3, 33.3, 33.4]);
});

it('does not give a part what it lacks', () => {
  expect(roundedParts(100, [40, 50], 0)).toEqual([40, 50]);
});

it('waits with the difference until every part is there', () => {
  const column = columnOf(
    { total: 100, unmetered: 10 },
    [{ now: undefined }, { now: { total: 40, unmetered: null } }],
    [],
  );
  expect(column.below).toMatchObject({ parts: [null, 40], unmetered: 10 });
});
