import { expect, it } from 'vitest';
import { addHours } from '../../src/meter/add-hours.ts';
import type { HourBook } from '../../src/store/reading-store.ts';

const hour = (i: number, increase: number | null, over: Partial<HourBook> = {}): HourBook => ({
  from: i * 3_600_000,
  increase,
  estimatedS: 0,
  missingS: increase === null ? 3600 : 0,
  startRegister: null,
  endRegister: null,
  flags: 0,
  ...over,
});

it('adds the phases of a meter hour by hour', () => {
  const sum = addHours([
    [hour(0, 1, { flags: 1 }), hour(1, 2, { missingS: 600 })],
    [hour(0, 3, { flags: 2 }), hour(1, 4, { estimatedS: 3600 })],
  ]);
  expect(sum).toEqual([hour(0, 4, { flags: 3 }), hour(1, 6, { missingS: 600, estimatedS: 3000 })]);
});

it('knows nothing of an hour that one phase lacks', () => {
  expect(addHours([[hour(0, 1), hour(1, 2)], [hour(1, 5)]])).toEqual([hour(0, null), hour(1, 7)]);
  expect(addHours([[hour(0, 1)], [hour(0, null)]])).toMatchObject([{ increase: null, missingS: 3600 }]);
});

it('leaves a single book as it is', () => {
  const book = [hour(0, 1)];
  expect(addHours([book])).toBe(book);
  expect(addHours([])).toEqual([]);
});
