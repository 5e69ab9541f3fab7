/**
 * Every captured message of every ecosystem that speaks MQTT, published to the running gateway, and looked for where
 * people look: GET /latest. What must yield nothing must leave every value of every device as it was.
 */
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { connectAsync, type MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { stringify } from 'yaml';
import type { LatestValue } from '#contract/http/campus.ts';
import { startTestGateway, type TestGateway } from '../run-gateway.ts';
import { itNeeds } from '../skip.ts';
import { waitFor } from '../wait-for.ts';
import { bytesOf, type FixtureFile, type FixtureMessage, mqttFixtures } from './fixture-files.ts';

const root = resolve(import.meta.dirname, '../../..');
const fixtures = mqttFixtures(process.env['HOUQIN_TEST_DATA']);
const missing = fixtures.length > 0 ? undefined : 'HOUQIN_TEST_DATA names no folder with ../fixtures beside it';

/** Ecosystems whose profile does not bear the folder's name. */
const PROFILES: Readonly<Record<string, string | ((file: FixtureFile, address: string) => string)>> = {
  generic: 'native',
  shelly: (file) => (file.name.includes('gen1') ? 'shelly-gen1' : 'shelly-gen2'),
  'modbus-rtu': (_file, address) => `meter-of-unit-${address}`,
};

/** What a school writes for names that are its own: the message says `property:WF`, devices.yaml what WF is. */
const FIELDS: Readonly<Record<string, string>> = {
  WF: 'temperature_c',
  'Temperature.value': 'temperature_c',
  node0101: 'power_w',
};

/** The registers of the meters whose answers the Modbus messages are: by the words of their notes, not by our profiles. */
const MODBUS = {
  'meter-of-unit-1': [
    { function: 4, register: 0x0000, type: 'float32', metric: 'voltage_v' },
    { function: 4, register: 0x4000, type: 'float32', metric: 'energy_total_kwh' },
    { function: 4, register: 0x2004, type: 'float32', metric: 'power_w', scale: 1000 },
  ],
  'meter-of-unit-5': [{ function: 3, register: 0x0100, type: 'float32', order: 'CDAB', metric: 'energy_total_kwh' }],
  'meter-of-unit-2': [{ function: 3, register: 0x0000, type: 'uint32', scale: 0.01, metric: 'energy_total_kwh' }],
};

/** Their DTU answers one request of many: the others must not be waited for as on a line over 4G. */
const QUICK = { timeoutMs: 200, retries: 0, lateMs: 300 };

let config: string;
let gateway: TestGateway;
let mqtt: MqttClient;

beforeAll(async () => {
  if (missing !== undefined) return;
  config = await mkdtemp(join(tmpdir(), 'houqin-fixtures-'));
  await cp(join(root, 'gateway/test/campus-config'), config, { recursive: true });
  await cp(join(root, 'config/profiles'), join(config, 'profiles'), { recursive: true });
  for (const [id, registers] of Object.entries(MODBUS)) {
    const profile = {
      id,
      name: { zh: '电表', en: 'Meter' },
      modbus: { registers },
      poll: QUICK,
      tests: modbusTests(id, registers),
    };
    await writeFile(join(config, 'profiles', `${id}.yaml`), stringify(profile));
  }
  await writeFile(join(config, 'devices.yaml'), stringify({ devices: devices() }));
  const campus = await readFile(join(config, 'campus.yaml'), 'utf8');
  await writeFile(join(config, 'campus.yaml'), campus.replace('id: main', 'id: b3'));
  await writeFile(join(config, 'rules.yaml'), 'rules: []\n');
  gateway = await startTestGateway({ config });
  mqtt = await connectAsync(gateway.mqttUrl, { clientId: 'every-ecosystem', reconnectPeriod: 0 });
}, 60_000);

afterAll(async () => {
  await mqtt?.endAsync(true);
  await gateway?.stop();
  if (config !== undefined) await rm(config, { recursive: true, force: true });
}, 30_000);

describe('captured messages through the running gateway', () => {
  for (const file of fixtures) {
    for (const message of file.messages) {
      itNeeds(missing, `${file.name} ${message.id}`, () =>
        message.context?.request === undefined && file.ecosystem !== 'modbus-rtu'
          ? published(file, message)
          : answered(file, message),
      );
    }
  }
  itNeeds(missing, 'are 171', () => {
    expect(fixtures.reduce((sum, file) => sum + file.messages.length, 0)).toBe(171);
  });
});

async function published(file: FixtureFile, message: FixtureMessage): Promise<void> {
  const before = await latest();
  await mqtt.publishAsync(message.topic, bytesOf(message), { qos: 1, retain: message.retain ?? false });
  await yields(file, message, before);
}

/** A DTU that answers when it is asked; what is no answer to anything it says by itself. */
async function answered(file: FixtureFile, message: FixtureMessage): Promise<void> {
  const { topic } = message;
  if (message.expect.length === 0) return published(file, message);
  const before = await latest();
  const answer = bytesOf(message);
  const wanted = message.context?.request?.replaceAll(' ', '').toLowerCase();
  const asked = (request: Buffer): boolean =>
    wanted === undefined ? request[0] === answer[0] : request.toString('hex') === wanted;
  const onRequest = (_topic: string, request: Buffer): void => {
    if (asked(request)) mqtt.publish(topic, answer, { qos: 1 });
  };
  mqtt.on('message', onRequest);
  await mqtt.subscribeAsync(topic.replace(/up$/, 'down'), { qos: 1 });
  try {
    await yields(file, message, before);
  } finally {
    mqtt.off('message', onRequest);
    await mqtt.unsubscribeAsync(topic.replace(/up$/, 'down'));
  }
}

type Values = ReadonlyMap<string, Omit<LatestValue, 'freshness'>>;

async function latest(): Promise<Values> {
  const { items } = await gateway.api<{ items: LatestValue[] }>('/latest');
  // How fresh a value is changes by itself.
  return new Map(items.map(({ freshness: _, ...item }) => [`${item.device} ${item.metric}`, item]));
}

async function yields(file: FixtureFile, message: FixtureMessage, before: Values): Promise<void> {
  if (message.expect.length === 0) return expect(await latest()).toEqual(before);
  await waitFor(
    async () => {
      const now = await latest();
      for (const wanted of message.expect) {
        const name = `${idOf(file, wanted.device)} ${metricOf(wanted.metric)}`;
        const got = now.get(name);
        expect(got, name).toBeDefined();
        expect(got?.value).toBeCloseTo(numberOf(wanted.value), 6);
        expect(got?.receivedAt ?? 0, `${name} is new`).toBeGreaterThan(before.get(name)?.receivedAt ?? 0);
        // None of these devices' own times is of these days: the value is kept and says so.
        if (wanted.ts !== undefined) expect(got?.flags).toContain('clock');
      }
    },
    { timeout: 8_000, interval: 10 },
  );
}

const metricOf = (metric: string): string => FIELDS[metric.slice(metric.indexOf(':') + 1)] ?? metric;

/** A named alert is an alert. */
const numberOf = (value: number | boolean | string): number => (typeof value === 'string' ? 1 : Number(value));

function profileOf(file: FixtureFile, address: string): string {
  const profile = PROFILES[file.ecosystem] ?? file.ecosystem;
  return typeof profile === 'string' ? profile : profile(file, address);
}

function idOf(file: FixtureFile, address: string): string {
  const profile = profileOf(file, address);
  if (profile === 'native') return address;
  return `${profile} ${Buffer.from(address).toString('hex')}`.replaceAll(' ', '-').slice(0, 64);
}

function devices(): readonly object[] {
  const found = new Map<string, object>();
  for (const file of fixtures) {
    for (const address of file.messages.flatMap((message) => message.expect.map(({ device }) => device))) {
      const profile = profileOf(file, address);
      const line = file.ecosystem === 'modbus-rtu' ? { downTopic: 'dtu/m/down', intervalS: 1 } : {};
      found.set(idOf(file, address), {
        ...{ id: idOf(file, address), name: address, kind: 'sensor', place: 'campus', fields: FIELDS, ...line },
        ...(profile === 'native' ? { kind: 'camera' } : { profile, address }),
      });
    }
  }
  return [...found.values()];
}

/** A profile does not load without a test of its own: the very messages, with the request that makes sense of them. */
function modbusTests(id: string, registers: readonly { readonly metric: string }[]): readonly object[] {
  const unit = id.slice(id.lastIndexOf('-') + 1);
  return fixtures
    .filter((file) => file.ecosystem === 'modbus-rtu')
    .flatMap((file) => file.messages)
    .filter((message) =>
      message.expect.some(({ device, metric }) => device === unit && registers.some((one) => one.metric === metric)),
    )
    .map(({ id: name, topic, payload, context, expect: wanted }) => ({
      ...{ id: name, topic, enc: 'hex', payload },
      ...(context?.request === undefined ? {} : { context: { request: context.request } }),
      expect: wanted.map(({ device, metric, value }) => ({ device, metric, value })),
    }));
}
