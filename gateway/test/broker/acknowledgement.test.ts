/** An acknowledgement comes after the commit and not before; what could not be committed comes again. */
import { connectAsync } from 'mqtt';
import { afterEach, expect, test } from 'vitest';
import type { FrameOutcome } from '../../src/shared/frame.ts';
import { login, SECRETS, type TestBroker, testBroker, until } from './test-broker.ts';
import { DISCONNECT, PING, publishPacket, pubrel, subscribePacket } from './wire.ts';

const READINGS = 'campus/v1/main/meter-1/readings';
const STORED: FrameOutcome = { kind: 'stored' };

let broker: TestBroker;
afterEach(() => broker.close());

/** A pipeline whose commits a test releases by hand. */
function heldPipeline() {
  const waiting: ((outcome: FrameOutcome) => void)[] = [];
  return {
    waiting,
    onFrame: () => new Promise<FrameOutcome>((resolve) => waiting.push(resolve)),
    release: (outcome: FrameOutcome = STORED) => {
      for (const resolve of waiting.splice(0)) resolve(outcome);
    },
  };
}

test.each([
  { qos: 1, answer: 'puback' },
  { qos: 2, answer: 'pubrec' },
] as const)('QoS $qos: no $answer before the commit', async ({ qos, answer }) => {
  const pipeline = heldPipeline();
  broker = await testBroker(pipeline);
  const client = await login(broker, 'meter-1');
  client.send(publishPacket(READINGS, '{"power_w":1}', { qos, id: 5 }), PING);
  await until(() => pipeline.waiting.length === 1, 'the frame');
  expect((await client.next()).type).toBe('pingresp');
  expect(client.received.map(({ type }) => type)).toEqual(['connack', 'pingresp']);
  expect(broker.stats().held).toBe(1);
  pipeline.release();
  expect(await client.next()).toMatchObject({ type: answer, id: 5 });
  expect(broker.stats()).toMatchObject({ held: 0, outcomes: { stored: 1 } });
  client.close();
});

test('ignored and quarantined frames are acknowledged too: a bad payload must not come back for ever', async () => {
  const outcomes: FrameOutcome[] = [{ kind: 'ignored' }, { kind: 'quarantined' }];
  broker = await testBroker({ onFrame: async () => outcomes.shift() ?? STORED });
  const client = await login(broker, 'meter-1');
  client.send(publishPacket(READINGS, 'not json', { qos: 1, id: 1 }), publishPacket(READINGS, '{', { qos: 1, id: 2 }));
  expect([(await client.next()).id, (await client.next()).id]).toEqual([1, 2]);
  expect(broker.stats().outcomes).toEqual({ stored: 0, ignored: 1, quarantined: 1 });
  client.close();
});

test('messages of one read are committed side by side, each answered for itself', async () => {
  const pipeline = heldPipeline();
  broker = await testBroker(pipeline);
  const client = await login(broker, 'meter-1');
  client.send(...[1, 2, 3].map((id) => publishPacket(READINGS, '1', { qos: 1, id })));
  await until(() => pipeline.waiting.length === 3, 'three at once');
  pipeline.waiting[2]?.(STORED);
  expect(await client.next()).toMatchObject({ type: 'puback', id: 3 });
  pipeline.release();
  expect([(await client.next()).id, (await client.next()).id]).toEqual([1, 2]);
  client.close();
});

test('QoS 2: a re-sent PUBLISH is taken in once, until its PUBREL', async () => {
  broker = await testBroker();
  const client = await login(broker, 'meter-1');
  const publish = publishPacket(READINGS, '{"power_w":2}', { qos: 2, id: 77 });
  client.send(publish);
  expect((await client.next()).type).toBe('pubrec');
  client.send(publishPacket(READINGS, '{"power_w":2}', { qos: 2, id: 77, dup: true }));
  expect((await client.next()).type).toBe('pubrec');
  expect(broker.frames).toHaveLength(1);
  client.send(pubrel(77));
  expect((await client.next()).type).toBe('pubcomp');
  client.send(publish);
  expect((await client.next()).type).toBe('pubrec');
  expect(broker.frames).toHaveLength(2);
  expect(broker.stats().duplicatesQos2).toBe(1);
  client.close();
});

test('QoS 2: a re-sending while the first is being committed waits for the same commit', async () => {
  const pipeline = heldPipeline();
  broker = await testBroker(pipeline);
  const client = await login(broker, 'meter-1');
  const publish = publishPacket(READINGS, '{"power_w":2}', { qos: 2, id: 4 });
  client.send(publish, publish, PING);
  expect((await client.next()).type).toBe('pingresp');
  expect(client.received.map(({ type }) => type)).toEqual(['connack', 'pingresp']);
  pipeline.release();
  expect([(await client.next()).type, (await client.next()).type]).toEqual(['pubrec', 'pubrec']);
  expect(broker.frames).toHaveLength(1);
  client.close();
});

test('QoS 2: what could not be committed is not known, and is taken in when it comes again', async () => {
  let storeWorks = false;
  const onFrame = async (): Promise<FrameOutcome> => (storeWorks ? STORED : { kind: 'retry', reason: 'disk-full' });
  broker = await testBroker({ limits: { holdMs: 60, retryMs: 1_000 }, onFrame });
  const publish = publishPacket(READINGS, '{"power_w":2}', { qos: 2, id: 8 });
  const first = await login(broker, 'meter-1');
  first.send(publish);
  await first.closed;
  storeWorks = true;
  const second = await login(broker, 'meter-1');
  second.send(publish);
  expect((await second.next()).type).toBe('pubrec');
  expect(broker.stats()).toMatchObject({ duplicatesQos2: 0, outcomes: { stored: 1 } });
  second.close();
});

test('QoS 2: known across a reconnect, but a new message under the old number is new', async () => {
  broker = await testBroker();
  const first = await login(broker, 'meter-1');
  first.send(publishPacket(READINGS, 'before the crash', { qos: 2, id: 1 }));
  await first.next();
  first.close();
  const second = await login(broker, 'meter-1');
  second.send(publishPacket(READINGS, 'before the crash', { qos: 2, id: 1, dup: true }));
  expect((await second.next()).type).toBe('pubrec');
  expect(broker.frames).toHaveLength(1);
  second.send(pubrel(1));
  await second.next();
  second.close();
  const rebooted = await login(broker, 'meter-1');
  rebooted.send(publishPacket(READINGS, 'one', { qos: 2, id: 2 }));
  await rebooted.next();
  rebooted.close();
  const again = await login(broker, 'meter-1');
  again.send(publishPacket(READINGS, 'another', { qos: 2, id: 2 }));
  await again.next();
  expect(broker.frames.map(({ payload }) => payload.toString())).toEqual(['before the crash', 'one', 'another']);
  again.close();
});

test('a failed commit is tried again while the publisher is held, and then acknowledged', async () => {
  let failures = 3;
  broker = await testBroker({
    limits: { retryMs: 5, holdMs: 5_000 },
    onFrame: async () => (failures-- > 0 ? { kind: 'retry', reason: 'disk-full' } : STORED),
  });
  const client = await login(broker, 'meter-1');
  client.send(publishPacket(READINGS, '1', { qos: 1, id: 9 }));
  expect(await client.next()).toMatchObject({ type: 'puback', id: 9 });
  expect(broker.frames).toHaveLength(4);
  expect(broker.stats()).toMatchObject({ retries: 3, held: 0, outcomes: { stored: 1 } });
  client.close();
});

test.each([
  ['says retry', () => Promise.resolve<FrameOutcome>({ kind: 'retry', reason: 'disk-full' })],
  ['never answers', () => new Promise<FrameOutcome>(() => {})],
  ['throws', () => Promise.reject(new Error('a bug'))],
])('a store that %s: held, then closed without an acknowledgement', async (_name, onFrame) => {
  broker = await testBroker({ limits: { holdMs: 100, retryMs: 20 }, onFrame });
  const client = await login(broker, 'meter-1');
  client.send(publishPacket(READINGS, '1', { qos: 1, id: 9 }));
  await until(() => broker.frames.length > 0, 'the frame');
  await client.closed;
  expect(client.received.map(({ type }) => type)).toEqual(['connack']);
  expect(broker.stats()).toMatchObject({ held: 0, cutOff: { 'not-committed': 1 }, outcomes: { stored: 0 } });
});

test('mqtt.js resends after the store has come back, and the reading is stored then', async () => {
  let storeWorks = false;
  const stored: string[] = [];
  broker = await testBroker({
    limits: { holdMs: 80, retryMs: 20 },
    onFrame: async ({ payload }) => {
      if (!storeWorks) return { kind: 'retry', reason: 'disk-full' };
      stored.push(payload.toString());
      return STORED;
    },
  });
  const client = await connectAsync({
    host: '127.0.0.1',
    port: broker.port,
    username: 'meter-1',
    password: SECRETS['meter-1'] ?? '',
    clientId: 'meter-1',
    reconnectPeriod: 20,
  });
  const acknowledged = client.publishAsync(READINGS, '{"energy_total_kwh":7}', { qos: 1 });
  await until(() => (broker.stats().cutOff['not-committed'] ?? 0) >= 2, 'two closed connections');
  expect(stored).toEqual([]);
  storeWorks = true;
  await acknowledged;
  expect(stored).toEqual(['{"energy_total_kwh":7}']);
  await client.endAsync(true);
});

test('while commits are held the socket is not read: what waits stays bounded, and nothing of it is lost', async () => {
  const pipeline = heldPipeline();
  broker = await testBroker({ ...pipeline, limits: { inFlight: 16, messagesPerSecond: 1e6, messageBurst: 1e6 } });
  const client = await login(broker, 'meter-1');
  const total = 20_000;
  const payload = 'x'.repeat(400);
  for (let id = 1; id <= total; id += 1) client.send(publishPacket(READINGS, payload, { qos: 1, id }));
  await until(() => pipeline.waiting.length === 16, 'a full window');
  // The kernel's buffers are full as well by then: the sender is stuck with most of the 8 MB.
  await until(() => client.socket.writableLength > 1_000_000, 'back-pressure');
  expect(pipeline.waiting).toHaveLength(16);
  const pump = setInterval(() => pipeline.release(), 0);
  await until(() => client.received.length === total + 1, 'all acknowledgements', 15_000);
  clearInterval(pump);
  expect(broker.frames).toHaveLength(total);
  expect(client.received.slice(1).map(({ id }) => id)).toEqual(Array.from({ length: total }, (_, at) => at + 1));
  client.close();
});

test('a window of large messages is bounded in bytes', async () => {
  const pipeline = heldPipeline();
  broker = await testBroker({ ...pipeline, maxPayloadBytes: () => 1e6, limits: { inFlightBytes: 100_000 } });
  const client = await login(broker, 'meter-1');
  const large = Buffer.alloc(40_000, 'x');
  client.send(...[1, 2, 3, 4, 5].map((id) => publishPacket(READINGS, large, { qos: 1, id })));
  await until(() => pipeline.waiting.length === 2, 'two');
  pipeline.release();
  await until(() => pipeline.waiting.length === 2, 'two more');
  pipeline.release();
  await until(() => pipeline.waiting.length === 1, 'the last');
  pipeline.release();
  for (const id of [1, 2, 3, 4, 5]) expect(await client.next()).toMatchObject({ type: 'puback', id });
  client.close();
});

test('QoS 0 is held too, and arrives though its sender has said good-bye', async () => {
  const pipeline = heldPipeline();
  broker = await testBroker({ ...pipeline, limits: { inFlight: 2 } });
  const client = await login(broker, 'meter-1');
  client.send(...['a', 'b', 'c', 'd', 'e'].map((payload) => publishPacket(READINGS, payload)), PING);
  await until(() => pipeline.waiting.length === 2, 'a full window');
  expect(broker.frames).toHaveLength(2);
  client.socket.end();
  const pump = setInterval(() => pipeline.release(), 0);
  await client.closed;
  await until(() => broker.stats().outcomes.stored === 5, 'all five');
  clearInterval(pump);
  expect(broker.frames.map(({ payload }) => payload.toString()).join('')).toBe('abcde');
  client.close();
});

test('over the rate: QoS 1 waits and loses nothing, QoS 0 is dropped and counted', async () => {
  broker = await testBroker({ limits: { messagesPerSecond: 200, messageBurst: 20 } });
  const client = await login(broker, 'meter-1');
  for (let id = 1; id <= 60; id += 1) client.send(publishPacket(READINGS, `${id}`, { qos: 1, id }));
  await until(() => client.received.length === 61, 'sixty acknowledgements');
  expect(broker.frames.map(({ payload }) => payload.toString())).toEqual(
    Array.from({ length: 60 }, (_, at) => `${at + 1}`),
  );
  expect(broker.stats().rateLimited.pauses).toBeGreaterThan(0);
  expect(broker.stats().rateLimited.dropped).toBe(0);

  const chatter = await login(broker, 'meter-2');
  const topic = 'campus/v1/main/meter-2/heartbeat';
  chatter.send(
    ...Array.from({ length: 500 }, () => publishPacket(topic, '1')),
    publishPacket(topic, 'last', { qos: 1, id: 1 }),
  );
  expect((await chatter.next()).type).toBe('puback');
  const arrived = broker.frames.filter((frame) => frame.topic === topic).length;
  expect(arrived).toBeLessThan(100);
  expect(arrived + broker.stats().rateLimited.dropped).toBe(501);
  client.close();
  chatter.close();
});

test('a payload above the limit of its topic: acknowledged, only its head is handed on', async () => {
  broker = await testBroker({ maxPayloadBytes: (topic) => (topic.endsWith('/status') ? 200_000 : 64 * 1024) });
  const client = await login(broker, 'meter-1');
  client.send(publishPacket(READINGS, Buffer.alloc(65_537, 'a'), { qos: 1, id: 1 }));
  expect(await client.next()).toMatchObject({ type: 'puback', id: 1 });
  expect(broker.frames).toEqual([]);
  expect(broker.oversize).toHaveLength(1);
  expect(broker.oversize[0]).toMatchObject({
    bytes: 65_537,
    head: { topic: READINGS, payload: Buffer.alloc(1_024, 'a') },
  });
  client.send(publishPacket('campus/v1/main/meter-1/status', Buffer.alloc(150_000), { qos: 1, id: 2 }));
  expect(await client.next()).toMatchObject({ type: 'puback', id: 2 });
  expect(broker.frames[0]?.payload).toHaveLength(150_000);
  expect(broker.stats()).toMatchObject({ oversizePayloads: 1, outcomes: { quarantined: 1, stored: 1 } });
  client.close();
});

test('the broker does not take in what it says itself', async () => {
  broker = await testBroker();
  const client = await login(broker, 'meter-1');
  client.send(subscribePacket(1, 'campus/v1/main/meter-1/cmd'));
  await client.next();
  expect(broker.publish('campus/v1/main/meter-1/cmd', 'reboot', { qos: 1 })).toBe(1);
  expect((await client.next()).type).toBe('publish');
  client.send(DISCONNECT);
  await client.closed;
  expect(broker.frames).toEqual([]);
});

test('close: held frames get their commit and acknowledgement, no wills, nobody stays', async () => {
  const pipeline = heldPipeline();
  broker = await testBroker(pipeline);
  const will = { topic: 'campus/v1/main/meter-1/status', payload: 'offline', retain: true };
  const client = await login(broker, 'meter-1', { will });
  const idle = await login(broker, 'meter-2');
  client.send(publishPacket(READINGS, '1', { qos: 1, id: 6 }));
  await until(() => pipeline.waiting.length === 1, 'the frame');
  const closing = broker.close();
  // Too late: neither taken in nor acknowledged.
  idle.send(publishPacket('campus/v1/main/meter-2/readings', '2', { qos: 1, id: 1 }));
  setTimeout(() => pipeline.release(), 30);
  await closing;
  await Promise.all([client.closed, idle.closed]);
  expect(client.received.map(({ type, id }) => [type, id])).toEqual([
    ['connack', 0],
    ['puback', 6],
  ]);
  expect(broker.frames).toHaveLength(1);
  broker = await testBroker();
});

test('close does not wait longer than its deadline', async () => {
  broker = await testBroker({ limits: { closeMs: 50 }, onFrame: () => new Promise(() => {}) });
  const client = await login(broker, 'meter-1');
  client.send(publishPacket(READINGS, '1', { qos: 1, id: 6 }));
  await until(() => broker.frames.length === 1, 'the frame');
  await broker.close();
  await client.closed;
  expect(client.received.map(({ type }) => type)).toEqual(['connack']);
  broker = await testBroker();
});
