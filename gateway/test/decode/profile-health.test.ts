import { expect, test } from 'vitest';
import { createHealthBook, type HealthBook } from '../../src/decode/profile-health.ts';

const T = Date.UTC(2026, 2, 2);
const failed = (book: HealthBook, count: number, profile = 'a', at = T): void => {
  for (let n = 0; n < count; n += 1) book.note(profile, `reason ${n}`, at + n, 'one');
};
const VERSIONS = new Map([
  ['a', '1'],
  ['b', '1'],
]);

test('a hundred failures in a row within a minute switch it off; one success starts anew', () => {
  const book = createHealthBook(VERSIONS);
  failed(book, 99);
  book.note('a', undefined, T + 99, 'one');
  failed(book, 99, 'a', T + 100);
  expect(book.disabled('a')).toBe(false);
  book.note('a', 'the last one', T + 200, 'one');
  expect(book.off()).toEqual([{ id: 'a', version: '1', at: T + 200, failed: 199, reason: 'the last one' }]);
  expect(book.disabled('b')).toBe(false);
});

test('failures spread over more than a minute do not', () => {
  const book = createHealthBook(VERSIONS);
  for (let n = 0; n < 300; n += 1) book.note('a', 'x', T + n * 1_000, 'one');
  expect(book.disabled('a')).toBe(false);
});

test('another config changes nothing for a profile that is as it was; a changed text begins anew', () => {
  const book = createHealthBook(VERSIONS);
  failed(book, 100);
  book.follow(new Map([...VERSIONS, ['c', '1']]));
  expect(book.disabled('a')).toBe(true);
  book.follow(new Map([['a', '2']]));
  expect(book.health()).toEqual([
    { id: 'a', decoded: 0, failed: 0, disabled: false, disabledAt: undefined, lastFailure: undefined },
  ]);
});

test('switched on by a person, it has a hundred failures again', () => {
  const book = createHealthBook(VERSIONS);
  expect(book.enable('a')).toBe(false);
  failed(book, 100);
  expect(book.enable('a')).toBe(true);
  failed(book, 99);
  expect(book.disabled('a')).toBe(false);
  failed(book, 1);
  expect(book.disabled('a')).toBe(true);
});

test('what an earlier run switched off stays off, but not for another text; the gateway’s own is never off', () => {
  const book = createHealthBook(VERSIONS, new Set(['b']));
  book.restore([
    { id: 'a', version: '1', at: T, failed: 100, reason: 'x' },
    { id: 'b', version: '0', at: T, failed: 100, reason: 'x' },
  ]);
  expect(book.off()).toMatchObject([{ id: 'a', at: T, failed: 100, reason: 'x' }]);
  failed(book, 200, 'b');
  expect(book.disabled('b')).toBe(false);
});

test('one sender that only fails costs the others nothing, as long as they were understood within a day', () => {
  const book = createHealthBook(VERSIONS);
  book.note('a', undefined, T - 3_600_000, 'another');
  book.note('a', undefined, T - 1, 'one');
  failed(book, 500);
  expect(book.disabled('a')).toBe(false);
  expect(book.health()[0]).toMatchObject({ failed: 500 });
  // Two that fail, and nobody in between who does not: it is the profile.
  failed(book, 60, 'a', T + 1_000);
  for (let n = 0; n < 60; n += 1) book.note('a', 'x', T + 2_000, 'another');
  expect(book.disabled('a')).toBe(true);
  const alone = createHealthBook(VERSIONS);
  alone.note('a', undefined, T - 25 * 3_600_000, 'another');
  failed(alone, 100);
  expect(alone.disabled('a')).toBe(true);
});
