/** What a request may look like, and how it is turned down. */
import { connect } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { problem } from '#contract/http/common.ts';
import { StoreError } from '../../src/store/reading-store.ts';
import { ADMIN, type TestApi, testApi } from './test-api.ts';

let running: TestApi;
beforeAll(async () => {
  running = await testApi();
});
afterAll(() => running.close());

test.each([
  ['GET', '/api/v1/nothing', 404],
  ['GET', '/api/v1/devices/none', 404],
  ['DELETE', '/api/v1/devices/door-1', 404],
  ['GET', '/api/v1/devices?colour=red', 400],
  ['GET', '/api/v1/devices?state[$ne]=online', 400],
  ['GET', '/api/v1/devices?state=online&state=offline', 400],
  ['GET', '/api/v1/devices/%E0%A4%A', 400],
  ['GET', '/api/v1/alerts?limit=0', 400],
  ['GET', '/api/v1/alerts?limit=1001', 400],
  ['GET', '/api/v1/audit?cursor=x', 400],
  ['GET', '/api/v1/devices?cursor=x', 400],
  ['GET', '/api/v1/config/passwd', 400],
  ['GET', '/api/v1/config/..%2f..%2fetc%2fpasswd', 400],
  ['POST', '/wall', 404],
  ['GET', '/assets/none.js', 404],
  ['GET', '/assets/..%2f..%2fpackage.json', 404],
])('%s %s → %i, as a problem in two languages', async (method, path, expected) => {
  const { status, headers, body } = await running.admin.request(method, path);
  expect(status).toBe(expected);
  const { detail, detailZh, instance } = problem.parse(body);
  expect(detail).toMatch(/^[\x20-\x7e]+$/);
  expect(detailZh).toMatch(/[\u4e00-\u9fff]/);
  expect(instance).toBe(`urn:uuid:${headers.get('x-request-id')}`);
});

test.each([
  ['not json', '{"note": ', 400, 'bad-json'],
  ['a prototype key', '{"note":"x","__proto__":{"admin":true}}', 400, 'bad-json'],
  ['a constructor key', '{"note":"x","constructor":1}', 400, 'bad-json'],
  ['an unknown key', '{"note":"x","who":"me"}', 400, 'bad-request'],
  ['a wrong type', '{"note":1}', 400, 'bad-request'],
  ['65 KiB', JSON.stringify({ note: 'x'.repeat(65 * 1024) }), 413, 'too-large'],
])('a body with %s is refused', async (_name, raw, status, name) => {
  const answer = await running.admin.request('POST', '/api/v1/incidents/inc-1/comment', { raw });
  expect(answer).toMatchObject({ status, body: { type: `urn:houqin:problem:${name}` } });
});

test('field errors name the field', async () => {
  const { body } = await running.admin.request('POST', '/api/v1/incidents/inc-1/comment', { body: { note: 1 } });
  expect(Object(body).errors).toEqual([{ path: 'body.note', message: expect.any(String) }]);
});

test('forms and compressed bodies are not read', async () => {
  const form = { raw: 'note=x', headers: { 'content-type': 'application/x-www-form-urlencoded' } };
  expect((await running.admin.request('POST', '/api/v1/incidents/inc-1/comment', form)).status).toBe(415);
  const zipped = { raw: '{}', headers: { 'content-encoding': 'gzip' } };
  expect((await running.admin.request('POST', '/api/v1/incidents/inc-1/comment', zipped)).status).toBe(415);
});

test('an action that needs nothing may come without a body', async () => {
  expect(await running.admin.request('POST', '/api/v1/incidents/inc-1/ack')).toMatchObject({
    status: 200,
    body: { ackedBy: '王主任' },
  });
});

test('a bug behind the api is a 500 without its story', async () => {
  const { live } = running.deps;
  const { alert } = live;
  live.alert = async () => {
    throw new TypeError('secret path /srv/x');
  };
  const { status, body } = await running.admin.request('GET', '/api/v1/alerts/alert-1');
  live.alert = alert;
  expect(status).toBe(500);
  expect(JSON.stringify(body)).not.toMatch(/secret|TypeError|\.ts/);
  expect(running.errors.splice(0)).toHaveLength(1);
});

test('on a full disk people read and sign in; what cannot be kept is a 507 that names the folder', async () => {
  const { records, clock } = running.deps;
  const { write } = records;
  Object.assign(records, { write: () => Promise.reject(new StoreError('full', 'disk is full')) });
  clock.set(clock.now() + 61_000);
  const read = await running.admin.request('GET', '/api/v1/me');
  const signedIn = await running.client.request('POST', '/api/v1/session', {
    body: { name: '王主任', password: ADMIN.password },
  });
  const written = await running.admin.request('POST', '/api/v1/tokens', { body: { name: 'a token', scope: 'read' } });
  const me = await running.client.as(Object(signedIn.body).token).request('GET', '/api/v1/me');
  Object.assign(records, { write });
  expect(read.status).toBe(200);
  expect(signedIn).toMatchObject({ status: 201, body: { notice: { zh: expect.stringContaining('内存') } } });
  expect(me.status).toBe(200);
  expect(written).toMatchObject({ status: 507, body: { type: 'urn:houqin:problem:disk-full' } });
  expect(Object(written.body).detailZh).toContain(running.deps.dataDir);
  expect(running.errors.splice(0)).not.toEqual([]);
});

test('probes answer while the records do not, also to somebody signed in', async () => {
  const { records } = running.deps;
  const { read } = records;
  Object.assign(records, { read: () => Promise.reject(new StoreError('io', 'gone')) });
  const [health, ready, other] = await Promise.all(
    ['/healthz', '/readyz', '/api/v1/me'].map((path) => running.admin.request('GET', path)),
  );
  Object.assign(records, { read });
  expect([health?.status, ready?.status, other?.status]).toEqual([200, 200, 503]);
  running.errors.splice(0);
});

test('headers: no script but our own files, nothing framed, nothing told about the server', async () => {
  const { headers, body } = await running.client.request('GET', '/energy/hall?from=1');
  const policy = headers.get('content-security-policy') ?? '';
  expect(policy).toContain("default-src 'self';script-src 'self';");
  expect(policy).not.toContain('unsafe');
  expect(policy).toContain("frame-ancestors 'none'");
  const nonce = /style-src 'self' 'nonce-([^']+)'/.exec(policy)?.[1] ?? 'none';
  expect(body).toContain(`<meta property="csp-nonce" nonce="${nonce}" />`);
  expect(headers.get('x-content-type-options')).toBe('nosniff');
  expect(headers.get('referrer-policy')).toBe('no-referrer');
  expect(headers.get('x-powered-by')).toBeNull();
  expect(headers.get('strict-transport-security')).toBeNull();
  const again = await running.client.request('GET', '/');
  expect(again.headers.get('content-security-policy')).not.toBe(policy);
});

test('pages are never cached, hashed assets for ever, loose files are asked for anew', async () => {
  const cache = async (path: string) => {
    const { status, headers, body } = await running.client.request('GET', path);
    return { status, cache: headers.get('cache-control'), body };
  };
  expect(await cache('/')).toMatchObject({
    status: 200,
    cache: 'no-store',
    body: expect.stringContaining('dashboard'),
  });
  expect(await cache('/alerts/inc-1')).toMatchObject({
    status: 200,
    cache: 'no-store',
    body: expect.stringContaining('dashboard'),
  });
  expect(await cache('/wall')).toMatchObject({ status: 200, cache: 'no-store', body: expect.stringContaining('wall') });
  expect(await cache('/wall.html')).toMatchObject({
    status: 200,
    cache: 'no-store',
    body: expect.stringContaining('wall'),
  });
  expect(await cache('/assets/index-abc123.js')).toMatchObject({
    status: 200,
    cache: 'public, max-age=31536000, immutable',
  });
  expect(await cache('/favicon.svg')).toMatchObject({ status: 200, cache: 'public, max-age=0' });
  expect((await cache('/missing.png')).status).toBe(404);
});

test('answers of the api are not cached', async () => {
  expect((await running.admin.request('GET', '/api/v1/me')).headers.get('cache-control')).toBe('no-store');
});

test('a request with 20 KiB of headers is cut off before anything reads it', async () => {
  const socket = connect(running.api.port, '127.0.0.1');
  const answer = new Promise<string>((resolve) => socket.once('data', (data) => resolve(data.toString())));
  socket.write(`GET /healthz HTTP/1.1\r\nHost: x\r\nX-Long: ${'x'.repeat(20 * 1024)}\r\n\r\n`);
  expect(await answer).toMatch(/^HTTP\/1\.1 431/);
  socket.destroy();
});

test('an upgrade to a path that nobody serves is answered and closed', async () => {
  const socket = connect(running.api.port, '127.0.0.1');
  const closed = new Promise<string>((resolve) => {
    let text = '';
    socket.on('data', (data) => (text += data.toString())).on('close', () => resolve(text));
  });
  socket.write(
    'GET /nothing HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
  );
  expect(await closed).toMatch(/^HTTP\/1\.1 404/);
});

test('an upgrade to the path of MQTT reaches its own handler with the first bytes', async () => {
  let handed: { readonly url: string | undefined; readonly head: string } | undefined;
  const other = await testApi({
    onUpgrade: {
      path: '/mqtt',
      handle: (request, socket, head) => {
        handed = { url: request.url, head: head.toString() };
        socket.end('HTTP/1.1 101 Switching Protocols\r\n\r\n');
      },
    },
  });
  const socket = connect(other.api.port, '127.0.0.1');
  const closed = new Promise<string>((resolve) => {
    let text = '';
    socket.on('data', (data) => (text += data.toString())).on('close', () => resolve(text));
  });
  socket.write('GET /mqtt?x=1 HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\nfirst');
  expect(await closed).toBe('HTTP/1.1 101 Switching Protocols\r\n\r\n');
  expect(handed).toEqual({ url: '/mqtt?x=1', head: 'first' });
  await other.close();
});
