import { describe, expect, test } from 'vitest';
import { vectorFile } from '#contract/vectors/vector-file.ts';
import { compileProfiles } from '../../src/decode/compile-profiles.ts';
import { decoderOf, frameOf, profileTest } from '../../src/decode/profile-test.ts';
import { goldenVectors, shippedProfiles } from './profile-files.ts';

const files = shippedProfiles();
const vectors = goldenVectors();
const { profiles, problems } = compileProfiles(files);
/** Whether a rule with `offer` has a message depends on who is registered: unread.test.ts and noise.test.ts have a registry. */
const rules = profiles.flatMap((profile) =>
  profile.rules.flatMap((rule) => (rule.offer === undefined ? [[profile.id, rule.id, profile] as const] : [])),
);

test('every shipped profile compiles', () => {
  expect(problems).toEqual([]);
  expect(profiles.map((profile) => `${profile.id}.yaml`)).toEqual([...files.keys()]);
});

describe.each(profiles.map((profile) => [profile.id, profile] as const))('%s', (_id, profile) => {
  test('passes the tests it bundles', () => {
    const text = files.get(profile.file) ?? '';
    const result = profileTest({ targets: new Map([[profile.file, text]]), loaded: files, vectors });
    expect(result.failures).toEqual([]);
    expect(result.passed).toBeGreaterThan(0);
  });

  test('has a name in both languages', () => {
    expect(profile.name.zh).toMatch(/[\u4e00-\u9fff]/);
    expect(profile.name.en).not.toMatch(/[\u4e00-\u9fff]/);
  });

  test('has an id that no other profile has', () => {
    expect(profiles.filter((other) => other.id === profile.id)).toHaveLength(1);
  });
});

test.each(rules)('%s: rule %s is reached by a test', (_profile, rule, profile) => {
  const decoder = decoderOf([profile]);
  const messages = profile.tests.flatMap((entry) =>
    typeof entry === 'string' ? vectorFile.parse(JSON.parse(vectors.get(entry) ?? '')).messages : [entry],
  );
  expect(messages.map((message) => decoder.trace(frameOf(message)).rule)).toContain(rule);
});
