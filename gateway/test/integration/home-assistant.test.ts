/** Home Assistant on our broker: what it hears from us, and what its devices tell us, over restarts. */
import { existsSync, readFileSync } from 'node:fs';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { connect, type MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LatestValue, Quarantined } from '#contract/http/campus.ts';
import { startTestGateway, type TestGateway } from '../run-gateway.ts';
import { itNeeds } from '../skip.ts';

const root = resolve(import.meta.dirname, '../../..');
const OURS = `devices:
  - { id: b3-e01, name: 3号楼总表, kind: electricity-meter, place: building-1, intervalS: 60, manufacturer: Chint, model: DDSU666, serial: E01 }
  - { id: b3-w01, name: 3号楼水表, kind: water-meter, place: building-1, intervalS: 60 }
  - { id: gate-east, name: 东门, kind: door, place: building-1, intervalS: 1 }
  - { id: hall, name: 大厅, kind: sensor, place: building-1, profile: home-assistant, address: hall-7 }
`;
const ON = 'demo: false\nhomeAssistant: { announce: true }\n';
const OFF = 'demo: false\n';
const HALL = 'homeassistant/device/hall-7/config';
const HALL_CONFIG = {
  dev: { ids: 'hall-7', name: '大厅', mf: 'Heyuan' },
  o: { name: 'x' },
  stat_t: 'rooms/hall/state',
  cmps: {
    t: { p: 'sensor', dev_cla: 'temperature', unit_of_meas: '°C', val_tpl: '{{ value_json.t }}', uniq_id: 'hall-7-t' },
  },
  // As real ones are: more than a few KiB.
  note: 'x'.repeat(20_000),
};

let config: string;
let gateway: TestGateway;
let client: MqttClient;
let heard: Map<string, string>;
let count: Map<string, number>;

async function listen(): Promise<void> {
  heard = new Map();
  count = new Map();
  client?.end(true);
  client = connect(gateway.mqttUrl, { clientId: `ha-${Math.random()}`, reconnectPeriod: 0 });
  client.on('message', (topic, payload) => {
    heard.set(topic, payload.toString());
    count.set(topic, (count.get(topic) ?? 0) + 1);
  });
  await new Promise<void>((done) => client.once('connect', () => done()));
  await client.subscribeAsync(['homeassistant/#', 'campus/ha/#'], { qos: 1 });
}
const json = (topic: string): unknown => JSON.parse(heard.get(topic) || 'null');
const set = (file: string, text: string): Promise<void> => writeFile(join(gateway.configDir, file), text);
const latest = async (id: string): Promise<readonly LatestValue[]> =>
  (await gateway.api<{ items: LatestValue[] }>(`/latest?device=${id}`)).items;

beforeAll(async () => {
  config = await mkdtemp(join(tmpdir(), 'houqin-ha-'));
  await cp(join(root, 'gateway/test/campus-config'), config, { recursive: true });
  await cp(join(root, 'config/profiles'), join(config, 'profiles'), { recursive: true });
  await writeFile(join(config, 'devices.yaml'), OURS);
  await writeFile(join(config, 'rules.yaml'), 'rules: []\n');
  await writeFile(join(config, 'gateway.yaml'), ON);
  gateway = await startTestGateway({ config });
  await listen();
}, 60_000);
afterAll(async () => {
  client?.end(true);
  await gateway?.stop();
  await rm(config, { recursive: true, force: true });
}, 30_000);

describe('out', () => {
  test('meters, doors and alerts are announced, retained, before anything was measured', async () => {
    await expect
      .poll(() => [...heard.keys()].filter((topic) => topic.endsWith('/config')).sort())
      .toEqual([
        'homeassistant/binary_sensor/campus_gate_east_door/config',
        'homeassistant/binary_sensor/houqin_problem_building_1/config',
        'homeassistant/device/campus_b3_e01/config',
        'homeassistant/sensor/campus_b3_w01_water/config',
        'homeassistant/sensor/houqin_active_alerts/config',
      ]);
    // Retained messages arrive one after another.
    const others = ['status', '_alerts/state', ...['b3_e01', 'b3_w01', 'gate_east'].map((id) => `${id}/availability`)];
    await expect
      .poll(() => others.map((topic) => heard.get(`campus/ha/${topic}`)))
      .toEqual(['online', '0', 'offline', 'offline', 'offline']);
  });

  test('values as they come; a door that goes silent is not available, and never closed', async () => {
    await gateway.publish('b3-e01', 'readings', { energy_total_kwh: 1234.5, power_w: 812 });
    await gateway.publish('gate-east', 'readings', { door_open: true });
    await expect.poll(() => json('campus/ha/gate_east/state'), { timeout: 5_000 }).toEqual({ door_open: true });
    await expect.poll(() => heard.get('campus/ha/gate_east/availability'), { timeout: 5_000 }).toBe('online');
    expect(json('campus/ha/b3_e01/state')).toEqual({ energy_total_kwh: 1234.5, power_w: 812 });
    expect(heard.get('campus/ha/b3_e01/availability')).toBe('online');
    // Its interval is one second: it is soon missed.
    await expect.poll(() => heard.get('campus/ha/gate_east/availability'), { timeout: 20_000 }).toBe('offline');
    expect(heard.get('campus/ha/gate_east/state')).not.toContain('false');
    expect(heard.get('campus/ha/b3_e01/availability')).toBe('online');
  }, 30_000);

  test('a flood of values becomes about one message a second', async () => {
    const before = count.get('campus/ha/b3_e01/state') ?? 0;
    for (let n = 1; n <= 200; n += 1) await gateway.publish('b3-e01', 'readings', { power_w: 1_000 + n });
    await expect.poll(() => json('campus/ha/b3_e01/state'), { timeout: 5_000 }).toMatchObject({ power_w: 1_200 });
    expect((count.get('campus/ha/b3_e01/state') ?? 0) - before).toBeLessThan(50);
  }, 15_000);

  test('Home Assistant has started: all of it again', async () => {
    const before = new Map(count);
    await client.publishAsync('homeassistant/status', 'online', { qos: 1 });
    const ours = [...before.keys()].filter((topic) => topic.endsWith('/config') || topic.startsWith('campus/ha/'));
    await expect
      .poll(() => ours.filter((topic) => (count.get(topic) ?? 0) <= (before.get(topic) ?? 0)), { timeout: 5_000 })
      .toEqual([]);
  });

  test('a device that is no longer in the config is taken back, another announced', async () => {
    await set('devices.yaml', OURS.replace('id: b3-w01', 'id: b3-w02'));
    await expect
      .poll(() => heard.get('homeassistant/sensor/campus_b3_w02_water/config'), { timeout: 10_000 })
      .toBeTruthy();
    expect(heard.get('homeassistant/sensor/campus_b3_w01_water/config')).toBe('');
    expect(heard.get('campus/ha/b3_w01/state')).toBe('');
    await set('devices.yaml', OURS);
    await expect
      .poll(() => heard.get('homeassistant/sensor/campus_b3_w01_water/config'), { timeout: 10_000 })
      .toBeTruthy();
  }, 30_000);

  const data = process.env['HOUQIN_TEST_DATA'];
  const file = data === undefined ? undefined : join(data, '../fixtures/home-assistant/discovery-out.json');
  const fixture = file === undefined || !existsSync(file) ? '' : readFileSync(file, 'utf8');
  itNeeds(
    fixture === '' ? 'HOUQIN_TEST_DATA names no folder with ../fixtures beside it' : undefined,
    'as the captured announcements are made',
    () => {
      const messages = (JSON.parse(fixture) as { messages: { topic: string; payload: Record<string, unknown> }[] })
        .messages;
      expect(messages).toHaveLength(3);
      for (const { topic, payload } of messages) {
        const lower = (text: string): string => text.replace(/B3_[EW]\d\d/g, (id) => id.toLowerCase());
        const { o: _o, origin: _origin, ...wanted } = JSON.parse(lower(JSON.stringify(payload)));
        expect(json(lower(topic))).toMatchObject(wanted);
      }
    },
  );

  test('switched off, it takes everything back and says no more', async () => {
    const known = [...heard]
      .filter(([topic, text]) => text !== '' && (topic.startsWith('campus/ha/') || /\/(?:campus|houqin)_/.test(topic)))
      .map(([topic]) => topic);
    expect(known.length).toBeGreaterThan(10);
    await set('gateway.yaml', OFF);
    await expect.poll(() => known.filter((topic) => heard.get(topic) !== ''), { timeout: 10_000 }).toEqual([]);
    await gateway.publish('b3-e01', 'readings', { power_w: 5 });
    await client.publishAsync('homeassistant/status', 'online', { qos: 1 });
    await listen();
    await new Promise((done) => setTimeout(done, 2_500));
    expect([...heard.keys()].filter((topic) => topic !== 'homeassistant/status')).toEqual([]);
  }, 30_000);
});

describe('in', () => {
  test('an announced device speaks on its own topic; its announcement is kept for whoever subscribes', async () => {
    await client.publishAsync('rooms/hall/state', '{"t":20}', { qos: 1 });
    expect(await latest('hall')).toEqual([]);
    await client.publishAsync(HALL, JSON.stringify(HALL_CONFIG), { qos: 1, retain: true });
    await client.publishAsync('rooms/hall/state', '{"t":21.5}', { qos: 1 });
    expect(await latest('hall')).toMatchObject([{ metric: 'temperature_c', value: 21.5, freshness: 'live' }]);
    await listen();
    await expect.poll(() => heard.get(HALL)?.length).toBeGreaterThan(20_000);
  });

  test('after a restart, and after a kill, it is still known, though it does not announce itself again', async () => {
    for (const [end, t] of [
      ['terminate', 22.5],
      ['kill', 23.5],
    ] as const) {
      client.end(true);
      await gateway[end]();
      await gateway.start();
      await listen();
      await client.publishAsync('rooms/hall/state', JSON.stringify({ t }), { qos: 1 });
      expect((await latest('hall'))[0]).toMatchObject({ value: t });
    }
  }, 60_000);

  test('taken back, it is forgotten, after a restart too', async () => {
    await client.publishAsync(HALL, '', { qos: 1, retain: true });
    client.end(true);
    await gateway.terminate();
    await gateway.start();
    await listen();
    await client.publishAsync('rooms/hall/state', '{"t":24.5}', { qos: 1 });
    expect((await latest('hall'))[0]).toMatchObject({ value: 23.5 });
    const { items } = await gateway.api<{ items: Quarantined[] }>('/quarantine');
    expect(items.find(({ topic }) => topic === 'rooms/hall/state')).toMatchObject({ reason: 'unknown-topic' });
  }, 60_000);
});
