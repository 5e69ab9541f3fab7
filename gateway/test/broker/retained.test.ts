/** What is kept for later subscribers, how much of it, and how messages reach subscribers at all. */
import { afterEach, expect, test } from 'vitest';
import { login, type TestBroker, testBroker, until } from './test-broker.ts';
import { PING, packet, publishPacket, type Received, subscribePacket, type WireClient } from './wire.ts';

let broker: TestBroker;
afterEach(() => broker.close());

const STATUS = 'campus/v1/main/meter-1/status';

interface Delivered {
  readonly topic: string;
  readonly payload: string;
  readonly qos: number;
}

function delivered({ body }: Received, qos: number): Delivered {
  const length = body.readUInt16BE(0);
  const at = 2 + length + (qos > 0 ? 2 : 0);
  return { topic: body.subarray(2, 2 + length).toString(), payload: body.subarray(at).toString(), qos };
}

/** What a fresh subscriber gets before it is told that this was all. */
async function retainedFor(filter: string, username = 'grafana'): Promise<string[]> {
  const client = await login(broker, username, { clientId: `${username}.fresh` });
  client.send(subscribePacket(1, filter));
  expect((await client.next()).type).toBe('suback');
  await new Promise((resolve) => setTimeout(resolve, 20));
  client.send(PING);
  const topics: string[] = [];
  for (let next = await client.next(); next.type !== 'pingresp'; next = await client.next()) {
    topics.push(delivered(next, 1).topic);
  }
  client.close();
  return topics.sort();
}

async function publishRetained(client: WireClient, topic: string, payload: string): Promise<void> {
  client.send(publishPacket(topic, payload, { qos: 1, id: 1, retain: true }));
  expect((await client.next()).type).toBe('puback');
}

test('native status is retained, readings and heartbeats are not, an empty payload removes', async () => {
  broker = await testBroker();
  const meter = await login(broker, 'meter-1');
  await publishRetained(meter, STATUS, 'online');
  await publishRetained(meter, 'campus/v1/main/meter-1/readings', '{}');
  await publishRetained(meter, 'campus/v1/main/meter-1/heartbeat', '1');
  // Taken in all the same: only the flag is void.
  expect(broker.frames.map(({ retain }) => retain)).toEqual([true, true, true]);
  expect(await retainedFor('campus/v1/#')).toEqual([STATUS]);
  expect(broker.stats().retainStripped).toBe(2);
  await publishRetained(meter, STATUS, '');
  expect(await retainedFor('campus/v1/#')).toEqual([]);
  meter.close();
});

test('at most so large, so many for each login, so many in all; what is refused removes what was there', async () => {
  broker = await testBroker({ limits: { retainedPerBridge: 3, retainedTotal: 5 }, maxPayloadBytes: () => 4_096 });
  const z2m = await login(broker, 'z2m');
  const tasmota = await login(broker, 'tasmota');
  await publishRetained(z2m, 'zigbee2mqtt/large/availability', 'online');
  await publishRetained(z2m, 'zigbee2mqtt/large/availability', 'x'.repeat(4_097));
  expect(await retainedFor('zigbee2mqtt/#', 'z2m')).toEqual([]);
  await publishRetained(z2m, 'zigbee2mqtt/full/availability', 'x'.repeat(4_096));
  for (const name of ['a', 'b', 'c', 'd']) await publishRetained(z2m, `zigbee2mqtt/${name}/availability`, 'online');
  await publishRetained(z2m, 'zigbee2mqtt/a/availability', 'offline');
  for (const name of ['a', 'b']) await publishRetained(tasmota, `tele/${name}/LWT`, 'Online');
  expect(await retainedFor('zigbee2mqtt/#', 'z2m')).toEqual(
    ['a', 'b', 'full'].map((name) => `zigbee2mqtt/${name}/availability`),
  );
  expect(broker.stats().retainStripped).toBe(3);
  // All room is taken: the oldest message of the login that has most gives way to one that has less.
  await publishRetained(tasmota, 'tele/c/LWT', 'Online');
  expect(await retainedFor('tele/+/LWT', 'tasmota')).toEqual(['tele/a/LWT', 'tele/b/LWT', 'tele/c/LWT']);
  expect(await retainedFor('zigbee2mqtt/#', 'z2m')).toEqual(
    ['a', 'b'].map((name) => `zigbee2mqtt/${name}/availability`),
  );
  expect(
    broker.refusals.filter(({ reason }) => reason === 'retain-limit').map(({ login, detail }) => [login, detail]),
  ).toEqual(['large', 'c', 'd', 'full'].map((name) => ['z2m', `zigbee2mqtt/${name}/availability`]));
  z2m.close();
  tasmota.close();
});

test('a bridge may describe its devices at length, a device says only its status, and all together stay bounded', async () => {
  broker = await testBroker({ limits: { retainedLoginBytes: 150_000 } });
  const z2m = await login(broker, 'z2m');
  const meter = await login(broker, 'meter-1');
  await publishRetained(meter, STATUS, 'x'.repeat(4_097));
  expect(await retainedFor('campus/v1/#')).toEqual([]);
  await publishRetained(meter, STATUS, 'x'.repeat(4_096));
  for (const name of ['a', 'b', 'c'])
    await publishRetained(z2m, `zigbee2mqtt/${name}/availability`, 'x'.repeat(60_000));
  const ab = ['a', 'b'].map((name) => `zigbee2mqtt/${name}/availability`);
  expect(await retainedFor('zigbee2mqtt/#', 'z2m')).toEqual(ab);
  // What is replaced or removed makes room.
  await publishRetained(z2m, 'zigbee2mqtt/b/availability', '');
  await publishRetained(z2m, 'zigbee2mqtt/a/availability', 'x'.repeat(1_000));
  for (const name of ['c', 'd']) await publishRetained(z2m, `zigbee2mqtt/${name}/availability`, 'x'.repeat(60_000));
  expect(await retainedFor('zigbee2mqtt/#', 'z2m')).toEqual(
    ['a', 'c', 'd'].map((name) => `zigbee2mqtt/${name}/availability`),
  );
  expect(await retainedFor('campus/v1/#')).toEqual([STATUS]);
  z2m.close();
  meter.close();
});

test('a device has room for four, whatever the profiles allow', async () => {
  broker = await testBroker({ retainable: () => true, limits: { retainedPerDevice: 2 } });
  const meter = await login(broker, 'meter-1');
  for (const leaf of ['readings', 'heartbeat', 'status'])
    await publishRetained(meter, `campus/v1/main/meter-1/${leaf}`, '1');
  expect(await retainedFor('campus/v1/#')).toHaveLength(2);
  meter.close();
});

test('messages of mixed QoS all reach a subscriber, in order within each QoS', async () => {
  broker = await testBroker({ limits: { messageBurst: 10_000 } });
  const grafana = await login(broker, 'grafana');
  grafana.send(subscribePacket(1, 'campus/v1/#'));
  await grafana.next();
  const meter = await login(broker, 'meter-1');
  const total = 600;
  for (let id = 1; id <= total; id += 1) {
    const retain = id % 5 === 0;
    const topic = retain ? STATUS : 'campus/v1/main/meter-1/readings';
    meter.send(publishPacket(topic, `no. ${id}`, { qos: id % 2 === 0 ? 1 : 0, id, retain }));
  }
  const messages = (): Received[] => grafana.received.filter(({ type }) => type === 'publish');
  let answered = 0;
  // Only so many may wait for their acknowledgement.
  await until(() => {
    for (const { body } of messages().slice(answered)) {
      const id = body.subarray(2 + body.readUInt16BE(0)).readUInt16BE(0);
      if (/no\. \d*[02468]$/.test(body.toString())) grafana.send(packet(0x40, Buffer.from([id >> 8, id & 0xff])));
    }
    answered = messages().length;
    return answered === total;
  }, 'all of them');
  const text = messages().map(({ body }) => Number(/no\. (\d+)$/.exec(body.toString())?.[1]));
  for (const odd of [0, 1]) {
    const expected = Array.from({ length: total }, (_, at) => at + 1).filter((id) => id % 2 === odd);
    expect(text.filter((id) => id % 2 === odd)).toEqual(expected);
  }
  grafana.close();
  meter.close();
});

test('a subscriber that stops reading is cut off, and holds up nobody', async () => {
  broker = await testBroker({ limits: { outBytes: 100_000, messageBurst: 1e6 } });
  const stuck = await login(broker, 'grafana');
  stuck.send(packet(0x82, Buffer.from([0, 1, 0, 1, 35, 0])));
  await stuck.next();
  stuck.socket.pause();
  const meter = await login(broker, 'meter-1');
  const payload = 'x'.repeat(30_000);
  let sent = 0;
  while (broker.stats().cutOff.slow === undefined && sent < 2_000) {
    sent += 1;
    meter.send(publishPacket('campus/v1/main/meter-1/readings', payload, { qos: 1, id: sent }));
    expect((await meter.next()).type).toBe('puback');
  }
  expect(broker.stats().cutOff.slow).toBe(1);
  await until(() => broker.sessions().length === 1, 'only the meter is left');
  meter.close();
  stuck.close();
});

test('a client holds a bounded number of subscriptions', async () => {
  broker = await testBroker({ limits: { subscriptionsPerClient: 2 } });
  const z2m = await login(broker, 'z2m');
  z2m.send(subscribePacket(1, 'zigbee2mqtt/a', 'zigbee2mqtt/b', 'zigbee2mqtt/c'));
  expect((await z2m.next()).body.subarray(2)).toEqual(Buffer.from([1, 1, 0x80]));
  expect(broker.refusals).toMatchObject([{ reason: 'subscription-limit', detail: 'zigbee2mqtt/c' }]);
  z2m.close();
});
