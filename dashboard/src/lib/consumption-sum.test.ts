import { expect, it } from 'vitest';
import type { ConsumptionBucket, ConsumptionResponse } from '#contract/http/energy.ts';
import { addConsumption } from './consumption-sum.ts';

const bucket = (value: number | null, over: Partial<ConsumptionBucket> = {}): ConsumptionBucket => ({
  from: 0,
  to: 1,
  value,
  quality: value === null ? 'missing' : 'measured',
  flags: [],
  ...over,
});
const answer = (values: readonly (number | null)[], over: Partial<ConsumptionResponse> = {}): ConsumptionResponse => ({
  resource: 'electricity',
  unit: 'kWh',
  total: values.every((value) => value === null) ? null : values.reduce<number>((sum, value) => sum + (value ?? 0), 0),
  completeness: 1,
  yuan: null,
  buckets: values.map((value, from) => bucket(value, { from, to: from + 1 })),
  unmetered: null,
  steps: [],
  ...over,
});

it('adds the roots of a campus hour by hour', () => {
  const sum = addConsumption([answer([1, 2], { yuan: 1 }), answer([10, 20], { yuan: 2, yuanIsExample: true })]);
  expect(sum).toMatchObject({ total: 33, yuan: 3, yuanIsExample: true });
  expect(sum?.buckets.map(({ value }) => value)).toEqual([11, 22]);
});

it('keeps missing missing, and says that a sum with a gap is as good as its worst part', () => {
  const sum = addConsumption([answer([null, null], { completeness: 0.5 }), answer([null, 5])]);
  expect(sum?.buckets.map(({ value, quality }) => [value, quality])).toEqual([
    [null, 'missing'],
    [5, 'missing'],
  ]);
  expect(sum).toMatchObject({ total: 5, completeness: 0.75 });
});

it('knows nothing of no places', () => {
  expect(addConsumption([])).toBeUndefined();
});
