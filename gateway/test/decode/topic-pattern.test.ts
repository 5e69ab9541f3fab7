import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createTopicIndex } from '../../src/decode/topic-index.ts';
import { parseTopicPattern, type TopicPattern } from '../../src/decode/topic-pattern.ts';

function pattern(text: string): TopicPattern {
  const parsed = parseTopicPattern(text);
  if (!parsed.ok) throw new Error(parsed.why.en);
  return parsed.value;
}

describe('a pattern fits', () => {
  test.each([
    ['a/b', 'a/b', {}],
    ['a/b', 'a/b/c', undefined],
    ['a/{x}', 'a/b', { x: 'b' }],
    ['a/{x}', 'a/', undefined],
    ['a/{x}', 'a/b/c', undefined],
    ['a/{x*}', 'a/b/c', { x: 'b/c' }],
    ['a/{x*}', 'a', undefined],
    ['a/{x*}/z', 'a/b/c/z', { x: 'b/c' }],
    ['a/{x*}/z', 'a/z', undefined],
    ['{x*}/z', 'a/b/z', { x: 'a/b' }],
    ['{x*}/{y}/z', 'a/b/c/z', { x: 'a/b', y: 'c' }],
    ['{p=tele|stat}/{x}', 'stat/y', { p: 'stat', x: 'y' }],
    ['{p=tele|stat}/{x}', 'cmnd/y', undefined],
    ['s/em:{n}', 's/em:0', { n: '0' }],
    ['s/em:{n}', 's/em1:0', undefined],
    ['s/{t=em|em1}:{n}', 's/em1:12', { t: 'em1', n: '12' }],
    ['/x/{a}', '/x/y', { a: 'y' }],
    ['{a}/x', '$SYS/x', undefined],
    ['$oc/devices/{d}', '$oc/devices/1', { d: '1' }],
    ['a.b/{x}', 'aXb/1', undefined],
    ['教学楼/{x}', '教学楼/东 门', { x: '东 门' }],
  ])('%s on %s', (text, topic, wanted) => {
    const found = pattern(text).match(topic.split('/'));
    expect(found === undefined ? undefined : { ...found }).toEqual(wanted);
  });
});

test.each([
  ['a/+/b', 'write wildcards as'],
  ['a/#', 'write wildcards as'],
  ['a/{x}/{x}', 'captures one name twice'],
  ['{a*}/b/{c*}', 'more than one {x*}'],
  ['a/x{b*}', 'a level of its own'],
  ['a/{B}', 'not a capture'],
  ['a/{b', 'not a capture'],
  ['a/{b}-{c}', 'more than one free capture'],
])('%s is refused', (text, why) => {
  const parsed = parseTopicPattern(text);
  expect(parsed.ok ? '' : parsed.why.en).toContain(why);
});

describe('the index', () => {
  const level = fc.constantFrom('a', 'b', 'c', '{x}', '{y}', '{z=a|b}', '{m*}', 'em:{n}');
  const patterns = fc.array(fc.array(level, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 12 });
  const topics = fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'em:1', ''), { minLength: 1, maxLength: 5 });

  test('finds what trying every pattern finds', () => {
    fc.assert(
      fc.property(patterns, topics, (texts, levels) => {
        const legal = texts.flatMap((parts) => {
          const parsed = parseTopicPattern(parts.join('/'));
          return parsed.ok ? [{ item: parsed.value.text, pattern: parsed.value }] : [];
        });
        const found = createTopicIndex(legal)
          .find(levels.join('/'))
          .map(({ item }) => item);
        const wanted = legal.filter(({ pattern: one }) => one.match(levels) !== undefined).map(({ item }) => item);
        expect([...found].sort()).toEqual([...wanted].sort());
      }),
      { numRuns: 3_000 },
    );
  });

  test('puts the most specific first', () => {
    const entries = ['{a*}', '{a}/{b}', 'x/{b}', 'x/{b=y|z}', 'x/y', '{a}/y'].map((text) => ({
      item: text,
      pattern: pattern(text),
    }));
    expect(
      createTopicIndex(entries)
        .find('x/y')
        .map(({ item }) => item),
    ).toEqual(['x/y', 'x/{b=y|z}', 'x/{b}', '{a}/y', '{a}/{b}', '{a*}']);
  });
});
