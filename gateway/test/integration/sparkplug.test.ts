/** An edge node of Sparkplug at the running gateway: births, a lost message, the command to be born again, a death. */
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { connectAsync, type MqttClient } from 'mqtt';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Device, LatestValue } from '#contract/http/campus.ts';
import type { SeriesResponse } from '#contract/http/energy.ts';
import { readSparkplug } from '../../src/decode/codecs/sparkplug-payload.ts';
import { hashToken } from '../../src/shared/token-hash.ts';
import { type MetricToWrite, writePayload } from '../decode/codecs/encode-sparkplug.ts';
import { startTestGateway, type TestGateway } from '../run-gateway.ts';

const root = resolve(import.meta.dirname, '../../..');
const DEVICES = `  - { id: lab-gw, name: { zh: 实验楼采集器, en: Lab gateway }, kind: sensor, place: building-1, intervalS: 3600, profile: sparkplug-b }
  - { id: lab-meter, name: { zh: 实验楼电表, en: Lab meter }, kind: electricity-meter, place: building-1, intervalS: 3600, profile: sparkplug-b, address: lab-gw/meter, dependsOn: [lab-gw] }
credentials:
  - { username: lab, kind: bridge, prefixes: [spBv1.0/], tokenHash: "${hashToken('secret of lab')}" }
`;
const [DOUBLE, UINT64] = [10, 8];

let config: string;
let gateway: TestGateway;
let node: MqttClient;
const commands: { readonly topic: string; readonly payload: Buffer }[] = [];

beforeAll(async () => {
  config = await mkdtemp(join(tmpdir(), 'houqin-sparkplug-'));
  await cp(join(root, 'gateway/test/campus-config'), config, { recursive: true });
  await cp(join(root, 'config/profiles'), join(config, 'profiles'), { recursive: true });
  const devices = await readFile(join(config, 'devices.yaml'), 'utf8');
  await writeFile(join(config, 'devices.yaml'), devices + DEVICES);
  gateway = await startTestGateway({ config, env: { HOUQIN_DEVICE_AUTH: 'required' } });
  node = await connectAsync(gateway.mqttUrl, {
    ...{ clientId: 'lab', username: 'lab', password: 'secret of lab', reconnectPeriod: 0 },
    will: { topic: topicOf('NDEATH', 'lab-gw'), payload: writePayload({ metrics: [bdSeq(1)] }), qos: 1 },
  });
  node.on('message', (topic, payload) => commands.push({ topic, payload }));
  await node.subscribeAsync('spBv1.0/School/NCMD/lab-gw', { qos: 1 });
}, 60_000);
afterAll(async () => {
  node?.end(true);
  await gateway?.stop();
  await rm(config, { recursive: true, force: true });
}, 30_000);

const topicOf = (type: string, who: string): string => `spBv1.0/School/${type}/${who}`;
const bdSeq = (session: number): MetricToWrite => ({ name: 'bdSeq', datatype: UINT64, long: session });
const kWh = (value: number): MetricToWrite => ({ name: 'Energy/Total kWh', alias: 7, datatype: DOUBLE, double: value });

/** Resolves when the gateway has stored what it took from the message. */
async function say(type: string, who: string, metrics: readonly MetricToWrite[], seq?: number): Promise<void> {
  const timestamp = Date.now();
  const stamped = metrics.map((metric) => ({ timestamp, ...metric }));
  const payload = writePayload({ timestamp, metrics: stamped, ...(seq === undefined ? {} : { seq }) });
  await node.publishAsync(topicOf(type, who), payload, { qos: 1 });
}
const energy = async (): Promise<number | undefined> =>
  (await gateway.api<{ items: LatestValue[] }>('/latest?device=lab-meter')).items.find(
    ({ metric }) => metric === 'energy_total_kwh',
  )?.value;
const device = (id: string): Promise<Device> => gateway.api<Device>(`/devices/${id}`);

test('born, heard by its alias, and asked to be born again after a gap', async () => {
  await say('NBIRTH', 'lab-gw', [bdSeq(1)], 0);
  await say('DBIRTH', 'lab-gw/meter', [kWh(100)], 1);
  expect(await energy()).toBe(100);
  await say('DDATA', 'lab-gw/meter', [{ alias: 7, double: 101 }], 2);
  expect(await energy()).toBe(101);
  expect(commands).toEqual([]);

  await say('DDATA', 'lab-gw/meter', [{ alias: 7, double: 999 }], 4);
  await expect.poll(() => commands.length, { timeout: 5_000 }).toBe(1);
  expect(commands[0]?.topic).toBe('spBv1.0/School/NCMD/lab-gw');
  const [wanted] = readSparkplug(commands[0]?.payload ?? Buffer.alloc(0))?.metrics ?? [];
  expect(wanted).toMatchObject({ name: 'Node Control/Rebirth', datatype: 11 });
  expect(wanted?.valueAs(11)).toBe(true);
  expect(await energy()).toBe(101);

  await say('NBIRTH', 'lab-gw', [bdSeq(1)], 0);
  await say('DBIRTH', 'lab-gw/meter', [kWh(102)], 1);
  await say('DDATA', 'lab-gw/meter', [{ alias: 7, double: 103 }], 2);
  expect(await energy()).toBe(103);
  expect(commands).toHaveLength(1);
});

test('what a node kept for a dead device is stored at its time and brings nobody back to life', async () => {
  const before = await energy();
  await say('DDEATH', 'lab-gw/meter', [], 3);
  expect(await device('lab-meter')).toMatchObject({ state: 'offline' });
  const yesterday = Date.now() - 86_400_000;
  await say('DBIRTH', 'lab-gw/meter', [{ ...kWh(50), isHistorical: true, timestamp: yesterday }], 4);
  await say('DDEATH', 'lab-gw/meter', [], 5);
  await say('DDATA', 'lab-gw/meter', [{ ...kWh(51), isHistorical: true, timestamp: yesterday + 1_000 }], 6);
  expect(await device('lab-meter')).toMatchObject({ state: 'offline' });
  expect(await energy()).toBe(before);
  const series = await gateway.api<SeriesResponse>(
    `/series?device=lab-meter&metric=energy_total_kwh&from=${yesterday - 1}&to=${yesterday + 60_000}`,
  );
  expect(series.points.map(({ ts, value }) => [ts, value])).toEqual([
    [yesterday, 50],
    [yesterday + 1_000, 51],
  ]);
});

test('the will of an older session says nothing; the death of the node hides its devices until they are born again', async () => {
  await say('NDEATH', 'lab-gw', [bdSeq(0)]);
  expect(await device('lab-gw')).toMatchObject({ state: 'online' });
  await say('NDEATH', 'lab-gw', [bdSeq(1)]);
  expect(await device('lab-gw')).toMatchObject({ state: 'offline', stateReason: 'reported' });
  expect(await device('lab-meter')).toMatchObject({ state: 'unknown', stateReason: 'parent-down' });
  await say('NBIRTH', 'lab-gw', [bdSeq(2)], 0);
  expect(await device('lab-gw')).toMatchObject({ state: 'online' });
  await say('DBIRTH', 'lab-gw/meter', [kWh(104)], 1);
  expect(await device('lab-meter')).toMatchObject({ state: 'online' });
});

test('a node that vanishes is under suspicion by its will', async () => {
  await say('NBIRTH', 'lab-gw', [bdSeq(1)], 0);
  node.stream.destroy();
  await expect.poll(async () => (await device('lab-gw')).stateReason, { timeout: 5_000 }).toBe('will');
  expect(await device('lab-gw')).toMatchObject({ state: 'suspect' });
});
