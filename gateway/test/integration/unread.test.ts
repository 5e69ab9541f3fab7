/** What a profile does not read, from the message to the reading; noise; what bridges announced, over a restart. */
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { connect, type MqttClient } from 'mqtt';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { LatestValue, Quarantined } from '#contract/http/campus.ts';
import type { AnnouncedDevice, StrangeTopic, UnreadDevice, UnreadMember } from '#contract/http/onboarding.ts';
import { type ValidatedClient, validatedClient } from '../api/validated-client.ts';
import { startTestGateway, type TestGateway } from '../run-gateway.ts';
import { waitFor } from '../wait-for.ts';

const root = resolve(import.meta.dirname, '../../..');
const DEVICES = `
  - { id: plug, name: 插座, kind: sensor, place: gate-east, profile: tasmota }
  - { id: gate-door, name: 门, kind: door, place: gate-east, profile: zigbee2mqtt, address: gate/door }
`;
let config: string;
let gateway: TestGateway;
let client: ValidatedClient;
let mqtt: MqttClient;

beforeAll(async () => {
  config = await mkdtemp(join(tmpdir(), 'houqin-unread-'));
  await cp(join(root, 'gateway/test/campus-config'), config, { recursive: true });
  for (const name of ['tasmota', 'zigbee2mqtt', 'home-assistant', 'homie'])
    await cp(join(root, `config/profiles/${name}.yaml`), join(config, `profiles/${name}.yaml`));
  const devices = await readFile(join(config, 'devices.yaml'), 'utf8');
  await writeFile(join(config, 'devices.yaml'), devices.replace(/^devices:\n/m, `devices:${DEVICES}`));
  gateway = await startTestGateway({ config });
  client = (await validatedClient(gateway.url)).as(gateway.adminToken);
  mqtt = connect(gateway.mqttUrl, { clientId: 'bridge', reconnectPeriod: 100 });
}, 60_000);
afterAll(async () => {
  mqtt?.end(true);
  await gateway?.stop();
  await rm(config, { recursive: true, force: true });
}, 30_000);

async function ask<T>(method: string, path: string, body?: unknown): Promise<T> {
  const answer = await client.request(method, `/api/v1${path}`, body === undefined ? {} : { body });
  expect(answer.status, JSON.stringify(answer.body)).toBe(200);
  return answer.body as T;
}
const items = async <T>(path: string): Promise<readonly T[]> => (await ask<{ items: T[] }>('GET', path)).items;
const say = (topic: string, payload: unknown, retain = false): Promise<unknown> =>
  mqtt.publishAsync(topic, typeof payload === 'string' ? payload : JSON.stringify(payload), { qos: 1, retain });
const unread = async (): Promise<Record<string, unknown>> =>
  Object.fromEntries((await items<UnreadMember>('/devices/plug/unread')).map(({ path, sample }) => [path, sample]));
const latest = async (metric: string): Promise<number | null | undefined> =>
  (await items<LatestValue>('/latest?device=plug')).find((value) => value.metric === metric)?.value;

test('members that no rule reads are listed, picked, and are readings from the next message on', async () => {
  const message = { Time: '2026-03-02T08:00:00', HX711: { WeightRaw: 8123 }, Lid: 'OPEN', ENERGY: { Power: 5 } };
  await say('tele/plug/SENSOR', message);
  await say('stat/plug/RESULT', { Dimmer: 40 });
  expect(await unread()).toEqual({ Dimmer: 40, 'HX711.WeightRaw': 8123, Lid: 'OPEN' });
  expect(await items<UnreadDevice>('/onboarding/unread')).toMatchObject([{ device: 'plug', members: 3 }]);
  const fields = {
    Lid: { metric: 'door_open', map: { OPEN: 1, CLOSED: 0 } },
    'HX711.WeightRaw': { metric: 'pulse_total' },
    Dimmer: null,
  };
  expect(await ask('POST', '/devices/plug/fields', { fields })).toEqual({ saved: 3 });
  expect(await unread()).toEqual({});
  expect(await items<UnreadDevice>('/onboarding/unread')).toEqual([]);
  await say('tele/plug/SENSOR', { ...message, HX711: { WeightRaw: 8124 } });
  await waitFor(async () => {
    expect(await latest('pulse_total')).toBe(8124);
    expect(await latest('door_open')).toBe(1);
  });
  expect(await readFile(join(gateway.configDir, 'devices.yaml'), 'utf8')).toContain('Lid: { metric: door_open');
});

test('a field that no message has is told, with the names that may have been meant', async () => {
  const fields = { 'BOX.Temp2': { metric: 'temperature_c' } };
  expect(await ask('POST', '/devices/plug/fields', { fields })).toEqual({ saved: 1 });
  expect(await ask('GET', '/devices/plug/unread')).toEqual({ items: [], unseen: [{ path: 'BOX.Temp2', near: [] }] });
  await say('tele/plug/SENSOR', { ENERGY: { Power: 5 }, HX711: { WeightRaw: 1 }, Lid: 'OPEN', BOX: { Temp1: 21 } });
  await waitFor(async () =>
    expect(await ask('GET', '/devices/plug/unread')).toMatchObject({
      items: [{ path: 'BOX.Temp1' }],
      unseen: [{ path: 'BOX.Temp2', near: ['BOX.Temp1'] }],
    }),
  );
});

test('attribute topics and what bridges say of themselves are neither quarantined nor strange', async () => {
  await say('zigbee2mqtt/gate/door', { contact: false, battery: 90, linkquality: 80 });
  await say('zigbee2mqtt/gate/door/contact', 'false');
  await say('zigbee2mqtt/gate/door/battery', '90');
  await say('zigbee2mqtt/bridge/logging', { level: 'info', message: 'x' });
  await say('homeassistant/status', 'online');
  await say('zigbee2mqtt/gate/door/left', { contact: false, linkquality: 80 });
  await waitFor(async () =>
    expect((await items<StrangeTopic>('/onboarding/topics')).map(({ topic }) => topic)).toEqual([
      'zigbee2mqtt/gate/door/left',
    ]),
  );
  const quarantined = await items<Quarantined>('/quarantine');
  expect(quarantined.map(({ topic }) => topic)).toEqual(['zigbee2mqtt/gate/door/left']);
  expect(await items('/devices/gate-door/unread')).toEqual([]);
});

test('what bridges announced is there after a restart, before they speak again', async () => {
  const z2m = { friendly_name: 'hall/door', type: 'EndDevice', supported: true, interview_completed: true };
  const definition = { vendor: 'Aqara', model: 'MCCGQ11LM', exposes: [{ type: 'binary', property: 'contact' }] };
  await say('zigbee2mqtt/bridge/devices', [{ ...z2m, definition }], true);
  await say(
    'homeassistant/sensor/esp/t/config',
    {
      state_topic: 'esp/t',
      unique_id: 'esp-t',
      device_class: 'temperature',
      unit_of_measurement: '°C',
      device: { identifiers: ['esp'], name: 'ESP' },
    },
    true,
  );
  const addresses = async (): Promise<string[]> =>
    (await items<AnnouncedDevice>('/onboarding/devices')).map(({ address }) => address).sort();
  await waitFor(async () => expect(await addresses()).toEqual(['esp', 'hall/door']));
  mqtt.end(true);
  await gateway.terminate();
  await gateway.start();
  expect(await addresses()).toEqual(['esp', 'hall/door']);
  mqtt = connect(gateway.mqttUrl, { clientId: 'bridge', reconnectPeriod: 100 });
  await say('zigbee2mqtt/hall/door/contact', 'true');
  expect((await items<StrangeTopic>('/onboarding/topics')).map(({ topic }) => topic)).toEqual([
    'zigbee2mqtt/gate/door/left',
  ]);
}, 60_000);
