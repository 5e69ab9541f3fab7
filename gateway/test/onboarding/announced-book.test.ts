/** Which announced devices are forgotten when they are too many. */
import { expect, test } from 'vitest';
import type { AnnouncedDevice } from '#contract/http/onboarding.ts';
import { createAnnouncedBook } from '../../src/onboarding/announced-book.ts';

const device = (address: string, lastAt: number): AnnouncedDevice => ({
  ...{ profile: 'p', address, name: address, kind: 'door', manufacturer: null, model: null, lastAt },
});

test('a bridge that announces very many forgets its own oldest, and no other bridge\u2019s', () => {
  const book = createAnnouncedBook(10);
  for (let n = 0; n < 3; n += 1) book.add(device(`quiet-${n}`, n), 'quiet');
  for (let n = 0; n < 50; n += 1) book.add(device(`loud-${n}`, 10 + n), 'loud');
  const addresses = book.newestFirst().map(({ address }) => address);
  expect(addresses).toHaveLength(10);
  expect(addresses[0]).toBe('loud-49');
  expect(addresses.slice(-3)).toEqual(['quiet-2', 'quiet-1', 'quiet-0']);
});

test('announced again, a device is newest and counts once', () => {
  const book = createAnnouncedBook(2);
  book.add(device('a', 1), 'x');
  book.add(device('b', 2), 'y');
  book.add(device('a', 3), 'y');
  expect(book.newestFirst().map(({ address }) => address)).toEqual(['a', 'b']);
  book.add(device('c', 4), 'z');
  expect(book.newestFirst().map(({ address }) => address)).toEqual(['c', 'a']);
});
