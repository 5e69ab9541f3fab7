/** The first start: nothing but the set-up page answers until somebody with the printed link makes an administrator. On real records. */
import { mkdtempSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ensureAdmin } from '../../src/api/ensure-admin.ts';
import { type Api, startApi } from '../../src/api/start-api.ts';
import { openRecordsDb } from '../../src/store/open-records-db.ts';
import { type FakeDeps, fakeDeps } from './fake-deps.ts';
import { askFrom } from './hold-sockets.ts';
import { fakeDist, quietLog } from './test-api.ts';
import { validatedClient } from './validated-client.ts';

const NEW = { name: '张老师', password: 'a long enough password' };
let deps: FakeDeps;
let api: Api;
beforeEach(async () => {
  deps = fakeDeps(await openRecordsDb({ dir: mkdtempSync(join(tmpdir(), 'houqin-records-')) }));
  api = await startApi({ deps, host: '127.0.0.1', port: 0, staticDir: fakeDist(), log: quietLog([]) });
});
afterEach(async () => {
  await api.close();
  await deps.records.close();
});

const get = (path: string, headers: Record<string, string> = {}) => fetch(`${api.url}${path}`, { headers });
const setUp = (token: string, body: object = NEW) =>
  fetch(`${api.url}/api/v1/setup`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: api.url },
    body: JSON.stringify({ token, ...body }),
  });

test('until then only /setup, its assets, /healthz and /readyz answer', async () => {
  for (const path of ['/setup', '/assets/index-abc123.js', '/favicon.svg', '/healthz', '/readyz'])
    expect((await get(path)).status, path).toBe(200);
  const cli = readFileSync(join(deps.dataDir, 'cli-token'), 'utf8').trim();
  for (const path of [
    '/',
    '/wall',
    '/alerts',
    '/index.html',
    '/metrics',
    '/api/v1/me',
    '/api/v1/openapi.json',
    '/api/v1/nothing',
    '/api/v1/users',
  ]) {
    const response = await get(path, { authorization: `Bearer ${cli}` });
    expect(response.status, path).toBe(401);
    expect(await response.json(), path).toMatchObject({
      status: 401,
      detail: expect.stringContaining('set-up link'),
      detailZh: expect.stringContaining('设置链接'),
    });
  }
  const signIn = await fetch(`${api.url}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(NEW),
  });
  expect(signIn.status).toBe(401);
});

const BROWSER = { accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' };

test.each(['/', '/wall', '/alerts?tab=all', '/api/v1/me', '/metrics'])(
  'a browser that opens %s before the set-up gets a page that says what to do, not a document',
  async (path) => {
    const answer = await get(path, BROWSER);
    const html = await answer.text();
    expect(answer.status).toBe(401);
    expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(html).toMatch(/<h1>请先完成首次设置<[\s\S]*重启网关，会打印新的链接[\s\S]*<h2>Finish the first set-up</);
    // The secret of the link stands in no answer.
    expect(html).not.toContain(api.setupToken);
    const nonce = /'nonce-([^']+)'/.exec(answer.headers.get('content-security-policy') ?? '')?.[1];
    expect(html).toContain(`<style nonce="${nonce}">`);
  },
);

test.each([
  ['/assets/gone-0a1b2c.js', 404, '没有这个页面'],
  ['/old/report.pdf', 404, '没有这个页面'],
  ['/api/v1/devices/%E0%A4%A', 400, '这个页面打不开'],
  ['/api/v1/devices', 401, '需要登录'],
  ['/api/v1/none', 404, '没有这个页面'],
])('after it a browser that opens %s gets a page too (%i)', async (path, status, title) => {
  await setUp(api.setupToken);
  const answer = await get(path, BROWSER);
  expect(answer.status).toBe(status);
  expect(await answer.text()).toContain(`<h1>${title}</h1>`);
  expect((await get(path)).headers.get('content-type')).toContain('application/problem+json');
});

test('what was asked for is never taken for markup', async () => {
  await setUp(api.setupToken);
  const cli = readFileSync(join(deps.dataDir, 'cli-token'), 'utf8').trim();
  const path = `/api/v1/devices/${encodeURIComponent('<img src=x>')}`;
  const html = await (await get(path, { ...BROWSER, authorization: `Bearer ${cli}` })).text();
  expect(html).toContain('没有设备 &#60;img');
  expect(html).not.toContain('<img');
});

test('the printed link makes the first administrator, once', async () => {
  expect(api.setupLink()).toBe(`${api.url}/setup#token=${api.setupToken}`);
  expect((await setUp('hu_guess')).status).toBe(401);
  expect((await setUp(api.setupToken, { name: 'x', password: 'short' })).status).toBe(400);
  const done = await setUp(api.setupToken);
  expect(done.status).toBe(201);
  expect(done.headers.get('set-cookie')).toContain('houqin=hs_');
  expect(api.setupLink()).toBeUndefined();
  expect((await setUp(api.setupToken, { name: 'second', password: NEW.password })).status).toBe(409);
  const client = await validatedClient(api.url);
  const me = await client.as(Object(await done.json()).token).request('GET', '/api/v1/me');
  expect(me.body).toMatchObject({ user: { name: NEW.name, role: 'admin' }, demo: false });
  expect((await get('/')).status).toBe(200);
});

test('of two who use the link at once, one becomes administrator', async () => {
  const answers = await Promise.all([
    setUp(api.setupToken, { ...NEW, name: 'a' }),
    setUp(api.setupToken, { ...NEW, name: 'b' }),
  ]);
  expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 409]);
});

test('the link lives 30 minutes, whatever the wall clock does', async () => {
  deps.clock.set(deps.clock.now() + 30 * 60_000);
  const late = await setUp(api.setupToken);
  expect(late.status).toBe(401);
  expect(await late.json()).toMatchObject({ type: 'urn:houqin:problem:setup-token-expired' });
});

test('the set-up token cannot be guessed at speed', async () => {
  for (let i = 0; i < 5; i += 1) await setUp(`hu_guess${i}`);
  expect((await setUp(api.setupToken)).status).toBe(429);
});

test('strangers who try links lock out only themselves', async () => {
  const from = async (address: string, token: string): Promise<number> =>
    (await askFrom(api.port, address, { method: 'POST', path: '/api/v1/setup', body: { token, ...NEW } })).status;
  for (let i = 0; i < 72; i += 1) await from(`127.0.0.${3 + (i % 12)}`, `hu_guess${i}`);
  expect(await from('127.0.0.3', api.setupToken)).toBe(429);
  expect(await from('127.0.0.1', api.setupToken)).toBe(201);
});

test('HOUQIN_ADMIN makes an administrator only while there is no user', async () => {
  expect(await ensureAdmin(deps, 'x', 'short')).toBe('invalid');
  expect(await ensureAdmin(deps, 'root', 'a long enough password')).toBe('created');
  expect(await ensureAdmin(deps, 'other', 'a long enough password')).toBe('exists');
  expect((await get('/')).status).toBe(200);
  expect((await setUp(api.setupToken)).status).toBe(409);
});

test('files of the data folder are for the gateway’s own user', async () => {
  await setUp(api.setupToken);
  for (const name of ['cli-token', 'audit-key', 'audit-head'])
    expect(statSync(join(deps.dataDir, name)).mode & 0o777, name).toBe(0o600);
});

test('a taken port is a named error with a sentence', async () => {
  const again = startApi({ deps, host: '127.0.0.1', port: api.port, staticDir: fakeDist(), log: quietLog([]) });
  await expect(again).rejects.toMatchObject({
    code: 'port-taken',
    zh: expect.stringContaining(`${api.port}`),
    en: expect.stringContaining('HOUQIN_HTTP'),
  });
  await expect(
    startApi({ deps, host: '203.0.113.1', port: 0, staticDir: fakeDist(), log: quietLog([]) }),
  ).rejects.toMatchObject({ code: 'address-unavailable' });
});
