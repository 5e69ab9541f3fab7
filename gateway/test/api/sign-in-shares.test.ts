/** Guessing at passwords and tokens over real HTTP: it costs the guesser's address, and nobody else. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { askFrom } from './hold-sockets.ts';
import { ADMIN, PASSWORD, type TestApi, testApi } from './test-api.ts';

const ATTACKER = '127.0.0.3';
const MINUTE = 60_000;
let running: TestApi;
beforeEach(async () => {
  running = await testApi();
});
afterEach(async () => {
  expect(running.errors).toEqual([]);
  await running.close();
});

const signIn = (from: string, name: string, password: string, headers: Record<string, string> = {}) =>
  askFrom(running.api.port, from, { method: 'POST', path: '/api/v1/session', headers, body: { name, password } });

/** The cookie of a browser that has signed in, as it sends it back. */
async function deviceOf(from: string, name: string, password: string): Promise<string> {
  const { text } = await signIn(from, name, password);
  return /^set-cookie: (houqin-device=[^;]+);/im.exec(text)?.[1] ?? 'none';
}

/** Asks `count` times, at most 20 at a time. */
async function atOnce<T>(count: number, ask: (i: number) => Promise<T>): Promise<T[]> {
  const answers: T[] = [];
  for (let i = 0; i < count; i += 20)
    answers.push(...(await Promise.all(Array.from({ length: Math.min(20, count - i) }, (_, j) => ask(i + j)))));
  return answers;
}

/** Wrong passwords of many names. @returns the statuses. */
const guess = async (count: number, nameOf: (i: number) => string): Promise<number[]> =>
  (await atOnce(count, (i) => signIn(ATTACKER, nameOf(i), `wrong password ${i}`))).map(({ status }) => status);

async function metric(name: string): Promise<number> {
  const { text } = await askFrom(running.api.port, '127.0.0.1', { path: '/metrics' });
  const line = text.split('\n').find((one) => one.startsWith(`${name} `));
  return Number(line?.slice(name.length + 1) ?? 0);
}

test('200 wrong passwords from one address: others sign in, and so does the known browser at that address', async () => {
  const device = await deviceOf(ATTACKER, ADMIN.name, ADMIN.password);
  const statuses = await guess(200, (i) => (i % 2 === 0 ? ADMIN.name : `name ${i}`));
  expect(statuses.filter((status) => status === 401).length).toBeLessThanOrEqual(50);
  expect(new Set(statuses)).toEqual(new Set([401, 429]));
  expect((await signIn('127.0.0.1', ADMIN.name, ADMIN.password)).status).toBe(201);
  expect((await signIn(ATTACKER, ADMIN.name, ADMIN.password, { cookie: device })).status).toBe(201);
  const stranger = await signIn(ATTACKER, ADMIN.name, ADMIN.password);
  expect(stranger.status).toBe(429);
  expect(stranger.text).toMatch(/^retry-after: \d+\r$/im);
  expect(stranger.text).toContain('尝试次数过多，请 ');
  expect(await metric('houqin_attempts_refused_total{reason="address"}')).toBeGreaterThan(0);
  expect(await metric('houqin_attempts_refused_total{reason="account"}')).toBeGreaterThan(0);
});

test('behind a proxy on this machine each person has a share of their own', async () => {
  const from = (address: string) => ({ 'x-forwarded-for': address });
  await atOnce(55, (i) => signIn('127.0.0.1', `name ${i}`, 'wrong', from('10.0.0.66')));
  expect((await signIn('127.0.0.1', ADMIN.name, ADMIN.password, from('10.0.0.66'))).status).toBe(429);
  expect((await signIn('127.0.0.1', ADMIN.name, ADMIN.password, from('10.0.0.7'))).status).toBe(201);
  // What the client itself wrote there stands before what the proxy adds, and changes nothing.
  expect((await signIn('127.0.0.1', ADMIN.name, ADMIN.password, from('10.0.0.9, 10.0.0.66'))).status).toBe(429);
  // One /64 is one subscriber.
  await atOnce(55, (i) => signIn('127.0.0.1', `name ${i}`, 'wrong', from(`2001:db8:1:2::${i + 1}`)));
  expect((await signIn('127.0.0.1', ADMIN.name, ADMIN.password, from('2001:db8:1:2:ffff::9'))).status).toBe(429);
  expect((await signIn('127.0.0.1', ADMIN.name, ADMIN.password, from('2001:db8:1:3::9'))).status).toBe(201);
});

test('the browser is known for its own account and password only, opens nothing, and is locked like any other', async () => {
  await running.person('office', 'office');
  const device = await deviceOf('127.0.0.1', 'office', PASSWORD);
  const cookie = { cookie: device };
  expect((await askFrom(running.api.port, '127.0.0.1', { path: '/api/v1/me', headers: cookie })).status).toBe(401);
  await guess(60, (i) => `name ${i}`);
  expect((await signIn(ATTACKER, ADMIN.name, ADMIN.password, cookie)).status).toBe(429);
  const forged = device.replace(/.{4}$/, 'AAAA');
  expect((await signIn(ATTACKER, 'office', PASSWORD, { cookie: forged })).status).toBe(429);
  expect((await signIn(ATTACKER, 'office', PASSWORD, cookie)).status).toBe(201);
  for (let i = 0; i < 5; i += 1) expect((await signIn(ATTACKER, 'office', 'wrong', cookie)).status).toBe(401);
  expect((await signIn(ATTACKER, 'office', PASSWORD, cookie)).status).toBe(429);

  const users = Object((await running.admin.request('GET', '/api/v1/users')).body).items;
  const { id } = users.find(({ name }: { name: string }) => name === 'office');
  const password = 'quite another password';
  await running.admin.request('PATCH', `/api/v1/users/${id}`, { body: { password } });
  running.deps.clock.set(running.deps.clock.now() + 40 * MINUTE);
  await guess(60, (i) => `other ${i}`);
  expect((await signIn(ATTACKER, 'office', password, cookie)).status).toBe(429);
});

test('an address that guesses at tokens waits; tokens that are right go on, the unused ones too', async () => {
  const { secret: used } = await running.token('read');
  const { secret: unused } = await running.token('kiosk');
  const me = (secret: string) => ({ path: '/api/v1/me', headers: { authorization: `Bearer ${secret}` } });
  await askFrom(running.api.port, ATTACKER, me(used));
  const again = await testApi({ deps: running.deps });
  const flood = connect({ host: '127.0.0.1', port: again.api.port, localAddress: ATTACKER });
  let text = '';
  flood.on('data', (data) => (text += data.toString()));
  for (let i = 0; i < 620; i += 20) {
    const asked = Array.from(
      { length: 20 },
      (_, j) => `GET /api/v1/me HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ht_guess${i + j}\r\n\r\n`,
    );
    flood.write(asked.join(''));
    while ((text.match(/HTTP\/1\.1 \d/g) ?? []).length < i + 20) await once(flood, 'data');
  }
  flood.destroy();
  expect(text.match(/HTTP\/1\.1 401/g)?.length).toBeLessThanOrEqual(600);
  expect(text.match(/HTTP\/1\.1 429/g)?.length).toBeGreaterThanOrEqual(20);
  expect(text).toContain('此地址发送的无效接入密钥过多');
  const statusOf = async (from: string, secret: string) => (await askFrom(again.api.port, from, me(secret))).status;
  expect(await statusOf(ATTACKER, 'ht_another')).toBe(429);
  expect(await statusOf('127.0.0.1', 'ht_another')).toBe(401);
  expect(await statusOf(ATTACKER, used)).toBe(200);
  expect(await statusOf(ATTACKER, unused)).toBe(200);
  expect(await statusOf(ATTACKER, (await again.token('read')).secret)).toBe(200);
  await again.close();
});

test('failures of strangers fill the audit log slowly, and those left out are counted', async () => {
  await atOnce(45, (i) => signIn(ATTACKER, `name ${i}`, 'wrong'));
  const entries = async (): Promise<{ result: string; detail: string }[]> =>
    Object((await running.admin.request('GET', '/api/v1/audit?limit=200')).body).items;
  expect((await entries()).filter(({ result }) => result === 'sign-in-failed')).toHaveLength(30);
  expect(await metric('houqin_attempts_refused_total{reason="unlisted"}')).toBe(15);
  await signIn('127.0.0.1', 'somebody', 'wrong');
  expect((await entries())[0]?.detail).toContain('(+15 unlisted)');
});
