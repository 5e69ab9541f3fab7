/** Sign-in, sessions, users and tokens over real HTTP. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ADMIN, PASSWORD, type TestApi, testApi } from './test-api.ts';

const HOUR = 3_600_000;
let running: TestApi;
beforeEach(async () => {
  running = await testApi();
});
afterEach(async () => {
  expect(running.errors).toEqual([]);
  await running.close();
});

const signIn = (name: string, password: string, headers: Record<string, string> = {}) =>
  running.client.request('POST', '/api/v1/session', { body: { name, password }, headers });
const me = async (token: string): Promise<number> =>
  (await running.client.as(token).request('GET', '/api/v1/me')).status;

test('a session is a token and a cookie that scripts cannot read', async () => {
  const { status, body, headers } = await signIn(ADMIN.name, ADMIN.password);
  expect(status).toBe(201);
  expect(body).toMatchObject({ user: { name: ADMIN.name, role: 'admin' } });
  const [cookie = '', device] = headers.getSetCookie();
  expect(device).toMatch(/^houqin-device=hd_[\w.-]+; Path=\/; HttpOnly; SameSite=Strict; Max-Age=15552000$/);
  expect(cookie).toMatch(/^houqin=hs_[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=43200$/);
  const answer = await running.client.request('GET', '/api/v1/me', { headers: { cookie: cookie.split(';')[0] ?? '' } });
  expect(answer.body).toMatchObject({ user: { name: ADMIN.name }, scope: null, timeZone: 'Asia/Shanghai' });
});

test('behind https the cookie is bound to the host', async () => {
  const { headers } = await signIn(ADMIN.name, ADMIN.password, { 'x-forwarded-proto': 'https' });
  const [cookie = '', device] = headers.getSetCookie();
  expect(cookie).toMatch(/^__Host-houqin=hs_.*; Secure$/);
  expect(device).toMatch(/^__Host-houqin-device=hd_.*; Secure$/);
  const secure = { cookie: cookie.split(';')[0] ?? '', 'x-forwarded-proto': 'https' };
  expect((await running.client.request('GET', '/api/v1/me', { headers: secure })).status).toBe(200);
  const answer = await running.client.request('GET', '/healthz', { headers: secure });
  expect(answer.headers.get('strict-transport-security')).toContain('max-age=31536000');
});

test('an unknown name and a wrong password get the same answer', async () => {
  const wrong = await signIn(ADMIN.name, 'not the password');
  const unknown = await signIn('nobody here', 'not the password');
  const { instance: _a, ...first } = Object(wrong.body);
  const { instance: _b, ...second } = Object(unknown.body);
  expect(wrong.status).toBe(401);
  expect(second).toEqual(first);
});

test('five failures lock an account at an address for 15 minutes; the right password does not open it', async () => {
  for (let i = 0; i < 5; i += 1) expect((await signIn(ADMIN.name, `guess ${i}`)).status).toBe(401);
  const locked = await signIn(ADMIN.name.toUpperCase(), ADMIN.password);
  expect(locked.status).toBe(429);
  expect(Number(locked.headers.get('retry-after'))).toBe(900);
  expect(locked.body).toMatchObject({ detailZh: '尝试次数过多，请 15 分钟后再试。' });
  const elsewhere = await signIn(ADMIN.name, ADMIN.password, { 'x-forwarded-for': '10.0.0.9' });
  expect(elsewhere.status).toBe(201);
  running.deps.clock.set(running.deps.clock.now() + 15 * 60_000);
  expect((await signIn(ADMIN.name, ADMIN.password)).status).toBe(201);
});

test('guesses sent at the same moment count as well', async () => {
  const answers = await Promise.all(Array.from({ length: 20 }, (_, i) => signIn(ADMIN.name, `guess ${i}`)));
  expect(answers.filter(({ status }) => status === 401)).toHaveLength(5);
  expect(answers.filter(({ status }) => status === 429)).toHaveLength(15);
});

test('a session ends after 8 idle hours, and after 12 however busy', async () => {
  const { clock } = running.deps;
  const start = clock.now();
  const idle = await running.signIn(ADMIN.name, ADMIN.password);
  const busy = await running.signIn(ADMIN.name, ADMIN.password);
  clock.set(start + 8 * HOUR - 1);
  expect(await me(busy)).toBe(200);
  clock.set(start + 8 * HOUR);
  expect(await me(idle)).toBe(401);
  expect(await me(busy)).toBe(200);
  clock.set(start + 12 * HOUR - 1);
  expect(await me(busy)).toBe(200);
  clock.set(start + 12 * HOUR);
  expect(await me(busy)).toBe(401);
});

test('signing out ends this session only, and clears the cookie', async () => {
  const one = await running.signIn(ADMIN.name, ADMIN.password);
  const other = await running.signIn(ADMIN.name, ADMIN.password);
  const { status, headers } = await running.client.as(one).request('DELETE', '/api/v1/session');
  expect(status).toBe(204);
  expect(headers.get('set-cookie')).toContain('houqin=; ');
  expect(headers.get('set-cookie')).toContain('Max-Age=0');
  expect(await me(one)).toBe(401);
  expect(await me(other)).toBe(200);
});

test('a write with the cookie needs our own origin', async () => {
  const cookie = `houqin=${await running.signIn(ADMIN.name, ADMIN.password)}`;
  const comment = (headers: Record<string, string>) =>
    running.client.request('POST', '/api/v1/incidents/inc-1/comment', {
      body: { note: '好' },
      headers: { cookie, ...headers },
    });
  expect((await comment({ origin: running.api.url })).status).toBe(200);
  expect((await comment({})).status).toBe(403);
  expect((await comment({ origin: 'http://evil.example' })).status).toBe(403);
  expect((await comment({ origin: 'null' })).status).toBe(403);
  // A form needs no permission to post text across sites, so only JSON is read.
  expect((await comment({ origin: running.api.url, 'content-type': 'text/plain' })).status).toBe(415);
});

test('changing role or password, or disabling, signs a user out everywhere', async () => {
  const ids = async (): Promise<Map<string, string>> =>
    new Map(
      Object((await running.admin.request('GET', '/api/v1/users')).body).items.map(
        (user: { name: string; id: string }) => [user.name, user.id],
      ),
    );
  for (const change of [{ role: 'office' }, { password: 'another long password' }, { disabled: true }]) {
    const name = `guard ${Object.keys(change)}`;
    const token = await running.person('guard', name);
    expect(await me(token)).toBe(200);
    const id = (await ids()).get(name);
    expect((await running.admin.request('PATCH', `/api/v1/users/${id}`, { body: change })).status).toBe(200);
    expect(await me(token)).toBe(401);
  }
  expect((await signIn('guard disabled', PASSWORD)).status).toBe(401);
  expect((await signIn('guard password', PASSWORD)).status).toBe(401);
  expect((await signIn('guard password', 'another long password')).status).toBe(201);
});

test('the last administrator stays, reserved roles are not given, names are taken once', async () => {
  const { body } = await running.admin.request('GET', '/api/v1/users');
  const [self] = Object(body).items;
  for (const change of [{ role: 'guard' }, { disabled: true }])
    expect((await running.admin.request('PATCH', `/api/v1/users/${self.id}`, { body: change })).status).toBe(409);
  expect(
    await running.admin.request('POST', '/api/v1/users', { body: { name: 't', password: PASSWORD, role: 'teacher' } }),
  ).toMatchObject({ status: 422, body: { type: 'urn:houqin:problem:reserved-role' } });
  expect((await running.admin.request('PATCH', `/api/v1/users/${self.id}`, { body: { role: 'leader' } })).status).toBe(
    422,
  );
  expect(
    (
      await running.admin.request('POST', '/api/v1/users', {
        body: { name: ` ${ADMIN.name} `, password: PASSWORD, role: 'guard' },
      })
    ).status,
  ).toBe(409);
  expect(
    (await running.admin.request('POST', '/api/v1/users', { body: { name: 'x', password: 'short', role: 'guard' } }))
      .status,
  ).toBe(400);
  expect((await running.admin.request('PATCH', '/api/v1/users/none', { body: { disabled: true } })).status).toBe(404);
});

test('an API token is shown once, expires, and is gone when removed', async () => {
  const { body } = await running.admin.request('POST', '/api/v1/tokens', {
    body: { name: '大屏', scope: 'kiosk', days: 1 },
  });
  const { secret, token } = Object(body);
  expect(await running.client.as(secret).request('GET', '/api/v1/me')).toMatchObject({
    status: 200,
    body: { scope: 'kiosk', user: { role: 'guard', name: '大屏' } },
  });
  const listed = await running.admin.request('GET', '/api/v1/tokens');
  expect(JSON.stringify(listed.body)).not.toContain(secret);
  expect(Object(listed.body).items[0]).toMatchObject({
    id: token.id,
    createdBy: ADMIN.name,
    lastUsedAt: running.deps.clock.now(),
  });
  const forever = await running.token('read');
  running.deps.clock.set(running.deps.clock.now() + 24 * HOUR);
  expect(await me(secret)).toBe(401);
  expect(await me(forever.secret)).toBe(200);
  const admin = running.client.as(await running.signIn(ADMIN.name, ADMIN.password));
  expect((await admin.request('DELETE', `/api/v1/tokens/${forever.id}`)).status).toBe(204);
  expect((await admin.request('DELETE', `/api/v1/tokens/${forever.id}`)).status).toBe(404);
  expect(await me(forever.secret)).toBe(401);
});

test('the cli token works from this machine only', async () => {
  const cli = running.client.as(await running.cliToken());
  expect((await cli.request('GET', '/api/v1/users')).status).toBe(200);
  expect((await cli.request('GET', '/api/v1/users', { headers: { 'x-forwarded-for': '192.168.1.20' } })).status).toBe(
    401,
  );
});

test('no secret is kept or told in the clear', async () => {
  const token = await running.person('office', 'office');
  const { secret } = await running.token('read');
  const rows = await Promise.all(
    ['users', 'sessions', 'tokens', 'audit'].map((table) =>
      running.deps.records.read({ sql: `SELECT * FROM ${table}` }),
    ),
  );
  const dump = JSON.stringify(rows);
  expect(dump).toContain('$argon2id$v=19$m=19456,t=2,p=1$');
  for (const hidden of [token, secret, PASSWORD, ADMIN.password]) expect(dump).not.toContain(hidden);
});
