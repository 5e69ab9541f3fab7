/** Servers and programs: ChirpStack, The Things Stack, Home Assistant, Node-RED, Telegraf, Frigate, Sparkplug, DTUs, clouds. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nativeTopic } from '#contract/topics.ts';
import { type MetricToWrite, writePayload } from '../../decode/codecs/encode-sparkplug.ts';
import { SITE } from '../../run-gateway.ts';
import { type ConnectCampus, connectCampus } from './connect-campus.ts';
import { documentedLogin } from './documented-login.ts';

const DOUBLE = 10;

let campus: ConnectCampus;
beforeAll(async () => {
  campus = await connectCampus(
    [
      documentedLogin('chirpstack'),
      documentedLogin('thethingsstack', { username: 'ttn' }),
      { ...documentedLogin('home-assistant'), username: 'switching', kind: 'bridge' },
      documentedLogin('home-assistant', { with: ['zigbee2mqtt/'] }),
      { username: 'watcher', prefixes: ['homeassistant/', 'zigbee2mqtt/', 'campus/'] },
      documentedLogin('node-red'),
      documentedLogin('telegraf'),
      documentedLogin('frigate', { username: 'nvr of the east gate' }),
      documentedLogin('sparkplug-b', { username: 'spark', with: ['STATE/'] }),
      documentedLogin('usr-dtu', { username: 'dtu' }),
      documentedLogin('acrel', { with: ['data/', 'sys/'] }),
    ],
    [
      { id: 'lora', profile: 'chirpstack', address: '24e124148d000004' },
      { id: 'ws301', profile: 'thethingsstack', address: 'ws301-gate' },
      { id: 'lab-gw', profile: 'sparkplug-b' },
      { id: 'cam-hall', kind: 'camera', profile: 'frigate', address: 'hall' },
      { id: 'usr', profile: 'usr-dtu', address: 'SN2' },
      { id: 'adw300', kind: 'electricity-meter', profile: 'acrel', address: '24102800000006' },
      { id: 'meter', kind: 'electricity-meter' },
    ],
  );
}, 60_000);
afterAll(() => campus?.stop(), 30_000);

describe('ChirpStack v4, which speaks MQTT 5 only', () => {
  const up = (power: number): string =>
    JSON.stringify({
      deduplicationId: `d${power}`,
      time: new Date().toISOString(),
      object: { active_power: power, socket_status: 'on' },
    });

  test('is told that there are no shared subscriptions, subscribes once, and its readings are stored', async () => {
    const stack = await campus.enter('chirpstack', {
      ...{ protocolVersion: 5, clientId: '9f86d081884c7d65', clean: false, keepalive: 30 },
    });
    const commands = 'application/+/device/+/command/+';
    const isShared = stack.connack.properties?.sharedSubscriptionAvailable !== false;
    // As it does: a filter that fails is subscribed again at once.
    const filter = isShared ? `$share/chirpstack/${commands}` : commands;
    let subscribed = 0;
    for (let granted = 0x80; granted >= 0x80 && subscribed < 5; subscribed += 1)
      granted = Number((await stack.subscribe(filter, { qos: 0 })).granted[0]);
    expect(subscribed).toBe(1);
    await stack.publish('application/a1/device/24e124148d000004/event/up', up(61.5));
    await campus.stored('lora', 'power_w', 61.5);
    const sender = await campus.enter('chirpstack', { protocolVersion: 5, clientId: 'sender' });
    await sender.publish('application/a1/device/24e124148d000004/command/down', '{}', { qos: 1 });
    await stack.until('publish', ({ topic }) => topic.endsWith('/command/down'));
  });
});

test('The Things Stack: a client id of its own, and what a bridge brings from it', async () => {
  const stack = await campus.enter('ttn', { clientId: 'ttn-lw-application-server-7f3a' });
  expect((await stack.subscribe('v3/school@ttn/devices/+/down/push', { qos: 0 })).granted).toEqual([0]);
  const uplink = { received_at: new Date().toISOString(), decoded_payload: { temperature: 20.5 } };
  await stack.publish('v3/school@ttn/devices/ws301-gate/up', JSON.stringify({ uplink_message: uplink }));
  await campus.stored('ws301', 'temperature_c', 20.5);
});

describe('Home Assistant', () => {
  const hello = (n: number) =>
    ({
      clientId: `2tVnF0a7kQpXw9RbYzLm${n}q`,
      will: { topic: 'homeassistant/status', payload: Buffer.from('offline'), qos: 0, retain: false },
    }) as const;
  const filters = [
    'homeassistant/+/+/config',
    'homeassistant/+/+/+/config',
    'homeassistant/device/+/config',
    'tasmota/discovery/#',
    'esphome/discover/#',
  ];

  test('as a bridge: its command to a foreign device is dropped and told, its birth and its will are sent', async () => {
    const watcher = await campus.enter('watcher');
    await watcher.subscribe(['homeassistant/#', 'zigbee2mqtt/#']);
    const assistant = await campus.enter('switching', hello(1));
    expect((await assistant.subscribe(filters, { qos: 0 })).granted).toEqual([0, 0, 0, 0, 0]);
    await assistant.publish('homeassistant/status', 'online', { qos: 0 });
    await watcher.until(
      'publish',
      ({ topic, payload }) => topic === 'homeassistant/status' && `${payload}` === 'online',
    );
    expect(await assistant.publish('zigbee2mqtt/x/set', '{"state":"ON"}', { qos: 1 })).toMatchObject({ cmd: 'puback' });
    await campus.told({ login: 'switching', reason: 'topic-denied', detail: 'zigbee2mqtt/x/set' });
    await assistant.ping();
    assistant.drop();
    await watcher.until('publish', ({ payload }) => `${payload}` === 'offline');
    expect(watcher.messages().map(({ topic }) => topic)).not.toContain('zigbee2mqtt/x/set');
  });

  test('as an integration: let in; birth, command and will are dropped, the connection stays', async () => {
    const watcher = await campus.enter('watcher');
    await watcher.subscribe(['homeassistant/#', 'zigbee2mqtt/#']);
    const assistant = await campus.enter('home-assistant', hello(2));
    expect((await assistant.subscribe(filters, { qos: 0 })).granted).toEqual([0, 0, 0, 0, 0]);
    await assistant.publish('homeassistant/status', 'online');
    await assistant.publish('zigbee2mqtt/x/set', '{"state":"ON"}', { qos: 1 });
    const bridge = await campus.enter('watcher', { clientId: 'bridge' });
    await bridge.publish('homeassistant/sensor/a/config', '{"name":"first"}', { qos: 1 });
    await assistant.until('publish', ({ topic }) => topic === 'homeassistant/sensor/a/config');
    await campus.told({ login: 'home-assistant', reason: 'will-denied', detail: 'homeassistant/status' });
    assistant.drop();
    await assistant.closed;
    // Whatever a will would have brought comes before it.
    await bridge.publish('homeassistant/sensor/b/config', '{"name":"second"}', { qos: 1 });
    await watcher.until('publish', ({ topic }) => topic === 'homeassistant/sensor/b/config');
    expect(watcher.messages().map(({ topic }) => topic)).toEqual([
      'homeassistant/sensor/a/config',
      'homeassistant/sensor/b/config',
    ]);
  });
});

describe('Node-RED', () => {
  test.each([4, 5] as const)('level %i: # is granted, and only what it may receive comes', async (protocolVersion) => {
    const flow = await campus.enter('node-red', { clientId: `nodered_7c1f${protocolVersion}`, protocolVersion });
    expect((await flow.subscribe('#', { qos: 2 })).granted).toEqual([2]);
    const meter = await campus.enter('meter', { clientId: 'a' });
    await meter.publish(nativeTopic(SITE, 'meter', 'readings'), '{"power_w":1}', { qos: 1 });
    await flow.publish('node-red/lamp', 'on', { qos: 2 });
    await flow.until('publish', ({ topic }) => topic === 'node-red/lamp');
    expect(new Set(flow.messages().map(({ topic }) => topic))).toEqual(new Set(['node-red/lamp']));
  });

  test('MQTT 3.1', async () => {
    const flow = await campus.enter('node-red', { clientId: 'nodered_old', protocolVersion: 3 });
    await flow.subscribe('node-red/#', { qos: 0 });
    await flow.publish('node-red/lamp', 'off', { qos: 1 });
    await flow.until('publish', ({ payload }) => `${payload}` === 'off');
  });
});

test('Telegraf: the consumer, and the output without keepalive, QoS 2', async () => {
  const consumer = await campus.enter('watcher', { clientId: 'Telegraf-Consumer-Xb5Zp' });
  expect((await consumer.subscribe('campus/v1/#', { qos: 0 })).granted).toEqual([0]);
  const meter = await campus.enter('meter', { clientId: 'Telegraf-Output-q8Wn1', keepalive: 0 });
  const topic = nativeTopic(SITE, 'meter', 'readings');
  expect(await meter.publish(topic, '{"power_w":77.5}', { qos: 2 })).toMatchObject({ cmd: 'pubcomp' });
  await campus.stored('meter', 'power_w', 77.5);
  await consumer.until('publish', (packet) => packet.topic === topic);
  const output = await campus.enter('telegraf', { clientId: 'Telegraf-Output-Xb5Zp', keepalive: 0 });
  await output.subscribe('telegraf/#');
  await output.publish('telegraf/host/cpu', '{"usage":1}', { qos: 2 });
  await output.until('publish', (packet) => packet.topic === 'telegraf/host/cpu');
});

test('Frigate, under a login of any name', async () => {
  const nvr = await campus.enter('nvr of the east gate', {
    clientId: 'frigate',
    will: { topic: 'frigate/available', payload: Buffer.from('offline'), qos: 1, retain: true },
  });
  expect((await nvr.subscribe('frigate/#', { qos: 0 })).granted).toEqual([0]);
  await nvr.publish('frigate/available', 'online', { qos: 1, retain: true });
  const states = ['detect', 'recordings', 'snapshots', 'audio', 'motion', 'improve_contrast', 'ptz_autotracker'];
  const cameras = ['hall', 'yard', 'gate'];
  const topics = cameras.flatMap((camera) => states.map((state) => `frigate/${camera}/${state}/state`));
  for (const topic of topics) await nvr.publish(topic, 'ON', { retain: true });
  await nvr.publish('frigate/hall/status/detect', 'online', { retain: true });
  await campus.stored('cam-hall', 'camera_online', 1);
  await campus.retained('nvr of the east gate', 'frigate/#', ['frigate/available', ...topics]);
});

test('Sparkplug: NBIRTH stored, NDEATH sent, both forms of STATE granted', async () => {
  const metric: MetricToWrite = { name: 'Power/Active W', datatype: DOUBLE, double: 312.5, timestamp: Date.now() };
  const bdSeq: MetricToWrite = { name: 'bdSeq', datatype: 8, long: 1 };
  const topic = (type: string): string => `spBv1.0/School/${type}/lab-gw`;
  const watcher = await campus.enter('spark', { clientId: 'host' });
  await watcher.subscribe('spBv1.0/#');
  const node = await campus.enter('spark', {
    ...{ clientId: 'MT-3f9a2c', keepalive: 30 },
    will: { topic: topic('NDEATH'), payload: writePayload({ metrics: [bdSeq] }), qos: 1, retain: false },
  });
  const filters = [topic('NCMD'), 'spBv1.0/School/DCMD/lab-gw/+', 'spBv1.0/STATE/H', 'STATE/H'];
  expect((await node.subscribe(filters)).granted).toEqual([1, 1, 1, 1]);
  const birth = writePayload({ timestamp: Date.now(), seq: 0, metrics: [bdSeq, metric] });
  await node.publish(topic('NBIRTH'), birth, { qos: 0 });
  await campus.stored('lab-gw', 'power_w', 312.5);
  node.drop();
  await watcher.until('publish', (packet) => packet.topic === topic('NDEATH'));
});

test('USR DTU', async () => {
  const dtu = await campus.enter('dtu', { clientId: 'USR-DR154-SN2' });
  expect((await dtu.subscribe('/SubTopic1', { qos: 0 })).granted).toEqual([0]);
  const points = [{ name: 'power', value: '120.5', err: '0' }];
  await dtu.publish('/PubTopic1', JSON.stringify({ params: { dir: 'up', id: 'SN2', r_data: points } }));
  await campus.stored('usr', 'power_w', 120.5);
});

test('Acrel: its login message, which stays without an answer, then its data', async () => {
  const meter = await campus.enter('acrel', { clientId: '24102800000006' });
  expect((await meter.subscribe('/server/acrelHW/ADW300/data_ack/24102800000006', { qos: 0 })).granted).toEqual([0]);
  const to = (command: string): string => `/gw/acrelHW/ADW300/${command}/24102800000006`;
  await meter.publish(to('login'), JSON.stringify({ sn: '24102800000006' }));
  const point = [1, 229.4, 28, 345.5, 34, 1, 35, 1].flatMap((id, n, all) => (n % 2 ? [] : [{ id, val: all[n + 1] }]));
  await meter.publish(to('data'), JSON.stringify({ data: [{ tp: Date.now(), point }] }));
  await campus.stored('adw300', 'energy_total_kwh', 345.5);
});

describe('devices made for a cloud', () => {
  test.each([
    ['Aliyun', 'meter1&a1B2c3D4', 'meter1|securemode=3,signmethod=hmacsha1|'],
    ['Huawei', '5f1a_meter1', '5f1a_meter1_0_0_2026030208'],
  ])('%s: refused as an unknown login, and told', async (_name, username, clientId) => {
    const meter = await campus.connect(username, { clientId, password: 'hmac of the hour' });
    expect([4, 5]).toContain(meter.connack.returnCode);
    await campus.told({ login: username, clientId, reason: 'unknown-login' });
  });
});
