/** Real clients with their defaults, where they are installed: mosquitto_pub, mosquitto_sub, paho for Python, MQTT.js. */
import { connectAsync, type IClientOptions } from 'mqtt';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nativeTopic } from '#contract/topics.ts';
import { programPath, pythonWith } from '../../engines.ts';
import { SITE } from '../../run-gateway.ts';
import { itNeeds } from '../../skip.ts';
import { type ConnectCampus, connectCampus, passwordOf } from './connect-campus.ts';
import { documentedLogin } from './documented-login.ts';
import { runProgram } from './run-program.ts';

const publisher = programPath('mosquitto_pub');
const subscriber = programPath('mosquitto_sub');
const python = pythonWith('paho.mqtt.client');
const noMosquitto = publisher === undefined || subscriber === undefined ? 'mosquitto_pub is not installed' : undefined;
const noPaho = python === undefined ? 'paho-mqtt for Python is not installed' : undefined;
const topic = nativeTopic(SITE, 'meter', 'readings');

let campus: ConnectCampus;
beforeAll(async () => {
  campus = await connectCampus(
    [documentedLogin('scripts', { username: 'desk' })],
    [{ id: 'meter', kind: 'electricity-meter' }],
  );
}, 60_000);
afterAll(() => campus?.stop(), 30_000);

const server = (username: string): string[] => [
  ...['-h', '127.0.0.1', '-p', `${campus.port}`],
  ...['-u', username, '-P', passwordOf(username)],
];

describe.each(['mqttv31', 'mqttv311', 'mqttv5'])('mosquitto_pub and mosquitto_sub, -V %s', (version) => {
  // MQTT 3.1 knows no empty client id, so the programs make one up.
  const power = 100 + version.length;

  itNeeds(noMosquitto, 'publish, with QoS 0, 1 and 2', async () => {
    for (const qos of [0, 1, 2]) {
      const reading = `{"power_w":${power + qos}}`;
      const args = [...server('meter'), '-V', version, '-q', `${qos}`, '-t', topic, '-m', reading];
      expect(await runProgram(publisher ?? '', args)).toMatchObject({ code: 0, error: '' });
      await campus.stored('meter', 'power_w', power + qos);
    }
  });

  itNeeds(noMosquitto, 'a foreign topic ends without an error for the connection', async () => {
    const args = [...server('meter'), '-V', version, '-q', '1', '-t', 'elsewhere/lamp', '-m', 'on'];
    const { code, error } = await runProgram(publisher ?? '', args);
    expect(code).toBe(0);
    // MQTT 5 says why: not authorized.
    expect(error).toMatch(version === 'mqttv5' ? /not authori[sz]ed|135/i : /^$/);
    await campus.told({ login: 'meter', reason: 'topic-denied', detail: 'elsewhere/lamp' });
  });

  itNeeds(noMosquitto, 'retained: subscribe gets it with # and ends after one message', async () => {
    const kept = `scripts/${version}/status`;
    const sent = [...server('desk'), '-V', version, '-q', '1', '-r', '-t', kept, '-m', 'kept'];
    expect(await runProgram(publisher ?? '', sent)).toMatchObject({ code: 0, error: '' });
    const args = [...server('desk'), '-V', version, '-C', '1', '-W', '8', '-v', '-t', kept];
    expect(await runProgram(subscriber ?? '', args)).toEqual({ code: 0, out: `${kept} kept\n`, error: '' });
    const all = [...server('desk'), '-V', version, '-C', '1', '-W', '8', '-v', '-t', '#'];
    expect((await runProgram(subscriber ?? '', all)).out).toMatch(/^scripts\/\S+ kept\n$/);
  });

  itNeeds(noMosquitto, 'a wrong password is said as such', async () => {
    const args = ['-h', '127.0.0.1', '-p', `${campus.port}`, '-u', 'desk', '-P', 'guess', '-V', version];
    const { code, error } = await runProgram(publisher ?? '', [...args, '-t', 'scripts/x', '-m', 'x']);
    expect(code).not.toBe(0);
    expect(error).toMatch(/not authori[sz]ed|bad user ?name or password/i);
  });
});

/** Connects with an empty id, subscribes, publishes, waits for its own message; prints what it heard. */
const PAHO = `
import sys
import paho.mqtt.client as mqtt
port, user, password, version, topic, reading = sys.argv[1:]
heard = []
def on_connect(client, data, flags, code, properties=None):
    print("connected", int(getattr(code, "value", code)))
    client.subscribe("scripts/paho", qos=2)
def on_subscribe(client, data, mid, granted, properties=None):
    print("granted", [int(getattr(one, "value", one)) for one in granted])
    client.publish("scripts/paho", "hello", qos=2)
def on_message(client, data, message):
    print("heard", message.topic, message.payload.decode(), message.qos)
    client.disconnect()
made = {} if not hasattr(mqtt, "CallbackAPIVersion") else {"callback_api_version": mqtt.CallbackAPIVersion.VERSION1}
client = mqtt.Client(protocol=getattr(mqtt, version), **made)
client.on_connect, client.on_subscribe, client.on_message = on_connect, on_subscribe, on_message
client.username_pw_set(user, password)
client.connect("127.0.0.1", int(port))
client.loop_forever()
`;

describe.each(['MQTTv31', 'MQTTv311', 'MQTTv5'])('paho for Python, %s', (version) => {
  itNeeds(noPaho, 'an empty id, QoS 2 both ways', async () => {
    const args = [`${campus.port}`, 'desk', passwordOf('desk'), version, topic, '{}'];
    const { code, out, error } = await runProgram(python ?? '', ['-c', PAHO, ...args]);
    expect({ code, error }).toEqual({ code: 0, error: '' });
    expect(out).toBe('connected 0\ngranted [2]\nheard scripts/paho hello 2\n');
  });
});

describe.each([3, 4, 5] as const)('MQTT.js, level %i', (protocolVersion) => {
  const options = (username: string): IClientOptions => ({
    ...{ protocolVersion, protocolId: protocolVersion === 3 ? 'MQIsdp' : 'MQTT', reconnectPeriod: 0 },
    ...{ username, password: passwordOf(username) },
  });

  test('as its manual shows it: the id it makes up, retained messages, QoS 0 to 2', async () => {
    const client = await connectAsync(campus.url, options('desk'));
    const heard: string[] = [];
    client.on('message', (at, payload, { retain }) => heard.push(`${at} ${payload} ${retain}`));
    const kept = `scripts/js/${protocolVersion}/status`;
    await client.publishAsync(kept, 'k', { qos: 1, retain: true });
    await client.subscribeAsync(`scripts/js/${protocolVersion}/#`, { qos: 2 });
    for (const qos of [0, 1, 2] as const)
      await client.publishAsync(`scripts/js/${protocolVersion}/${qos}`, 'x', { qos });
    const wanted = [0, 1, 2].map((qos) => `scripts/js/${protocolVersion}/${qos} x false`);
    await expect.poll(() => heard.toSorted()).toEqual([...wanted, `${kept} k true`]);
    await client.endAsync();
  });

  test('a reading, and a topic out of rights on the same connection', async () => {
    const client = await connectAsync(campus.url, options('meter'));
    let closes = 0;
    client.on('close', () => {
      closes += 1;
    });
    const denied = client.publishAsync('elsewhere/lamp', 'on', { qos: 1 });
    // Only MQTT 5 has a word for it.
    if (protocolVersion === 5) await expect(denied).rejects.toThrow(/not authorized/i);
    else await denied;
    await client.publishAsync(topic, `{"power_w":${900 + protocolVersion}}`, { qos: 1 });
    await campus.stored('meter', 'power_w', 900 + protocolVersion);
    expect(closes).toBe(0);
    await client.endAsync();
  });
});
