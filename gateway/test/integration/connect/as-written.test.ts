/** The standards to the letter, where a device would notice: over TCP, against the running gateway. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { packet } from '../../broker/wire.ts';
import { type ConnectCampus, connectCampus } from './connect-campus.ts';
import type { PacketClient } from './packet-client.ts';

const text = (value: Buffer | string): Buffer => {
  const bytes = Buffer.from(value);
  return Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 0xff]), bytes]);
};
const ID_1 = Buffer.from([0, 1]);

let campus: ConnectCampus;
beforeAll(async () => {
  campus = await connectCampus([{ username: 'lab', prefixes: ['lab/'] }], []);
}, 60_000);
afterAll(() => campus?.stop(), 30_000);

const enter = (protocolVersion: 4 | 5, clientId: string): Promise<PacketClient> =>
  campus.enter('lab', { protocolVersion, clientId });

describe.each([
  ['UNSUBSCRIBE without filters', packet(0xa2, ID_1), packet(0xa2, ID_1, Buffer.from([0]))],
  ['SUBSCRIBE without filters', packet(0x82, ID_1), packet(0x82, ID_1, Buffer.from([0]))],
  [
    'PUBLISH of QoS 1 with the id 0',
    packet(0x32, text('lab/x'), Buffer.from([0, 0]), Buffer.from('x')),
    packet(0x32, text('lab/x'), Buffer.from([0, 0, 0]), Buffer.from('x')),
  ],
  [
    'a topic of invalid UTF-8',
    packet(0x30, text(Buffer.from([0x6c, 0x61, 0x62, 0x2f, 0xc3, 0x28])), Buffer.from('x')),
    packet(0x30, text(Buffer.from([0x6c, 0x61, 0x62, 0x2f, 0xc3, 0x28])), Buffer.from([0]), Buffer.from('x')),
  ],
  [
    'a topic with a wildcard',
    packet(0x30, text('lab/#'), Buffer.from('x')),
    packet(0x30, text('lab/#'), Buffer.from([0]), Buffer.from('x')),
  ],
  [
    'QoS 3',
    packet(0x36, text('lab/x'), ID_1, Buffer.from('x')),
    packet(0x36, text('lab/x'), ID_1, Buffer.from([0]), Buffer.from('x')),
  ],
  ['a second CONNECT', packet(0x10, text('MQTT'), Buffer.from([4, 2, 0, 60]), text('a')), undefined],
])('%s', (name, bytes4, bytes5) => {
  test('closes in MQTT 3.1.1', async () => {
    const client = await enter(4, `four ${name}`);
    client.sendRaw(bytes4);
    await client.closed;
    await campus.told({ login: 'lab', clientId: `four ${name}`, reason: 'malformed' });
  });

  if (bytes5 === undefined) return;
  test('closes in MQTT 5, with a DISCONNECT that says why', async () => {
    const client = await enter(5, `five ${name}`);
    client.sendRaw(bytes5);
    const { reasonCode } = await client.until('disconnect');
    expect(reasonCode).toBeGreaterThanOrEqual(0x80);
    await client.closed;
  });
});

test.each([0, 1, 65_535])('a keepalive of %i s is taken', async (keepalive) => {
  const client = await campus.enter('lab', { clientId: `alive ${keepalive}`, keepalive });
  await client.ping();
});

test('a client that is silent for one and a half of its keepalive is closed, and its will is sent', async () => {
  const watcher = await campus.enter('lab', { clientId: 'watcher' });
  await watcher.subscribe('lab/gone');
  const will = { topic: 'lab/gone', payload: Buffer.from('gone'), qos: 1, retain: false } as const;
  const client = await campus.enter('lab', { clientId: 'silent', keepalive: 1, will });
  await client.closed;
  await watcher.until('publish', ({ topic }) => topic === 'lab/gone');
  await campus.told({ login: 'lab', clientId: 'silent', reason: 'silent' });
});

describe('MQTT 5', () => {
  test('CONNACK says what it may expect', async () => {
    const { connack } = await enter(5, 'says');
    expect(connack.properties).toMatchObject({
      ...{ maximumPacketSize: 1024 * 1024, sharedSubscriptionAvailable: false },
      receiveMaximum: expect.any(Number),
    });
  });

  test('its receive maximum bounds what is on the way to it', async () => {
    const client = await campus.enter('lab', {
      ...{ protocolVersion: 5, clientId: 'narrow', properties: { receiveMaximum: 2 } },
    });
    await client.subscribe('lab/many', { qos: 1 });
    const acknowledge = client.holdBack();
    const sender = await enter(5, 'sender');
    for (let n = 0; n < 20; n += 1) await sender.publish('lab/many', `${n}`, { qos: 1 });
    await client.until('publish', ({ payload }) => `${payload}` === '1');
    // All twenty were acknowledged to their sender, and its answer comes behind what was sent before it.
    await client.ping();
    expect(client.messages()).toHaveLength(2);
    acknowledge();
    await client.until('publish', ({ payload }) => `${payload}` === '19');
    expect(client.messages().map(({ payload }) => `${payload}`)).toEqual(Array.from({ length: 20 }, (_, n) => `${n}`));
  });

  test('a larger message than it takes is left out, and the next one comes', async () => {
    const client = await campus.enter('lab', {
      ...{ protocolVersion: 5, clientId: 'small', properties: { maximumPacketSize: 200 } },
    });
    await client.subscribe('lab/sizes', { qos: 1 });
    const sender = await enter(5, 'sender');
    await sender.publish('lab/sizes', 'x'.repeat(500), { qos: 1 });
    await sender.publish('lab/sizes', 'fits', { qos: 1 });
    await client.until('publish', ({ payload }) => `${payload}` === 'fits');
    expect(client.messages()).toHaveLength(1);
  });

  test('topic aliases from it, bounded by what CONNACK says', async () => {
    const client = await enter(5, 'alias');
    await client.subscribe('lab/alias');
    const most = client.connack.properties?.topicAliasMaximum ?? 0;
    expect(most).toBeGreaterThan(0);
    await client.publish('lab/alias', 'one', { qos: 1, properties: { topicAlias: 1 } });
    await client.publish('', 'two', { qos: 1, properties: { topicAlias: 1 } });
    await client.until('publish', ({ payload, topic }) => topic === 'lab/alias' && `${payload}` === 'two');
    client.send({
      ...{ cmd: 'publish', topic: 'lab/alias', payload: 'x', qos: 0, retain: false, dup: false },
      properties: { topicAlias: most + 1 },
    });
    expect((await client.until('disconnect')).reasonCode).toBe(0x94);
    await client.closed;
  });

  test('its will waits, and is not sent when it is back in time', async () => {
    const watcher = await enter(5, 'watcher of wills');
    await watcher.subscribe('lab/will');
    const fields = {
      protocolVersion: 5,
      clientId: 'back again',
      clean: false,
      properties: { sessionExpiryInterval: 60 },
      will: {
        topic: 'lab/will',
        qos: 1,
        retain: false,
        payload: Buffer.from('gone'),
        properties: { willDelayInterval: 1 },
      },
    } as const;
    const client = await campus.enter('lab', fields);
    client.drop();
    await client.closed;
    const again = await campus.enter('lab', fields);
    await again.ping();
    await new Promise((done) => setTimeout(done, 2_000));
    expect(watcher.messages()).toEqual([]);
    again.drop();
    await watcher.until('publish', ({ topic }) => topic === 'lab/will');
  });

  test('a retained message that has expired is not given out', async () => {
    const sender = await enter(5, 'sender');
    await sender.publish('lab/short/status', 'x', { qos: 1, retain: true, properties: { messageExpiryInterval: 1 } });
    await expect
      .poll(async () => (await campus.retained('lab', 'lab/short/status', [])).size, { timeout: 8_000 })
      .toBe(0);
  });

  test('the reason that a topic is refused stands beside the code', async () => {
    const client = await enter(5, 'why');
    const answer = await client.publish('elsewhere', 'x', { qos: 1 });
    expect(answer).toMatchObject({ reasonCode: 0x87, properties: { reasonString: expect.stringMatching(/\w/) } });
  });
});
