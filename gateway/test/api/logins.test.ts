import { afterEach, beforeEach, expect, test } from 'vitest';
import { refusalWords } from '#contract/refusals.ts';
import { type TestApi, testApi } from './test-api.ts';

let running: TestApi;
beforeEach(async () => {
  running = await testApi();
});
afterEach(async () => {
  expect(running.errors).toEqual([]);
  await running.close();
});

const items = async (path: string) => Object((await running.admin.request('GET', `/api/v1${path}`)).body).items;

test('refusals come with why, what became of it and what to change', async () => {
  const [denied, stranger] = await items('/refusals');
  expect(denied).toMatchObject({ login: 'a&b', reason: 'topic-denied', detail: 'x/y', count: 3, effect: 'dropped' });
  expect([denied.why, denied.change]).toEqual([refusalWords('topic-denied').why, refusalWords('topic-denied').change]);
  expect(stranger).toMatchObject({ login: null, clientId: null, address: 'fd00::1', effect: 'refused' });
});

test.each([
  [{ kind: 'bridge', username: ' x', prefixes: ['a/'] }],
  [{ kind: 'bridge', username: 'x\u0000', prefixes: ['a/'] }],
  [{ kind: 'bridge', username: 'é'.repeat(65), prefixes: ['a/'] }],
  [{ kind: 'bridge', username: 'x', prefixes: ['a/#'] }],
  [{ kind: 'bridge', username: 'x', prefixes: ['$SYS/'] }],
  [{ kind: 'admin', username: 'x', prefixes: ['a/'] }],
  [{ kind: 'bridge', username: 'x', prefixes: ['a/'], tokenHash: 'sha256:a:b' }],
])('%j is no login', async (body) => {
  expect((await running.admin.request('POST', '/api/v1/credentials', { body })).status).toBe(400);
});

test('a name may be anything in the query of a DELETE', async () => {
  const revoked: string[] = [];
  Object.assign(running.deps.credentials, {
    revoke: async (username: string) => {
      revoked.push(username);
      return { ok: true, value: undefined };
    },
  });
  const names = ['..', 'a/b', 'a&b=c', '% +', '电表'];
  for (const name of names) {
    const path = `/api/v1/credentials?username=${encodeURIComponent(name)}`;
    expect((await running.admin.request('DELETE', path)).status).toBe(204);
  }
  expect(revoked).toEqual(names);
});

test('the audit says who made, changed and revoked which login, and holds no secret', async () => {
  const body = { kind: 'bridge', username: 'DVES_USER', prefixes: ['tele/', 'stat/'] };
  const made = await running.admin.request('POST', '/api/v1/credentials', { body });
  expect([made.status, made.body]).toEqual([
    201,
    { credential: { ...body, sessions: 0, connections: [] }, secret: 'the-secret' },
  ]);
  await running.admin.request('POST', '/api/v1/credentials/rotate', { body: { username: 'a&b' } });
  await running.admin.request('DELETE', '/api/v1/credentials?username=a%26b');
  const taken = await running.admin.request('POST', '/api/v1/credentials', { body: { ...body, username: 'a&b' } });
  expect(taken.status).toBe(409);
  const entries = (await items('/audit')).filter((one: { what: string }) => one.what.includes('credentials'));
  expect(entries.map(({ what, object, result }: Record<string, string>) => [what, object, result])).toEqual([
    ['POST /credentials', 'credentials', 'conflict'],
    ['DELETE /credentials', 'credentials:a&b', 'ok'],
    ['POST /credentials/rotate', 'credentials:a&b', 'ok'],
    ['POST /credentials', 'credentials:DVES_USER', 'ok'],
  ]);
  expect(entries.at(-1).detail).toContain('bridge tele/ stat/');
  expect(JSON.stringify(entries)).not.toContain('the-secret');
});
