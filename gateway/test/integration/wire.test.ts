/**
 * The wire as devices, bridges and integrations meet it, through the whole product: who may say what, what becomes of
 * it, and how an edit of the config reaches those who are connected.
 */
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { connect, type IClientOptions, type MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Device, LatestValue, Quarantined } from '#contract/http/campus.ts';
import type { SeriesResponse } from '#contract/http/energy.ts';
import type { ReadyResponse } from '#contract/http/health.ts';
import { nativeTopic } from '#contract/topics.ts';
import { hashToken } from '../../src/shared/token-hash.ts';
import { SITE, startTestGateway, type TestGateway } from '../run-gateway.ts';

const root = resolve(import.meta.dirname, '../../..');
const ZIGBEE = `  - { id: plug-1, name: { zh: 插座, en: Plug }, kind: electricity-meter, place: room-101, profile: zigbee2mqtt, address: 一层/插座 }\n`;
const CREDENTIALS = `credentials:
  - { username: z2m, kind: bridge, prefixes: [zigbee2mqtt/], tokenHash: "${hashToken('secret of z2m')}" }
  - { username: screen, kind: integration, prefixes: [campus/v1/main/], tokenHash: "${hashToken('secret of screen')}" }
`;

let config: string;
let gateway: TestGateway;
const clients: MqttClient[] = [];

beforeAll(async () => {
  config = await mkdtemp(join(tmpdir(), 'houqin-wire-'));
  await cp(join(root, 'gateway/test/campus-config'), config, { recursive: true });
  await cp(join(root, 'config/profiles'), join(config, 'profiles'), { recursive: true });
  const devices = await readFile(join(config, 'devices.yaml'), 'utf8');
  await writeFile(join(config, 'devices.yaml'), withSecret(devices, 'meter-f1') + ZIGBEE + CREDENTIALS);
  gateway = await startTestGateway({ config, env: { HOUQIN_DEVICE_AUTH: 'required' } });
}, 60_000);
afterAll(async () => {
  for (const client of clients) client.end(true);
  await gateway?.stop();
  await rm(config, { recursive: true, force: true });
}, 30_000);

/** The device gets a password: `secret of ID`. */
function withSecret(devices: string, id: string): string {
  return devices.replace(`{ id: ${id},`, `{ id: ${id}, tokenHash: "${hashToken(`secret of ${id}`)}",`);
}

function client(username: string, more: IClientOptions = {}): MqttClient {
  const made = connect(gateway.mqttUrl, {
    ...{ clientId: username, username, password: `secret of ${username}`, reconnectPeriod: 0, connectTimeout: 5_000 },
    ...more,
  });
  made.on('error', () => undefined);
  clients.push(made);
  return made;
}
const connected = (one: MqttClient): Promise<void> =>
  new Promise((done, failed) => {
    one.once('connect', () => done());
    one.once('error', failed);
    one.once('close', () => failed(new Error('closed')));
  });
const closed = (one: MqttClient): Promise<void> => new Promise((done) => one.once('close', () => done()));
const device = (id: string): Promise<Device> => gateway.api<Device>(`/devices/${id}`);
const latest = async (id: string): Promise<readonly LatestValue[]> =>
  (await gateway.api<{ items: LatestValue[] }>(`/latest?device=${id}`)).items;
const points = async (id: string, metric: string, from: number): Promise<SeriesResponse['points']> =>
  (await gateway.api<SeriesResponse>(`/series?device=${id}&metric=${metric}&from=${from}&to=${Date.now() + 60_000}`))
    .points;
async function edit(file: string, change: (text: string) => string): Promise<void> {
  const path = join(gateway.configDir, file);
  await writeFile(path, change(await readFile(path, 'utf8')));
}

describe('who may say what', () => {
  test('a device: its own topics with its own secret, and nothing without one', async () => {
    const meter = client('meter-f1');
    await connected(meter);
    await meter.publishAsync(nativeTopic(SITE, 'meter-f1', 'readings'), '{"power_w": 5}', { qos: 1 });
    expect(await latest('meter-f1')).toMatchObject([{ metric: 'power_w', value: 5, freshness: 'live' }]);
    await meter.publishAsync(nativeTopic(SITE, 'meter-f2', 'readings'), '{"power_w": 5}', { qos: 1 });
    expect(meter.connected).toBe(true);
    expect(await latest('meter-f2')).toEqual([]);
    for (const bad of [{ password: 'guess' }, { username: '', password: '' }, { username: 'somebody' }])
      await expect(connected(client('meter-f1', bad))).rejects.toThrow();
    await expect(connected(client('meter-f2'))).rejects.toThrow();
  });

  test('a bridge: any device under its prefix, by the address its profile knows; said offline, then heard again', async () => {
    const bridge = client('z2m', { clientId: 'z2m.1' });
    await connected(bridge);
    await bridge.publishAsync('zigbee2mqtt/一层/插座', '{"power": 42.5, "linkquality": 90}', { qos: 1 });
    expect(await device('plug-1')).toMatchObject({ state: 'online', stateReason: 'reported' });
    expect((await latest('plug-1')).find((value) => value.metric === 'power_w')?.value).toBe(42.5);
    const availability = 'zigbee2mqtt/一层/插座/availability';
    await bridge.publishAsync(availability, '{"state":"offline"}', { qos: 1, retain: true });
    expect(await device('plug-1')).toMatchObject({ state: 'offline', stateReason: 'reported' });
    await bridge.publishAsync('zigbee2mqtt/一层/插座', '{"power": 40, "linkquality": 90}', { qos: 1 });
    expect(await device('plug-1')).toMatchObject({ state: 'online' });
    await bridge.publishAsync(nativeTopic(SITE, 'meter-f1', 'readings'), '{"power_w": 6}', { qos: 1 });
    expect(bridge.connected).toBe(true);
    expect((await latest('meter-f1'))[0]?.value).toBe(5);
  });

  test('an integration: reads under its prefix, retained status included, and publishes nothing', async () => {
    const meter = client('meter-f1');
    await connected(meter);
    await meter.publishAsync(nativeTopic(SITE, 'meter-f1', 'status'), 'online', { qos: 1, retain: true });
    await meter.publishAsync(nativeTopic(SITE, 'meter-f1', 'readings'), '{"power_w": 7}', { qos: 1, retain: true });
    const screen = client('screen');
    const got: string[] = [];
    screen.on('message', (topic, payload, { retain }) => got.push(`${topic.split('/').at(-1)} ${payload} ${retain}`));
    await connected(screen);
    await screen.subscribeAsync('campus/v1/main/+/readings', { qos: 0 });
    await screen.subscribeAsync('campus/v1/main/+/status', { qos: 0 });
    await meter.publishAsync(nativeTopic(SITE, 'meter-f1', 'readings'), '{"power_w": 8}', { qos: 1 });
    await expect.poll(() => got).toEqual(['status online true', 'readings {"power_w": 8} false']);
    await screen.publishAsync(nativeTopic(SITE, 'meter-f1', 'readings'), '{"power_w": 9}', { qos: 1 });
    expect(screen.connected).toBe(true);
    expect((await latest('meter-f1')).find((value) => value.metric === 'power_w')?.value).toBe(8);
  });
});

describe('what becomes of it', () => {
  test('times, arrays, QoS 2, conflicts and clocks that are wrong', async () => {
    const meter = client('meter-f1');
    await connected(meter);
    const topic = nativeTopic(SITE, 'meter-f1', 'readings');
    const base = Math.floor(Date.now() / 1_000) * 1_000 - 30_000;
    const send = (body: unknown, qos: 0 | 1 | 2 = 1) => meter.publishAsync(topic, JSON.stringify(body), { qos });
    await send([
      { ts: base, energy_total_kwh: 100 },
      { ts: new Date(base + 1_000).toISOString(), energy_total_kwh: 101 },
    ]);
    await send({ ts: base + 2_000, energy_total_kwh: 102 }, 2);
    await send({ ts: base + 2_000, energy_total_kwh: 102 }, 2);
    await send({ ts: base + 1_000, energy_total_kwh: 900 });
    const arrival = Date.now();
    await send({ ts: Date.now() - 40 * 86_400_000, energy_total_kwh: 103 });
    const stored = await points('meter-f1', 'energy_total_kwh', base);
    expect(stored.map((point) => point.value)).toEqual([100, 101, 102, 103]);
    expect(stored.map((point) => point.flags)).toEqual([[], ['conflict'], [], ['clock']]);
    expect(stored[3]?.ts).toBeGreaterThanOrEqual(arrival - 1_000);
  });

  test('a payload over 64 KiB is acknowledged, not stored, and kept with its first bytes', async () => {
    const meter = client('meter-f1');
    await connected(meter);
    const topic = nativeTopic(SITE, 'meter-f1', 'readings');
    await meter.publishAsync(topic, `{"power_w": 77, "x": "${'x'.repeat(70_000)}"}`, { qos: 1 });
    expect((await latest('meter-f1')).find((value) => value.metric === 'power_w')?.value).toBe(8);
    const kept = await gateway.api<{ items: Quarantined[] }>('/quarantine');
    expect(kept.items.find((item) => item.reason === 'too-large')).toMatchObject({
      ...{ topic, bytes: 70_024, clientId: 'meter-f1' },
      head: expect.stringMatching(/^eyJwb3dlcl93Ijog/),
    });
  });

  test('a vanished client: its will is a suspicion, the device not offline; the next message clears it', async () => {
    const status = nativeTopic(SITE, 'meter-f1', 'status');
    const meter = client('meter-f1', {
      will: { topic: status, payload: Buffer.from('offline'), qos: 1, retain: true },
    });
    await connected(meter);
    await meter.publishAsync(status, 'online', { qos: 1, retain: true });
    expect(await device('meter-f1')).toMatchObject({ state: 'online' });
    meter.stream.destroy();
    await expect.poll(async () => (await device('meter-f1')).stateReason).toBe('will');
    expect(await device('meter-f1')).toMatchObject({ state: 'suspect' });
    const again = client('meter-f1');
    await connected(again);
    await again.publishAsync(nativeTopic(SITE, 'meter-f1', 'heartbeat'), '1', { qos: 1 });
    expect(await device('meter-f1')).toMatchObject({ state: 'online', stateReason: 'reported' });
  });
});

describe('an edit of the config', () => {
  test('lets a device with a new secret in without a restart', async () => {
    await edit('devices.yaml', (text) => withSecret(text, 'meter-f2'));
    await expect
      .poll(
        () =>
          connected(client('meter-f2')).then(
            () => 'in',
            () => 'out',
          ),
        { timeout: 10_000 },
      )
      .toBe('in');
  });

  test('that takes a secret away closes who is connected with it; others stay', async () => {
    const [meter, bridge] = [client('meter-f2'), client('z2m')];
    await Promise.all([connected(meter), connected(bridge)]);
    const stopped = closed(meter);
    await edit('devices.yaml', (text) => text.replace(/(id: meter-f2,) tokenHash: "[^"]+",/, '$1'));
    await stopped;
    expect(bridge.connected).toBe(true);
    await bridge.publishAsync('zigbee2mqtt/一层/插座', '{"power": 41, "linkquality": 90}', { qos: 1 });
  });

  test('that is wrong changes nothing and is said by /readyz and the log; mended, it is in force', async () => {
    const good = await readFile(join(gateway.configDir, 'rules.yaml'), 'utf8');
    await writeFile(join(gateway.configDir, 'rules.yaml'), good.replace('kind: silent', 'kind: slient'));
    const config = async () => {
      const answer = await fetch(`${gateway.url}/readyz`);
      return { status: answer.status, ...((await answer.json()) as ReadyResponse).parts.config };
    };
    await expect.poll(config, { timeout: 10_000 }).toMatchObject({ status: 200, ok: false });
    expect((await config()).detail).toMatch(/rules\.yaml:\d+/);
    await writeFile(join(gateway.configDir, 'rules.yaml'), good);
    await expect.poll(config, { timeout: 10_000 }).toMatchObject({ status: 200, ok: true });
  });

  test('a line of the holidays that does not parse is said with its number, and the rest counts', async () => {
    await writeFile(join(gateway.configDir, 'holidays-cn.csv'), '2026-10-01,国庆节,1\n2026-13-77,国庆节,1\n');
    await expect.poll(() => gateway.output(), { timeout: 10_000 }).toMatch(/holidays-cn\.csv:2:1/);
  });

  test('other message rates hold for whoever connects next; what QoS 0 loses to them is counted', async () => {
    const dropped = async (): Promise<number> => {
      const text = await (await fetch(`${gateway.url}/metrics`)).text();
      return Number(/houqin_broker_dropped\{kind="over-rate"\} (\d+)/.exec(text)?.[1]);
    };
    const flood = async (): Promise<void> => {
      const bridge = client('z2m');
      await connected(bridge);
      const messages = Array.from({ length: 20 }, (_, n) => `{"power": ${n}, "linkquality": 90}`);
      for (const message of messages) bridge.publish('zigbee2mqtt/一层/插座', message, { qos: 0 });
      await bridge.endAsync();
    };
    await flood();
    expect(await dropped()).toBe(0);
    await edit('gateway.yaml', () => 'demo: false\nmqtt: { messagesPerSecond: 1, messageBurst: 2 }\n');
    await expect.poll(() => flood().then(dropped), { timeout: 15_000, interval: 500 }).toBeGreaterThan(15);
  });
});

test('no metric names a device', async () => {
  const text = await (await fetch(`${gateway.url}/metrics`)).text();
  expect(text).toContain('houqin_');
  for (const id of ['meter-f1', 'plug-1', 'z2m', '插座']) expect(text).not.toContain(id);
});
