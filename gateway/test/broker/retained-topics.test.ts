/** Retained topics found by filter, as the tree of subscriptions would find the filter by topic. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DEFAULT_LIMITS } from '../../src/broker/broker-options.ts';
import { createRetainedMessages } from '../../src/broker/retained-messages.ts';
import { createTopicTree } from '../../src/broker/topic-tree.ts';

const level = fc.constantFrom('a', 'b', '', '教学楼', '$oc', '__proto__');
const topic = fc.array(level, { minLength: 1, maxLength: 4 }).map((levels) => levels.join('/'));
const filter = fc
  .tuple(fc.array(fc.oneof(level, fc.constant('+')), { maxLength: 4 }), fc.boolean())
  .map(([levels, rest]) => [...levels, ...(rest || levels.length === 0 ? ['#'] : [])].join('/'));
const owner = { username: 'b', kind: 'bridge' } as const;

test('the same topics match, whatever was removed before', () => {
  fc.assert(
    fc.property(
      fc.array(topic, { maxLength: 20 }),
      fc.array(topic, { maxLength: 5 }),
      filter,
      (topics, removed, wanted) => {
        const retained = createRetainedMessages(DEFAULT_LIMITS, undefined, () => {});
        const put = (name: string, text: string): void =>
          void retained.store({ topic: name, payload: Buffer.from(text), qos: 0, retain: true }, owner, 100);
        for (const name of topics) if (name !== '') put(name, 'x');
        for (const name of removed) if (name !== '') put(name, '');
        const tree = createTopicTree<string>();
        tree.add(wanted, wanted);
        const left = new Set(topics.filter((name) => name !== '' && !removed.includes(name)));
        const found = [...retained.topics(wanted)].filter((name) => name !== undefined);
        expect(found.toSorted()).toEqual([...left].filter((name) => tree.match(name).length > 0).toSorted());
      },
    ),
  );
});
