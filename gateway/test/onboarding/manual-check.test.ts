import { expect, test } from 'vitest';
import { checkManual, type ManualCheckInput } from '../../src/onboarding/manual-check.ts';

const DAY = 86_400_000;
const NOW = Date.UTC(2026, 2, 2);
/** A month of 2.4 kWh a day. */
const HOURS = Array.from({ length: 24 * 30 }, () => ({ increase: 0.1, missingS: 0 }));
const check = (over: Partial<ManualCheckInput>) =>
  checkManual({
    ...{
      value: 1_024,
      at: NOW,
      now: NOW,
      unit: 'kWh',
      previous: { ts: NOW - 10 * DAY, value: 1_000 },
      next: undefined,
    },
    ...{ hours: HOURS, modulus: undefined, ratedMax: undefined, ...over },
  });

test.each([
  ['usual', {}],
  ['a digit too many is high', { value: 10_240 }, 'high'],
  ['three times as much is not yet', { value: 1_071 }, 'usual'],
  ['more than that is', { value: 1_073 }, 'high'],
  ['hardly anything is low', { value: 1_007 }, 'low'],
  ['below the last one', { value: 999 }, 'backwards'],
  ['above a later one', { next: { ts: NOW + 1, value: 1_023 } }, 'backwards'],
  [
    'above a later one of a register that turns over, but not there',
    { next: { ts: NOW + 1, value: 1_023 }, modulus: 1e6, hours: [], value: 9_000 },
    'backwards',
  ],
  [
    'the last one before the register turns over',
    { previous: { ts: NOW - DAY, value: 99_990 }, value: 99_992, next: { ts: NOW + 1, value: 3 }, modulus: 1e5 },
    'usual',
  ],
  ['the first one', { previous: undefined, hours: [] }, 'first'],
  ['in the future', { at: NOW + DAY }, 'future'],
  ['nothing to compare with', { hours: [], value: 9_000 }, 'usual'],
  ['more than the meter can pass', { hours: [], value: 9_000, ratedMax: 10 }, 'high'],
  [
    'around the end of the register',
    { previous: { ts: NOW - 10 * DAY, value: 99_990 }, value: 14, modulus: 1e5 },
    'usual',
  ],
  ['a day’s use within an hour is not too much', { previous: { ts: NOW - 3_600_000, value: 1_020 } }, 'usual'],
] as const)('%s', (...row) => {
  const [, over, verdict = 'usual'] = row as readonly [string, Partial<ManualCheckInput>, string?];
  const found = check(over);
  expect(found.verdict).toBe(verdict);
  for (const sentence of [found.sentence.zh, found.sentence.en]) expect(sentence.length).toBeGreaterThan(5);
});

test('it says what it compared', () => {
  const { perDay, usualPerDay, increase, previous } = check({});
  expect(perDay).toBeCloseTo(2.4);
  expect(usualPerDay).toBeCloseTo(2.4);
  expect(increase).toBe(24);
  expect(previous).toEqual({ ts: NOW - 10 * DAY, value: 1_000 });
});
