/** Logins made on the page, used at the real MQTT door at once, changed and revoked. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connect, type MqttClient } from 'mqtt';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Alert, Incident } from '#contract/http/alerts.ts';
import type { Device, Quarantined, RulesOn } from '#contract/http/campus.ts';
import type { Credential, MadeCredential, MqttDoor } from '#contract/http/credentials.ts';
import type { RefusalItem } from '#contract/http/refusals.ts';
import { startTestGateway, type TestGateway } from '../run-gateway.ts';
import { waitFor } from '../wait-for.ts';

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
  expect(credential).toEqual({ ...body, sessions: 0, connections: [] });
  const client = await logIn(username, secret);
  if (typeof client === 'string') throw new Error(client);
  await client.publishAsync('tele/plug/SENSOR', '{}', { qos: 1 });
  expect(await logins()).toContainEqual({
    ...{ ...body, sessions: 1 },
    connections: [{ clientId: expect.any(String), address: '127.0.0.1', since: expect.any(Number) }],
  });
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
  expect(await logins()).toContainEqual({
    username: 'meter-101',
    kind: 'device',
    prefixes: [],
    sessions: 0,
    connections: [],
  });
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

test('the topics of a login are changed: its connection ends, and the next one has them', async () => {
  const body = { kind: 'bridge', username: 'z2m', prefixes: ['zigbee2mqtt/'] };
  const { secret } = await send<MadeCredential>('POST', '/credentials', body);
  const client = await logIn('z2m', secret);
  if (typeof client === 'string') throw new Error(client);
  const closed = new Promise<void>((done) => {
    client.once('close', () => done());
  });
  const change = { username: 'z2m', prefixes: ['zigbee2mqtt/', 'z2/'] };
  expect(await send('PATCH', '/credentials', change)).toMatchObject({ ...change, kind: 'bridge' });
  await closed;
  expect(await logins()).toContainEqual({ ...body, ...change, sessions: 0, connections: [] });
  expect(typeof (await logIn('z2m', secret))).toBe('object');
  const before = await devicesYaml();
  await expect(send('PATCH', '/credentials', { ...change, username: 'none' })).rejects.toThrow(': 404 ');
  await expect(send('PATCH', '/credentials', { ...change, prefixes: ['a/#'] })).rejects.toThrow(': 400 ');
  expect(await devicesYaml()).toBe(before);
});

const deviceNow = (id: string) => gateway.api<Device>(`/devices/${id}`);

test('a device is edited on its page: the file has it, the registry has it, and what does not fit is named at its field', async () => {
  const before = await devicesYaml();
  const change = {
    name: { zh: '一〇一 电表', en: 'Meter 101' },
    custodian: '李工',
    tags: ['ac'],
    dependsOn: ['sw-east'],
  };
  const was = { custodian: '王老师', tags: [], dependsOn: [] };
  expect(await send('PATCH', '/devices/meter-101', { change, was })).toMatchObject({ id: 'meter-101', ...change });
  const after = await devicesYaml();
  const lines = (text: string) => text.split('\n').filter((line) => !line.includes('id: meter-101,'));
  expect(lines(after)).toEqual(lines(before));
  await expect(send('PATCH', '/devices/meter-101', { change: { place: 'floor-1' }, was })).rejects.toThrow(
    /: 409 .*tags/,
  );
  await expect(send('PATCH', '/devices/meter-101', { change: { place: 'nowhere' } })).rejects.toThrow(
    /: 422 .*"path":"place".*nowhere/,
  );
  await expect(send('PATCH', '/devices/sw-east', { change: { dependsOn: ['meter-101'] } })).rejects.toThrow(/: 422 /);
  await expect(send('PATCH', '/devices/none', { change })).rejects.toThrow(': 404 ');
  expect(await devicesYaml()).toBe(after);
  for (const name of ['  ', 'a\nb', 'a\u0007', '\u200b', 'x\ud800', { zh: '电表', en: ' ' }]) {
    const path = typeof name === 'string' ? 'name' : 'name.en';
    const says = new RegExp(`: 422 .*"path":"${path}".*名称不能空白.*a name needs`);
    await expect(send('PATCH', '/devices/meter-101', { change: { name } })).rejects.toThrow(says);
    await expect(send('POST', '/places', { id: 'odd', name, kind: 'room', parent: 'floor-1' })).rejects.toThrow(says);
  }
  await expect(send('PATCH', '/devices/meter-101', { change: { custodian: ' ' } })).rejects.toThrow(
    /: 422 .*"path":"custodian"/,
  );
  expect(await devicesYaml()).toBe(after);
  const anchored = after
    .replace(/(id: meter-101,.*?place: )/, '$1&m101 ')
    .replace(/(id: sw-east,.*?place: )[^,}]+/, '$1*m101');
  expect(anchored).toContain('*m101');
  await writeFile(join(gateway.configDir, 'devices.yaml'), anchored);
  await expect(send('PATCH', '/devices/meter-101', { change: { place: 'floor-1' } })).rejects.toThrow(
    /: 422 .*"path":"place".*anchor/,
  );
  await writeFile(join(gateway.configDir, 'devices.yaml'), after);
  const back = { name: { zh: '101 电表', en: 'Room 101 meter' }, custodian: '王老师', tags: [], dependsOn: [] };
  await send('PATCH', '/devices/meter-101', { change: back });
  expect(await devicesYaml()).toBe(before.replace('{ zh: 101 电表', '{ zh: 101 电表'));
});

test('a retired device is not watched and not let in, what it sends is set aside with the reason, and all comes back', async () => {
  const before = await devicesYaml();
  const { secret } = await send<MadeCredential>('POST', '/credentials', { kind: 'device', username: 'sw-east' });
  const client = await logIn('sw-east', secret);
  if (typeof client === 'string') throw new Error(client);
  const beat = (by: MqttClient) => by.publishAsync('campus/v1/main/sw-east/heartbeat', '1', { qos: 1 });
  await beat(client);
  const incidents = async () =>
    (await gateway.api<{ items: Incident[] }>('/incidents')).items.filter(({ cause }) => cause === 'sw-east');
  await waitFor(async () => expect((await incidents())[0]?.state).toBe('firing'), {
    timeout: 20_000,
    interval: 200,
  });
  await send('PATCH', '/devices/sw-east', { change: { retired: true }, was: { retired: false } });
  expect(await deviceNow('sw-east')).toMatchObject({
    state: 'unknown',
    stateReason: 'retired',
    retired: expect.any(String),
  });
  await waitFor(async () => expect((await incidents())[0]?.state).toBe('resolved'), {
    timeout: 10_000,
    interval: 200,
  });
  const { items: alerts } = await gateway.api<{ items: Alert[] }>('/alerts?device=sw-east');
  expect(alerts[0]?.timeline.at(-1)).toMatchObject({ what: 'resolved', why: 'device-retired' });
  expect(await logIn('sw-east', secret)).toMatch(/Bad username or password|Not authorized/);
  expect(await logIn('sw-east', 'a wrong one')).toMatch(/Bad username or password|Not authorized/);
  const { items: refusals } = await gateway.api<{ items: RefusalItem[] }>('/refusals');
  const own = refusals.filter(({ login }) => login === 'sw-east');
  expect(own.reduce((sum, { count }) => sum + count, 0)).toBe(2);
  expect(new Set(own.map(({ reason }) => reason))).toEqual(new Set(['device-retired']));
  expect(own[0]).toMatchObject({
    effect: 'refused',
    why: { zh: expect.stringContaining('已停用') },
    change: { zh: expect.stringMatching(/恢复使用.*不理会/) },
  });
  const bridge = { kind: 'bridge', username: 'all', prefixes: ['campus/'] };
  const { secret: other } = await send<MadeCredential>('POST', '/credentials', bridge);
  const second = await logIn('all', other);
  if (typeof second === 'string') throw new Error(second);
  await beat(second);
  await waitFor(
    async () => {
      const { items } = await gateway.api<{ items: Quarantined[] }>('/quarantine');
      expect(items.find(({ address }) => address === 'sw-east')).toMatchObject({
        reason: 'device-retired',
        detail: expect.stringContaining('out of use since'),
      });
    },
    { timeout: 10_000, interval: 200 },
  );
  const { items: strange } = await gateway.api<{ items: { topic: string }[] }>('/onboarding/topics');
  expect(strange.filter(({ topic }) => topic.includes('sw-east'))).toEqual([]);
  await send('PATCH', '/devices/sw-east', { change: { retired: false }, was: { retired: true } });
  expect(await deviceNow('sw-east')).toMatchObject({
    retired: null,
    stateReason: expect.not.stringContaining('retired'),
  });
  expect(typeof (await logIn('sw-east', secret))).toBe('object');
  await send('DELETE', '/credentials?username=sw-east');
  await send('DELETE', '/credentials?username=all');
  expect(await devicesYaml()).toBe(before);
});

test('a place is made on the spot, and the rules that would look at a device there are told', async () => {
  const place = { id: 'room-109', name: '109 教室', kind: 'room', parent: 'room-101' };
  expect(await send('POST', '/places', place)).toEqual({ id: 'room-109' });
  await expect(send('POST', '/places', place)).rejects.toThrow(/: 422 .*"path":"id"/);
  await expect(send('POST', '/places', { ...place, id: 'x', parent: 'nowhere' })).rejects.toThrow(/"path":"parent"/);
  const watching = await gateway.api<RulesOn>('/rules/watching?kind=electricity-meter&place=room-109&tags=');
  expect(watching.items).toMatchObject([{ id: 'room-left-on', watches: true, missingTags: [] }]);
  expect(await gateway.api('/rules/watching?kind=electricity-meter&place=floor-2')).toEqual({ items: [] });
});

test('the page is told where devices connect', async () => {
  const door = await gateway.api<MqttDoor>('/mqtt');
  expect(door).toMatchObject({ port: Number(new URL(gateway.mqttUrl).port), loopbackOnly: true, addresses: [] });
  expect(door.sites.map(({ id }) => id)).toContain('main');
  expect(door.anonymous).toBe(false);
});
