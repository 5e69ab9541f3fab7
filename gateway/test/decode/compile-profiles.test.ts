import { describe, expect, test } from 'vitest';
import { compileProfiles } from '../../src/decode/compile-profiles.ts';
import { decoderOf } from '../../src/decode/profile-test.ts';
import { AT, oneRule } from './campus.ts';

/** Problems as `line path: English`, after checking that every one also speaks Chinese. */
function problems(...texts: readonly string[]): string[] {
  const result = compileProfiles(new Map(texts.map((text, n) => [`p${n}.yaml`, text])));
  return result.problems.map(({ line, path, message }) => {
    expect(message.zh).toMatch(/[\u4e00-\u9fff]/);
    expect(message.en).not.toMatch(/[\u4e00-\u9fff]/);
    return `${line} ${path}: ${message.en}`;
  });
}

const GOOD = 'emit: [{metric: power_w, path: v}]';

test('a good profile has no problem', () => {
  expect(problems(oneRule(GOOD))).toEqual([]);
});

describe('a problem stands at its line', () => {
  test.each([
    ['no YAML', 'id: [\n', /^2 : not valid YAML/],
    ['an unknown key of the profile', `${oneRule(GOOD)}author: me\n`, /^9 author: unknown key: author/],
    [
      'an unknown key of an emit',
      oneRule('emit:\n  - metric: power_w\n    factor: 2'),
      /^8 rules\[0\]\.emit\[0\]\.factor: unknown key: factor/,
    ],
    ['an expression', oneRule('emit:\n  - {metric: power_w, path: v, expr: "v * 2"}'), /unknown key: expr/],
    [
      'a metric that does not exist',
      oneRule('emit:\n  - {metric: watts, path: v}'),
      /^7 rules\[0\]\.emit\[0\]\.metric: no metric of that name/,
    ],
    [
      'a path that is none',
      oneRule('emit:\n  - {metric: power_w, path: "a..b"}'),
      /^7 rules\[0\]\.emit\[0\]\.path: "a\.\.b" is not a path/,
    ],
    [
      'a capture that is not in the topic',
      oneRule(`device: "{dev}"\n${GOOD}`),
      /^6 rules\[0\]\.device: there is no capture \{dev\} here; there are: \{device\}/,
    ],
    ['a capture in a path', oneRule('emit: [{metric: power_w, path: "{n}.v"}]'), /there is no capture \{n\} here/],
    [
      'a suffix from nowhere',
      oneRule('emit: [{metric: power_w, path: v, suffix: {from: n, as: ch}}]'),
      /suffix\.from: there is no capture \{n\}/,
    ],
    [
      'a suffix on a suffix',
      oneRule('emit: [{metric: power_w_l1, path: v, suffix: {from: index, as: ch}}]'),
      /already has a suffix/,
    ],
    ['an inverted gauge', oneRule('emit: [{metric: power_w, path: v, invert: true}]'), /power_w is not a state/],
    ['two sources', oneRule('emit: [{metric: power_w, path: v, const: 1}]'), /give one of path, const and ratio/],
    ['a topic with MQTT wildcards', oneRule(`match: "t/+"\ndevice: x\n${GOOD}`), /write wildcards as \{name\}/],
    ['nobody it is about', oneRule(`match: "t/{x}"\n${GOOD}`), /says nothing about the device/],
    ['a rule that does nothing', oneRule('retainable: true'), /one of ignore: true, offer, and at least one of emit/],
    ['a codec that does not exist', oneRule(`decode: codec:morse\n${GOOD}`), /there is no codec:morse/],
    ['a decode that does not exist', oneRule(`decode: xml\n${GOOD}`), /^6 rules\[0\]\.decode: /],
    [
      'a requirement without a condition',
      oneRule(`require: {path: a}\n${GOOD}`),
      /give is, not, present, single or text/,
    ],
    ['a duration without unit', oneRule(`ts: {path: t, unit: s, past: 10}\n${GOOD}`), /^6 rules\[0\]\.ts\.past/],
    ['a name in one language', oneRule(GOOD).replace(', en: one', ''), /^2 name\.en/],
    ['no tests', oneRule(GOOD).replace(/tests:[\s\S]*/, 'tests: []\n'), /^7 tests/],
    ['the id of the native protocol', oneRule(GOOD, 'native'), /^1 id: native is/],
    [
      'two rules of one name',
      oneRule(GOOD).replace('rules:\n', 'rules:\n  - {id: r, match: "u/{device}", ignore: true}\n'),
      /^5 rules\[1\]\.id: rule r appears twice/,
    ],
  ])('%s', (_name, text, wanted) => {
    const found = problems(text);
    expect(found.filter((problem) => wanted.test(problem))).toHaveLength(1);
  });
});

test('aliases that would multiply into a huge document are refused', () => {
  const bomb = [
    'a0: &a0 [x,x,x,x,x,x,x,x,x,x]',
    ...Array.from({ length: 8 }, (_, n) => `a${n + 1}: &a${n + 1} [${Array(10).fill(`*a${n}`).join(',')}]`),
  ].join('\n');
  expect(problems(bomb)).toEqual(['1 : too many aliases']);
});

test('one bad file stops no other; the second profile of an id is refused', () => {
  const result = compileProfiles(
    new Map([
      ['a.yaml', oneRule(GOOD)],
      ['b.yaml', 'id: x'],
      ['c.yaml', oneRule(GOOD)],
      ['d.yaml', oneRule(GOOD, 'two')],
    ]),
  );
  expect(result.profiles.map(({ id, file }) => `${id} ${file}`)).toEqual(['one a.yaml', 'two d.yaml']);
  expect(result.problems.filter(({ file }) => file === 'c.yaml').map(({ message }) => message.en)).toEqual([
    'profile one is already in a.yaml',
  ]);
});

test('a codec makes a document that the rules read like any other', () => {
  const codecs = new Map([
    ['first-byte', ({ payload }: { payload: Buffer }) => ({ ok: true as const, value: { v: payload[0] } })],
  ]);
  const { profiles, problems: found } = compileProfiles(
    new Map([['p.yaml', oneRule(`decode: codec:first-byte\n${GOOD}`)]]),
    codecs,
  );
  expect(found).toEqual([]);
  expect(decoderOf(profiles).decodeAddresses({ topic: 't/d', payload: Buffer.from([42]), at: AT })).toEqual([
    { address: 'd', metric: 'power_w', value: 42 },
  ]);
});
