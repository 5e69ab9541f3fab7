/** Sessions that outlive their connection: what is queued for them, over a restart and a kill, in MQTT 3.1.1 and 5. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ConnectCampus, connectCampus } from './connect-campus.ts';
import type { ConnectFields, PacketClient } from './packet-client.ts';

let campus: ConnectCampus;
beforeAll(async () => {
  campus = await connectCampus(
    [
      { username: 'sender', prefixes: ['lab/', 'other/'] },
      { username: 'branch', prefixes: ['lab/'] },
      { username: 'screen', kind: 'integration', prefixes: ['lab/'] },
    ],
    [],
  );
}, 60_000);
afterAll(() => campus?.stop(), 30_000);

const restart = async (how: 'terminate' | 'kill'): Promise<void> => {
  await campus.gateway[how]();
  await campus.gateway.start();
};
const isPresent = ({ connack }: PacketClient): boolean => connack.sessionPresent;

describe.each([
  ['a bridge, MQTT 3.1.1', 'branch', { clean: false }, ['terminate', 'kill']],
  ['an integration, MQTT 3.1.1', 'screen', { clean: false }, ['kill']],
  [
    ...(['a bridge, MQTT 5', 'branch'] as const),
    { protocolVersion: 5, clean: false, properties: { sessionExpiryInterval: 3_600 } },
    ['kill'],
  ],
] as const)('%s', (name, username, how, ends) => {
  const fields: ConnectFields = { clientId: `kept ${name}`, ...how };
  const topic = (leaf: string): string => `lab/${leaf}`;
  const payloads = (client: PacketClient): string[] => client.messages().map(({ payload }) => `${payload}`);

  test.each(ends)(
    'what came while it was away is there after %s',
    async (end) => {
      const first = await campus.enter(username, fields);
      expect(isPresent(first)).toBe(end !== ends[0]);
      await first.subscribe('#', { qos: 1 });
      await first.end();
      const sender = await campus.enter('sender', { clientId: `sender ${name} ${end}` });
      for (let n = 0; n < 20; n += 1) await sender.publish(topic(end), `${end} ${n}`, { qos: 1 });
      await sender.publish('other/lamp', 'not for it', { qos: 1 });
      await restart(end);
      const again = await campus.enter(username, fields);
      expect(isPresent(again)).toBe(true);
      await again.until('publish', ({ payload }) => `${payload}` === `${end} 19`);
      expect(payloads(again)).toEqual(Array.from({ length: 20 }, (_, n) => `${end} ${n}`));
      await again.ping();
      await again.end();
      // Acknowledged once is delivered once.
      const third = await campus.enter(username, fields);
      await third.ping();
      expect(payloads(third)).toEqual([]);
      await third.end();
    },
    60_000,
  );

  test('and gone with a clean start', async () => {
    const clean = await campus.enter(username, { ...fields, clean: true, properties: {} });
    expect(isPresent(clean)).toBe(false);
    await clean.end();
    const after = await campus.enter(username, fields);
    expect(isPresent(after)).toBe(false);
    await after.end();
  });
});

test('MQTT 5: a session ends when it said so', async () => {
  const fields: ConnectFields = { protocolVersion: 5, clientId: 'short', clean: false };
  const short = await campus.enter('branch', { ...fields, properties: { sessionExpiryInterval: 1 } });
  await short.subscribe('lab/#');
  await short.end();
  await expect
    .poll(
      async () => {
        // Without an interval it would end with the connection; this one only looks.
        const looked = await campus.enter('branch', { ...fields, properties: { sessionExpiryInterval: 1 } });
        const found = isPresent(looked);
        looked.drop();
        await looked.closed;
        await new Promise((done) => setTimeout(done, 2_000));
        return found;
      },
      { timeout: 15_000 },
    )
    .toBe(false);
});
