import { expect, test } from 'vitest';
import { unseenFields } from '../../src/onboarding/unseen-fields.ts';

const field = { metric: 'power_w' };
const seen = (names: readonly string[], used: readonly string[] = []) => ({
  names: new Set(names),
  used: new Set(used),
});

test('a field is told only after a message without it, with at most three names that may have been meant', () => {
  const fields = { 'ENERGY.Powr': field, lid: field, gone: null };
  expect(unseenFields({ fields }, undefined)).toEqual([]);
  expect(unseenFields({}, seen(['a']))).toEqual([]);
  expect(unseenFields({ fields }, seen(['ENERGY.Power', 'lid'], ['lid']))).toEqual([
    { path: 'ENERGY.Powr', near: ['ENERGY.Power'] },
  ]);
  // The right name in another place, and nothing that is meant already.
  const elsewhere = seen(['a.Power', 'b.Power', 'c.Power', 'd.Power', 'lid']);
  expect(unseenFields({ fields: { Power: field, lid: field } }, elsewhere)).toEqual([
    { path: 'Power', near: ['a.Power', 'b.Power', 'c.Power'] },
    { path: 'lid', near: [] },
  ]);
});
