/** Zigbee2MQTT, Tasmota and Shelly, with the first packets they send as delivered. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ConnectCampus, connectCampus } from './connect-campus.ts';
import { documentedLogin } from './documented-login.ts';
import type { ConnectFields, PacketClient } from './packet-client.ts';

const GEN1 = 'shellyplug-s-7A8B9C';
const GEN2 = 'shellyplus1pm-a8032ab12345';
const WILL = { qos: 1, retain: true } as const;

let campus: ConnectCampus;
beforeAll(async () => {
  campus = await connectCampus(
    [
      documentedLogin('zigbee2mqtt', { username: 'zigbee', with: ['homeassistant/'] }),
      documentedLogin('zigbee2mqtt', { username: 'zigbee without discovery' }),
      documentedLogin('tasmota', { username: 'DVES_USER' }),
      { username: 'readings only', prefixes: ['tele/', 'stat/'] },
      documentedLogin('shelly-gen1', { username: 'shelly' }),
      documentedLogin('shelly-gen2', { username: 'a&b' }),
    ],
    [
      { id: 'plug', profile: 'zigbee2mqtt', address: '一层/插座' },
      { id: 'desk', profile: 'tasmota', address: 'tasmota_1A2B3C' },
      { id: 'lamp', profile: 'tasmota', address: 'tasmota_4D5E6F' },
      { id: 'gen1', profile: 'shelly-gen1', address: GEN1 },
      { id: 'gen2', profile: 'shelly-gen2', address: GEN2 },
    ],
  );
}, 60_000);
afterAll(() => campus?.stop(), 30_000);

describe('Zigbee2MQTT', () => {
  const STATE = 'zigbee2mqtt/bridge/state';
  const hello = (n: number): ConnectFields => ({
    clientId: `mqttjs_8f1c2b3${n}`,
    will: { ...WILL, topic: STATE, payload: Buffer.from('{"state":"offline"}') },
  });
  const list = `["${'x'.repeat(256 * 1024 - 4)}"]`;

  test('connects, and its list of devices of 256 KiB waits for whoever comes later', async () => {
    const bridge = await campus.enter('zigbee', hello(1));
    await bridge.publish(STATE, '{"state":"online"}', WILL);
    expect((await bridge.subscribe('zigbee2mqtt/#', { qos: 0 })).granted).toEqual([0]);
    await bridge.publish('zigbee2mqtt/bridge/info', '{"version":"2.1.1"}', { retain: true });
    await bridge.publish('zigbee2mqtt/bridge/devices', list, { retain: true });
    await bridge.publish('zigbee2mqtt/bridge/definitions', '{}', { retain: true });
    await bridge.publish('zigbee2mqtt/一层/插座', '{"power":42.5,"linkquality":90}');
    await campus.stored('plug', 'power_w', 42.5);
    const kept = await campus.retained('zigbee', 'zigbee2mqtt/#', ['zigbee2mqtt/bridge/devices', STATE]);
    expect(kept.get('zigbee2mqtt/bridge/devices')).toBe(list);
    expect(kept.get(STATE)).toBe('{"state":"online"}');
    expect(bridge.isClosed()).toBe(false);
  });

  test('its will is sent when it is cut off, retained', async () => {
    const watcher = await campus.enter('zigbee');
    await watcher.subscribe(STATE);
    const bridge = await campus.enter('zigbee', hello(2));
    await bridge.publish(STATE, '{"state":"online"}', WILL);
    bridge.drop();
    await watcher.until('publish', ({ payload }) => `${payload}` === '{"state":"offline"}');
  });

  test('with discovery on, whether its login has that prefix or not', async () => {
    const topic = 'homeassistant/sensor/0x00158d0001/power/config';
    const discovery = (): string => JSON.stringify({ name: 'power', stat_t: 'zigbee2mqtt/x', unit_of_meas: 'W' });
    const both = await campus.enter('zigbee', hello(3));
    expect((await both.subscribe('homeassistant/status', { qos: 0 })).granted).toEqual([0]);
    await both.publish(topic, discovery(), WILL);
    expect((await campus.retained('zigbee', 'homeassistant/#', [topic])).get(topic)).toBe(discovery());

    const narrow = await campus.enter('zigbee without discovery', hello(4));
    expect((await narrow.subscribe('homeassistant/status', { qos: 0 })).granted).toEqual([0]);
    await narrow.publish('homeassistant/sensor/0x00158d0002/power/config', discovery(), WILL);
    await narrow.publish('zigbee2mqtt/一层/插座', '{"power":43.5,"linkquality":90}', { qos: 1 });
    await campus.stored('plug', 'power_w', 43.5);
    await campus.told({ login: 'zigbee without discovery', clientId: 'mqttjs_8f1c2b34', reason: 'topic-denied' });
    const kept = await campus.retained('zigbee', 'homeassistant/#', [topic]);
    expect([...kept.keys()]).toEqual([topic]);
    expect(narrow.isClosed()).toBe(false);
  });
});

describe('Tasmota', () => {
  const enter = (username: string, id: string): Promise<PacketClient> =>
    campus.enter(username, {
      ...{ clientId: `DVES_${id}`, keepalive: 30 },
      will: { ...WILL, topic: `tele/tasmota_${id}/LWT`, payload: Buffer.from('Offline') },
    });
  async function firstPackets(plug: PacketClient, id: string): Promise<void> {
    await plug.publish(`tele/tasmota_${id}/LWT`, 'Online', { retain: true });
    await plug.publish(`cmnd/tasmota_${id}/POWER`, '');
    for (const filter of [`cmnd/tasmota_${id}/#`, 'cmnd/tasmotas/#', `cmnd/DVES_${id}_fb/#`])
      expect((await plug.subscribe(filter, { qos: 0 })).granted).toEqual([0]);
    await plug.publish(`tasmota/discovery/5CCF7F${id}/config`, '{"ip":"192.0.2.7"}', { retain: true });
    await plug.publish(`tasmota/discovery/5CCF7F${id}/sensors`, '{"sn":{}}', { retain: true });
    await plug.publish(`tele/tasmota_${id}/SENSOR`, '{"ENERGY":{"Total":12.5,"Power":40}}');
  }

  test('with the documented prefixes: stored, retained, and it hears its commands', async () => {
    const plug = await enter('DVES_USER', '1A2B3C');
    await firstPackets(plug, '1A2B3C');
    await campus.stored('desk', 'energy_total_kwh', 12.5);
    const topics = ['tele/tasmota_1A2B3C/LWT', 'tasmota/discovery/5CCF7F1A2B3C/config'];
    await campus.retained('DVES_USER', '#', topics);
    const sender = await campus.enter('DVES_USER', { clientId: 'sender' });
    await sender.publish('cmnd/tasmota_1A2B3C/TelePeriod', '60', { qos: 1 });
    await plug.until('publish', ({ topic }) => topic === 'cmnd/tasmota_1A2B3C/TelePeriod');
    expect(plug.isClosed()).toBe(false);
    const denied = (await campus.refusals()).filter(
      ({ login, reason }) => login === 'DVES_USER' && reason === 'topic-denied',
    );
    expect(denied).toEqual([]);
  });

  test('with tele/ and stat/ alone: the readings arrive all the same, and what is dropped is told', async () => {
    const plug = await enter('readings only', '4D5E6F');
    await firstPackets(plug, '4D5E6F');
    await campus.stored('lamp', 'power_w', 40);
    await campus.told({ login: 'readings only', clientId: 'DVES_4D5E6F', reason: 'topic-denied' });
    await plug.ping();
  });
});

describe('Shelly', () => {
  test('Gen1: its client id is part of its topics', async () => {
    const plug = await campus.enter('shelly', {
      clientId: GEN1,
      will: { topic: `shellies/${GEN1}/online`, payload: Buffer.from('false'), qos: 0, retain: true },
    });
    await plug.publish(`shellies/${GEN1}/online`, 'true', { retain: true });
    await plug.publish('shellies/announce', `{"id":"${GEN1}","model":"SHPLG-S"}`);
    for (const filter of ['shellies/command', `shellies/${GEN1}/command`, `shellies/${GEN1}/relay/0/command`])
      expect((await plug.subscribe(filter, { qos: 0 })).granted).toEqual([0]);
    await plug.publish(`shellies/${GEN1}/relay/0/power`, '23.5', { retain: true });
    await campus.stored('gen1', 'power_w', 23.5);
    await campus.retained('shelly', 'shellies/#', [`shellies/${GEN1}/online`, `shellies/${GEN1}/relay/0/power`]);
  });

  test('Gen2 and later: its client id is the id of the device', async () => {
    const relay = await campus.enter('a&b', {
      clientId: GEN2,
      will: { ...WILL, topic: `${GEN2}/online`, payload: Buffer.from('false') },
    });
    for (const filter of [`${GEN2}/rpc`, `${GEN2}/command`])
      expect((await relay.subscribe(filter)).granted).toEqual([1]);
    await relay.publish(`${GEN2}/online`, 'true', { retain: true });
    const params = { ts: Date.now() / 1_000, 'switch:0': { id: 0, apower: 17.5 } };
    await relay.publish(`${GEN2}/events/rpc`, JSON.stringify({ src: GEN2, method: 'NotifyStatus', params }));
    await campus.stored('gen2', 'power_w', 17.5);
    await campus.retained('a&b', `${GEN2}/#`, [`${GEN2}/online`]);
  });
});

test('after a restart, what was retained is given to whoever comes then', async () => {
  await campus.gateway.terminate();
  await campus.gateway.start();
  const list = await campus.retained('zigbee', '#', ['zigbee2mqtt/bridge/devices', 'zigbee2mqtt/bridge/state']);
  expect(list.get('zigbee2mqtt/bridge/devices')).toHaveLength(256 * 1024);
  await campus.retained('DVES_USER', '#', ['tele/tasmota_1A2B3C/LWT', 'tasmota/discovery/5CCF7F1A2B3C/sensors']);
  await campus.retained('shelly', '#', [`shellies/${GEN1}/relay/0/power`]);
}, 60_000);
