/** A device that nobody knows, from its first message to its history; and what people enter at meters. */
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { connect, type MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Alert } from '#contract/http/alerts.ts';
import type { ProfileInfo } from '#contract/http/campus.ts';
import type { ConsumptionResponse, SeriesResponse } from '#contract/http/energy.ts';
import type {
  DeviceRowsResult,
  KeptPayload,
  ManualReadingResult,
  MessageFields,
  Onboarded,
  ProfilePreview,
  StrangeTopic,
  Swap,
} from '#contract/http/onboarding.ts';
import { type ValidatedClient, validatedClient } from '../api/validated-client.ts';
import { ADMIN, startTestGateway, type TestGateway } from '../run-gateway.ts';

const root = resolve(import.meta.dirname, '../../..');
const HOUR = 3_600_000;
const OLD = `  - { id: old-door, name: 旧门, kind: door, place: gate-east, profile: zigbee2mqtt, address: old_door }\n`;

let config: string;
let gateway: TestGateway;
let client: ValidatedClient;
let mqtt: MqttClient;

beforeAll(async () => {
  config = await mkdtemp(join(tmpdir(), 'houqin-onboarding-'));
  await cp(join(root, 'gateway/test/campus-config'), config, { recursive: true });
  await cp(join(root, 'config/profiles/zigbee2mqtt.yaml'), join(config, 'profiles/zigbee2mqtt.yaml'));
  await writeFile(join(config, 'devices.yaml'), (await readFile(join(config, 'devices.yaml'), 'utf8')) + OLD);
  gateway = await startTestGateway({ config });
  client = (await validatedClient(gateway.url)).as(gateway.adminToken);
  mqtt = connect(gateway.mqttUrl, { clientId: 'stranger', reconnectPeriod: 100 });
}, 60_000);
afterAll(async () => {
  mqtt?.end(true);
  await gateway?.stop();
  await rm(config, { recursive: true, force: true });
}, 30_000);

async function ask<T>(method: string, path: string, body?: unknown, status = 200): Promise<T> {
  const answer = await client.request(method, `/api/v1${path}`, body === undefined ? {} : { body });
  expect(answer.status, JSON.stringify(answer.body)).toBe(status);
  return answer.body as T;
}
const strange = async (): Promise<readonly StrangeTopic[]> =>
  (await ask<{ items: StrangeTopic[] }>('GET', '/onboarding/topics')).items;
const points = async (
  device: string,
  metric: string,
  from = Date.now() - 72 * HOUR,
): Promise<SeriesResponse['points']> =>
  (await ask<SeriesResponse>('GET', `/series?device=${device}&metric=${metric}&from=${from}&to=${Date.now() + HOUR}`))
    .points;
const say = (topic: string, payload: unknown): Promise<unknown> =>
  mqtt.publishAsync(topic, typeof payload === 'string' ? payload : JSON.stringify(payload), { qos: 1 });
const transitions = async (): Promise<readonly Alert[]> => (await ask<{ items: Alert[] }>('GET', '/alerts')).items;
/** What was kept a moment ago is on disk after the next write, once a second. */
const written = (): Promise<void> => new Promise((done) => setTimeout(done, 1_500));

describe('a device that is in no list', () => {
  const topic = 'watermeter/WM2301/data';
  const message = (total: number) => ({ sn: 'WM2301', flow: { total, rate: 0.5 }, valve: 'open', bat: 3.58 });
  const draft = {
    ...{ id: 'acme-water', name: '某牌水表', topic, deviceLevel: 1, decode: 'json' },
    picks: [
      { path: 'flow.total', metric: 'water_total_m3', scale: '1/1000' },
      { path: 'valve', metric: 'valve_open', map: { open: 1, closed: 0 } },
    ],
  };
  const device = { id: 'water-cellar', name: '地下室水表', kind: 'water-meter', place: 'building-1', intervalS: 900 };

  test('its messages are shown live, with what they may mean', async () => {
    for (const total of [1_234_000, 1_234_100, 1_234_250]) await say(topic, message(total));
    expect(await strange()).toMatchObject([
      { topic, reason: 'unknown-topic', count: 3, kept: 3, latest: { text: JSON.stringify(message(1_234_250)) } },
    ]);
    const fields = await ask<MessageFields>('GET', `/onboarding/fields?topic=${topic}`);
    expect(fields).toMatchObject({ decode: 'json', deviceLevel: 1, kind: 'water-meter', profiles: [] });
    expect(fields.fields.find(({ path }) => path === 'flow.total')).toMatchObject({
      metric: 'water_total_m3',
      scale: '1/1000',
    });
    const frames = await ask<{ items: KeptPayload[] }>('GET', `/onboarding/frames?topic=${topic}&limit=2`);
    expect(frames.items.map(({ text }) => JSON.parse(text ?? '').flow.total)).toEqual([1_234_250, 1_234_100]);
    await ask('GET', '/onboarding/fields?topic=nobody/said/this', undefined, 404);
  });

  test('killed and started again, they are still there', async () => {
    await written();
    await gateway.kill();
    await gateway.start();
    expect(await strange()).toMatchObject([{ topic, count: 3, kept: 3 }]);
  });

  test('a draft is tried out on them, and says what is wrong with it', async () => {
    const preview = await ask<ProfilePreview>('POST', '/onboarding/preview', { topic, use: { draft } });
    expect(preview.problems).toEqual([]);
    expect(preview.yaml).toContain('match: watermeter/{device}/data');
    expect(preview.rows.map(({ readings }) => readings.map(({ value }) => value))).toEqual([
      [1_234.25, 1],
      [1_234.1, 1],
      [1_234, 1],
    ]);
    const worse = { ...draft, id: 'zigbee2mqtt', picks: [{ path: 'flow.total', metric: 'no_such_metric' }] };
    const bad = await ask<ProfilePreview>('POST', '/onboarding/preview', { topic, use: { draft: worse } });
    expect(bad.problems).toHaveLength(2);
    expect(
      await ask<ProfilePreview>('POST', '/onboarding/preview', { topic, use: { profile: 'zigbee2mqtt' } }),
    ).toMatchObject({ yaml: null });
    await ask('POST', '/onboarding', { draft: worse, device }, 422);
    await ask('POST', '/onboarding', { draft, device: { ...device, place: 'nowhere' } }, 422);
    const profiles = await ask<{ items: ProfileInfo[] }>('GET', '/profiles');
    expect(profiles.items.map(({ id }) => id)).toEqual(['zigbee2mqtt']);
  });

  test('saved, its kept messages are its history, at the times they came; then nothing is kept any more', async () => {
    const arrived = (await ask<{ items: KeptPayload[] }>('GET', `/onboarding/frames?topic=${topic}`)).items
      .map(({ at }) => at)
      .reverse();
    const alerts = (await transitions()).length;
    expect(await ask<Onboarded>('POST', '/onboarding', { draft, device }, 201)).toEqual({
      device: 'water-cellar',
      profile: 'acme-water',
      recovered: 6,
    });
    const stored = await points('water-cellar', 'water_total_m3');
    expect(stored.map(({ ts, value }) => [ts, value])).toEqual([
      [arrived[0], 1_234],
      [arrived[1], 1_234.1],
      [arrived[2], 1_234.25],
    ]);
    expect(await strange()).toEqual([]);
    expect(await transitions()).toHaveLength(alerts);
    await say(topic, message(1_234_300));
    await say('watermeter/WM9999/data', message(5));
    expect(await points('water-cellar', 'water_total_m3')).toHaveLength(4);
    expect(await strange()).toMatchObject([{ reason: 'unknown-device', profile: 'acme-water', address: 'WM9999' }]);
    const own = (await ask<{ items: ProfileInfo[] }>('GET', '/profiles')).items;
    expect(own.map(({ id, builtIn }) => [id, builtIn])).toEqual([
      ['acme-water', false],
      ['zigbee2mqtt', true],
    ]);
  });

  test('a second one needs no draft; a device written into the file by hand gets its messages too, once', async () => {
    const second = { ...device, id: 'water-roof', name: '屋顶水表', profile: 'acme-water', address: 'WM9999' };
    expect(await ask<Onboarded>('POST', '/onboarding', { device: second }, 201)).toMatchObject({ recovered: 2 });
    await say('zigbee2mqtt/side_door', { contact: false, battery: 90 });
    await say('zigbee2mqtt/side_door', { contact: true, battery: 90 });
    expect(await strange()).toMatchObject([{ topic: 'zigbee2mqtt/side_door', reason: 'unknown-device', kept: 2 }]);
    const file = join(gateway.configDir, 'devices.yaml');
    const line = `  - { id: side-door, name: 边门, kind: door, place: gate-east, profile: zigbee2mqtt, address: side_door }\n`;
    await writeFile(file, (await readFile(file, 'utf8')).replace(OLD, OLD + line));
    await expect.poll(strange, { timeout: 5_000 }).toEqual([]);
    expect((await points('side-door', 'door_open')).map(({ value }) => value)).toEqual([1, 0]);
    await written();
    await gateway.kill();
    await gateway.start();
    expect(await points('side-door', 'door_open')).toHaveLength(2);
    expect(await strange()).toEqual([]);
  });
});

test('a device list: every mistake with its line; all rows or none', async () => {
  const row = (line: number, cells: Record<string, string>) => ({
    line,
    cells: { 名称: `表${line}`, 类型: '电表', 位置: '101 教室', ...cells },
  });
  const list = [
    row(2, { 编号: 'new-1' }),
    row(3, { 编号: 'meter-f1' }),
    row(4, { 编号: 'new-1' }),
    row(5, { 编号: 'new-2', 位置: '月球' }),
    row(6, { 编号: 'new-3', 依赖: 'nobody' }),
  ];
  const checked = await ask<DeviceRowsResult>('POST', '/onboarding/devices', { rows: list, dryRun: false });
  expect(checked.added).toBe(0);
  expect(checked.rows.map(({ line, errors }) => [line, errors.map(({ column }) => column)])).toEqual([
    [2, []],
    [3, ['id']],
    [4, ['id']],
    [5, ['位置']],
    [6, ['dependsOn']],
  ]);
  const good = list.slice(0, 1);
  expect(await ask<DeviceRowsResult>('POST', '/onboarding/devices', { rows: good, dryRun: true })).toMatchObject({
    added: 0,
    rows: [{ device: { place: 'room-101' } }],
  });
  expect(await ask<DeviceRowsResult>('POST', '/onboarding/devices', { rows: good, dryRun: false })).toMatchObject({
    added: 1,
  });
  await ask('GET', '/devices/new-1');
});

describe('what people enter at a meter', () => {
  const base = Math.floor(Date.now() / HOUR) * HOUR - 48 * HOUR;
  const used = async (): Promise<ConsumptionResponse> =>
    ask('GET', `/consumption?device=meter-f1&resource=electricity&step=hour&from=${base}&to=${base + 24 * HOUR}`);

  test('a swap recorded late: nothing is missing, nothing negative, no lifetime', async () => {
    const old = Array.from({ length: 13 }, (_, n) => ({ ts: base + n * HOUR, value: 5_000 + n }));
    const fresh = Array.from({ length: 12 }, (_, n) => ({ ts: base + (n + 13) * HOUR, value: 2.5 + n }));
    const readings = [...old, ...fresh].map((one) => ({ device: 'meter-f1', metric: 'energy_total_kwh', ...one }));
    await ask('POST', '/readings/import', { readings });
    const before = await used();
    expect(before.steps).toMatchObject([{ kind: 'reset', before: 5_012, after: 2.5 }]);
    expect(before.total).toBeCloseTo(12 + 11, 6);
    const swap = {
      ...{
        metric: 'energy_total_kwh',
        at: base + 12.5 * HOUR,
        finalReading: 5_012.4,
        initialReading: 2,
        newSerial: 'N-77',
      },
      ...{ doneBy: '李工', witness: '王主任', note: '表坏' },
    };
    await ask('POST', '/devices/meter-f1/swaps', { ...swap, witness: '李工' }, 422);
    await ask('POST', '/devices/meter-f1/swaps', { ...swap, finalReading: 4_000 }, 422);
    await ask('POST', '/devices/meter-f1/swaps', { ...swap, initialReading: 400 }, 422);
    await ask('POST', '/devices/door-east/swaps', swap, 422);
    await ask('POST', '/devices/nobody/swaps', swap, 404);
    const recorded = await ask<Swap>('POST', '/devices/meter-f1/swaps', swap, 201);
    expect(recorded).toMatchObject({ ...swap, device: 'meter-f1', recordedBy: ADMIN.name });
    await ask('POST', '/devices/meter-f1/swaps', swap, 409);
    const after = await used();
    expect(after.steps).toEqual([]);
    expect(after.total).toBeCloseTo(12 + 0.4 + 0.5 + 11, 6);
    expect(
      after.buckets.every(({ value, completeness }) => value !== null && value >= 0 && (completeness ?? 0) > 0.999),
    ).toBe(true);
    expect(await ask('GET', '/devices/meter-f1/swaps')).toMatchObject({ items: [recorded] });
    expect(await readFile(join(gateway.configDir, 'devices.yaml'), 'utf8')).toContain(
      '{ id: meter-f1, serial: "N-77", name:',
    );
    const audit = await ask<{ items: { object: string; result: string; detail: string }[] }>('GET', '/audit');
    expect(audit.items.find(({ object, result }) => object === 'swaps:meter-f1' && result === 'ok')?.detail).toContain(
      '李工 / 王主任',
    );
  });

  test.each([
    ['new', 500.2, 'meter-f2'],
    ['old', 803, 'meter-101'],
  ])('a swap after days of silence, at the very instant of a reading of the %s meter', async (_, there, device) => {
    const start = base - 96 * HOUR;
    const at = base - 24 * HOUR;
    const values: [number, number][] = [
      [start, 800],
      [start + HOUR, 801],
      [at, there],
      [at + HOUR, 501.2],
      [at + 2 * HOUR, 502.2],
    ];
    const readings = values.map(([ts, value]) => ({ device, metric: 'energy_total_kwh', ts, value }));
    await ask('POST', '/readings/import', { readings });
    const swap = { metric: 'energy_total_kwh', at, finalReading: 803.5, initialReading: 500 };
    await ask('POST', `/devices/${device}/swaps`, { ...swap, doneBy: '李工', witness: '王主任' }, 201);
    const range = `from=${start}&to=${at + 2 * HOUR}`;
    const { total, steps } = await ask<ConsumptionResponse>(
      'GET',
      `/consumption?device=${device}&resource=electricity&step=hour&${range}`,
    );
    expect(steps).toEqual([]);
    expect(total).toBeCloseTo(3.5 + 2.2, 6);
  });

  test('a reading is checked; an unusual one needs to be confirmed with a reason', async () => {
    const path = '/devices/meter-f1/manual-readings';
    const reading = { metric: 'energy_total_kwh', at: base + 30 * HOUR, value: 20 };
    const store = (over: object) => ask<ManualReadingResult>('POST', path, { ...reading, ...over });
    expect(await store({ value: 1 })).toMatchObject({ stored: false, check: { verdict: 'backwards' } });
    expect(await store({ value: 2_000 })).toMatchObject({ stored: false, check: { verdict: 'high' } });
    expect(await store({ at: Date.now() + HOUR, confirmed: true, note: 'x' })).toMatchObject({
      stored: false,
      check: { verdict: 'future' },
    });
    await ask('POST', path, { ...reading, value: 200, confirmed: true }, 422);
    expect(await points('meter-f1', 'energy_total_kwh', base + 25 * HOUR)).toEqual([]);
    expect(await store({})).toMatchObject({ stored: true, check: { verdict: 'usual', previous: { value: 13.5 } } });
    expect(await points('meter-f1', 'energy_total_kwh', base + 25 * HOUR)).toMatchObject([
      { value: 20, quality: 'manual' },
    ]);
  });

  test('after a restart the books are the same', async () => {
    const before = await used();
    await gateway.kill();
    await gateway.start();
    expect(await used()).toEqual(before);
  });
});

describe('a profile that only fails', () => {
  const firing = async (): Promise<readonly Alert[]> =>
    (await transitions()).filter(({ rule, state }) => rule === 'gateway-profile' && state === 'firing');
  const state = async (): Promise<ProfileInfo | undefined> =>
    (await ask<{ items: ProfileInfo[] }>('GET', '/profiles')).items.find(({ id }) => id === 'zigbee2mqtt');

  test('is switched off with an alert that outlives a restart; its messages are kept', async () => {
    for (let n = 0; n < 100; n += 1) await say('zigbee2mqtt/old_door', 'garbage {');
    await say('zigbee2mqtt/old_door', { contact: false });
    await expect
      .poll(firing, { timeout: 5_000 })
      .toMatchObject([{ device: 'profile:zigbee2mqtt', sentence: { zh: expect.stringContaining('zigbee2mqtt') } }]);
    expect(await state()).toMatchObject({ disabled: true, failed: 100 });
    expect(await strange()).toMatchObject([
      { topic: 'zigbee2mqtt/old_door', reason: 'profile-disabled', profile: 'zigbee2mqtt' },
    ]);
    const [alert] = await firing();
    await written();
    await gateway.kill();
    await gateway.start();
    expect(await state()).toMatchObject({ disabled: true });
    const file = join(gateway.configDir, 'devices.yaml');
    await writeFile(file, `${await readFile(file, 'utf8')}# another line\n`);
    await written();
    expect((await firing()).map(({ id }) => id)).toEqual([alert?.id]);
    expect(await points('old-door', 'door_open')).toEqual([]);
  });

  test('switched on again, the alert is over and what can be read becomes history', async () => {
    await ask('POST', '/profiles/acme-water/enable', undefined, 409);
    await ask('POST', '/profiles/nobody/enable', undefined, 404);
    expect(await ask<ProfileInfo>('POST', '/profiles/zigbee2mqtt/enable')).toMatchObject({
      disabled: false,
      disabledAt: null,
    });
    await expect.poll(firing, { timeout: 5_000 }).toEqual([]);
    expect((await points('old-door', 'door_open')).map(({ value }) => value)).toEqual([1]);
  });
});

test('a time that is none in its unit costs the preview nothing but that time', async () => {
  const on = 'node1/x0/data';
  const ns = BigInt(Date.now()) * 1_000_000n;
  await say(on, `{"ts":${ns},"p":5}`);
  const timed = (unit: string) => ({
    ...{ id: 't-draft', name: 'T', topic: on, deviceLevel: 1, decode: 'json', ts: { path: 'ts', unit } },
    picks: [{ path: 'p', metric: 'power_w' }],
  });
  const tried = async (unit: string): Promise<ProfilePreview['rows'][number] | undefined> =>
    (await ask<ProfilePreview>('POST', '/onboarding/preview', { topic: on, use: { draft: timed(unit) } })).rows[0];
  for (const unit of ['s', 'ms', 'us', 'auto']) {
    const row = await tried(unit);
    expect(row?.readings).toMatchObject([{ address: 'x0', metric: 'power_w', value: 5 }]);
    expect(row?.readings[0]?.ts === null, unit).toBe(unit !== 'auto');
    expect(row?.faults.join(), unit).toMatch(unit === 'auto' ? /^$/ : /时间读不出来.*the arrival counts/);
  }
  expect((await tried('ns'))?.readings[0]?.ts).toBe(Number(ns / 1_000_000n));
  const fields = await ask<MessageFields>('GET', `/onboarding/fields?topic=${encodeURIComponent(on)}`);
  expect(fields.times).toMatchObject([{ path: 'ts', unit: 'ns' }]);
});
