import { expect, test } from 'vitest';
import { listOf, listText } from '#contract/list-cell.ts';

test.each([
  [['一、二', 'q;r', 's,t']],
  [['甲，乙', 'a|b', '丙；丁', 'plain', 'two words']],
  [['say "hi"', '"quoted"', '"', '""', '";"', '15"', 'a "b", c']],
  [['"a', 'b"', '"a; b']],
  [[]],
])('words come back as they were: %j', (words) => {
  expect(listOf(listText(words))).toEqual(words);
});

test('a list that needs no quotes has none', () => {
  expect(listText(['sub', '空调', '15" rack'])).toBe('sub; 空调; 15" rack');
});

test.each([
  ['sub、空调,a；b|c\nd', ['sub', '空调', 'a', 'b', 'c', 'd']],
  [' a ;; b ; ', ['a', 'b']],
  ['"a, b" , c', ['a, b', 'c']],
  ['15" rack, b', ['15" rack', 'b']],
  // What a person began with a quote and never closed is not swallowed up to the end of the cell.
  ['"a, b', ['"a', 'b']],
  ['"a" b, c', ['"a" b', 'c']],
  ['', []],
  [' ', []],
])('people write %j', (text, words) => expect(listOf(text)).toEqual(words));
