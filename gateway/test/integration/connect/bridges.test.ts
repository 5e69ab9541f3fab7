/** Other brokers that push to us, replayed packet by packet: mosquitto, NanoMQ, EMQX, FlashMQ. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ConnectCampus, connectCampus } from './connect-campus.ts';
import { documentedLogin } from './documented-login.ts';
import type { ConnectFields } from './packet-client.ts';

let campus: ConnectCampus;
beforeAll(async () => {
  campus = await connectCampus(
    [
      { username: 'branch', prefixes: ['tele/', 'stat/'] },
      { username: 'watcher', prefixes: ['tele/', 'stat/', 'will_topic', 'other/'] },
      documentedLogin('mosquitto-bridge', { username: 'as documented', answer: 'tele' }),
      documentedLogin('nanomq-bridge', { answer: 'tele' }),
      documentedLogin('emqx-bridge', { answer: 'tele' }),
      documentedLogin('flashmq-victron'),
      documentedLogin('aliyun-alink'),
      documentedLogin('huawei-iotda'),
    ],
    [{ id: 'plug', profile: 'tasmota', address: 'plug' }],
  );
}, 60_000);
afterAll(() => campus?.stop(), 30_000);

const sensor = (power: number): string => JSON.stringify({ ENERGY: { Power: power } });
/** As mosquitto 2.0 connects a bridge: the high bit of the level says so. */
const bridge = (id: string): ConnectFields => ({
  ...{ clientId: id, clean: false, bridgeMode: true },
  will: { topic: `$SYS/broker/connection/${id}/state`, payload: Buffer.from('0'), qos: 1, retain: true },
});

describe('mosquitto', () => {
  test('with defaults: let in, its state is dropped, what follows is stored', async () => {
    const id = 'mx1.houqin-bridge';
    const client = await campus.enter('as documented', bridge(id));
    const state = `$SYS/broker/connection/${id}/state`;
    expect(await client.publish(state, '1', { qos: 1, retain: true })).toMatchObject({ cmd: 'puback' });
    await client.publish('tele/plug/SENSOR', sensor(11), { qos: 1 });
    await campus.stored('plug', 'power_w', 11);
    await campus.told({ login: 'as documented', clientId: id, reason: 'topic-denied', detail: state });
    await campus.told({ login: 'as documented', clientId: id, reason: 'will-denied', detail: state });
    client.drop();
  });

  test('MQTT 3.1 with the bit of a bridge', async () => {
    const client = await campus.enter('branch', { ...bridge('mx2.old'), protocolVersion: 3 });
    await client.publish('tele/plug/SENSOR', sensor(12), { qos: 1 });
    await campus.stored('plug', 'power_w', 12);
  });

  test('one foreign topic jams nothing: acknowledged, dropped, and the next one arrives', async () => {
    const client = await campus.enter('branch', bridge('mx3.out'));
    for (const topic of ['other/lamp', 'stat/plug/LATER'])
      expect(await client.publish(topic, 'x', { qos: 1 })).toMatchObject({ cmd: 'puback' });
    await client.publish('tele/plug/SENSOR', sensor(13), { qos: 1 });
    await campus.stored('plug', 'power_w', 13);
    await client.ping();
  });

  test('both ways: # is granted within the prefixes, and nothing of its own comes back to it', async () => {
    const watcher = await campus.enter('watcher', { clientId: 'watcher' });
    const client = await campus.enter('branch', bridge('mx4.both'));
    expect((await client.subscribe('#', { qos: 1 })).granted).toEqual([1]);
    await client.publish('tele/plug/SENSOR', sensor(14), { qos: 1 });
    await watcher.publish('other/lamp', 'on', { qos: 1 });
    await watcher.publish('stat/plug/RESULT', '{"POWER":"ON"}', { qos: 1 });
    await client.until('publish', ({ topic }) => topic === 'stat/plug/RESULT');
    expect(client.messages().map(({ topic }) => topic)).toEqual(['stat/plug/RESULT']);
  });

  test('MQTT 5', async () => {
    const client = await campus.enter('branch', { ...bridge('mx5.v5'), bridgeMode: false, protocolVersion: 5 });
    // A bridge of MQTT 5 says with an option what the level cannot say any more.
    expect((await client.subscribe('#', { qos: 1, nl: true, rap: true })).granted).toEqual([1]);
    expect(await client.publish('other/lamp', 'x', { qos: 1 })).toMatchObject({ reasonCode: 0x87 });
    await client.publish('tele/plug/SENSOR', sensor(15), { qos: 1 });
    await campus.stored('plug', 'power_w', 15);
    expect(client.messages()).toEqual([]);
  });

  test('retained messages keep their flag on the way to it', async () => {
    const watcher = await campus.enter('watcher', { clientId: 'watcher 2' });
    await watcher.publish('tele/plug/LWT', 'Online', { qos: 1, retain: true });
    const client = await campus.enter('branch', bridge('mx6.retained'));
    await client.subscribe('tele/#');
    await client.until('publish', ({ topic, retain }) => topic === 'tele/plug/LWT' && retain);
  });
});

test('NanoMQ: a random id and the will of its sample', async () => {
  const watcher = await campus.enter('branch', { clientId: 'watcher 3' });
  await watcher.subscribe('#');
  const client = await campus.enter('nanomq', {
    ...{ clientId: 'nanomq-3f9a2c71', clean: false },
    will: { topic: 'will_topic', payload: Buffer.from('will_payload'), qos: 1, retain: false },
  });
  await client.publish('tele/plug/SENSOR', sensor(16), { qos: 1 });
  await campus.stored('plug', 'power_w', 16);
  client.drop();
  await campus.told({ login: 'nanomq', clientId: 'nanomq-3f9a2c71', reason: 'will-denied', detail: 'will_topic' });
});

test('EMQX: its own id, keepalive 160 s', async () => {
  const client = await campus.enter('emqx', {
    ...{ clientId: 'emqx:bridge:mqtt:houqin:emqx@127.0.0.1:1', keepalive: 160 },
  });
  await client.publish('tele/plug/SENSOR', sensor(17), { qos: 1 });
  await campus.stored('plug', 'power_w', 17);
});

test('FlashMQ (Victron)', async () => {
  const watcher = await campus.enter('victron', { clientId: 'watcher' });
  await watcher.subscribe('N/#');
  const client = await campus.enter('victron', bridge('fmqbridge_aB3dE5'));
  expect((await client.subscribe('R/c0619ab12345/#', { qos: 0 })).granted).toEqual([0]);
  await client.publish('N/c0619ab12345/system/0/Ac/Consumption/L1/Power', '{"value":321}');
  await watcher.until('publish', ({ topic }) => topic.startsWith('N/c0619ab12345/'));
  await watcher.publish('R/c0619ab12345/keepalive', '', { qos: 1 });
  await client.until('publish', ({ topic }) => topic === 'R/c0619ab12345/keepalive');
});

describe('a mosquitto in front of devices that were made for a cloud', () => {
  test.each([
    ['Aliyun', 'alink', '/sys/a1B2c3/meter1/thing/event/property/post'],
    ['Huawei', 'iotda', '$oc/devices/5f1a_meter1/sys/properties/report'],
  ])('%s', async (_name, username, topic) => {
    const client = await campus.enter(username, bridge(`front.${username}`));
    expect(await client.publish(topic, '{}', { qos: 1 })).toMatchObject({ cmd: 'puback' });
    await client.ping();
    const { items } = await campus.gateway.api<{ items: { topic: string }[] }>('/quarantine');
    const denied = (await campus.refusals()).filter(({ detail }) => detail === topic);
    expect(denied).toEqual([]);
    // Taken in: the device is not registered, and its message is kept for whoever does it.
    expect(items.map((item) => item.topic)).toContain(topic);
  });
});
