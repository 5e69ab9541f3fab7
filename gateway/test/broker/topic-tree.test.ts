import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createTopicTree } from '../../src/broker/topic-tree.ts';

const level = fc.constantFrom('a', 'b', 'c', '', '教学楼', '$oc');
const topic = fc.array(level, { minLength: 1, maxLength: 5 }).map((levels) => levels.join('/'));
const filter = fc
  .tuple(fc.array(fc.oneof(level, fc.constant('+')), { minLength: 1, maxLength: 5 }), fc.boolean())
  .map(([levels, rest]) => [...levels, ...(rest ? ['#'] : [])].join('/'));

/** MQTT 3.1.1, 4.7, word by word. */
function matchesTopic(filter: string, topic: string): boolean {
  return !(topic.startsWith('$') && /^[+#]/.test(filter)) && matches(filter.split('/'), topic.split('/'));
}

function matches(filterLevels: readonly string[], levels: readonly string[]): boolean {
  const [first, ...rest] = filterLevels;
  if (first === undefined) return levels.length === 0;
  if (first === '#') return true;
  const [head, ...tail] = levels;
  return head !== undefined && (first === '+' || first === head) && matches(rest, tail);
}

test('finds what the specification says, after any additions and removals', () => {
  const change = fc.record({ filter, add: fc.boolean() });
  fc.assert(
    fc.property(fc.array(change, { maxLength: 30 }), fc.array(topic, { maxLength: 10 }), (changes, topics) => {
      const tree = createTopicTree<string>();
      const model = new Set<string>();
      for (const { filter, add } of changes) {
        if (add) {
          tree.add(filter, filter);
          model.add(filter);
        } else {
          tree.remove(filter, filter);
          model.delete(filter);
        }
      }
      for (const topic of topics) {
        const expected = [...model].filter((filter) => matchesTopic(filter, topic));
        expect(tree.match(topic).sort()).toEqual(expected.sort());
      }
    }),
    { numRuns: 2_000 },
  );
});

test.each([
  ['a/#', 'a', true],
  ['a/#', 'a/b/c', true],
  ['#', 'a/b', true],
  ['+', 'a', true],
  ['+', 'a/b', false],
  ['+/+', '/a', true],
  ['/+', '/a', true],
  ['+', '/a', false],
  ['a/+/c', 'a//c', true],
  ['#', '$oc/devices/a', false],
  ['+/devices/#', '$oc/devices/a', false],
  ['$oc/#', '$oc/devices/a', true],
  ['$oc/+/a', '$oc/devices/a', true],
  ['a/+', 'a/$oc', true],
])('%s matches %s: %s', (filter, topic, expected) => {
  const tree = createTopicTree<number>();
  tree.add(filter, 1);
  expect(tree.match(topic)).toEqual(expected ? [1] : []);
});
