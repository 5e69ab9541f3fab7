/** What only MQTT 5 can be told, and what must not be taken for its answer. */
import { generate, type Packet, parser } from 'mqtt-packet';
import { afterEach, expect, test } from 'vitest';
import type { FrameOutcome } from '../../src/shared/frame.ts';
import { SECRETS, type TestBroker, testBroker, until } from './test-broker.ts';
import { packet, wireClient } from './wire.ts';

let broker: TestBroker;
afterEach(() => broker.close());

const READINGS = 'campus/v1/main/meter-1/readings';

/** A client that says and hears whole packets of MQTT 5. */
async function client5(username: string, more: object = {}) {
  const wire = await wireClient(broker.port);
  const read = parser({ protocolVersion: 5 });
  const packets: Packet[] = [];
  read.on('packet', (packet) => packets.push(packet));
  wire.socket.on('data', (chunk) => read.parse(chunk));
  const send = (packet: object): void => wire.send(generate(packet as Packet, { protocolVersion: 5 }));
  const connect = {
    cmd: 'connect',
    protocolId: 'MQTT',
    protocolVersion: 5,
    clean: true,
    keepalive: 60,
    clientId: 'five',
  };
  send({ ...connect, username, password: SECRETS[username] ?? '', ...more });
  await until(() => packets.length > 0, 'CONNACK');
  return { wire, packets, send, connack: packets[0] };
}

test('a refusal says why, in the words of MQTT 5', async () => {
  broker = await testBroker();
  const { connack, wire } = await client5('meter-1', { password: 'wrong' });
  expect(connack).toMatchObject({
    reasonCode: 0x86,
    properties: { reasonString: 'user name or password is wrong' },
  });
  await wire.closed;
});

test.each([0, 600])('a keepalive of %i s is answered with the one that the broker keeps', async (keepalive) => {
  broker = await testBroker();
  const { connack, wire } = await client5('meter-1', { keepalive });
  expect(connack).toMatchObject({ reasonCode: 0, properties: { serverKeepAlive: 300 } });
  wire.close();
});

test('a device that wants a session to stay is told that it ends with its connection', async () => {
  broker = await testBroker();
  const { connack, wire } = await client5('meter-1', { properties: { sessionExpiryInterval: 3_600 } });
  expect(connack).toMatchObject({ reasonCode: 0, properties: { sessionExpiryInterval: 0 } });
  wire.close();
});

test('what cannot be stored is no refusal: the connection ends with "busy", and the message comes again', async () => {
  const onFrame = async (): Promise<FrameOutcome> => ({ kind: 'retry', reason: 'disk-full' });
  broker = await testBroker({ limits: { holdMs: 60, retryMs: 1_000 }, onFrame });
  const { wire, packets, send } = await client5('meter-1');
  send({ cmd: 'publish', topic: READINGS, payload: '{}', qos: 1, messageId: 3, dup: false, retain: false });
  await wire.closed;
  expect(packets.slice(1)).toMatchObject([{ cmd: 'disconnect', reasonCode: 0x89 }]);
  expect(broker.stats().cutOff).toEqual({ 'not-committed': 1 });
});

test.each([1, 2] as const)('QoS %i out of its prefixes: 0x87 with a reason, and the connection stays', async (qos) => {
  broker = await testBroker();
  const { wire, packets, send } = await client5('meter-1');
  send({ cmd: 'publish', topic: 'a', payload: '', qos, messageId: 3, dup: false, retain: false });
  send({ cmd: 'publish', topic: READINGS, payload: '{}', qos: 1, messageId: 4, dup: false, retain: false });
  await until(() => packets.length === 3, 'both answers');
  const reason = { reasonString: expect.stringMatching(/prefixes/) };
  expect(packets.slice(1)).toMatchObject([
    { cmd: qos === 1 ? 'puback' : 'pubrec', messageId: 3, reasonCode: 0x87, properties: reason },
    { cmd: 'puback', messageId: 4, reasonCode: 0 },
  ]);
  wire.close();
});

test('every end that the broker makes has its reason code', async () => {
  broker = await testBroker();
  const ends = async (first: Awaited<ReturnType<typeof client5>>): Promise<number | undefined> => {
    await first.wire.closed;
    const last = first.packets.at(-1);
    return last?.cmd === 'disconnect' ? last.reasonCode : undefined;
  };
  const large = await client5('meter-1');
  large.wire.send(Buffer.from([0x30, 0xff, 0xff, 0x7f]));
  expect(await ends(large)).toBe(0x95);

  const noFilter = await client5('meter-1');
  noFilter.wire.send(Buffer.from([0xa2, 3, 0, 1, 0]));
  expect(await ends(noFilter)).toBe(0x82);

  const broken = await client5('meter-1');
  broken.wire.send(Buffer.from([0x36, 2, 0, 0]));
  expect(await ends(broken)).toBe(0x81);

  const first = await client5('z2m');
  const second = await client5('z2m');
  expect(await ends(first)).toBe(0x8e);
  broker.disconnect('z2m');
  expect(await ends(second)).toBe(0x98);
});

test('more of QoS 2 under way than Receive Maximum allows ends the connection', async () => {
  broker = await testBroker({ limits: { inFlight: 2 } });
  const { wire, packets, connack, send } = await client5('meter-1');
  expect(connack).toMatchObject({ properties: { receiveMaximum: 2 } });
  for (const messageId of [1, 2, 3]) {
    send({ cmd: 'publish', topic: READINGS, payload: '{}', qos: 2, messageId, dup: false, retain: false });
    await until(() => packets.some((packet) => packet.messageId === messageId) || wire.isClosed(), 'its answer');
  }
  await wire.closed;
  expect(packets.at(-1)).toMatchObject({ cmd: 'disconnect', reasonCode: 0x93 });
});

test('properties travel to a subscriber; no local, retain as published, identifiers', async () => {
  broker = await testBroker();
  const bridge = await client5('z2m');
  bridge.send({
    cmd: 'subscribe',
    messageId: 1,
    properties: { subscriptionIdentifier: 9 },
    subscriptions: [{ topic: 'zigbee2mqtt/#', qos: 1, nl: true, rap: true, rh: 0 }],
  });
  const other = await client5('z2m', { clientId: 'other' });
  other.send({
    cmd: 'subscribe',
    messageId: 1,
    properties: { subscriptionIdentifier: 5 },
    subscriptions: [{ topic: 'zigbee2mqtt/+/availability', qos: 0, nl: true, rap: true, rh: 0 }],
  });
  await until(() => bridge.packets.length === 2 && other.packets.length === 2, 'both SUBACK');
  const properties = {
    contentType: 'text/plain',
    userProperties: { room: '101' },
    responseTopic: 'zigbee2mqtt/answer',
  };
  const publish = { cmd: 'publish', topic: 'zigbee2mqtt/lamp/availability', payload: 'online', dup: false, properties };
  bridge.send({ ...publish, qos: 1, messageId: 7, retain: true });
  await until(() => other.packets.length === 3 && bridge.packets.length === 3, 'the message');
  expect(bridge.packets[2]).toMatchObject({ cmd: 'puback', messageId: 7 });
  expect(other.packets[2]).toMatchObject({
    topic: publish.topic,
    qos: 0,
    retain: true,
    properties: { ...properties, subscriptionIdentifier: 5 },
  });
  for (const { wire } of [bridge, other]) wire.close();
});

test('the reason arrives although the client is still sending', async () => {
  broker = await testBroker();
  const { wire, packets } = await client5('meter-1');
  const tooLarge = Buffer.alloc(1024 * 1024 + 100);
  Buffer.from([0x30, 0xd0, 0x80, 0x40]).copy(tooLarge);
  wire.socket.write(tooLarge);
  await until(() => packets.length === 2, 'the DISCONNECT');
  expect(packets[1]).toMatchObject({ cmd: 'disconnect', reasonCode: 0x95 });
  await wire.closed;
});

/** CONNECT of MQTT 5 made by hand. */
const text = (value: string): Buffer => Buffer.concat([Buffer.from([0, value.length]), Buffer.from(value)]);
function connect5(username: string, properties: string, will?: string): Buffer {
  const own = Buffer.from(properties, 'hex');
  const ofWill =
    will === undefined
      ? []
      : [Buffer.from([will.length / 2]), Buffer.from(will, 'hex'), text('zigbee2mqtt/w'), text('x')];
  return packet(
    0x10,
    text('MQTT'),
    Buffer.from([5, 0xc2 | (will === undefined ? 0 : 4), 0, 60, own.length]),
    own,
    text('by hand'),
    ...ofWill,
    text(username),
    text(SECRETS[username] ?? ''),
  );
}
const publish5 = (properties: string): Buffer => {
  const own = Buffer.from(properties, 'hex');
  return packet(0x31, text('zigbee2mqtt/a/availability'), Buffer.from([own.length]), own, Buffer.from('x'));
};

test.each([
  ['PUBLISH: a user property cut short', publish5('2600c8')],
  ['PUBLISH: a content type cut short', publish5('03ffff')],
  ['PUBLISH: the content type twice', publish5('03000161030001 62'.replace(' ', ''))],
  ['DISCONNECT: two session expiry intervals', packet(0xe0, Buffer.from('000a110000003c110000003c', 'hex'))],
  ['SUBSCRIBE: identifier 0', packet(0x82, Buffer.from([0, 1, 2, 0x0b, 0]), text('zigbee2mqtt/#'), Buffer.from([1]))],
  ['AUTH', packet(0xf0, Buffer.from([0, 0]))],
] as const)('%s: the connection ends and says why, and nothing of it reaches a subscriber', async (_name, bytes) => {
  broker = await testBroker();
  const reader = await client5('z2m', { clientId: 'reader' });
  reader.send({
    cmd: 'subscribe',
    messageId: 1,
    subscriptions: [{ topic: 'zigbee2mqtt/#', qos: 1, nl: false, rap: false, rh: 0 }],
  });
  await until(() => reader.packets.length === 2, 'SUBACK');
  const { wire, packets } = await client5('z2m');
  wire.send(bytes);
  await wire.closed;
  expect(packets.at(-1)).toMatchObject({ cmd: 'disconnect', reasonCode: expect.any(Number) });
  expect(broker.refusals.at(-1)).toMatchObject({ reason: 'malformed', login: 'z2m' });
  reader.send({ cmd: 'pingreq' });
  await until(() => reader.packets.length === 3, 'PINGRESP');
  expect(reader.packets[2]).toMatchObject({ cmd: 'pingresp' });
  reader.wire.close();
});

test.each([
  ['Receive Maximum twice', connect5('z2m', '210001210001')],
  ['a content type of the will cut short', connect5('z2m', '', '03ffff')],
  ['a content type of the will twice', connect5('z2m', '', '0300016103000162')],
] as const)('CONNECT with %s is closed', async (_name, bytes) => {
  broker = await testBroker();
  const wire = await wireClient(broker.port);
  wire.send(bytes);
  await wire.closed;
  expect(wire.received.filter(({ type, id }) => type === 'connack' && id === 0)).toEqual([]);
  expect(broker.frames).toEqual([]);
});
