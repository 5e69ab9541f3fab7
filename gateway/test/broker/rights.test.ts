/** Every right and every denial, on the wire: kind × action × topic. What a table does not grant is denied. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { refusalSentence } from '#contract/refusals.ts';
import { grantsOf, isFilter } from '../../src/broker/grants.ts';
import { CREDENTIALS, login, SECRETS, type TestBroker, testBroker, until } from './test-broker.ts';
import { connectPacket, PING, publishPacket, pubrel, subscribePacket, wireClient } from './wire.ts';

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

/** Topics that no PUBLISH may carry at all (MQTT 3.1.1, 1.5.3; aedes takes 100 levels). */
const isMalformed = (topic: string): boolean => topic.includes('\u0000') || topic.split('/').length > 100;

describe('publish', () => {
  const cells = PUBLISH.flatMap(([topic, ...may]) =>
    USERS.map((username) => ({ username, topic, may: may.includes(username) })),
  );
  test.each(cells)('$username → $topic: $may', async ({ username, topic, may }) => {
    const client = await login(broker, username, { clientId: 'publishes' });
    const before = broker.frames.length;
    client.send(publishPacket(topic, '1', { qos: 1, id: 7 }));
    if (isMalformed(topic)) {
      await client.closed;
      expect(client.received.map(({ type }) => type)).toEqual(['connack']);
      expect(broker.frames).toHaveLength(before);
      return;
    }
    expect(await client.next()).toMatchObject({ type: 'puback', id: 7 });
    expect(broker.frames.slice(before).map(({ topic, username, will }) => ({ topic, username, will }))).toEqual(
      may ? [{ topic, username, will: false }] : [],
    );
    if (!may) {
      expect(broker.refusals.at(-1)).toMatchObject({ reason: 'topic-denied', login: username, detail: topic });
    }
    client.close();
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

  test('bytes that are no UTF-8 do not become a topic', async () => {
    const client = await login(broker, 'z2m');
    const topic = Buffer.concat([Buffer.from('zigbee2mqtt/a'), Buffer.from([0xc0, 0xaf])]);
    client.send(publishPacket(topic, '1', { qos: 1 }));
    await client.closed;
    expect(client.received.map(({ type }) => type)).toEqual(['connack']);
  });

  test.each([0, 1, 2] as const)(
    'QoS %i: one denial among good messages is dropped and told, and what follows is taken in',
    async (qos) => {
      const refused = broker.stats().refused['topic-denied'] ?? 0;
      const client = await login(broker, 'meter-1');
      const before = broker.frames.length;
      client.send(
        publishPacket('campus/v1/main/meter-2/readings', '666', { qos, id: 1 }),
        publishPacket('campus/v1/main/meter-1/readings', '{}', { qos: 1, id: 2 }),
      );
      await until(() => client.received.some(({ type, id }) => type === 'puback' && id === 2), 'the good one');
      expect(broker.stats().refused['topic-denied']).toBe(refused + 1);
      expect(broker.frames.slice(before).map(({ topic }) => topic)).toEqual(['campus/v1/main/meter-1/readings']);
      expect(broker.logs).toContain(refusalSentence('topic-denied'));
      if (qos === 2) {
        client.send(pubrel(1));
        await until(() => client.received.some(({ type }) => type === 'pubcomp'), 'the end of QoS 2');
      }
      client.close();
    },
  );
});

describe('last will', () => {
  const wills = [...PUBLISH, ['campus/v1/main/+/status'], ['#'], ['zigbee2mqtt/#']] as const;
  const cells = wills.flatMap(([topic, ...may]) =>
    USERS.map((username) => ({ username, topic, may: (may as readonly string[]).includes(username) })),
  );
  test.each(cells)('$username, will on $topic is sent: $may', async ({ username, topic, may }) => {
    const client = await wireClient(broker.port);
    const before = broker.frames.length;
    const will = { topic, payload: 'gone', qos: 1 } as const;
    client.send(connectPacket({ clientId: 'has a will', username, password: SECRETS[username] ?? '', will }));
    if (topic.includes('\u0000')) {
      await client.closed;
      expect(client.received).toEqual([]);
      return;
    }
    expect(await client.next()).toMatchObject({ type: 'connack', id: 0 });
    client.close();
    await until(() => !broker.sessions().some(({ clientId }) => clientId === 'has a will'), 'gone');
    const isSent = may && topic.split('/').length <= 100;
    if (isSent) await until(() => broker.frames.length > before, 'the will');
    expect(broker.frames.slice(before).map(({ topic, will }) => ({ topic, will }))).toEqual(
      isSent ? [{ topic, will: true }] : [],
    );
    if (!may) expect(broker.refusals.at(-1)).toMatchObject({ reason: 'will-denied', login: username, detail: topic });
  });
});

describe('subscribe: granted, and no more is delivered than may be received', () => {
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
    ['$queue/campus/v1/#'],
    ['$oc/#', 'huawei'],
    ['$oc/devices/+/sys/commands/#', 'huawei'],
    ['$oc'],
    ['zigbee2mqtt/#', 'z2m'],
    ['zigbee2mqtt/+/set', 'z2m'],
    ['zigbee2mqtt/教学楼/+', 'z2m'],
    ['zigbee2mqtt'],
    ['zigbee2mqttx/#'],
    ['+/bridge/state'],
    ['tele/#', 'tasmota', 'grafana'],
    ['stat/+/POWER', 'tasmota'],
    ['cmnd/plug/#', 'tasmota'],
    ['telemetry/#'],
  ];
  test.each(
    cells.flatMap(([filter, ...may]) => USERS.map((username) => ({ username, filter, may: may.includes(username) }))),
  )('$username ← $filter: $may', async ({ username, filter, may }) => {
    const client = await login(broker, username, { clientId: 'subscribes' });
    client.send(subscribePacket(9, filter));
    const answer = await client.next();
    expect(answer).toMatchObject({ type: 'suback', id: 9 });
    expect(answer.body[2]).toBe(1);
    const topic = filter.replace(/[+#]/g, 'x');
    broker.publish(topic, 'a message');
    client.send(PING);
    const next = await client.next();
    expect(next.type).toBe(may ? 'publish' : 'pingresp');
    client.close();
  });

  test.each(['$share/g/campus/v1/#', '$share/g/$oc/#'])('a shared subscription is refused: %s', async (filter) => {
    const client = await login(broker, 'grafana');
    client.send(subscribePacket(9, filter));
    expect((await client.next()).body[2]).toBe(0x80);
    expect(broker.refusals.at(-1)).toMatchObject({ reason: 'filter-limited', detail: filter });
    client.close();
  });

  test.each(['zigbee2mqtt/a#', 'zigbee2mqtt/#/x', 'zigbee2mqtt+', 'zigbee2mqtt/a+/x', 'zigbee2mqtt#', '', 'a/\u0000'])(
    'a malformed filter is not granted: "%s"',
    async (filter) => {
      const client = await login(broker, 'z2m');
      client.send(subscribePacket(9, filter));
      const answer = await client.next().catch(() => undefined);
      expect(answer === undefined || answer.body[2] === 0x80).toBe(true);
      client.close();
    },
  );

  test('a filter that reaches further than its login is told', async () => {
    const client = await login(broker, 'grafana', { clientId: 'too much' });
    client.send(subscribePacket(3, '#', 'tele/#'));
    expect((await client.next()).body.subarray(2)).toEqual(Buffer.from([1, 1]));
    expect(broker.refusals.filter(({ clientId }) => clientId === 'too much')).toMatchObject([
      { reason: 'filter-limited', login: 'grafana', detail: '#' },
    ]);
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
  expect(['a#', 'a+', 'a/b+', 'a/#/b'].map(isFilter)).toEqual([false, false, false, false]);
  expect(['a', 'a/#', 'a/+/b', 'ab', '#', '+'].map(isFilter)).toEqual([true, true, true, true, true, true]);
});

describe('take-over', () => {
  test('another credential never takes over a session, whatever it calls itself', async () => {
    const meter = await login(broker, 'meter-1');
    for (const clientId of ['meter-1', 'meter-1.x', 'METER-2', 'meter-2/', '', '__proto__', 'constructor']) {
      const other = await login(broker, 'meter-2', { clientId });
      other.close();
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
