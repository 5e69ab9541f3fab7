import { expect, test } from 'vitest';
import { REFUSAL_REASONS } from '#contract/refusals.ts';
import { createRefusalBook, type RefusalNote } from '../../src/broker/refusal-book.ts';

const AT = Date.UTC(2026, 10, 30);
const note = (more: Partial<RefusalNote> = {}): RefusalNote => ({
  ...{ at: AT, login: 'dtu-1', clientId: 'c', address: '10.0.0.1', reason: 'topic-denied', detail: 'a/b' },
  ...more,
});

test('the same client and reason is one entry with first, last, count and the last detail', () => {
  const book = createRefusalBook();
  book.note(note());
  book.note(note({ at: AT + 5, detail: 'a/c' }));
  book.note(note({ at: AT + 7, reason: 'will-denied', detail: undefined }));
  expect(book.list()).toEqual([
    {
      ...{ login: 'dtu-1', clientId: 'c', address: '10.0.0.1', reason: 'will-denied', detail: null, count: 1 },
      ...{ firstAt: AT + 7, lastAt: AT + 7 },
    },
    {
      ...{ login: 'dtu-1', clientId: 'c', address: '10.0.0.1', reason: 'topic-denied', detail: 'a/c', count: 2 },
      ...{ firstAt: AT, lastAt: AT + 5 },
    },
  ]);
});

test('six clients behind one address are six entries', () => {
  const book = createRefusalBook();
  for (let n = 0; n < 6; n++) book.note(note({ at: AT + n, login: `plug-${n}`, reason: 'bad-credentials' }));
  expect(book.list().map(({ login }) => login)).toEqual(['plug-5', 'plug-4', 'plug-3', 'plug-2', 'plug-1', 'plug-0']);
});

test('a client with another random id each time keeps its newest sixteen, and leaves the rest to others', () => {
  const book = createRefusalBook();
  book.note(note({ login: 'plug-1', reason: 'bad-credentials' }));
  for (let n = 0; n < 1_000; n++)
    book.note(note({ at: AT + n, login: 'z2m', clientId: `mqttjs_${n}`, reason: 'bad-credentials' }));
  const ids = book.list().flatMap(({ login, clientId }) => (login === 'z2m' ? [clientId] : []));
  expect(ids).toEqual(Array.from({ length: 16 }, (_, n) => `mqttjs_${999 - n}`));
  expect(book.list()).toHaveLength(17);
});

test('one address that invents names pushes out its own entries only', () => {
  const book = createRefusalBook(40);
  for (let n = 0; n < 10; n++) book.note(note({ at: AT + n, address: `10.0.1.${n}`, login: `plug-${n}` }));
  for (let n = 0; n < 10; n++)
    book.note(note({ at: AT + n, address: `10.0.2.${n}`, login: undefined, reason: 'not-mqtt' }));
  for (let n = 0; n < 5_000; n++) {
    const stranger = { at: AT + 100 + n, address: '10.9.9.9', login: `guess-${n}`, clientId: `g${n}` };
    book.note(note({ ...stranger, reason: n % 2 === 0 ? 'unknown-login' : 'bad-credentials' }));
  }
  const list = book.list();
  expect(list.length).toBe(40);
  expect(list.filter(({ address }) => address.startsWith('10.0.1.')).length).toBe(10);
  expect(list.filter(({ address }) => address.startsWith('10.0.2.')).length).toBe(10);
  expect(list[0]).toMatchObject({ login: 'guess-4999' });
  expect(book.dropped()).toBe(10 + 10 + 5_000 - 40);
});

test('one login guessed from everywhere pushes out its own entries only', () => {
  const book = createRefusalBook(40);
  for (let n = 0; n < 10; n++) book.note(note({ at: AT + n, address: `10.0.1.${n}`, login: `plug-${n}` }));
  for (let n = 0; n < 1_000; n++)
    book.note(
      note({ at: AT + 100 + n, address: `172.16.${n >> 8}.${n % 256}`, login: 'ha', reason: 'bad-credentials' }),
    );
  expect(book.list().filter(({ login }) => login?.startsWith('plug-')).length).toBe(10);
});

test('the addresses of one IPv6 network are one stranger', () => {
  const book = createRefusalBook(20);
  for (let n = 0; n < 5; n++) book.note(note({ at: AT + n, address: `10.0.1.${n}`, reason: 'timeout' }));
  for (let n = 0; n < 500; n++) {
    const address = n % 2 === 0 ? `2001:db8:0:1::${n.toString(16)}` : `2001:db8:0:1:a:b:c:${n.toString(16)}`;
    book.note(note({ at: AT + 100 + n, address, login: undefined, reason: 'timeout' }));
  }
  expect(book.list().filter(({ address }) => address.startsWith('10.0.1.')).length).toBe(5);
  expect(book.list().length).toBe(10);
});

test('strangers from a thousand addresses leave what known clients are told', () => {
  const book = createRefusalBook(40);
  for (let n = 0; n < 15; n++) book.note(note({ at: AT + n, address: `10.0.1.${n}`, login: `plug-${n}` }));
  for (let n = 0; n < 1_000; n++)
    book.note(
      note({ at: AT + 100 + n, address: `172.16.${n >> 8}.${n % 256}`, login: `x${n}`, reason: 'unknown-login' }),
    );
  expect(book.list().filter(({ reason }) => reason === 'topic-denied').length).toBe(15);
  expect(book.list().filter(({ reason }) => reason === 'unknown-login').length).toBe(20);
});

test('what a stranger says is cut and holds nothing that a terminal or a page would obey', () => {
  const book = createRefusalBook();
  book.note(
    note({
      ...{ login: `a\u0000b\u001b[31m\u202ec${'x'.repeat(60_000)}`, clientId: '甲\n乙\u2066', address: '10.0.0.1' },
      detail: `\ud800${'主'.repeat(10_000)}`,
    }),
  );
  const [entry] = book.list();
  expect(entry?.login).toMatch(/^ab\[31mcx+…$/);
  expect(entry?.login?.length).toBeLessThanOrEqual(129);
  expect(entry?.clientId).toBe('甲乙');
  expect(entry?.detail?.length).toBe(201);
  expect(entry?.detail?.isWellFormed()).toBe(true);
});

test('every reason is kept', () => {
  const book = createRefusalBook();
  for (const [n, reason] of REFUSAL_REASONS.entries()) book.note(note({ at: AT + n, reason }));
  expect(book.list().map(({ reason }) => reason)).toEqual([...REFUSAL_REASONS].reverse());
});
