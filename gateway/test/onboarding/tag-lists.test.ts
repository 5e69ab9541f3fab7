import { expect, test } from 'vitest';
import { tagLists } from '../../src/onboarding/tag-lists.ts';

const volts = { path: 'list[0].val', metric: 'voltage_v' };
const watts = { path: 'list[1].val', metric: 'power_w', scale: 1_000 };
const outside = { path: 'rssi', metric: 'link_quality' };
const named = {
  rssi: -60,
  list: [
    { name: 'U', val: 230 },
    { name: 'P', val: 1.2 },
  ],
};

test('picks in a list of named values go by name, others stay', () => {
  const { lists, rest } = tagLists([volts, watts, outside], named);
  expect(rest).toEqual([outside]);
  expect(lists).toEqual([
    {
      in: 'list',
      key: 'name',
      value: 'val',
      named: new Map([
        ['U', volts],
        ['P', watts],
      ]),
    },
  ]);
});

test('a message that is itself a list, a value deeper in, a list further down', () => {
  const pick = { path: '[1].data.v', metric: 'power_w' };
  const whole = tagLists(
    [pick],
    [
      { id: 'a', data: { v: 1 } },
      { id: 'b', data: { v: 2 } },
    ],
  );
  expect(whole.lists).toEqual([{ in: '.', key: 'id', value: 'data.v', named: new Map([['b', pick]]) }]);
  const deep = { path: 'd.tags[0].v', metric: 'power_w' };
  const { lists } = tagLists([deep], { d: { tags: [{ tag: 'kW', v: 1 }] } });
  expect(lists[0]).toMatchObject({ in: 'd.tags', key: 'tag', value: 'v' });
});

test.each([
  ['no message', undefined],
  [
    'names that repeat',
    {
      list: [
        { name: 'U', val: 1 },
        { name: 'U', val: 2 },
      ],
    },
  ],
  ['no names', { list: [{ val: 1 }, { val: 2 }] }],
  [
    'a name that would be a pattern',
    {
      list: [
        { name: '{n}', val: 1 },
        { name: '{m}', val: 2 },
      ],
    },
  ],
  ['bare numbers', { list: [1, 2] }],
])('%s: places it is', (_name, document) => {
  expect(tagLists([volts, watts], document)).toEqual({ lists: [], rest: [volts, watts] });
});
