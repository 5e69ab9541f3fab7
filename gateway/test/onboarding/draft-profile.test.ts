import { expect, test } from 'vitest';
import { profileDraft } from '#contract/http/onboarding.ts';
import { draftFromMessage } from '../../src/cli/draft-from-message.ts';
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

test('members are picked and listed whatever their names hold', () => {
  const payload = { 'Power [W]': 812, 'Energy [kWh]': 12.5, voltages: { 'U{1}': 230 }, 'odd [x]': 3, 'a "b"': 4 };
  const text = draftFromMessage('acme', { topic: 'acme/7/data', at: 0, payload: Buffer.from(JSON.stringify(payload)) });
  const rules = text.slice(text.indexOf('rules:'));
  expect(rules).toMatch(/metric: energy_total_kwh\n\s+value: 12.5/);
  expect(rules).toMatch(/metric: power_w\n\s+value: 812/);
  expect(text).toContain('["odd [x]"] 3');
  expect(text).toContain(String.raw`["a \"b\""] 4`);
});
