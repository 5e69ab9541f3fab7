import { expect, test } from 'vitest';
import { REFUSAL_REASONS, refusalSentence, refusalWords } from '#contract/refusals.ts';

test.each(REFUSAL_REASONS)('%s says why and what to change, in both languages', (reason) => {
  const { why, change } = refusalWords(reason);
  for (const { zh, en } of [why, change]) {
    expect(zh).toMatch(/^[^a-z].*\p{Script=Han}.*。$/su);
    expect(en).toMatch(/^[A-Z].*\.$/s);
    expect(en).not.toMatch(/\p{Script=Han}/u);
  }
  const sentence = refusalSentence(reason);
  for (const part of [why.zh, why.en, change.zh, change.en]) expect(sentence).toContain(part);
  expect(sentence).not.toContain('\n');
});

test('no two reasons say the same', () => {
  expect(new Set(REFUSAL_REASONS.map((reason) => refusalWords(reason).why.en)).size).toBe(REFUSAL_REASONS.length);
});
