/** Boards around an ESP: what ESPHome, Homie, OpenMQTTGateway, WLED, EMS-ESP and the usual libraries send first. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nativeTopic } from '#contract/topics.ts';
import { SITE } from '../../run-gateway.ts';
import { type ConnectCampus, connectCampus } from './connect-campus.ts';
import { documentedLogin } from './documented-login.ts';
import type { PacketClient } from './packet-client.ts';

let campus: ConnectCampus;
beforeAll(async () => {
  campus = await connectCampus(
    [
      documentedLogin('esphome', { username: 'node', answer: 'heatpump', with: ['homeassistant/'] }),
      documentedLogin('esphome', { username: 'quiet node', answer: 'cellar' }),
      { username: 'node alone', prefixes: ['boiler/'] },
      documentedLogin('homie', { username: 'homie boards' }),
      documentedLogin('openmqttgateway', { username: 'omg', with: ['homeassistant/'] }),
      documentedLogin('openmqttgateway', { username: 'omg alone' }),
      documentedLogin('wled'),
      documentedLogin('ems-esp', { username: 'ems' }),
      documentedLogin('firmware', { answer: 'lab' }),
      documentedLogin('serial-dtu', { username: 'serial' }),
    ],
    [
      { id: 'heat', profile: 'esphome', address: 'heatpump' },
      { id: 'cellar', profile: 'esphome', address: 'cellar' },
      { id: 'boiler', profile: 'esphome', address: 'boiler' },
      { id: 'homie', profile: 'homie', address: '686f6d6965' },
      { id: 'tag', profile: 'home-assistant', address: 'A4C1380A1B2C' },
      { id: 'meter-esp', kind: 'electricity-meter' },
      { id: 'meter-pubsub', kind: 'electricity-meter' },
      { id: 'meter-async', kind: 'electricity-meter' },
    ],
  );
}, 60_000);
afterAll(() => campus?.stop(), 30_000);

/** Topics of a login that were dropped since it may not use them. */
const denied = async (username: string): Promise<(string | null)[]> =>
  (await campus.refusals())
    .filter(({ login, reason }) => login === username && ['topic-denied', 'will-denied'].includes(reason))
    .map(({ detail }) => detail);

describe('ESPHome', () => {
  async function firstPackets(username: string, name: string, isDiscovered = true): Promise<PacketClient> {
    const node = await campus.enter(username, {
      ...{ clientId: `${name}-a4cf12f45678`, clean: false, keepalive: 15 },
      will: { topic: `${name}/status`, payload: Buffer.from('offline'), qos: 0, retain: true },
    });
    for (const filter of ['esphome/discover', `esphome/ping/${name}`])
      expect((await node.subscribe(filter, { qos: 2 })).granted).toEqual([2]);
    await node.publish(`esphome/discover/${name}`, `{"ip":"192.0.2.7","name":"${name}"}`, { qos: 2, retain: true });
    if (isDiscovered)
      await node.publish(`homeassistant/sensor/${name}/power/config`, `{"stat_t":"${name}/sensor/power/state"}`, {
        retain: true,
      });
    await node.publish(`${name}/status`, 'online', { retain: true });
    await node.publish(`${name}/debug`, '[I][app:100]: started', { retain: true });
    await node.publish(`${name}/sensor/power/state`, '812.5', { retain: true });
    return node;
  }

  test('with the documented prefixes and `discovery: false`, as the table says', async () => {
    await firstPackets('quiet node', 'cellar', false);
    await campus.stored('cellar', 'power_w', 812.5);
    expect(await denied('quiet node')).toEqual([]);
  });

  test('with the documented prefixes and that of discovery', async () => {
    const node = await firstPackets('node', 'heatpump');
    await campus.stored('heat', 'power_w', 812.5);
    await campus.retained('node', '#', [
      ...['heatpump/status', 'heatpump/sensor/power/state'],
      'homeassistant/sensor/heatpump/power/config',
    ]);
    await node.ping();
    expect(await denied('node')).toEqual([]);
  });

  test('with the prefix of the node alone: its states are stored, the rest is told', async () => {
    const node = await firstPackets('node alone', 'boiler');
    await campus.stored('boiler', 'power_w', 812.5);
    await campus.told({ login: 'node alone', clientId: 'boiler-a4cf12f45678', reason: 'topic-denied' });
    await node.ping();
  });
});

test('Homie: the brand in its client id cannot be changed', async () => {
  const base = 'homie/686f6d6965';
  const board = await campus.enter('homie boards', {
    ...{ clientId: 'Homie-686f6d6965', keepalive: 15 },
    will: { topic: `${base}/$state`, payload: Buffer.from('lost'), qos: 1, retain: true },
  });
  const attributes = {
    $homie: '4.0.0',
    $name: 'Cellar',
    $state: 'init',
    $nodes: 'room,socket',
    '$fw/name': 'cellar',
    '$fw/version': '1.0.0',
    $implementation: 'esp8266',
    '$stats/interval': '60',
    'room/$name': 'Room',
    'room/$type': 'climate',
    'room/$properties': 'temperature',
    'room/temperature/$name': 'Temperature',
    'room/temperature/$unit': '°C',
    'room/temperature/$datatype': 'float',
    'socket/$name': 'Socket',
    'socket/$type': 'plug',
    'socket/$properties': 'power',
    'socket/power/$name': 'Power',
    'socket/power/$unit': 'W',
    'socket/power/$datatype': 'float',
  };
  for (const [name, value] of Object.entries(attributes))
    expect(await board.publish(`${base}/${name}`, value, { qos: 1, retain: true })).toMatchObject({ cmd: 'puback' });
  expect((await board.subscribe([`${base}/+/+/set`, 'homie/$broadcast/+'], { qos: 2 })).granted).toEqual([2, 2]);
  await board.publish(`${base}/$state`, 'ready', { qos: 1, retain: true });
  await board.publish(`${base}/room/temperature`, '21.5', { qos: 1, retain: true });
  await campus.stored('homie', 'temperature_c', 21.5);
  const topics = [...Object.keys(attributes), 'room/temperature'].map((name) => `${base}/${name}`);
  const kept = await campus.retained('homie boards', 'homie/#', topics);
  expect(kept.get(`${base}/$state`)).toBe('ready');
  board.drop();
});

describe('OpenMQTTGateway', () => {
  const config = JSON.stringify({
    ...{ name: 'temperature', uniq_id: 'A4C1380A1B2C-tempc', stat_t: 'home/OMG_BLE/BTtoMQTT/A4C1380A1B2C' },
    ...{ dev_cla: 'temperature', unit_of_meas: '°C', val_tpl: '{{ value_json.tempc }}' },
    dev: { ids: ['A4C1380A1B2C'], name: 'Tag', mf: 'Maker' },
  });
  async function firstPackets(username: string, gatewayName: string): Promise<PacketClient> {
    const omg = await campus.enter(username, {
      clientId: gatewayName,
      will: { topic: `home/${gatewayName}/LWT`, payload: Buffer.from('offline'), qos: 0, retain: true },
    });
    await omg.publish(`home/${gatewayName}/LWT`, 'online', { retain: true });
    await omg.subscribe(`home/${gatewayName}/commands/#`, { qos: 0 });
    await omg.publish('homeassistant/sensor/A4C1380A1B2C-tempc/config', config, { retain: true });
    return omg;
  }

  test('with the documented prefixes what it announces is understood', async () => {
    const omg = await firstPackets('omg', 'OMG_BLE');
    await omg.publish('home/OMG_BLE/BTtoMQTT/A4C1380A1B2C', '{"id":"A4:C1:38:0A:1B:2C","tempc":19.5}', { qos: 1 });
    await campus.stored('tag', 'temperature_c', 19.5);
    await campus.retained('omg', '#', ['homeassistant/sensor/A4C1380A1B2C-tempc/config']);
    // No profile says that anybody needs it later.
    await campus.told({ login: 'omg', reason: 'retain-stripped', detail: 'home/OMG_BLE/LWT' });
  });

  test('with home/ alone it stays connected', async () => {
    const omg = await firstPackets('omg alone', 'OMG_ESP32');
    await omg.publish('home/OMG_ESP32/SYStoMQTT', '{"uptime":5}', { qos: 1 });
    await campus.told({ login: 'omg alone', clientId: 'OMG_ESP32', reason: 'topic-denied' });
    await omg.ping();
  });
});

test('WLED', async () => {
  const strip = await campus.enter('wled', {
    clientId: 'WLED-a1b2c3',
    will: { topic: 'wled/a1b2c3/status', payload: Buffer.from('offline'), qos: 0, retain: true },
  });
  for (const leaf of ['', '/col', '/api'])
    expect((await strip.subscribe(`wled/a1b2c3${leaf}`, { qos: 0 })).granted).toEqual([0]);
  await strip.publish('wled/a1b2c3/status', 'online', { retain: true });
  await strip.publish('wled/a1b2c3/g', '128', { retain: true });
  await strip.ping();
  await campus.retained('wled', 'wled/#', ['wled/a1b2c3/status']);
});

test('EMS-ESP: discovery off and on', async () => {
  const boiler = await campus.enter('ems', {
    ...{ clientId: 'esp32-a4cf12f45678', clean: false },
    will: { topic: 'ems-esp/status', payload: Buffer.from('offline'), qos: 0, retain: true },
  });
  expect((await boiler.subscribe('homeassistant/+/ems-esp/#', { qos: 0 })).granted).toEqual([0]);
  await boiler.publish('ems-esp/status', 'online', { retain: true });
  await boiler.publish('homeassistant/sensor/ems-esp/boiler_outdoortemp/config', '{"name":"outdoor"}', {
    retain: true,
  });
  const watcher = await campus.enter('ems', { clientId: 'watcher' });
  await watcher.subscribe('ems-esp/#');
  await boiler.publish('ems-esp/boiler_data', '{"outdoortemp":7.5}');
  await watcher.until('publish', ({ topic }) => topic === 'ems-esp/boiler_data');
  await campus.told({ login: 'ems', clientId: 'esp32-a4cf12f45678', reason: 'topic-denied' });
  await boiler.ping();
});

test('firmware of one’s own, with a prefix of its own', async () => {
  const board = await campus.enter('firmware', { clientId: 'ESP32_a1B2c3', keepalive: 120 });
  await board.subscribe('lab/#');
  await board.publish('lab/meter', '{"kwh":1}', { qos: 1 });
  await board.until('publish', ({ topic }) => topic === 'lab/meter');
});

test('a transparent DTU: hears what is asked, and answers', async () => {
  const dtu = await campus.enter('serial', { clientId: 'DTU_869123456789012', keepalive: 300 });
  expect((await dtu.subscribe('dtu/1/down', { qos: 0 })).granted).toEqual([0]);
  await dtu.publish('dtu/1/up', Buffer.from('FEFEFEFE68', 'hex'), { qos: 0 });
  await dtu.ping();
  expect(await denied('serial')).toEqual([]);
});

describe('libraries, with the login of a device', () => {
  test.each([
    ['esp-mqtt', 'meter-esp', 'ESP32_a1B2c3', 120],
    ['esp-mqtt without keepalive', 'meter-esp', 'ESP32_a1B2c3', 0],
    ['PubSubClient', 'meter-pubsub', 'ESP8266Client-3f2a', 15],
    ['AsyncMqttClient', 'meter-async', 'esp32-a4cf12f45678', 15],
  ])('%s', async (_name, device, clientId, keepalive) => {
    const meter = await campus.enter(device, { clientId, keepalive });
    const power = keepalive + 0.5;
    await meter.publish(nativeTopic(SITE, device, 'readings'), `{"power_w":${power}}`, { qos: 1 });
    await campus.stored(device, 'power_w', power);
    await meter.end();
  });
});
