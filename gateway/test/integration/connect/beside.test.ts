/** What was found beside the ecosystems: what is not kept, not delivered or not let in is told, and nothing old passes for new. */
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ConnectCampus, connectCampus } from './connect-campus.ts';
import { documentedLogin } from './documented-login.ts';

const DISCOVERIES = 2_300;
const AT_ONCE = 3_000;

let campus: ConnectCampus;
beforeAll(async () => {
  campus = await connectCampus(
    [
      documentedLogin('zigbee2mqtt', { username: 'zigbee' }),
      documentedLogin('zigbee2mqtt', { username: 'many', with: ['homeassistant/'] }),
      { username: 'chatty', prefixes: ['chat/'] },
      { username: 'reader', kind: 'integration', prefixes: ['zigbee2mqtt/', 'homeassistant/', 'chat/'] },
      ...Array.from({ length: 6 }, (_, n) => ({ username: `hall-${n}`, prefixes: [`hall/${n}/`] })),
    ],
    [],
  );
}, 60_000);
afterAll(() => campus?.stop(), 30_000);

const config = (n: number): string => `homeassistant/sensor/device_${n}/power/config`;
/** Messages that are gone, by what the list of refusals says of the login. */
async function toldGone(login: string, reasons: readonly string[]): Promise<number> {
  const entries = (await campus.refusals()).filter((one) => one.login === login && reasons.includes(one.reason));
  return entries.reduce((sum, { count }) => sum + count, 0);
}

test('a retained message that is too large takes the old one away; it is never given out as if it held', async () => {
  const topic = 'zigbee2mqtt/lab/plug';
  const bridge = await campus.enter('zigbee', { clientId: 'large' });
  await bridge.publish(topic, `"${'a'.repeat(5_000)}"`, { qos: 1, retain: true });
  expect((await campus.retained('reader', topic, [topic])).get(topic)).toHaveLength(5_002);
  const large = `"${'b'.repeat(70_000)}"`;
  expect(await bridge.publish(topic, large, { qos: 1, retain: true })).toMatchObject({ cmd: 'puback' });
  await bridge.publish('zigbee2mqtt/lab/other', '1', { qos: 1, retain: true });
  const kept = await campus.retained('reader', 'zigbee2mqtt/lab/#', ['zigbee2mqtt/lab/other']);
  expect([undefined, large]).toContain(kept.get(topic));
  if (!kept.has(topic)) await campus.told({ login: 'zigbee', clientId: 'large', reason: 'oversize-payload' });
});

describe('many retained messages of one bridge', () => {
  const count = async (): Promise<number> => {
    const reader = await campus.enter('reader', { clientId: 'counter' });
    await reader.subscribe('homeassistant/#');
    let before = -1;
    await expect
      .poll(
        () => {
          const now = reader.messages().length;
          const isQuiet = now === before && now > 0;
          before = now;
          return isQuiet;
        },
        { interval: 500, timeout: 15_000 },
      )
      .toBe(true);
    await reader.end();
    return new Set(reader.messages().map(({ topic }) => topic)).size;
  };

  test('are kept, or it is told how many are not', async () => {
    const bridge = await campus.enter('many', { clientId: 'discovery' });
    const payload = JSON.stringify({
      name: 'power',
      stat_t: 'zigbee2mqtt/x',
      unit_of_meas: 'W',
      note: 'x'.repeat(400),
    });
    for (let n = 0; n < DISCOVERIES; n += 100)
      await Promise.all(
        Array.from({ length: 100 }, (_, at) => bridge.publish(config(n + at), payload, { qos: 1, retain: true })),
      );
    const kept = await count();
    expect(kept + (await toldGone('many', ['retain-limit', 'retain-stripped']))).toBe(DISCOVERIES);
    expect(kept).toBeGreaterThanOrEqual(2_000);
  }, 60_000);

  test('are all there after a restart', async () => {
    const before = await count();
    await campus.gateway.terminate();
    await campus.gateway.start();
    expect(await count()).toBe(before);
  }, 60_000);

  test('and after a kill, all that were acknowledged', async () => {
    const before = await count();
    await campus.gateway.kill();
    await campus.gateway.start();
    expect(await count()).toBe(before);
  }, 60_000);
});

test('3,000 messages of QoS 0 at once: delivered, or the missing ones are counted in the list of refusals', async () => {
  const reader = await campus.enter('reader', { clientId: 'all ears' });
  await reader.subscribe('chat/#', { qos: 0 });
  const chatty = await campus.enter('chatty', { clientId: 'chatty' });
  for (let n = 0; n < AT_ONCE; n += 1) await chatty.publish(`chat/${n}`, 'x');
  await chatty.publish('chat/last', 'x', { qos: 1 });
  await reader.until('publish', ({ topic }) => topic === 'chat/last');
  const delivered = reader.messages().length - 1;
  expect(delivered).toBeGreaterThanOrEqual(1_000);
  await expect
    .poll(
      async () =>
        delivered + (await toldGone('chatty', ['rate-dropped'])) + (await toldGone('reader', ['queue-dropped'])),
    )
    .toBe(AT_ONCE);
  if (delivered < AT_ONCE) expect(campus.gateway.output()).toMatch(/chatty/);
}, 30_000);

test('a packet over 1 MiB: closed, with a line in the log and in the list', async () => {
  const bridge = await campus.enter('zigbee', { clientId: 'huge' });
  await bridge.publish('zigbee2mqtt/bridge/devices', Buffer.alloc(1_100_000, 'x'));
  await bridge.closed;
  const entry = await campus.told({ login: 'zigbee', clientId: 'huge', reason: 'oversize-packet' });
  expect(entry.change.en).not.toBe('');
  expect(campus.gateway.output()).toMatch(/huge/);
});

describe('who is refused', () => {
  test('six clients on one host: each is named', async () => {
    for (let n = 0; n < 6; n += 1) {
      const client = await campus.connect(`hall-${n}`, { clientId: `board-${n}`, password: 'guess' });
      expect(client.connack.returnCode).toBe(4);
    }
    for (let n = 0; n < 6; n += 1) {
      await campus.told({ login: `hall-${n}`, clientId: `board-${n}`, reason: 'bad-credentials' });
      expect(campus.gateway.output()).toContain(`board-${n}`);
    }
  });

  test('another version of MQTT: answered with 1, and its client id is named', async () => {
    // CONNECT with level 6, which no library writes.
    const bytes = Buffer.from('\x10\x1b\x00\x04MQTT\x06\x02\x00\x3c\x00\x0ffrom-the-future', 'latin1');
    const answer = await answerTo(bytes);
    expect([...answer.subarray(0, 4)]).toEqual([0x20, 2, 0, 1]);
    await campus.told({ clientId: 'from-the-future', reason: 'protocol-version' });
  });

  test('a topic out of its prefixes: what to change is said in both languages', async () => {
    const client = await campus.enter('hall-1', { clientId: 'board-1' });
    await client.publish('hall/2/lamp', 'on', { qos: 1 });
    const entry = await campus.told({ login: 'hall-1', reason: 'topic-denied', detail: 'hall/2/lamp' });
    expect(entry.change.zh).toMatch(/前缀/);
    expect(entry.change.en).toMatch(/prefix/i);
    expect(campus.gateway.output()).toMatch(/hall\/2\/lamp/);
  });
});

/** What comes back to bytes sent on a new connection, until it is closed or a CONNACK's four are there. */
async function answerTo(bytes: Buffer): Promise<Buffer> {
  return new Promise((done, failed) => {
    const socket = connect(campus.port, '127.0.0.1', () => socket.write(bytes));
    let answer = Buffer.alloc(0);
    socket.on('data', (chunk) => {
      answer = Buffer.concat([answer, chunk]);
      if (answer.length >= 4) socket.destroy();
    });
    socket.once('error', failed);
    socket.once('close', () => done(answer));
  });
}
