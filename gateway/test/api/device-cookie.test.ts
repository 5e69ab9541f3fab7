/** What a known browser's cookie proves. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createDeviceCookies, DEVICE_COOKIE_S } from '../../src/api/device-cookie.ts';
import type { StoredUser } from '../../src/api/users.ts';

const T = Date.UTC(2026, 2, 2);
const account = (id: string, passwordHash: string): StoredUser => ({
  user: { id, name: id, role: 'admin', createdAt: T, disabled: false },
  passwordHash,
});
const ADMIN = account('admin', 'hash');
const folder = (): string => mkdtempSync(join(tmpdir(), 'houqin-device-'));

test('a browser is known for its account and password, for 180 days, over a restart, under one name', async () => {
  const dir = folder();
  const first = createDeviceCookies(dir);
  const cookie = await first.issue(ADMIN, T);
  const name = await first.deviceOf(cookie, ADMIN, T);
  expect(name).toMatch(/^[\w-]{16}$/);
  const later = createDeviceCookies(dir);
  expect(await later.deviceOf(cookie, ADMIN, T + DEVICE_COOKIE_S * 1_000 - 1)).toBe(name);
  expect(await later.deviceOf(cookie, ADMIN, T + DEVICE_COOKIE_S * 1_000)).toBeUndefined();
  expect(await later.deviceOf(await later.issue(ADMIN, T + 1, name), ADMIN, T + 1)).toBe(name);
  expect(await later.deviceOf(cookie, account('admin', 'another hash'), T)).toBeUndefined();
  expect(await later.deviceOf(cookie, account('office', 'hash'), T)).toBeUndefined();
  expect(await later.deviceOf(cookie, undefined, T)).toBeUndefined();
  expect(await createDeviceCookies(folder()).deviceOf(cookie, ADMIN, T)).toBeUndefined();
});

test.each([undefined, '', 'hd_', 'hd_x.1.y', `hd_${'a'.repeat(16)}.${T}.${'A'.repeat(43)}`, 'hd_\0.1.1'])(
  '%j is no known browser',
  async (cookie) => {
    expect(await createDeviceCookies(folder()).deviceOf(cookie, ADMIN, T)).toBeUndefined();
  },
);

test('a later date cannot be written into it', async () => {
  const cookies = createDeviceCookies(folder());
  const forged = (await cookies.issue(ADMIN, T)).replace(String(T), String(T + 1));
  expect(await cookies.deviceOf(forged, ADMIN, T + 1)).toBeUndefined();
});

test('where the key cannot be written, browsers are known until the next start', async () => {
  const file = join(folder(), 'a-file');
  writeFileSync(file, '');
  const cookies = createDeviceCookies(file);
  expect(await cookies.deviceOf(await cookies.issue(ADMIN, T), ADMIN, T)).toBeDefined();
});
