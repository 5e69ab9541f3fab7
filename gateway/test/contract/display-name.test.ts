import { expect, test } from 'vitest';
import { isDisplayName } from '#contract/display-name.ts';

test('a name has something to read, in one line, and nothing that cannot be shown', () => {
  for (const name of ['电表', 'Meter 101', ' 东门 ', '1/2" water', '😀', '👩‍🏫 办公室', 'a"b: #c'])
    expect([name, isDisplayName(name)]).toEqual([name, true]);
  for (const name of [
    '',
    ' ',
    '\u3000',
    '\u200b',
    '\ufeff',
    'a\nb',
    'a\rb',
    'a\tb',
    '\u0000',
    'a\u007f',
    'a\u0085',
    'a\u2028b',
    'a\ud800',
    '\udc00b',
    'a\u202eb',
    'a\u2066b',
  ])
    expect([name, isDisplayName(name)]).toEqual([name, false]);
});
