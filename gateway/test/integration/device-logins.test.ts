/** Logins made on the page, used at the real MQTT door at once, changed and revoked. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connect, type MqttClient } from 'mqtt';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Credential, MadeCredential, MqttDoor } from '#contract/http/credentials.ts';
import { startTestGateway, type TestGateway } from '../run-gateway.ts';

let gateway: TestGateway;
const clients: MqttClient[] = [];
beforeAll(async () => {
  gateway = await startTestGateway({ env: { HOUQIN_DEVICE_AUTH: 'required' } });
});
afterAll(async () => {
  for (const client of clients) await client.endAsync(true);
  await gateway?.stop();
});

const send = <T>(method: string, path: string, body?: unknown): Promise<T> =>
  gateway.api<T>(path, { method, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
const logins = async () => (await gateway.api<{ items: Credential[] }>('/credentials')).items;
const devicesYaml = () => readFile(join(gateway.configDir, 'devices.yaml'), 'utf8');

/** @returns the client, or why it was refused. */
function logIn(username: string, password: string): Promise<MqttClient | string> {
  const client = connect(gateway.mqttUrl, { username, password, clientId: username, reconnectPeriod: 0 });
  clients.push(client);
  return new Promise((done) => {
    client.once('connect', () => done(client));
    client.once('error', (error) => done(error.message));
  });
}

test('a login of any name works at once, under its prefixes, and is counted', async () => {
  const before = await devicesYaml();
  const username = 'DVES_USER & "Söhne"';
  const body = { kind: 'bridge', username, prefixes: ['tele/', 'cmnd/'] };
  const { credential, secret } = await send<MadeCredential>('POST', '/credentials', body);
  expect(credential).toEqual({ ...body, sessions: 0 });
  const client = await logIn(username, secret);
  if (typeof client === 'string') throw new Error(client);
  await client.publishAsync('tele/plug/SENSOR', '{}', { qos: 1 });
  expect(await logins()).toContainEqual({ ...body, sessions: 1 });
  const after = await devicesYaml();
  expect(after.startsWith(before.trimEnd())).toBe(true);
  expect(after).not.toContain(secret);
  expect(JSON.stringify(await logins())).not.toMatch(/sha256|tokenHash|secret/);
});

test('another secret ends the connection with the old one, which is then refused', async () => {
  const body = { kind: 'bridge', username: 'a/../b', prefixes: ['a/'] };
  const first = await send<MadeCredential>('POST', '/credentials', body);
  const client = await logIn(body.username, first.secret);
  if (typeof client === 'string') throw new Error(client);
  const closed = new Promise<void>((done) => {
    client.once('close', () => done());
  });
  const second = await send<MadeCredential>('POST', '/credentials/rotate', { username: body.username });
  await closed;
  expect(second.secret).not.toBe(first.secret);
  expect(await logIn(body.username, first.secret)).toMatch(/Bad username or password|Not authorized/);
  expect(typeof (await logIn(body.username, second.secret))).toBe('object');
});

test('a revoked login is gone from the file and from the door; what was there before it stays', async () => {
  const before = await devicesYaml();
  const body = { kind: 'integration', username: 'ha', prefixes: ['homeassistant/'] };
  const { secret } = await send<MadeCredential>('POST', '/credentials', body);
  const client = await logIn('ha', secret);
  if (typeof client === 'string') throw new Error(client);
  const closed = new Promise<void>((done) => {
    client.once('close', () => done());
  });
  await send('DELETE', '/credentials?username=ha');
  await closed;
  expect(await devicesYaml()).toBe(before);
  expect(await logIn('ha', secret)).toMatch(/Bad username or password|Not authorized/);
});

test('a device gets its own login and loses it again', async () => {
  const before = await devicesYaml();
  const { secret } = await send<MadeCredential>('POST', '/credentials', { kind: 'device', username: 'meter-101' });
  expect(await logins()).toContainEqual({ username: 'meter-101', kind: 'device', prefixes: [], sessions: 0 });
  const client = await logIn('meter-101', secret);
  if (typeof client === 'string') throw new Error(client);
  await client.publishAsync('campus/v1/main/meter-101/readings', '{"power_w": 5}', { qos: 1 });
  await send('DELETE', '/credentials?username=meter-101');
  expect(await devicesYaml()).toBe(before);
});

test.each([
  [404, 'POST', '/credentials', { kind: 'device', username: 'no-such-device' }],
  [409, 'POST', '/credentials', { kind: 'bridge', username: 'a/../b', prefixes: ['x/'] }],
  [422, 'POST', '/credentials', { kind: 'bridge', username: 'none', prefixes: [] }],
  [422, 'POST', '/credentials', { kind: 'device', username: 'meter-101', prefixes: ['x/'] }],
  [422, 'POST', '/credentials', { kind: 'bridge', username: 'meter-101', prefixes: ['x/'] }],
  [404, 'POST', '/credentials/rotate', { username: 'none' }],
  [404, 'DELETE', '/credentials?username=none', undefined],
])('%d for %s %s %j, and the file is not touched', async (status, method, path, body) => {
  const before = await devicesYaml();
  await expect(send(method, path, body)).rejects.toThrow(`${method} ${path}: ${status} `);
  expect(await devicesYaml()).toBe(before);
});

test('a file that does not load keeps its text, and no secret is given', async () => {
  const good = await devicesYaml();
  const broken = `${good}\n  - {broken\n`;
  await writeFile(join(gateway.configDir, 'devices.yaml'), broken);
  const body = { kind: 'bridge', username: 'late', prefixes: ['x/'] };
  await expect(send('POST', '/credentials', body)).rejects.toThrow(': 422 ');
  await expect(send('POST', '/credentials/rotate', { username: 'a/../b' })).rejects.toThrow(/: 4\d\d /);
  expect(await devicesYaml()).toBe(broken);
  await writeFile(join(gateway.configDir, 'devices.yaml'), good);
});

test('the page is told where devices connect', async () => {
  const door = await gateway.api<MqttDoor>('/mqtt');
  expect(door).toMatchObject({ port: Number(new URL(gateway.mqttUrl).port), loopbackOnly: true, addresses: [] });
  expect(door.sites.map(({ id }) => id)).toContain('main');
  expect(door.anonymous).toBe(false);
});
