/** Who gives way when sockets are short, without any socket. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createSocketShares, type GaveWay, type SocketLimits } from '../../src/api/socket-shares.ts';

const LIMITS: SocketLimits = { total: 8, strangers: 6, perAddress: () => 3, perSignIn: 3, knownAddresses: 4 };

function table(limits: SocketLimits = LIMITS) {
  const gone: [string, GaveWay][] = [];
  const shares = createSocketShares<string>(limits, (socket, why) => gone.push([socket, why]));
  return { ...shares, gone };
}

test('above its own share an address loses what has waited longest, and what is worked on only when nothing waits', () => {
  const { enter, works, waits, gone } = table();
  for (const socket of ['a1', 'a2', 'a3']) enter(socket, 'a');
  works('a1');
  enter('a4', 'a');
  waits('a1');
  enter('a5', 'a');
  for (const socket of ['a1', 'a4', 'a5']) works(socket);
  enter('a6', 'a');
  expect(gone).toEqual([
    ['a2', 'share'],
    ['a3', 'share'],
    ['a1', 'share'],
  ]);
});

test('when all strangers are too many, the address with most makes room; of equals the one that was so first', () => {
  const { enter, gone } = table();
  enter('b1', 'b');
  for (const socket of ['a1', 'a2', 'a3']) enter(socket, 'a');
  enter('c1', 'c');
  enter('d1', 'd');
  for (const socket of ['e1', 'f1', 'g1']) expect(enter(socket, socket.slice(0, 1))).toBe(true);
  expect(gone).toEqual([
    ['a1', 'room'],
    ['a2', 'room'],
    ['b1', 'room'],
  ]);
});

test('an address with a larger share weighs less', () => {
  const { enter, gone } = table({ ...LIMITS, perAddress: (address) => (address === 'proxy' ? 300 : 3) });
  for (const socket of ['p1', 'p2', 'p3', 'p4']) enter(socket, 'proxy');
  for (const socket of ['a1', 'a2', 'b1']) enter(socket, socket.slice(0, 1));
  expect(gone).toEqual([['a1', 'room']]);
});

test('what has proved a sign-in is no stranger; its address has the room kept back', () => {
  const { enter, proves, gone, counts } = table();
  enter('k1', 'k');
  proves('k1', 'session');
  for (let i = 0; i < 10; i += 1) enter(`s${i}`, `address ${i}`);
  expect(counts()).toEqual({ strangers: 6, known: 1 });
  enter('k2', 'k');
  expect(counts()).toEqual({ strangers: 7, known: 1 });
  expect(gone.map(([socket]) => socket)).toEqual(['s0', 's1', 's2', 's3']);
});

test('one sign-in has a share too; live connections never give way, and when nothing can, the newcomer is turned away', () => {
  const { enter, proves, leave, gone } = table();
  for (let i = 0; i < 4; i += 1) {
    enter(`k${i}`, 'k');
    proves(`k${i}`, 'one');
  }
  expect(gone).toEqual([['k0', 'share']]);
  for (let i = 1; i < 4; i += 1) proves(`k${i}`, 'one', true);
  for (let i = 0; i < 5; i += 1) {
    enter(`l${i}`, `address ${i}`);
    proves(`l${i}`, `other ${i}`, true);
  }
  expect(enter('new', 'new')).toBe(false);
  leave('l0');
  expect(enter('new', 'new')).toBe(true);
  expect(gone).toHaveLength(1);
});

test('whatever happens: limits hold, counts are right, nothing goes twice, a newcomer gets in unless all are live', () => {
  const address = fc.constantFrom('a', 'b', 'c', 'd');
  const socket = fc.nat({ max: 15 }).map(String);
  const step = fc.oneof(
    fc.record({ do: fc.constant('enter' as const), socket, address }),
    fc.record({ do: fc.constantFrom('waits' as const, 'works' as const, 'leave' as const), socket }),
    fc.record({ do: fc.constant('proves' as const), socket, signIn: address, stays: fc.boolean() }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
      const open = new Map<string, 'stranger' | 'known' | 'live'>();
      const { enter, waits, works, leave, proves, counts } = createSocketShares<string>(LIMITS, (gone) => {
        expect(open.get(gone)).not.toBe('live');
        expect(open.delete(gone)).toBe(true);
      });
      for (const one of steps) {
        if (one.do === 'enter') {
          if (open.has(one.socket)) continue;
          const isIn = enter(one.socket, one.address);
          if (isIn) open.set(one.socket, 'stranger');
          else expect([...open.values()]).not.toContain('stranger');
        } else if (one.do === 'proves') {
          const before = open.get(one.socket);
          proves(one.socket, one.signIn, one.stays);
          if (before !== undefined) open.set(one.socket, one.stays ? 'live' : 'known');
        } else {
          ({ waits, works, leave })[one.do](one.socket);
          if (one.do === 'leave') open.delete(one.socket);
        }
        const kinds = [...open.values()];
        const strangers = kinds.filter((kind) => kind === 'stranger').length;
        expect(counts()).toEqual({ strangers, known: kinds.length - strangers });
        expect(kinds.length).toBeLessThanOrEqual(LIMITS.total);
      }
    }),
    { numRuns: 500 },
  );
});
