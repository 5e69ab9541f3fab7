import { describe, expect, test } from 'vitest';
import { createUnreadBook } from '../../src/onboarding/unread-book.ts';

const look = (device: string, names: readonly string[], more: object = {}) => ({
  ...{ device, members: names.map((name) => ({ name, sample: 1 })), read: [], used: [], isEcho: false },
  ...more,
});
const from = (at: number, login = 'l') => ({ topic: 't', at, login });

describe('members that no rule reads', () => {
  test('are kept with their newest value, until they are read', () => {
    const book = createUnreadBook();
    book.add([look('d', ['a', 'b'])], from(1));
    book.add([{ ...look('d', []), members: [{ name: 'b', sample: 'x' }], read: ['c'] }], from(2));
    expect(book.of('d')).toEqual([
      { name: 'b', sample: 'x', topic: 't', at: 2 },
      { name: 'a', sample: 1, topic: 't', at: 1 },
    ]);
    book.add([look('d', [], { read: ['a', 'b'] })], from(3));
    expect([book.of('d'), book.devices()]).toEqual([[], []]);
  });

  test('an echo counts only while the device says nothing else', () => {
    const book = createUnreadBook();
    book.add([look('d', ['contact'], { isEcho: true })], from(1));
    expect(book.of('d')).toHaveLength(1);
    book.add([look('d', ['state'])], from(2));
    book.add([look('d', ['contact'], { isEcho: true })], from(3));
    expect(book.of('d').map(({ name }) => name)).toEqual(['state']);
  });

  test('are bounded: by device, and in all, where the login that has most makes room', () => {
    const book = createUnreadBook({ perDevice: 3, all: 5 });
    book.add([look('quiet', ['a'])], from(1, 'quiet'));
    book.add([look('loud-1', ['a', 'b', 'c', 'd'])], from(2, 'loud'));
    expect(book.of('loud-1').map(({ name }) => name)).toEqual(['b', 'c', 'd']);
    book.add([look('loud-2', ['a', 'b', 'c'])], from(3, 'loud'));
    expect(book.devices()).toEqual(['loud-2', 'quiet']);
  });

  test('of a device that is gone, or decoded otherwise, are let go', () => {
    const book = createUnreadBook();
    book.add([look('a', ['x']), look('b', ['x'])], from(1));
    book.keep((device) => device === 'b');
    expect(book.devices()).toEqual(['b']);
  });
});
