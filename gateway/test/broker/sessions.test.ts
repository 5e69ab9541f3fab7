/** Sessions of real ecosystems, with credentials: what a plug, a Zigbee bridge and a shell script do. */
import { connectAsync, type MqttClient } from 'mqtt';
import { afterEach, expect, test } from 'vitest';
import { SECRETS, type TestBroker, testBroker, until } from './test-broker.ts';

let broker: TestBroker;
const clients: MqttClient[] = [];

afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.endAsync(true)));
  await broker.close();
});

async function connect(username: string, clientId: string, extra: object = {}): Promise<MqttClient> {
  const client = await connectAsync({
    host: '127.0.0.1',
    port: broker.port,
    username,
    password: SECRETS[username] ?? '',
    clientId,
    reconnectPeriod: 0,
    ...extra,
  });
  clients.push(client);
  return client;
}

interface Message {
  readonly topic: string;
  readonly payload: string;
  readonly retain: boolean;
}

function inbox(client: MqttClient): Message[] {
  const messages: Message[] = [];
  client.on('message', (topic, payload, { retain }) => {
    messages.push({ topic, payload: payload.toString(), retain });
  });
  return messages;
}

test('a Tasmota plug: retained last will, telemetry, commands, and a second plug beside it', async () => {
  broker = await testBroker();
  const will = { topic: 'tele/plug-3/LWT', payload: Buffer.from('Offline'), qos: 1 as const, retain: true };
  const plug = await connect('tasmota', 'tasmota.DVES_4A21F3', { will, keepalive: 30 });
  const commands = inbox(plug);
  await plug.publishAsync('tele/plug-3/LWT', 'Online', { qos: 1, retain: true });
  await plug.subscribeAsync(['cmnd/plug-3/#', 'cmnd/tasmotas/#']);
  await plug.publishAsync('tele/plug-3/SENSOR', '{"ENERGY":{"Total":3.185,"Power":46}}');
  await plug.publishAsync('stat/plug-3/POWER', 'ON');
  await connect('tasmota', 'tasmota.DVES_5B0102', { keepalive: 30 });

  broker.publish('cmnd/plug-3/POWER', 'OFF', { qos: 1 });
  await until(() => commands.length === 1, 'the command');
  expect(commands).toEqual([{ topic: 'cmnd/plug-3/POWER', payload: 'OFF', retain: false }]);
  await until(() => broker.frames.length === 3, 'three frames');
  expect(
    broker.frames.map(({ topic, username, clientId, credential, will }) => ({
      topic,
      username,
      clientId,
      credential,
      will,
    })),
  ).toEqual(
    ['tele/plug-3/LWT', 'tele/plug-3/SENSOR', 'stat/plug-3/POWER'].map((topic) => ({
      topic,
      username: 'tasmota',
      clientId: 'tasmota.DVES_4A21F3',
      credential: 'bridge',
      will: false,
    })),
  );

  // The plug loses its power; whoever looks later sees its will.
  plug.stream.destroy();
  await until(() => broker.frames.length === 4, 'the will');
  expect(broker.frames[3]).toMatchObject({ topic: 'tele/plug-3/LWT', will: true, retain: true, replayed: false });
  expect(broker.frames[3]?.payload.toString()).toBe('Offline');
  const grafana = await connect('grafana', 'grafana');
  const seen = inbox(grafana);
  await grafana.subscribeAsync('tele/+/LWT');
  await until(() => seen.length === 1, 'the retained will');
  expect(seen).toEqual([{ topic: 'tele/plug-3/LWT', payload: 'Offline', retain: true }]);
});

test('Zigbee2MQTT: retained availability, its own set topics, names with slashes', async () => {
  broker = await testBroker();
  const bridge = await connect('z2m', 'z2m.bridge', {
    will: { topic: 'zigbee2mqtt/bridge/state', payload: Buffer.from('{"state":"offline"}'), retain: true },
  });
  const requests = inbox(bridge);
  await bridge.subscribeAsync(['zigbee2mqtt/+/set', 'zigbee2mqtt/#']);
  await bridge.publishAsync('zigbee2mqtt/教学楼A/三层 电表/availability', '{"state":"online"}', {
    qos: 1,
    retain: true,
  });
  await bridge.publishAsync('zigbee2mqtt/教学楼A/三层 电表', '{"energy":12.5}', { qos: 0 });
  await bridge.publishAsync('zigbee2mqtt/door-1/set', '{"state":"ON"}', { qos: 2 });
  await until(() => broker.frames.length === 3 && requests.length >= 3, 'frames and echoes');
  expect(broker.frames.map(({ topic, qos }) => [topic, qos])).toEqual([
    ['zigbee2mqtt/教学楼A/三层 电表/availability', 1],
    ['zigbee2mqtt/教学楼A/三层 电表', 0],
    ['zigbee2mqtt/door-1/set', 2],
  ]);
  // Two overlapping subscriptions, one copy each.
  expect(requests.filter(({ topic }) => topic === 'zigbee2mqtt/door-1/set')).toHaveLength(1);

  const late = await connect('z2m', 'z2m.frontend');
  const retained = inbox(late);
  await late.subscribeAsync('zigbee2mqtt/#');
  await until(() => retained.length === 1, 'retained availability');
  expect(retained[0]).toMatchObject({ topic: 'zigbee2mqtt/教学楼A/三层 电表/availability', retain: true });
});

test('mosquitto_pub: connect, one QoS 1 message, disconnect; no will, sessions come and go', async () => {
  broker = await testBroker();
  const script = await connect('meter-1', 'meter-1', {
    will: { topic: 'campus/v1/main/meter-1/status', payload: Buffer.from('offline') },
  });
  await script.publishAsync('campus/v1/main/meter-1/readings', '{"energy_total_kwh":1.5}', { qos: 1 });
  expect(broker.sessions()).toMatchObject([
    { username: 'meter-1', clientId: 'meter-1', kind: 'device', address: '127.0.0.1' },
  ]);
  await script.endAsync();
  await until(() => broker.events.length === 2, 'its disconnect');
  expect(broker.events.map(({ type, username, clientId, kind }) => [type, username, clientId, kind])).toEqual([
    ['connect', 'meter-1', 'meter-1', 'device'],
    ['disconnect', 'meter-1', 'meter-1', 'device'],
  ]);
  expect(broker.frames).toHaveLength(1);
  expect(broker.frames[0]).toMatchObject({
    topic: 'campus/v1/main/meter-1/readings',
    qos: 1,
    retain: false,
    credential: 'device',
  });
  expect(broker.sessions()).toEqual([]);
  expect(broker.stats()).toMatchObject({ connects: 1, received: 1, held: 0, outcomes: { stored: 1 } });
});
