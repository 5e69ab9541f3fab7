import { expect, it } from 'vitest';
import { safeNext } from '../login/safe-next.ts';
import { setupToken } from './setup-token.ts';

it.each([
  ['#token=abc-123', '', 'abc-123'],
  ['#abcdefgh12', '', 'abcdefgh12'],
  ['', '?token=abc', 'abc'],
  ['#top', '', ''],
  ['', '', ''],
])('the token of %s%s is %j', (hash, search, token) => {
  expect(setupToken({ hash, search })).toBe(token);
});

it.each([
  ['/alerts?tab=all', '/alerts?tab=all'],
  ['/wall', '/wall'],
  [null, '/'],
  ['https://elsewhere.example/', '/'],
  ['//elsewhere.example', '/'],
  ['/\\elsewhere.example', '/'],
  ['/login?next=/login', '/'],
])('after the login %s leads to %s', (next, to) => {
  expect(safeNext(next)).toBe(to);
});
