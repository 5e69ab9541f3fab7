import { expect, test } from 'vitest';
import { contentKey, createQos2Memory } from '../../src/broker/qos2-memory.ts';

test('bounded: the client unheard for longest is forgotten first', () => {
  const memory = createQos2Memory();
  const begin = (client: string) => memory.begin(client, 1, contentKey('t', Buffer.from('x')), () => {});
  for (let i = 0; i < 4_097; i += 1) {
    const result = begin(`client-${i}`);
    if (typeof result !== 'function') throw new Error(result);
    result();
  }
  expect(begin('client-4096')).toBe('known');
  expect(typeof begin('client-0')).toBe('function');
});
