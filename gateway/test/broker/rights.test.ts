/** Every right and every denial, on the wire: kind × action × topic. What a table does not grant is denied. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { grantsOf } from '../../src/broker/grants.ts';
import { CREDENTIALS, login, SECRETS, type TestBroker, testBroker, until } from './test-broker.ts';
import { connectPacket, PING, publishPacket, subscribePacket, wireClient } from './wire.ts';

let broker: TestBroker;
beforeAll(async () => {
  broker = await testBroker();
});
afterAll(() => broker.close());

const LONG = Array.from({ length: 101 }, () => 'a').join('/');

/** Topics, and who may publish there (as a message or as a will). */
const PUBLISH: readonly (readonly [topic: string, ...may: string[]])[] = [
  ['campus/v1/main/meter-1/readings', 'meter-1'],
  ['campus/v1/main/meter-1/heartbeat', 'meter-1'],
  ['campus/v1/main/meter-1/status', 'meter-1'],
  ['campus/v1/main/meter-1/cmd'],
  ['campus/v1/main/meter-1'],
  ['campus/v1/main/meter-1/'],
  ['campus/v1/main/meter-1/readings/'],
  ['campus/v1/main/meter-1/readings/extra'],
  ['campus/v1/main/meter-1//readings'],
  ['/campus/v1/main/meter-1/readings'],
  ['campus/v1/main/meter-1/READINGS'],
  ['Campus/v1/main/meter-1/readings'],
  ['campus/v1/main/meter-1/readings\u0000'],
  ['campus/v1/main/meter-1/reａdings'],
  ['campus/v1/main/meter-1\u200b/readings'],
  ['campus/v1/main/meter-10/readings'],
  ['campus/v1/main/meter-2/readings', 'meter-2'],
  ['campus/v1/other/meter-1/readings'],
  ['campus/v2/main/meter-1/readings'],
  ['zigbee2mqtt/教学楼/电表', 'z2m'],
  ['zigbee2mqtt/', 'z2m'],
  ['zigbee2mqtt/a\u0000b'],
  ['zigbee2mqtt'],
  ['zigbee2mqtt2/x'],
  ['Zigbee2mqtt/x'],
  ['tele/plug/SENSOR', 'tasmota'],
  ['stat/plug/POWER', 'tasmota'],
  ['telemetry/x'],
  ['$SYS/broker/uptime'],
  ['$SYS'],
  ['$share/g/campus/v1/main/meter-1/readings'],
  ['$aws/things/x'],
  ['$oc/devices/meter-3/sys/properties/report', 'huawei'],
  ['$oc'],
  ['$ocean/x'],
  ['$oc/\u0000'],
  ['/'],
  [LONG],
  [`zigbee2mqtt/${LONG}`],
];

const USERS = CREDENTIALS.map(({ username }) => username);

describe('publish', () => {
  const cells = PUBLISH.flatMap(([topic, ...may]) =>
    USERS.map((username) => ({ username, topic, may: may.includes(username) })),
  );
  test.each(cells)('$username → $topic: $may', async ({ username, topic, may }) => {
    const client = await login(broker, username, { clientId: `${username}.publish` });
    const before = broker.frames.length;
    client.send(publishPacket(topic, '1', { qos: 1, id: 7 }));
    if (may) {
      expect(await client.next()).toMatchObject({ type: 'puback', id: 7 });
      expect(broker.frames.at(-1)).toMatchObject({ topic, username, will: false });
      client.close();
      return;
    }
    await client.closed;
    expect(client.received.map(({ type }) => type)).toEqual(['connack']);
    expect(broker.frames).toHaveLength(before);
  });

  test.each(['campus/v1/main/+/readings', 'campus/v1/main/meter-1/#', '#', '+', ''])(
    'a topic with a wildcard or without a level closes even a bridge: "%s"',
    async (topic) => {
      const client = await login(broker, 'z2m');
      client.send(publishPacket(topic, '1', { qos: 1 }));
      await client.closed;
      expect(client.received.map(({ type }) => type)).toEqual(['connack']);
    },
  );

  test('bytes that are no UTF-8 do not become a topic somebody may use', async () => {
    const client = await login(broker, 'meter-1');
    const topic = Buffer.concat([Buffer.from('campus/v1/main/meter-1/readings'), Buffer.from([0xc0, 0xaf])]);
    client.send(publishPacket(topic, '1', { qos: 1 }));
    await client.closed;
    expect(client.received.map(({ type }) => type)).toEqual(['connack']);
  });

  test('one denial among good messages closes the connection, counts, and takes in nothing of it', async () => {
    const refused = broker.stats().refused.publish ?? 0;
    const client = await login(broker, 'meter-1');
    const before = broker.frames.length;
    client.send(publishPacket('campus/v1/main/meter-2/readings', '666', { qos: 0 }));
    await client.closed;
    expect(broker.stats().refused.publish).toBe(refused + 1);
    expect(broker.frames).toHaveLength(before);
    expect(broker.logs).toContain('publish denied');
  });
});

describe('last will, checked at CONNECT', () => {
  const cells = PUBLISH.flatMap(([topic, ...may]) =>
    USERS.map((username) => ({ username, topic, may: may.includes(username) })),
  );
  test.each(cells)('$username, will on $topic: $may', async ({ username, topic, may }) => {
    const client = await wireClient(broker.port);
    const will = { topic, payload: 'gone', qos: 1, retain: true } as const;
    client.send(connectPacket({ clientId: `${username}.will`, username, password: SECRETS[username] ?? '', will }));
    expect(await client.next()).toMatchObject({ type: 'connack', id: may ? 0 : 5 });
    if (!may) await client.closed;
    client.close();
  });

  test.each(['campus/v1/main/+/status', '#', '', 'zigbee2mqtt/#'])('a will on "%s" is refused', async (topic) => {
    const client = await wireClient(broker.port);
    client.send(
      connectPacket({ clientId: 'z2m', username: 'z2m', password: SECRETS['z2m'] ?? '', will: { topic, payload: '' } }),
    );
    expect(await client.next()).toMatchObject({ type: 'connack', id: 5 });
  });
});

describe('subscribe', () => {
  const own = 'campus/v1/main/meter-1/cmd';
  const cells: readonly (readonly [filter: string, ...may: string[]])[] = [
    [own, 'meter-1', 'grafana'],
    ['campus/v1/main/meter-2/cmd', 'meter-2', 'grafana'],
    ['campus/v1/main/meter-1/readings', 'grafana'],
    ['campus/v1/main/meter-1/#', 'grafana'],
    ['campus/v1/main/+/cmd', 'grafana'],
    ['campus/v1/#', 'grafana'],
    ['campus/v1'],
    ['campus/+/main/meter-1/cmd'],
    ['campus/#'],
    ['+/v1/main/meter-1/cmd'],
    ['#'],
    ['+'],
    ['+/#'],
    ['/#'],
    ['$SYS/#'],
    ['$SYS/+/new/clients'],
    ['$share/g/campus/v1/#'],
    ['$queue/campus/v1/#'],
    ['$oc/#', 'huawei'],
    ['$oc/devices/+/sys/commands/#', 'huawei'],
    ['$oc'],
    ['$share/g/$oc/#'],
    ['zigbee2mqtt/#', 'z2m'],
    ['zigbee2mqtt/+/set', 'z2m'],
    ['zigbee2mqtt/教学楼/+', 'z2m'],
    ['zigbee2mqtt'],
    ['zigbee2mqttx/#'],
    ['zigbee2mqtt/\u0000'],
    ['+/bridge/state'],
    ['tele/#', 'tasmota', 'grafana'],
    ['stat/+/POWER', 'tasmota'],
    ['cmnd/plug/#', 'tasmota'],
    ['telemetry/#'],
  ];
  test.each(
    cells.flatMap(([filter, ...may]) => USERS.map((username) => ({ username, filter, may: may.includes(username) }))),
  )('$username ← $filter: $may', async ({ username, filter, may }) => {
    const client = await login(broker, username, { clientId: `${username}.subscribe` });
    client.send(subscribePacket(9, filter));
    const answer = await client.next();
    expect(answer).toMatchObject({ type: 'suback', id: 9 });
    expect(answer.body[2]).toBe(may ? 1 : 0x80);
    client.close();
  });

  test.each(['zigbee2mqtt/a#', 'zigbee2mqtt/#/x', 'zigbee2mqtt+', 'zigbee2mqtt/a+/x', 'zigbee2mqtt#', ''])(
    'a malformed filter is not granted: "%s"',
    async (filter) => {
      const client = await login(broker, 'z2m');
      client.send(subscribePacket(9, filter));
      const answer = await client.next().catch(() => undefined);
      expect(answer === undefined || answer.body[2] === 0x80).toBe(true);
      client.close();
    },
  );

  test('each filter of a packet is answered for itself, and what is denied is not delivered', async () => {
    const client = await login(broker, 'meter-1');
    client.send(subscribePacket(3, '#', own, 'campus/v1/main/meter-2/cmd'));
    expect((await client.next()).body.subarray(2)).toEqual(Buffer.from([0x80, 1, 0x80]));
    expect(broker.publish('campus/v1/main/meter-2/cmd', 'for the other')).toBe(0);
    expect(broker.publish(own, 'for me')).toBe(1);
    const message = await client.next();
    expect(message.type).toBe('publish');
    expect(message.body.toString()).toContain('for me');
    client.close();
  });

  test('a/# matches a, but nothing outside the prefix is delivered', async () => {
    const client = await login(broker, 'z2m');
    client.send(subscribePacket(3, 'zigbee2mqtt/#'));
    await client.next();
    broker.publish('zigbee2mqtt', 'outside');
    broker.publish('zigbee2mqtt/x', 'inside');
    expect((await client.next()).body.toString()).toContain('inside');
    client.close();
  });
});

test('a bridge whose prefixes do not name $oc/ has no right there', () => {
  const wide = grantsOf({ kind: 'bridge', username: 'x', prefixes: ['a', '$'], tokenHash: '' });
  expect(['$SYS/x', '$share/g/a'].map(wide.mayPublish)).toEqual([false, false]);
  const { mayPublish } = grantsOf({ kind: 'bridge', username: 'x', prefixes: ['a/'], tokenHash: '' });
  expect(mayPublish('$oc/devices/a')).toBe(false);
});

test('a wildcard that is a part of a level is no filter, also where aedes takes it for one', () => {
  const { maySubscribe } = grantsOf({ kind: 'bridge', username: 'x', prefixes: ['a'], tokenHash: '' });
  expect(['a#', 'a+', 'a/b+', 'a/#/b'].map(maySubscribe)).toEqual([false, false, false, false]);
  expect(['a', 'a/#', 'a/+/b', 'ab'].map(maySubscribe)).toEqual([true, true, true, true]);
});

describe('take-over', () => {
  test('another credential cannot take the client id of a device', async () => {
    const meter = await login(broker, 'meter-1');
    for (const clientId of [
      'meter-1',
      'meter-1.x',
      'METER-2',
      'meter-2x',
      'meter-2/',
      '',
      '__proto__',
      'constructor',
    ]) {
      const thief = await wireClient(broker.port);
      thief.send(connectPacket({ clientId, username: 'meter-2', password: SECRETS['meter-2'] ?? '' }));
      expect(await thief.next()).toMatchObject({ type: 'connack', id: 2 });
      await thief.closed;
    }
    meter.send(PING);
    expect((await meter.next()).type).toBe('pingresp');
    meter.close();
  });

  test('the same credential takes over: the will of the old connection comes marked, the new one works', async () => {
    const will = { topic: 'campus/v1/main/meter-2/status', payload: 'offline', qos: 1, retain: true } as const;
    const old = await login(broker, 'meter-2', { will });
    const before = broker.frames.length;
    const fresh = await login(broker, 'meter-2', { will });
    await old.closed;
    await until(() => broker.frames.length > before, 'the will');
    expect(broker.frames[before]).toMatchObject({ topic: will.topic, will: true, clientId: 'meter-2' });
    fresh.send(publishPacket('campus/v1/main/meter-2/status', 'online', { qos: 1, retain: true }));
    expect((await fresh.next()).type).toBe('puback');
    expect(broker.frames.at(-1)).toMatchObject({ will: false });
    expect(broker.sessions().filter(({ clientId }) => clientId === 'meter-2')).toHaveLength(1);
    fresh.close();
  });
});

describe('rights that change', () => {
  test('disconnect(username) closes all its connections, and a removed credential stays out', async () => {
    let allowed = true;
    const known = (username: string) => {
      const found = CREDENTIALS.find((credential) => credential.username === username);
      return allowed ? found : undefined;
    };
    const own = await testBroker({ credentials: () => ({ find: known }) });
    const will = { topic: 'zigbee2mqtt/bridge/state', payload: 'offline' };
    const first = await login(own, 'z2m', { clientId: 'z2m.a', will });
    const second = await login(own, 'z2m', { clientId: 'z2m.b' });
    allowed = false;
    expect(own.disconnect('z2m')).toBe(2);
    await Promise.all([first.closed, second.closed]);
    await expect(login(own, 'z2m')).rejects.toThrow('CONNACK 4');
    expect(own.frames).toEqual([]);
    await own.close();
  });
});
