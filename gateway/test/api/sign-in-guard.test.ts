/** The counting behind the sign-in lock, with time as an argument. */
import { expect, test } from 'vitest';
import { createSignInGuard, type SignInGuard } from '../../src/api/sign-in-guard.ts';

const MINUTE = 60_000;
const open = (guard: SignInGuard, account: string, ip: string, at: number): boolean =>
  'success' in guard.begin(account, ip, at);

test('the window slides: a sixth attempt is open again when the first is 15 minutes old', () => {
  const guard = createSignInGuard();
  for (let i = 0; i < 5; i += 1) expect(open(guard, 'a', 'ip', i * MINUTE)).toBe(true);
  expect(guard.begin('a', 'ip', 5 * MINUTE)).toEqual({ waitMs: 10 * MINUTE, why: 'account' });
  expect(open(guard, 'A ', 'ip', 15 * MINUTE - 1)).toBe(false);
  expect(open(guard, 'a', 'ip', 15 * MINUTE)).toBe(true);
  expect(open(guard, 'a', 'ip', 15 * MINUTE)).toBe(false);
});

test('a success wipes the slate and frees its place', () => {
  const guard = createSignInGuard();
  for (let i = 0; i < 200; i += 1) {
    const attempt = guard.begin('a', 'ip', 1);
    if ('waitMs' in attempt) throw new Error(`locked at ${i}`);
    attempt.success();
  }
});

test('fifty failures a minute over all accounts, then that address waits, and no other', () => {
  const guard = createSignInGuard();
  for (let i = 0; i < 50; i += 1) expect(open(guard, `user ${i}`, 'ip', i)).toBe(true);
  expect(guard.begin('new', 'ip', 50)).toEqual({ waitMs: MINUTE - 1, why: 'address' });
  for (let i = 0; i < 50; i += 1) expect(open(guard, `user ${i}`, `other ${i}`, 51)).toBe(true);
  expect(open(guard, 'new', 'other', 52)).toBe(true);
  expect(open(guard, 'new', 'ip', 49 + MINUTE)).toBe(true);
});

test('an address that goes on waits twice as long each time, at most 15 minutes; rest makes it new', () => {
  const guard = createSignInGuard();
  let at = 0;
  const waits = Array.from({ length: 7 }, (_, round) => {
    for (let i = 0; i < 50; i += 1) expect(open(guard, `user ${round} ${i}`, 'ip', at)).toBe(true);
    const refused = guard.begin('one more', 'ip', at);
    const waitMs = 'waitMs' in refused ? refused.waitMs : 0;
    at += waitMs;
    return waitMs / MINUTE;
  });
  expect(waits).toEqual([1, 2, 4, 8, 15, 15, 15]);
  at += 30 * MINUTE;
  for (let i = 0; i < 50; i += 1) open(guard, `user ${i}`, 'ip', at);
  expect(guard.begin('one more', 'ip', at)).toEqual({ waitMs: MINUTE, why: 'address' });
});

test('a browser that has signed in before counts by itself, and is locked like any other', () => {
  const guard = createSignInGuard();
  for (let i = 0; i < 5; i += 1) open(guard, 'admin', 'ip', 0);
  for (let i = 0; i < 45; i += 1) open(guard, `user ${i}`, 'ip', 0);
  expect(open(guard, 'admin', 'ip', 1)).toBe(false);
  for (let i = 0; i < 5; i += 1) expect('success' in guard.begin('admin', 'ip', 1, 'own')).toBe(true);
  expect(guard.begin('admin', 'ip', 2, 'own')).toMatchObject({ why: 'account' });
  expect('success' in guard.begin('admin', 'ip', 2, 'another')).toBe(true);
});

test('an attempt that was not looked at counts as none', () => {
  const guard = createSignInGuard();
  for (let i = 0; i < 200; i += 1) {
    const attempt = guard.begin('a', 'ip', 1);
    if ('waitMs' in attempt) throw new Error(`locked at ${i}`);
    attempt.withdraw();
  }
  for (let i = 0; i < 5; i += 1) expect(open(guard, 'a', 'ip', 2)).toBe(true);
  expect(open(guard, 'a', 'ip', 2)).toBe(false);
});

test('invented names push nobody’s failures out', () => {
  const guard = createSignInGuard();
  for (let i = 0; i < 5; i += 1) open(guard, 'victim', 'ip', 0);
  for (let i = 1; i < 640; i += 1) expect(open(guard, `name ${i}`, 'ip', MINUTE + i * 1_250)).toBe(true);
  expect(open(guard, 'victim', 'ip', 15 * MINUTE - 1)).toBe(false);
});
