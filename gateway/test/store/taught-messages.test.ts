/** Messages that are read again after a restart. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openRecordsDb } from '../../src/store/open-records-db.ts';
import { StoreError } from '../../src/store/reading-store.ts';
import type { RecordsDb } from '../../src/store/records-db.ts';
import { openTaughtMessages } from '../../src/store/taught-messages.ts';

let dir: string;
let records: RecordsDb;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'houqin-taught-'));
  records = await openRecordsDb({ dir });
});
afterEach(async () => {
  await records.close();
  await rm(dir, { recursive: true, force: true });
});

const message = (topic: string, payload: string, at = 1_000, username = 'bridge') => ({
  ...{ topic, payload: Buffer.from(payload), at, username },
});
const texts = async (): Promise<string[]> =>
  (await openTaughtMessages(records)).kept.map(({ topic, payload, at }) => `${topic} ${payload} ${at}`);

test('the last message of each topic, in the order in which the topics were first heard', async () => {
  const taught = await openTaughtMessages(records);
  expect(await taught.keep(message('b', 'one'))).toBe(true);
  expect(await taught.keep(message('a', '二'))).toBe(true);
  expect(await taught.keep(message('b', 'three', 2_000))).toBe(true);
  expect(await texts()).toEqual(['b three 2000', 'a 二 1000']);
});

test('an empty payload forgets; one said again is not written again', async () => {
  const taught = await openTaughtMessages(records);
  await taught.keep(message('a', 'x'));
  await taught.keep(message('b', 'x'));
  await taught.keep(message('a', '', 2_000));
  await taught.keep(message('never-heard', ''));
  await taught.keep(message('b', 'x', 3_000));
  expect(await texts()).toEqual(['b x 1000']);
});

test('bounded in number and in bytes, over a restart too', async () => {
  const limits = { topics: 2, bytes: 10 };
  const first = await openTaughtMessages(records, limits);
  expect(await first.keep(message('a', '12345'))).toBe(true);
  expect(await first.keep(message('b', '123456'))).toBe(false);
  expect(await first.keep(message('b', '12345'))).toBe(true);
  const second = await openTaughtMessages(records, limits);
  expect(await second.keep(message('c', '1'))).toBe(false);
  expect(await second.keep(message('a', '1'))).toBe(true);
  expect(await second.keep(message('b', '123456789'))).toBe(true);
  await second.keep(message('a', ''));
  expect(await second.keep(message('c', '1'))).toBe(true);
});

test('a login that fills it makes room for one that has little, oldest first, and over a restart', async () => {
  const limits = { topics: 10, bytes: 1_000 };
  const first = await openTaughtMessages(records, limits);
  for (let n = 0; n < 12; n += 1) expect(await first.keep(message(`loud/${n}`, 'x', n, 'loud'))).toBe(n < 10);
  expect(await first.keep(message('quiet/1', 'y', 20, 'quiet'))).toBe(true);
  const second = await openTaughtMessages(records, limits);
  expect(await second.keep(message('quiet/2', 'y'.repeat(500), 21, 'quiet'))).toBe(true);
  expect(await second.keep(message('loud/20', 'x', 22, 'loud'))).toBe(false);
  const topics = (await openTaughtMessages(records, limits)).kept.map(({ topic }) => topic);
  expect(topics).toEqual([...[2, 3, 4, 5, 6, 7, 8, 9].map((n) => `loud/${n}`), 'quiet/1', 'quiet/2']);
});

test('what made room for a message that the disk did not take is back', async () => {
  let full = false;
  const flaky: RecordsDb = {
    ...records,
    write: (statements) => (full ? Promise.reject(new StoreError('full', 'no room')) : records.write(statements)),
  };
  const taught = await openTaughtMessages(flaky, { topics: 2, bytes: 100 });
  await taught.keep(message('a', 'x', 1, 'loud'));
  await taught.keep(message('b', 'x', 2, 'loud'));
  full = true;
  expect(await taught.keep(message('c', 'x', 3, 'quiet'))).toBe(false);
  full = false;
  expect(await taught.keep(message('c', 'x', 3, 'quiet'))).toBe(true);
  expect(await taught.keep(message('a', 'x', 4, 'loud'))).toBe(false);
  expect(await texts()).toEqual(['b x 2', 'c x 3']);
});

test('a disk that takes nothing is told, and the message is tried again when it is said again', async () => {
  let full = true;
  const flaky: RecordsDb = {
    ...records,
    write: (statements) => (full ? Promise.reject(new StoreError('full', 'no room')) : records.write(statements)),
  };
  const taught = await openTaughtMessages(flaky);
  expect(await taught.keep(message('a', 'x'))).toBe(false);
  full = false;
  expect(await taught.keep(message('a', 'x'))).toBe(true);
  expect(await texts()).toEqual(['a x 1000']);
});

test('what could not be taken off the disk is tried again too', async () => {
  let full = false;
  const flaky: RecordsDb = {
    ...records,
    write: (statements) => (full ? Promise.reject(new StoreError('full', 'no room')) : records.write(statements)),
  };
  const taught = await openTaughtMessages(flaky);
  await taught.keep(message('a', 'x'));
  full = true;
  expect(await taught.keep(message('a', ''))).toBe(false);
  full = false;
  expect(await taught.keep(message('a', ''))).toBe(true);
  expect(await texts()).toEqual([]);
});
