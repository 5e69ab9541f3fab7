/** The counting behind the sign-in lock, with time as an argument. */
import { expect, test } from 'vitest';
import { createSignInGuard, type SignInGuard } from '../../src/api/sign-in-guard.ts';

const MINUTE = 60_000;
const open = (guard: SignInGuard, account: string, ip: string, at: number): boolean =>
  'success' in guard.begin(account, ip, at);

test('the window slides: a sixth attempt is open again when the first is 15 minutes old', () => {
  const guard = createSignInGuard();
  for (let i = 0; i < 5; i += 1) expect(open(guard, 'a', 'ip', i * MINUTE)).toBe(true);
  expect(guard.begin('a', 'ip', 5 * MINUTE)).toEqual({ waitMs: 10 * MINUTE });
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

test('fifty failures a minute over all accounts, then everybody waits', () => {
  const guard = createSignInGuard();
  for (let i = 0; i < 50; i += 1) expect(open(guard, `user ${i}`, `ip ${i}`, i)).toBe(true);
  expect(guard.begin('new', 'new', 50)).toEqual({ waitMs: MINUTE - 50 });
  expect(open(guard, 'new', 'new', MINUTE)).toBe(true);
});

test('invented names push nobody’s failures out', () => {
  const guard = createSignInGuard();
  for (let i = 0; i < 5; i += 1) open(guard, 'victim', 'ip', 0);
  for (let i = 1; i < 640; i += 1) expect(open(guard, `name ${i}`, 'ip', MINUTE + i * 1_250)).toBe(true);
  expect(open(guard, 'victim', 'ip', 15 * MINUTE - 1)).toBe(false);
});
