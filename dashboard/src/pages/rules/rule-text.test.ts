import { describe, expect, it } from 'vitest';
import { withRuleEnabled } from './rule-switch.ts';
import { textDiff } from './text-diff.ts';

const yaml = `# head
rules:
  - id: a
    name: { zh: 甲, en: A }
    for: 20s # why
  # between
  - name: b
    id: "b"
    enabled: false # until spring
    advice: { zh: 'enabled: true', en: x }
`;

describe('a rule is switched in the text', () => {
  it.each([
    ['a', false, yaml.replace('- id: a\n', '- enabled: false\n    id: a\n')],
    ['b', true, yaml.replace('enabled: false # until', 'enabled: true # until')],
  ])('%s to %s, and nothing else changes', (id, on, expected) => {
    expect(withRuleEnabled(yaml, id, on)).toBe(expected);
  });

  it.each([
    ['rules: [{ id: a, kind: silent }]', 'rules: [{ enabled: false, id: a, kind: silent }]'],
    ['rules:\n  - { kind: silent, id: a }', 'rules:\n  - { kind: silent, enabled: false, id: a }'],
    ['rules:\n- kind: silent\n  id: "a" # x', 'rules:\n- kind: silent\n  enabled: false\n  id: "a" # x'],
    ['other:\n  - id: a\nrules:\n- id: a\n', 'other:\n  - id: a\nrules:\n- enabled: false\n  id: a\n'],
    ['rules:\r\n- id: a\r\n', 'rules:\r\n- enabled: false\r\n  id: a\r\n'],
    ['rules: [{ id: a, enabled: true }]', 'rules: [{ id: a, enabled: false }]'],
  ])('%j in whatever form it is written', (text, expected) => {
    expect(withRuleEnabled(text, 'a', false)).toBe(expected);
  });

  it.each(['rules:\n  - id: a\n    enabled: &x true', 'rules:\n  - id: ab', 'rules: []\n', 'rules: [', ''])(
    '%j is left to a person',
    (text) => {
      expect(withRuleEnabled(text, 'a', false)).toBeUndefined();
    },
  );
});

describe('what a draft changes', () => {
  it('nothing, when nothing does', () => expect(textDiff(yaml, yaml)).toEqual([]));

  it('a line is replaced, with two lines around it', () => {
    const said = textDiff('1\n2\n3\n4\n5\n6\n7', '1\n2\n3\nx\n5\n6\n7');
    expect(said.map(({ sign, line, text }) => `${sign}${line} ${text}`)).toEqual([
      ...[' 2 2', ' 3 3', '-4 4', '+4 x', ' 5 5', ' 6 6'],
    ]);
  });

  it('lines come and go at both ends', () => {
    expect(textDiff('a\nb', 'b\nc').map(({ sign, text }) => sign + text)).toEqual(['-a', ' b', '+c']);
    expect(textDiff('', 'a').map(({ sign, text }) => sign + text)).toEqual(['-', '+a']);
  });

  it('long texts without a common line stay bounded', () => {
    const long = (sign: string): string => Array.from({ length: 3_000 }, (_, n) => `${sign}${n}`).join('\n');
    expect(textDiff(long('a'), long('b'))).toHaveLength(6_000);
  });
});
