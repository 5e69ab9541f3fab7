import { expect, it } from 'vitest';
import { afterClick } from './selection.ts';

const rows = ['a', 'b', 'c', 'd'];
const click = (selected: string[], id: string, before?: string, shift = false): string[] =>
  [...afterClick(new Set(selected), rows, { id, before, shift })].sort();

it('a click turns one about, with shift all between', () => {
  expect(click([], 'b')).toEqual(['b']);
  expect(click(['b'], 'b')).toEqual([]);
  expect(click(['b'], 'd', 'b', true)).toEqual(['b', 'c', 'd']);
  expect(click(['c'], 'a', 'c', true)).toEqual(['a', 'b', 'c']);
  expect(click(['a', 'b', 'c'], 'a', 'b', true)).toEqual(['c']);
  // The one clicked before is gone from the list meanwhile.
  expect(click([], 'c', 'gone', true)).toEqual(['c']);
});
