import { expect, test } from 'vitest';
import { createKeptBook, KEPT_LIMITS, type KeptBook, type StrangeMessage } from '../../src/onboarding/kept-book.ts';

const T = Date.UTC(2026, 2, 2);
const EMPTY = { topics: [], frames: [] };
const message = (over: Partial<StrangeMessage> = {}): StrangeMessage => ({
  ...{ topic: 't', at: T, reason: 'unknown-topic', clientId: 'c', username: 'u', from: undefined, replayed: false },
  ...{ will: false, payload: Buffer.from('{}'), detail: 'no profile', profile: undefined, address: undefined },
  ...{ isStrange: true, ...over },
});
const framesOf = (book: KeptBook, topic = 't') => book.topic(topic)?.frames ?? [];

test('what is kept is handed over once, and a run that goes on from it knows all of it', () => {
  const book = createKeptBook(EMPTY);
  book.add(message());
  book.add(message({ at: T + 1_000, payload: Buffer.from('{"a":1}') }));
  const first = book.takeChanges();
  expect(first.frames.map(({ at }) => at)).toEqual([T, T + 1_000]);
  expect(first.topics).toMatchObject([{ topic: 't', count: 2, firstAt: T, lastAt: T + 1_000 }]);
  expect(book.takeChanges()).toEqual({ frames: [], gone: [], topics: [], goneTopics: [] });
  const next = createKeptBook({ topics: first.topics, frames: first.frames });
  next.add(message({ at: T + 2_000 }));
  expect(framesOf(next).map(({ id }) => id)).toEqual([1, 2, 3]);
  expect(next.topic('t')).toMatchObject({ count: 3, latest: { at: T + 2_000 } });
  next.forget(new Set([1]));
  expect(next.takeChanges()).toMatchObject({ gone: [1], frames: [{ id: 3 }] });
});

test('a message that came and went between two writes costs the disk nothing', () => {
  const book = createKeptBook(EMPTY, { ...KEPT_LIMITS, framesPerTopic: 2 });
  for (let n = 0; n < 5; n += 1) book.add(message({ at: T + n }));
  expect(book.takeChanges()).toMatchObject({ frames: [{ id: 4 }, { id: 5 }], gone: [] });
  book.add(message({ at: T + 9 }));
  expect(book.takeChanges()).toMatchObject({ frames: [{ id: 6 }], gone: [4] });
});

test('200 messages a second: a burst, then one a second, and the newest is always shown', () => {
  const book = createKeptBook(EMPTY);
  for (let n = 0; n < 2_000; n += 1) book.add(message({ at: T + 5 * n, payload: Buffer.from(String(n)) }));
  const { frames, skipped } = book.stats();
  expect(frames).toBeLessThanOrEqual(KEPT_LIMITS.topicBurst + 11);
  expect(frames + skipped).toBe(2_000);
  expect(Buffer.from(book.topic('t')?.latest.payload ?? []).toString()).toBe('1999');
});

test('bytes written have a rate: a flood of made-up topics with big payloads is mostly not kept', () => {
  const book = createKeptBook(EMPTY);
  const payload = Buffer.alloc(64 * 1_024, 0x61);
  for (let n = 0; n < 1_000; n += 1) book.add(message({ topic: `made-up/${n}`, at: T + 5 * n, payload }));
  const written = book.takeChanges().frames.reduce((sum, frame) => sum + frame.payload.length, 0);
  expect(written).toBeLessThanOrEqual(KEPT_LIMITS.bytesBurst + 5 * KEPT_LIMITS.bytesPerS);
  expect(book.stats().topics).toBe(KEPT_LIMITS.topics);
  expect(book.takeChanges().goneTopics).toEqual([]);
});

test('a topic stands in every row, so it counts as bytes do', () => {
  const book = createKeptBook(EMPTY);
  for (let n = 0; n < 20_000; n += 1) book.add(message({ topic: `${'x'.repeat(1_000)}${n % 100}`, at: T + 5 * n }));
  const written = book.takeChanges().frames.reduce((sum, { topic, payload }) => sum + topic.length + payload.length, 0);
  expect(written).toBeLessThanOrEqual(KEPT_LIMITS.bytesBurst + 100 * KEPT_LIMITS.bytesPerS);
  expect(book.stats().bytes).toBeGreaterThanOrEqual(written);
});

test('one stranger cannot push out the others: whoever has most makes room', () => {
  const book = createKeptBook(EMPTY, { ...KEPT_LIMITS, topics: 10, bytes: 20_000 });
  book.add(message({ topic: 'quiet', username: 'quiet', at: T - 3_600_000, payload: Buffer.alloc(4_000, 0x61) }));
  for (let n = 0; n < 100; n += 1)
    book.add(message({ topic: `loud/${n}`, username: 'loud', at: T + n, payload: Buffer.alloc(2_000, 0x61) }));
  expect(framesOf(book, 'quiet')).toHaveLength(1);
  expect(book.stats().topics).toBe(10);
  expect(book.stats().bytes).toBeLessThanOrEqual(20_000);
});

test('a login that calls itself something new at every connect is still one, over a restart too', () => {
  const limits = { ...KEPT_LIMITS, topics: 10, bytes: 20_000 };
  const first = createKeptBook(EMPTY, limits);
  for (let n = 0; n < 3; n += 1) first.add(message({ topic: `quiet/${n}`, username: 'quiet', at: T - 3_600_000 + n }));
  const loud = (n: number): StrangeMessage =>
    message({ topic: `loud/${n}`, username: 'loud', clientId: `id-${n}`, at: T + n, payload: Buffer.alloc(900, 0x61) });
  for (let n = 0; n < 50; n += 1) first.add(loud(n));
  const { topics, frames } = first.takeChanges();
  const next = createKeptBook({ topics, frames }, limits);
  for (let n = 50; n < 100; n += 1) next.add(loud(n));
  for (let n = 0; n < 3; n += 1) expect(framesOf(next, `quiet/${n}`)).toHaveLength(1);
});

test('a flood that uses up what may be written leaves something for who is quiet', () => {
  const book = createKeptBook(EMPTY);
  const payload = Buffer.alloc(4_000, 0x61);
  for (let n = 0; n < 4_000; n += 1) book.add(message({ topic: `loud/${n}`, username: 'loud', at: T + n, payload }));
  for (let n = 0; n < 3; n += 1)
    book.add(message({ topic: 'quiet', username: 'quiet', at: T + 4_000 + n, payload: Buffer.alloc(5_000) }));
  expect(framesOf(book, 'quiet')).toHaveLength(3);
});

test('of bad content the newest few; a topic goes when its newest message could be read', () => {
  const book = createKeptBook(EMPTY);
  for (let n = 0; n < 12; n += 1) book.add(message({ reason: 'bad-value', at: T + 1_000 * n, isStrange: false }));
  expect(framesOf(book)).toHaveLength(KEPT_LIMITS.badPerTopic);
  const ids = framesOf(book).map(({ id }) => id);
  book.explain('t', ids.at(-1) ?? 0, {
    ...{ reason: 'unknown-device', detail: 'd', profile: 'p', address: 'a', isStrange: true },
  });
  expect(book.topic('t')).toMatchObject({ reason: 'unknown-device', profile: 'p', isStrange: true });
  book.takeChanges();
  book.forget(new Set(ids.slice(0, 2)));
  expect(framesOf(book)).toHaveLength(3);
  book.forget(new Set(ids));
  expect(book.topic('t')).toBeUndefined();
  expect(book.takeChanges().goneTopics).toEqual(['t']);
});

test('bad content pushes out nothing but bad content', () => {
  const book = createKeptBook(EMPTY);
  for (let n = 0; n < 8; n += 1) book.add(message({ at: T + 1_000 * n, reason: 'unknown-device' }));
  for (let n = 8; n < 20; n += 1) book.add(message({ at: T + 1_000 * n, reason: 'bad-payload' }));
  const reasons = framesOf(book).map(({ reason }) => reason);
  expect(reasons.filter((reason) => reason === 'unknown-device')).toHaveLength(8);
  expect(reasons.filter((reason) => reason === 'bad-payload')).toHaveLength(KEPT_LIMITS.badPerTopic);
});

test('the payload is copied: the buffer of a socket is used again', () => {
  const book = createKeptBook(EMPTY);
  const payload = Buffer.from('first');
  book.add(message({ payload }));
  payload.fill(0);
  expect(Buffer.from(framesOf(book)[0]?.payload ?? []).toString()).toBe('first');
});
