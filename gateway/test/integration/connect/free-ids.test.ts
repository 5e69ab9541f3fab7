/** Client ids that their owner cannot choose, or leaves empty; and who may not take whose session. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nativeTopic } from '#contract/topics.ts';
import { connectPacket, wireClient } from '../../broker/wire.ts';
import { SITE } from '../../run-gateway.ts';
import { type ConnectCampus, connectCampus, passwordOf } from './connect-campus.ts';
import { documentedLogin } from './documented-login.ts';

let campus: ConnectCampus;
beforeAll(async () => {
  campus = await connectCampus(
    [
      documentedLogin('rtl_433', { username: 'radio' }),
      documentedLogin('theengs', { username: 'ble', with: ['homeassistant/'] }),
      documentedLogin('mqttx'),
      { username: 'desk', prefixes: ['desk/'] },
      { username: 'desk 2', prefixes: ['desk/'] },
    ],
    [{ id: 'meter', kind: 'electricity-meter' }],
  );
}, 60_000);
afterAll(() => campus?.stop(), 30_000);

test('rtl_433: an id that it computes', async () => {
  const watcher = await campus.enter('radio', { clientId: 'watcher' });
  await watcher.subscribe('rtl_433/#');
  const radio = await campus.enter('radio', { clientId: 'rtl_433-0123456789ab' });
  const topic = 'rtl_433/attic/devices/Nexus-TH/1/62/temperature_C';
  await radio.publish(topic, '21.5');
  await watcher.until('publish', (packet) => packet.topic === topic);
  await radio.ping();
});

test('Theengs: an empty id, without an option for another', async () => {
  const gateway = await campus.enter('ble', {
    clientId: '',
    will: { topic: 'home/TheengsGateway/LWT', payload: Buffer.from('offline'), qos: 0, retain: true },
  });
  await gateway.publish('home/TheengsGateway/LWT', 'online', { retain: true });
  await gateway.publish('homeassistant/sensor/A4C138-tempc/config', '{"name":"t"}', { retain: true });
  await gateway.publish('home/TheengsGateway/BTtoMQTT/A4C138', '{"tempc":20.5}');
  await gateway.ping();
  await campus.retained('ble', '#', ['homeassistant/sensor/A4C138-tempc/config']);
});

describe('an empty id', () => {
  test('several at once of one login are clients of their own', async () => {
    const [one, other] = [await campus.enter('meter'), await campus.enter('meter')];
    await one.publish(nativeTopic(SITE, 'meter', 'readings'), '{"power_w":1.5}', { qos: 1 });
    await other.publish(nativeTopic(SITE, 'meter', 'readings'), '{"power_w":2.5}', { qos: 1 });
    await one.ping();
    await campus.stored('meter', 'power_w', 2.5);
  });

  test('that wants a session to stay is refused with 2 (MQTT 3.1.1, 3.1.3-8)', async () => {
    // By hand: libraries do not write it.
    const client = await wireClient(campus.port);
    client.send(connectPacket({ clientId: '', clean: false, username: 'desk', password: passwordOf('desk') }));
    expect(await client.next()).toMatchObject({ type: 'connack', id: 2 });
    await campus.told({ login: 'desk', reason: 'empty-client-id' });
  });

  test.each(['', 'mqttx_0a1b2c3d'])('of MQTT 5 (MQTTX, HiveMQ client): id %j', async (clientId) => {
    const client = await campus.enter('mqttx', { protocolVersion: 5, clientId });
    const assigned = client.connack.properties?.assignedClientIdentifier;
    if (clientId === '') expect(assigned).toMatch(/^\S+$/);
    else expect(assigned).toBeUndefined();
    expect(client.connack.properties).toMatchObject({ maximumPacketSize: 1024 * 1024 });
    expect((await client.subscribe('scripts/#', { qos: 2 })).granted).toEqual([2]);
    await client.publish('scripts/lamp', 'on', {
      qos: 2,
      properties: { userProperties: { by: 'me' }, contentType: 'text' },
    });
    const heard = await client.until('publish', ({ topic }) => topic === 'scripts/lamp');
    expect(heard.properties).toMatchObject({ userProperties: { by: 'me' }, contentType: 'text' });
  });
});

describe('whose session', () => {
  test('two logins with one id: neither takes the other over', async () => {
    const one = await campus.enter('desk', { clientId: 'same' });
    const other = await campus.enter('desk 2', { clientId: 'same' });
    await Promise.all([one.ping(), other.ping()]);
  });

  test('one login with one id twice: the later stays, and it is told with the other address', async () => {
    const one = await campus.enter('desk', { clientId: 'twice' });
    const other = await campus.enter('desk', { clientId: 'twice' });
    await one.closed;
    await other.ping();
    // Once is a device that lost its connection; again and again is two of them.
    for (let n = 0; n < 4; n += 1) await campus.enter('desk', { clientId: 'twice' });
    const entry = await campus.told({ login: 'desk', clientId: 'twice', reason: 'same-id-twice' });
    expect(entry.detail).toContain('127.0.0.1');
  });

  test('a foreign topic of MQTT 5 is answered with 0x87', async () => {
    const client = await campus.enter('desk', { protocolVersion: 5, clientId: 'v5' });
    const answer = await client.publish('elsewhere/lamp', 'on', { qos: 1 });
    expect(answer).toMatchObject({ cmd: 'puback', reasonCode: 0x87 });
    await client.ping();
  });

  test('a wrong password is 4, whatever else the CONNECT says', async () => {
    const will = { topic: 'elsewhere/x', payload: Buffer.from('x'), qos: 0, retain: false } as const;
    const client = await campus.connect('desk', { password: 'guess', clientId: '', keepalive: 0, will });
    expect(client.connack.returnCode).toBe(4);
  });
});
