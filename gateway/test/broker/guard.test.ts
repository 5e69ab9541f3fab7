/** What strangers and broken devices send: nothing of it may cost memory, a connection slot, or somebody else's service. */
import { afterEach, expect, test } from 'vitest';
import { DEFAULT_LIMITS } from '../../src/broker/broker-options.ts';
import { createCounters } from '../../src/broker/counters.ts';
import { createPreAuthDoor } from '../../src/broker/pre-auth-door.ts';
import { login, SECRETS, type TestBroker, testBroker, until } from './test-broker.ts';
import { connectPacket, PING, packet, publishPacket, subscribePacket, type WireClient, wireClient } from './wire.ts';

let broker: TestBroker;
afterEach(() => broker.close());

const MIB = 1024 * 1024;
/** Fixed header of a PUBLISH that declares 256 MiB, the most MQTT can. */
const HUGE = Buffer.from([0x32, 0xff, 0xff, 0xff, 0x7f]);
const HUGE_CONNECT = Buffer.from([0x10, 0xff, 0xff, 0xff, 0x7f]);

test.each([
  ['a CONNECT of 16 KiB and one byte', packet(0x10, Buffer.alloc(16 * 1024 - 2)), 'oversize'],
  ['a CONNECT that declares 256 MiB', HUGE_CONNECT, 'oversize'],
  ['a PUBLISH first', publishPacket('a', 'b'), 'not-connect'],
  ['a SUBSCRIBE first', subscribePacket(1, '#'), 'not-connect'],
  ['a length of five bytes', Buffer.from([0x10, 0x80, 0x80, 0x80, 0x80, 0x01]), 'malformed'],
  ['an HTTP request', Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n'), 'not-connect'],
  ['a TLS hello', Buffer.from('16030100d6010000d203034f', 'hex'), 'not-connect'],
] as const)('before CONNECT: %s is closed at once', async (_name, bytes, reason) => {
  broker = await testBroker();
  const client = await wireClient(broker.port);
  client.send(bytes);
  await client.closed;
  expect(client.received).toEqual([]);
  expect(broker.stats().preAuthClosed).toEqual({ [reason]: 1 });
});

test('20 sockets declare 256 MiB and send: closed at the header, nothing is buffered', async () => {
  broker = await testBroker();
  const clients = await Promise.all(Array.from({ length: 20 }, () => wireClient(broker.port)));
  const before = process.memoryUsage().arrayBuffers;
  for (const client of clients) client.send(HUGE_CONNECT, Buffer.alloc(MIB));
  await Promise.all(clients.map(({ closed }) => closed));
  await until(() => broker.stats().connections === 0, 'all gone');
  expect(broker.stats()).toMatchObject({ preAuth: 0, preAuthClosed: { oversize: 20 } });
  // Without the guard this is 20 MiB and more; the senders' own buffers are in this process too.
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(45 * MIB);
});

test('after CONNECT: 1 MiB passes, one byte more closes at the header', async () => {
  broker = await testBroker({ maxPayloadBytes: () => 2 * MIB });
  const topic = 'campus/v1/main/meter-1/readings';
  const overhead = 2 + topic.length + 2;
  const fits = await login(broker, 'meter-1');
  fits.send(publishPacket(topic, Buffer.alloc(MIB - 4 - overhead), { qos: 1, id: 1 }));
  expect((await fits.next()).type).toBe('puback');
  fits.send(publishPacket(topic, Buffer.alloc(MIB - 3 - overhead), { qos: 1, id: 2 }));
  await fits.closed;
  expect(broker.frames).toHaveLength(1);
  const huge = await login(broker, 'meter-1');
  huge.send(HUGE);
  await huge.closed;
  expect(broker.stats().cutOff).toEqual({ oversize: 2 });
});

test('a pre-auth flood: bounded per address, all closed within the deadline, a good device is served meanwhile', async () => {
  broker = await testBroker({ limits: { connectMs: 1_500, preAuthPerAddress: 40 } });
  const canary = await login(broker, 'meter-1');
  const flood = await Promise.all(Array.from({ length: 120 }, () => wireClient(broker.port)));
  const slow = connectPacket({ clientId: 'meter-2', username: 'meter-2', password: SECRETS['meter-2'] ?? '' });
  // A third is silent, a third sends its CONNECT byte by byte, a third declares much.
  flood.forEach((client, at) => {
    if (at % 3 === 1) client.send(slow.subarray(0, 8));
    if (at % 3 === 2) client.send(Buffer.from([0x10, 0xff, 0x7e]));
  });
  await until(() => (broker.stats().preAuthClosed['too-many'] ?? 0) === 80, 'the 80 too many');
  expect(broker.stats().preAuth).toBe(40);
  canary.send(publishPacket('campus/v1/main/meter-1/readings', '1', { qos: 1, id: 3 }));
  expect(await canary.next()).toMatchObject({ type: 'puback', id: 3 });
  await Promise.all(flood.map(({ closed }) => closed));
  await until(() => broker.stats().preAuth === 0, 'nobody waits');
  expect(broker.stats().preAuthClosed).toEqual({ 'too-many': 80, timeout: 40 });
  const late = await login(broker, 'meter-2');
  late.close();
  canary.close();
});

test('what a stranger is turned away for is told', async () => {
  broker = await testBroker();
  for (const bytes of [Buffer.from([0x16, 3, 1, 2, 0, 1]), Buffer.from('GET / HTTP/1.1\r\n\r\n'), HUGE_CONNECT]) {
    const client = await wireClient(broker.port);
    client.send(bytes);
    await client.closed;
  }
  expect(broker.refusals.map(({ reason, detail }) => [reason, detail])).toEqual([
    ['not-mqtt', 'TLS'],
    ['not-mqtt', 'first byte 71'],
    ['oversize-packet', expect.stringMatching(/^\d+ B$/)],
  ]);
});

test('where all room for strangers is taken, the address that takes most of it gives way, a known one last', () => {
  const counters = createCounters();
  const door = createPreAuthDoor(
    { ...DEFAULT_LIMITS, preAuthPerAddress: 4, preAuthTotal: 5, connectMs: 60_000 },
    counters,
  );
  const gone: string[] = [];
  const enter = (share: string, name = share) => door.enter(share, (why) => gone.push(`${name} ${why}`));
  enter('school')?.accept();
  const attacker = ['a1', 'a2', 'a3', 'a4'].map((name) => enter('attacker', name));
  enter('school');
  expect(enter('newcomer')).toBeDefined();
  expect(gone).toEqual(['a1 too-many']);
  expect(enter('another')).toBeDefined();
  expect(gone).toEqual(['a1 too-many', 'a2 too-many']);
  // An address with as many as any other has no better right; a known one has.
  expect(enter('attacker')).toBeUndefined();
  expect(enter('school')).toBeDefined();
  expect(gone).toHaveLength(3);
  expect(gone).not.toContain('school too-many');
  expect(counters.preAuth).toBe(5);
  for (const one of attacker) one?.leave();
});

test('a client that is accepted frees its place: many devices behind one address', async () => {
  broker = await testBroker({ limits: { preAuthPerAddress: 2 } });
  const clients: WireClient[] = [];
  for (let at = 0; at < 30; at += 1) clients.push(await login(broker, 'z2m', { clientId: `z2m.${at}` }));
  expect(broker.stats()).toMatchObject({ connections: 30, preAuth: 0, preAuthClosed: {} });
  for (const client of clients) client.close();
});

/** Deterministic numbers in [0, 1). */
function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Flips, cuts, repeats and inserts bytes of a good packet. */
function mutate(good: Buffer, next: () => number): Buffer {
  const bytes = [...good];
  const times = 1 + Math.floor(next() * 4);
  for (let i = 0; i < times && bytes.length > 0; i += 1) {
    const at = Math.floor(next() * bytes.length);
    const how = next();
    if (how < 0.5) bytes[at] = Math.floor(next() * 256);
    else if (how < 0.65) bytes.splice(at, 1 + Math.floor(next() * 4));
    else if (how < 0.8) bytes.splice(at, 0, Math.floor(next() * 256), Math.floor(next() * 256));
    else if (how < 0.9) bytes.length = at;
    else bytes.push(...bytes.slice(at));
  }
  return Buffer.from(bytes);
}

test('malformed packets: a canary keeps working through all of them', { timeout: 3_600_000 }, async () => {
  const total = Number(process.env['HOUQIN_FUZZ_PACKETS'] ?? 20_000);
  const seed = Number(process.env['HOUQIN_FUZZ_SEED'] ?? Date.now() % 1e9);
  console.info(`fuzz seed ${seed}, ${total} packets (HOUQIN_FUZZ_SEED, HOUQIN_FUZZ_PACKETS)`);
  broker = await testBroker({
    limits: { preAuthPerAddress: 512, messageBurst: 1e9, authFailsPerMinute: 1e9 },
    onFrame: async () => ({ kind: 'stored' }),
  });
  const canary = await login(broker, 'meter-1');
  const next = random(seed);
  const hello = connectPacket({
    clientId: 'z2m.fuzz',
    username: 'z2m',
    password: SECRETS['z2m'] ?? '',
    will: { topic: 'zigbee2mqtt/w', payload: 'gone' },
  });
  const manyLevels = publishPacket('/'.repeat(200), 'x');
  const seeds = [
    hello,
    publishPacket('zigbee2mqtt/a', '{"x":1}', { qos: 1, id: 3 }),
    publishPacket('zigbee2mqtt/a', '{"x":1}', { qos: 2, id: 4, retain: true }),
    subscribePacket(5, 'zigbee2mqtt/+/set', 'zigbee2mqtt/#'),
    subscribePacket(6, '/'.repeat(120)),
    packet(0xa2, Buffer.from([0, 7, 0, 1, 0x61])),
    packet(0x62, Buffer.from([0, 4])),
    packet(0x40, Buffer.from([0, 4])),
    PING,
    manyLevels,
  ];
  const pick = (): Buffer => seeds[Math.floor(next() * seeds.length)] ?? hello;

  let sent = 0;
  const attack = async (): Promise<void> => {
    while (sent < total) {
      const client = await wireClient(broker.port);
      // Half of them knock with a good CONNECT, so that the broker behind the guard gets its share.
      const parts = next() < 0.7 ? [hello] : [mutate(hello, next)];
      for (let count = 2 + Math.floor(next() * 20); count > 0; count -= 1) parts.push(mutate(pick(), next));
      sent += parts.length;
      client.send(...parts);
      client.socket.end();
      const timer = setTimeout(client.close, 100);
      await client.closed;
      clearTimeout(timer);
    }
  };
  let beats = 0;
  const heart = async (): Promise<void> => {
    while (sent < total) {
      const id = (beats % 65_535) + 1;
      canary.send(publishPacket('campus/v1/main/meter-1/heartbeat', '1', { qos: 1, id }));
      expect(await canary.next()).toMatchObject({ type: 'puback', id });
      beats += 1;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };
  await Promise.all([heart(), ...Array.from({ length: 16 }, attack)]);
  await until(() => broker.stats().connections === 1, 'only the canary is left', 15_000);
  expect(beats).toBeGreaterThan(0);
  expect(broker.stats()).toMatchObject({ preAuth: 0, held: 0 });
  expect(broker.frames.every(({ topic }) => /^(zigbee2mqtt\/|campus\/v1\/main\/meter-1\/heartbeat$)/.test(topic))).toBe(
    true,
  );
  canary.close();
});
