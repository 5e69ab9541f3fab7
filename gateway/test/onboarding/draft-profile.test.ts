import { expect, test } from 'vitest';
import { profileDraft } from '#contract/http/onboarding.ts';
import { draftProblems } from '../../src/onboarding/draft-profile.ts';

const draft = (topic: string) =>
  profileDraft.parse({
    ...{ id: 'acme', name: '某牌', topic, deviceLevel: 1, decode: 'json' },
    picks: [{ path: 'total', metric: 'water_total_m3' }],
  });

test('no profile is drawn up for topics that no profile gets to see', () => {
  expect(draftProblems(draft('acme/7'))).toEqual([]);
  expect(draftProblems(draft('campus/v1/main/pump/readings'))).toHaveLength(1);
  expect(draftProblems(draft('campus/v10/pump'))).toEqual([]);
});
