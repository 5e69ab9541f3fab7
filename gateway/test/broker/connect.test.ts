/** Who gets in: credentials, client ids, keepalive, sessions, anonymous mode, and what happens to those who guess. */
import { afterEach, describe, expect, test } from 'vitest';
import { refusalSentence } from '#contract/refusals.ts';
import { login, SECRETS, type TestBroker, testBroker, until } from './test-broker.ts';
import { type ConnectFields, connectPacket, PING, packet, publishPacket, subscribePacket, wireClient } from './wire.ts';

let broker: TestBroker;
afterEach(() => broker.close());

async function answerTo(fields: ConnectFields): Promise<number> {
  const client = await wireClient(broker.port);
  client.send(connectPacket(fields));
  const { id } = await client.next();
  if (id !== 0) await client.closed;
  client.close();
  return id;
}

async function sessionPresent(fields: ConnectFields): Promise<boolean> {
  const client = await wireClient(broker.port);
  client.send(connectPacket(fields));
  const { body } = await client.next();
  expect(body[1]).toBe(0);
  client.close();
  await until(() => !broker.sessions().some(({ clientId }) => clientId === fields.clientId), 'gone');
  return body[0] === 1;
}

test('one answer to every wrong login, and nothing but a wrong login keeps a client out', async () => {
  broker = await testBroker();
  const password = SECRETS['meter-1'] ?? '';
  const right = { clientId: 'meter-1', username: 'meter-1', password };
  const cases: readonly (readonly [code: number, ConnectFields])[] = [
    [0, right],
    [0, { ...right, clientId: 'DVES_1A2B3C' }],
    [0, { ...right, clientId: '教学楼 网关#+/' }],
    [0, { ...right, clientId: '' }],
    [4, { ...right, password: `${password}x` }],
    [4, { ...right, password: '' }],
    [4, { clientId: 'meter-1', username: 'meter-1' }],
    [4, { ...right, username: 'nobody' }],
    [4, { ...right, username: '__proto__' }],
    [4, { clientId: 'meter-1' }],
    // Wrong in several ways: the password is what counts.
    [4, { ...right, password: 'x', clientId: 'other', keepalive: 0, clean: false }],
    // MQTT 3.1.1, 3.1.3-8.
    [2, { ...right, clientId: '', clean: false }],
    [0, { ...right, clientId: 'meter-2' }],
    [0, { ...right, keepalive: 0 }],
    [0, { ...right, keepalive: 65_535 }],
    // As ESPHome and ChirpStack are delivered.
    [0, { ...right, clean: false }],
    [0, { clientId: 'z2m', username: 'z2m', password: SECRETS['z2m'] ?? '', clean: false }],
    [0, { clientId: 'grafana', username: 'grafana', password: SECRETS['grafana'] ?? '', clean: false }],
  ];
  for (const [code, fields] of cases) expect([await answerTo(fields), fields]).toEqual([code, fields]);
  expect(broker.stats().refused).toEqual({ 'bad-credentials': 4, 'unknown-login': 3, 'empty-client-id': 1 });
  expect(broker.stats().preAuthClosed).toEqual({ refused: 8 });
  expect(broker.stats().preAuth).toBe(0);
  expect(
    broker.refusals.map(({ reason, login: name, clientId, address }) => [reason, name, clientId, address]),
  ).toContainEqual(['unknown-login', 'nobody', 'meter-1', '127.0.0.1']);
});

test('a password without a user name is no CONNECT (MQTT 3.1.1, 3.1.2-22)', async () => {
  broker = await testBroker();
  const client = await wireClient(broker.port);
  client.send(connectPacket({ clientId: 'meter-1', password: 'x' }));
  await client.closed;
  expect(client.received).toEqual([]);
  expect(broker.refusals).toMatchObject([{ reason: 'malformed' }]);
});

test('what follows CONNECT in the same breath waits for the answer, and is not read after a refusal', async () => {
  broker = await testBroker();
  const topic = 'campus/v1/main/meter-1/readings';
  const messages = Array.from({ length: 100 }, (_, at) => publishPacket(topic, '1', { qos: 1, id: at + 1 }));
  const good = await wireClient(broker.port);
  good.send(
    connectPacket({ clientId: 'meter-1', username: 'meter-1', password: SECRETS['meter-1'] ?? '' }),
    ...messages,
  );
  await until(() => good.received.length === 101, 'all answers');
  const bad = await wireClient(broker.port);
  bad.send(connectPacket({ clientId: 'meter-1', username: 'meter-1', password: 'wrong' }), ...messages);
  await bad.closed;
  expect(bad.received.map(({ type, id }) => [type, id])).toEqual([['connack', 4]]);
  expect(broker.frames).toHaveLength(100);
  good.close();
});

test('guessing: after ten failures in a minute the answers come late, a right password is never delayed', async () => {
  broker = await testBroker({ limits: { tarpitDelayMs: 150, tarpitWaiting: 2 } });
  const wrong = { clientId: 'meter-1', username: 'meter-1', password: 'guess' };
  for (let attempt = 0; attempt < 10; attempt += 1) expect(await answerTo(wrong)).toBe(4);
  const late = await Promise.all([wireClient(broker.port), wireClient(broker.port)]);
  for (const client of late) client.send(connectPacket(wrong));
  await until(() => broker.stats().refused['bad-credentials'] === 12, 'both judged');
  // The third of the waiting room of two is closed without an answer.
  const third = await wireClient(broker.port);
  third.send(connectPacket(wrong));
  await third.closed;
  expect(third.received).toEqual([]);
  const meter = await login(broker, 'meter-2');
  expect(late.map(({ received }) => received.length)).toEqual([0, 0]);
  expect(await Promise.all(late.map(async (client) => (await client.next()).id))).toEqual([4, 4]);
  await Promise.all(late.map(({ closed }) => closed));
  // The waiting room is free again.
  expect(await answerTo(wrong)).toBe(4);
  meter.close();
});

test.each([0, 2, 6, 127])('level %i is answered with "unacceptable protocol version"', async (level) => {
  broker = await testBroker();
  const client = await wireClient(broker.port);
  const head = Buffer.from([0, 4, ...Buffer.from('MQTT'), level, 2, 0, 60, 0]);
  client.send(packet(0x10, head, Buffer.from([0, 1, 0x61])));
  expect(await client.next()).toMatchObject({ type: 'connack', id: 1 });
  await client.closed;
  expect(broker.stats().refused).toEqual({ 'protocol-version': 1 });
  expect(broker.logs).toEqual([refusalSentence('protocol-version')]);
});

test('a port that is taken is said at once', async () => {
  broker = await testBroker();
  await expect(testBroker({ port: broker.port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
});

test('a client that falls silent is closed after one and a half keepalives, and its will is sent', async () => {
  broker = await testBroker();
  const topic = 'campus/v1/main/meter-1/status';
  const client = await login(broker, 'meter-1', { keepalive: 1, will: { topic, payload: 'offline', retain: true } });
  await client.closed;
  await until(() => broker.frames.length === 1, 'the will');
  expect(broker.frames[0]).toMatchObject({ topic, will: true, retain: true, clientId: 'meter-1' });
  expect(broker.stats().cutOff).toEqual({ keepalive: 1 });
});

describe('anonymous mode', () => {
  test('is refused off loopback', async () => {
    broker = await testBroker();
    await expect(testBroker({ auth: 'anonymous', host: '0.0.0.0' })).rejects.toThrow('only for this machine');
  });

  test('lets in whoever names no user, and still checks those who do', async () => {
    broker = await testBroker({ auth: 'anonymous' });
    expect(await answerTo({ clientId: '' })).toBe(0);
    expect(await answerTo({ clientId: 'anything at all' })).toBe(0);
    expect(await answerTo({ clientId: 'meter-1', username: 'meter-1', password: 'wrong' })).toBe(4);
    expect(await answerTo({ clientId: 'x', keepalive: 0 })).toBe(0);
    const client = await wireClient(broker.port);
    client.send(connectPacket({ clientId: 'sim' }));
    await client.next();
    client.send(subscribePacket(2, '#', '$SYS/#', 'a#', 'a+'));
    const granted = await client.next();
    expect([granted.type, granted.body.subarray(2)]).toEqual(['suback', Buffer.from([1, 1, 0x80, 0x80])]);
    client.send(publishPacket('campus/v1/main/meter-9/readings', '1', { qos: 1 }));
    const answers = [await client.next(), await client.next()];
    expect(answers.map(({ type }) => type).sort()).toEqual(['puback', 'publish']);
    expect(broker.frames[0]).toMatchObject({ username: 'anonymous', credential: 'bridge', clientId: 'sim' });
    client.send(publishPacket('$SYS/x', '1', { qos: 1, id: 9 }));
    expect(await client.next()).toMatchObject({ type: 'puback', id: 9 });
    expect(broker.frames).toHaveLength(1);
    client.close();
  });

  test('takes what comes under $oc/, and delivers it to those who name it, not to "#"', async () => {
    broker = await testBroker({ auth: 'anonymous' });
    const client = await wireClient(broker.port);
    client.send(connectPacket({ clientId: 'all' }));
    await client.next();
    client.send(subscribePacket(1, '#', '+/devices/#'));
    expect((await client.next()).type).toBe('suback');
    const topic = '$oc/devices/meter-3/sys/properties/report';
    client.send(publishPacket(topic, 'unseen', { qos: 1, id: 2 }));
    expect(await client.next()).toMatchObject({ type: 'puback', id: 2 });
    expect(broker.frames.at(-1)).toMatchObject({ topic });
    client.send(subscribePacket(3, '$oc/#'));
    expect((await client.next()).type).toBe('suback');
    client.send(publishPacket(topic, 'seen', { qos: 0 }));
    const message = await client.next();
    expect(message.type).toBe('publish');
    expect(message.body.toString()).toContain('seen');
    expect(message.body.toString()).not.toContain('unseen');
    client.close();
  });
});

test('a session that a device wants kept ends with its connection', async () => {
  broker = await testBroker();
  const topic = 'campus/v1/main/meter-1/cmd';
  const first = await login(broker, 'meter-1', { clean: false });
  first.send(subscribePacket(1, topic));
  await first.next();
  first.close();
  await until(() => broker.sessions().length === 0, 'gone');
  broker.publish(topic, 'on', { qos: 1 });
  const second = await wireClient(broker.port);
  second.send(
    connectPacket({ clientId: 'meter-1', username: 'meter-1', password: SECRETS['meter-1'] ?? '', clean: false }),
  );
  // No session present, neither what came meanwhile nor the old subscription.
  expect((await second.next()).body).toEqual(Buffer.from([0, 0]));
  broker.publish(topic, 'off', { qos: 1 });
  second.send(PING);
  expect((await second.next()).type).toBe('pingresp');
  second.close();
});

describe('persistent sessions of bridges and integrations', () => {
  const grafana = { clean: false, keepalive: 30 };
  const topic = 'campus/v1/main/meter-1/readings';

  test('keep QoS 1 messages while away, deliver them once, and never what lies outside the prefixes', async () => {
    broker = await testBroker();
    const first = await login(broker, 'grafana', grafana);
    // A filter that reaches further: delivery asks for the right.
    first.send(subscribePacket(1, 'campus/v1/#', 'zigbee2mqtt/#'));
    expect((await first.next()).body.subarray(2)).toEqual(Buffer.from([1, 1]));
    first.close();
    await until(() => broker.sessions().length === 0, 'gone');
    const meter = await login(broker, 'meter-1');
    const bridge = await login(broker, 'z2m');
    bridge.send(publishPacket('zigbee2mqtt/secret', 'not for grafana', { qos: 1 }));
    meter.send(publishPacket(topic, 'kept', { qos: 1, id: 1 }), publishPacket(topic, 'QoS 0 is not kept'));
    await until(() => broker.frames.length === 3, 'frames');
    const second = await login(broker, 'grafana', grafana);
    const kept = await second.next();
    expect(kept.type).toBe('publish');
    expect(kept.body.toString()).toContain('kept');
    second.send(packet(0x40, kept.body.subarray(2 + topic.length, 4 + topic.length)), PING);
    expect((await second.next()).type).toBe('pingresp');
    second.close();
    await until(() => broker.sessions().length === 2, 'gone again');
    const third = await login(broker, 'grafana', grafana);
    third.send(PING);
    expect((await third.next()).type).toBe('pingresp');
    for (const client of [third, meter, bridge]) client.close();
  });

  test('are bounded: the oldest message gives way, and so does the session that was away for longest', async () => {
    broker = await testBroker({ limits: { queuedPerSession: 3, persistentSessions: 1 } });
    const first = await login(broker, 'grafana', grafana);
    first.send(subscribePacket(1, topic));
    await first.next();
    first.close();
    await until(() => broker.sessions().length === 0, 'gone');
    const meter = await login(broker, 'meter-1');
    for (const id of [1, 2, 3, 4, 5]) meter.send(publishPacket(topic, `message ${id}`, { qos: 1, id }));
    await until(() => broker.frames.length === 5, 'frames');
    expect(broker.stats().queueDropped).toBe(2);
    const second = await login(broker, 'grafana', grafana);
    const kept = [await second.next(), await second.next(), await second.next()].map(({ body }) =>
      body.toString().slice(-9),
    );
    expect(kept).toEqual(['message 3', 'message 4', 'message 5']);
    second.close();
    await until(() => broker.sessions().length === 1, 'gone again');
    const other = { clientId: 'other', username: 'grafana', password: SECRETS['grafana'] ?? '', ...grafana };
    expect(await sessionPresent(other)).toBe(false);
    expect(await sessionPresent(other)).toBe(true);
    // There is room for one.
    expect(await sessionPresent({ ...other, clientId: 'grafana' })).toBe(false);
    expect(broker.stats().sessionsDropped).toBe(2);
    // clean = 1 ends the session for good.
    expect(await sessionPresent({ ...other, clientId: 'grafana', clean: true })).toBe(false);
    expect(await sessionPresent({ ...other, clientId: 'grafana' })).toBe(false);
    meter.close();
  });
});

describe('SUBSCRIBE is answered filter by filter', () => {
  test('in order, whatever the filters are called', async () => {
    broker = await testBroker({ auth: 'anonymous' });
    const client = await wireClient(broker.port);
    client.send(connectPacket({ clientId: 'odd' }));
    await client.next();
    const filters = ['__proto__', 'b/x', '2', '1', 'constructor', '1', 'a#'];
    client.send(subscribePacket(1, ...filters));
    expect((await client.next()).body.subarray(2)).toEqual(Buffer.from([1, 1, 1, 1, 1, 1, 0x80]));
    for (const topic of ['__proto__', 'b/x', '1', 'constructor']) {
      expect(broker.publish(topic, 'x')).toBe(1);
      expect((await client.next()).type).toBe('publish');
    }
    client.close();
  });

  test('a lasting session of such filters comes back, for 3.1.1 too', async () => {
    broker = await testBroker({ auth: 'anonymous' });
    for (let round = 0; round < 3; round += 1) {
      const client = await wireClient(broker.port);
      client.send(connectPacket({ clientId: 'odd', clean: false }));
      expect((await client.next()).body).toEqual(Buffer.from([round === 0 ? 0 : 1, 0]));
      client.send(subscribePacket(1, '__proto__'), subscribePacket(2, 'b/x'));
      expect([(await client.next()).type, (await client.next()).type]).toEqual(['suback', 'suback']);
      client.close();
      await until(() => broker.sessions().length === 0, 'gone');
    }
  });
});
