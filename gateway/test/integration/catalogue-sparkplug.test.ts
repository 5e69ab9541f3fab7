/**
 * The examples of chapter 6 of the Sparkplug specification, which it prints as JSON: made into bytes by the simulator's
 * encoder, read back by a reader that knows neither side, and published to a running gateway.
 */
import { existsSync, readFileSync } from 'node:fs';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { connectAsync, type MqttClient } from 'mqtt';
import { expect, onTestFinished } from 'vitest';
import type { LatestValue, Quarantined } from '#contract/http/campus.ts';
import { type SparkplugPayload, sparkplugBytes } from '../../../device-sim/encoders/sparkplug-payload.ts';
import { startTestGateway, type TestGateway } from '../run-gateway.ts';
import { itNeeds } from '../skip.ts';
import { waitFor } from '../wait-for.ts';
import { readProtobuf } from './read-protobuf.ts';

interface Example {
  readonly id: string;
  readonly topic: string;
  readonly payload: SparkplugPayload;
}

const root = resolve(import.meta.dirname, '../../..');
const data = process.env['HOUQIN_TEST_DATA'];
const file = data === undefined ? '' : join(data, '../fixtures/sparkplug-b/spec-examples-json.json');
const examples: readonly Example[] = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).messages : [];
const missing = examples.length > 0 ? undefined : 'HOUQIN_TEST_DATA names no folder with ../fixtures beside it';

const NODE = {
  ...{ id: 'pi', name: 'Pi', kind: 'sensor', profile: 'sparkplug-b', address: 'Raspberry Pi', place: 'campus' },
  fields: { 'Supply Voltage': 'voltage_v' },
};
const BOARD = {
  ...{ id: 'pibrella', name: 'Pibrella', kind: 'sensor', profile: 'sparkplug-b', address: 'Raspberry Pi/Pibrella' },
  place: 'campus',
  fields: { 'Inputs/A': { metric: 'door_open', invert: true }, 'Outputs/Buzzer': 'device_alert' },
};

async function startGateway(): Promise<TestGateway> {
  const config = await mkdtemp(join(tmpdir(), 'houqin-sparkplug-examples-'));
  await cp(join(root, 'gateway/test/campus-config'), config, { recursive: true });
  await cp(join(root, 'config/profiles'), join(config, 'profiles'), { recursive: true });
  await writeFile(join(config, 'devices.yaml'), JSON.stringify({ devices: [NODE, BOARD] }));
  await writeFile(join(config, 'rules.yaml'), 'rules: []\n');
  const gateway = await startTestGateway({ config });
  onTestFinished(async () => {
    await gateway.stop();
    await rm(config, { recursive: true, force: true });
  });
  return gateway;
}

/** What GET /latest shows of both, as `device metric`. */
async function latest(gateway: TestGateway): Promise<Record<string, number>> {
  const { items } = await gateway.api<{ items: readonly LatestValue[] }>('/latest');
  return Object.fromEntries(items.map(({ device, metric, value }) => [`${device} ${metric}`, value]));
}

async function publish(client: MqttClient, id: string): Promise<void> {
  const example = examples.find((one) => one.id === id);
  if (example === undefined) throw new Error(`no example ${id}`);
  await client.publishAsync(example.topic, sparkplugBytes(example.payload), { qos: 1 });
}

itNeeds(missing, 'the bytes of each example say what its JSON says', () => {
  expect(examples).toHaveLength(7);
  for (const { payload } of examples) expect(readProtobuf(sparkplugBytes(payload))).toEqual(payload);
});

itNeeds(
  missing,
  'the gateway takes from the bytes what devices.yaml names',
  async () => {
    const startedAt = Date.now();
    const gateway = await startGateway();
    const client = await connectAsync(gateway.mqttUrl, { clientId: 'examples', reconnectPeriod: 0 });
    onTestFinished(() => client.endAsync(true));
    const shows = (values: Readonly<Record<string, unknown>>) =>
      waitFor(async () => expect(await latest(gateway)).toEqual(values), 5_000);

    await publish(client, 'nbirth');
    const born = { 'pi online': 1, 'pi voltage_v': expect.closeTo(12.1, 5) };
    await shows(born);
    await publish(client, 'dbirth');
    const board = { 'pibrella online': 1, 'pibrella door_open': 1, 'pibrella device_alert': 0 };
    await shows({ ...born, ...board });
    await publish(client, 'ndata');
    const later = { ...born, 'pi voltage_v': expect.closeTo(12.3, 5) };
    await shows({ ...later, ...board });
    await publish(client, 'ncmd');
    await publish(client, 'dcmd');
    await shows({ ...later, ...board });
    // The examples are no session: this death of a device says seq 123 after 2, so the node is told to be born again.
    const commands: string[] = [];
    client.on('message', (topic, payload) => {
      commands.push(`${topic}: ${readProtobuf(payload).metrics?.[0]?.name}`);
    });
    await client.subscribeAsync('spBv1.0/+/NCMD/+', { qos: 1 });
    await publish(client, 'ddeath');
    const dead = { ...board, 'pibrella online': 0 };
    await shows({ ...later, ...dead });
    await waitFor(
      () => expect(commands).toEqual(['spBv1.0/Sparkplug B Devices/NCMD/Raspberry Pi: Node Control/Rebirth']),
      5_000,
    );
    await publish(client, 'ndeath');
    await shows({ ...later, ...dead, 'pi online': 0 });

    const { items } = await gateway.api<{ items: readonly Quarantined[] }>('/quarantine');
    expect(items.map(({ topic, reason, detail }) => `${topic}: ${reason}: ${detail}`)).toEqual([]);
    // The examples are of 2017, when no gateway was there to hear them: values are kept under the time of their arrival.
    const { items: values } = await gateway.api<{ items: readonly LatestValue[] }>('/latest?device=pi');
    for (const { ts } of values) expect(ts).toBeGreaterThanOrEqual(startedAt);
  },
  60_000,
);
