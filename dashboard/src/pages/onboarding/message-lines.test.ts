import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fieldLines, messageLines, pathTo, scalarsOf, wordsAt } from './message-lines.ts';

const drawn = (text: string): string =>
  messageLines(text)
    .map(({ depth, before, value, after }) => `${'  '.repeat(depth)}${before}${value?.shown ?? ''}${after}`)
    .join('\n');

describe('a message', () => {
  it('is drawn as indented JSON, empty things on one line', () => {
    const message = { a: 1, b: [true, null, 'x'], c: {}, d: [], e: { f: 'g' } };
    expect(drawn(JSON.stringify(message))).toBe(JSON.stringify(message, null, 2));
    fc.assert(
      fc.property(
        fc.oneof(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 4 })), fc.array(fc.jsonValue())),
        (any) => {
          const text = JSON.stringify(any);
          if (messageLines(text).length <= 600) expect(drawn(text)).toBe(JSON.stringify(JSON.parse(text), null, 2));
        },
      ),
    );
  });

  it('names every value by the path a profile would write', () => {
    const found = scalarsOf('{"a":{"b":[1,{"c":2}]},"odd.key":3,"x y":4}');
    expect([...found]).toEqual([
      ['a.b[0]', 1],
      ['a.b[1].c', 2],
      ['["odd.key"]', 3],
      ['x y', 4],
    ]);
    expect(pathTo('a', 'odd.key')).toBe('a["odd.key"]');
    expect(pathTo('', 0)).toBe('[0]');
    expect(pathTo('a', 'with"quote')).toBeUndefined();
    expect(pathTo(undefined, 'a')).toBeUndefined();
  });

  it('that is no JSON, or one value, is a value itself', () => {
    expect([...scalarsOf('ON')]).toEqual([['.', 'ON']]);
    expect([...scalarsOf('23.5')]).toEqual([['.', 23.5]]);
  });

  it('that is too long is cut with a sign', () => {
    const lines = messageLines(JSON.stringify(Array.from({ length: 1_000 }, (_, n) => n)));
    expect(lines).toHaveLength(601);
    expect(lines.at(-1)?.before).toBe('…');
    expect(fieldLines([{ path: 'a.b', sample: 'x' }])[0]).toMatchObject({ before: 'a.b: ', value: { shown: '"x"' } });
  });

  it('tells which words a value had', () => {
    expect(wordsAt(['{"s":"open"}', '{"s":"closed"}', '{"s":"open"}', '{"s":null}', '{}', 'x'], 's')).toEqual([
      'open',
      'closed',
    ]);
  });
});
