/** Meters that speak only when asked, behind transparent DTUs, over real MQTT. */
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { LatestValue, Quarantined } from '#contract/http/campus.ts';
import { dlt645Read } from '../../src/decode/codecs/dlt645-read.ts';
import { floatWords, registersOf, slaveAnswer, withCrc } from '../decode/modbus/modbus-slave.ts';
import { startTestGateway, type TestGateway } from '../run-gateway.ts';
import { waitFor } from '../wait-for.ts';
import { fakeDtu } from './fake-dtu.ts';

const root = resolve(import.meta.dirname, '../../..');
const QUICK = 'poll: {timeoutMs: 250, retries: 0, lateMs: 1000}';

const line = (id: string, topic: string, unit: string, profile = 'quick', intervalS = 1): string =>
  `  - {id: ${id}, name: ${id}, kind: electricity-meter, place: campus, profile: ${profile}, address: "${unit}", downTopic: ${topic}/down, intervalS: ${intervalS}}`;

const DEVICES = [
  'devices:',
  ...['a1', 'a2', 'a3', 'a9'].map((id) => line(id, 'dtu/a', id.slice(1))),
  line('b1', 'dtu/b', '1'),
  line('b-dlt', 'dtu/b', '202105080001', 'dlt645-quick'),
  '  - {id: c2, name: c2, kind: electricity-meter, place: campus, profile: modbus-dds238, address: "2", upTopic: dtu/c/up, intervalS: 60}',
  line('d1', 'dtu/d', '1', 'modbus-sdm', 3600),
].join('\n');

const QUICK_PROFILE = `id: quick
name: {zh: 快表, en: Quick meter}
modbus:
  function: 4
  type: float32
  registers:
    - {register: 0x0000, metric: voltage_v}
    - {register: 0x0010, metric: power_w}
    - {register: 0x0048, metric: energy_total_kwh}
${QUICK}
tests:
  - {id: voltage, topic: dtu/1/up, enc: hex, payload: "01 04 04 43 66 33 34 1B 38", context: {request: "01 04 00 00 00 02 71 CB"}, expect: [{device: "1", metric: voltage_v, value: 230.2}]}
`;

let config: string;
let gateway: TestGateway;

beforeAll(async () => {
  config = await mkdtemp(join(tmpdir(), 'houqin-poll-'));
  await cp(join(root, 'gateway/test/campus-config'), config, { recursive: true });
  await cp(join(root, 'config/profiles'), join(config, 'profiles'), { recursive: true });
  await writeFile(join(config, 'profiles/quick.yaml'), QUICK_PROFILE);
  const dlt645 = await readFile(join(config, 'profiles/dlt645.yaml'), 'utf8');
  const poll = 'poll: {protocol: dlt645, read: ["00010000"], timeoutMs: 250, retries: 0}\n';
  const own = dlt645.replace('id: dlt645\n', 'id: dlt645-quick\n').replace(/^poll:.*\n(?: {2}.*\n)*/m, '');
  await writeFile(join(config, 'profiles/dlt645-quick.yaml'), own.replace('\nrules:\n', `\n${poll}rules:\n`));
  await rm(join(config, 'profiles/dlt645.yaml'));
  await writeFile(join(config, 'devices.yaml'), DEVICES);
  await writeFile(join(config, 'rules.yaml'), 'rules: []\n');
  gateway = await startTestGateway({ config });
}, 60_000);

afterAll(async () => {
  await gateway?.stop();
  await rm(config, { recursive: true, force: true });
}, 30_000);

async function latest(): Promise<ReadonlyMap<string, LatestValue>> {
  const { items } = await gateway.api<{ items: LatestValue[] }>('/latest');
  return new Map(items.map((item) => [`${item.device} ${item.metric}`, item]));
}

const meter = (unit: number, energy: number) => {
  const registers = registersOf({
    0: floatWords(220 + unit),
    16: floatWords(100 * unit),
    72: floatWords(energy),
  });
  return (request: Buffer): Buffer[] => {
    const answer = slaveAnswer(request, unit, registers);
    return answer === undefined ? [] : [answer];
  };
};

const soon = { timeout: 15_000, interval: 100 };

test('units of one line are read, whole, in pieces and with an echo; one that is silent starves nobody', async () => {
  const [one, two, three] = [meter(1, 1000.5), meter(2, 2000.25), meter(3, 3000)];
  await using dtu = await fakeDtu(gateway.mqttUrl, 'dtu/a', (request) => [
    ...one(request),
    ...two(request).flatMap((answer) => [answer.subarray(0, 4), answer.subarray(4)]),
    ...three(request).map((answer) => Buffer.concat([request, answer])),
  ]);
  await waitFor(async () => {
    const values = await latest();
    for (const [id, volts, watts, energy] of [
      ['a1', 221, 100, 1000.5],
      ['a2', 222, 200, 2000.25],
      ['a3', 223, 300, 3000],
    ] as const) {
      expect(values.get(`${id} voltage_v`)?.value).toBeCloseTo(volts, 6);
      expect(values.get(`${id} power_w`)?.value).toBeCloseTo(watts, 6);
      expect(values.get(`${id} energy_total_kwh`)?.value).toBeCloseTo(energy, 6);
    }
  }, soon);
  const asked = dtu.requests.length;
  await waitFor(() => {
    const units = dtu.requests.slice(asked).map((request) => request[0]);
    // Unit 9 is asked too, but between two attempts the others have their turn.
    for (const unit of [1, 2, 3]) expect(units.filter((one) => one === unit).length).toBeGreaterThan(9);
    expect(units).toContain(9);
  }, soon);
  expect((await latest()).has('a9 voltage_v')).toBe(false);
  expect(new Set(dtu.requests.map((request) => request[1]))).toEqual(new Set([4]));
}, 40_000);

test('one line carries Modbus and DL/T 645; unit 1 of another line is another device', async () => {
  const one = meter(1, 77);
  const request645 = dlt645Read({ address: '202105080001', di: '00010000' });
  await using dtu = await fakeDtu(gateway.mqttUrl, 'dtu/b', (request) =>
    request645?.equals(request) ? [dlt645Answer('202105080001', 123456.78)] : one(request),
  );
  await waitFor(async () => {
    const values = await latest();
    expect(values.get('b1 energy_total_kwh')?.value).toBe(77);
    expect(values.get('b-dlt energy_total_kwh')?.value).toBeCloseTo(123456.78, 6);
  }, soon);
  expect(dtu.requests.length).toBeGreaterThan(0);
}, 30_000);

test('a DTU that asks by itself: what leaves one reading only is taken, the rest says what to configure', async () => {
  await using dtu = await fakeDtu(gateway.mqttUrl, 'dtu/c', () => [
    withCrc([2, 3, 4, 0, 1, 0xe2, 0x40]),
    withCrc([2, 3, 2, 0, 1]),
  ]);
  // Nobody asks on this line: the DTU is made to speak by a message of ours.
  await gatewayPublish('dtu/c/down');
  await waitFor(async () => {
    expect((await latest()).get('c2 energy_total_kwh')?.value).toBeCloseTo(1234.56, 6);
    const { items } = await gateway.api<{ items: Quarantined[] }>('/quarantine');
    expect(items.find(({ topic }) => topic === 'dtu/c/up')?.detail).toContain('downTopic');
  }, soon);
  expect(dtu.requests).toHaveLength(1);
}, 30_000);

test('nothing is asked while nobody listens, and everything as soon as somebody does', async () => {
  await new Promise((done) => setTimeout(done, 100));
  const before = await figures();
  await using dtu = await fakeDtu(gateway.mqttUrl, 'dtu/d', () => []);
  // Its interval is an hour: it is due since the start, and is asked when the DTU is there.
  await waitFor(() => expect(dtu.requests.length).toBeGreaterThan(0), soon);
  expect(before.get('houqin_poll_total{kind="unheard"}')).toBeGreaterThan(0);
}, 30_000);

async function figures(): Promise<ReadonlyMap<string, number>> {
  const response = await fetch(`${gateway.url}/metrics`, {
    headers: { authorization: `Bearer ${gateway.adminToken}` },
  });
  const lines = (await response.text()).split('\n').filter((text) => !text.startsWith('#'));
  return new Map(
    lines.map((text) => [text.slice(0, text.lastIndexOf(' ')), Number(text.slice(text.lastIndexOf(' ')))]),
  );
}

async function gatewayPublish(topic: string): Promise<void> {
  const { connectAsync } = await import('mqtt');
  const client = await connectAsync(gateway.mqttUrl, { reconnectPeriod: 0 });
  await client.publishAsync(topic, 'go', { qos: 1 });
  await client.endAsync();
}

/** DL/T 645-2007, 7.1: 68 A0…A5 68 91 08 DI+33 data+33 CS 16, everything lowest byte first. */
function dlt645Answer(address: string, kwh: number): Buffer {
  const bcd = (text: string): number[] => [...Buffer.from(text, 'hex')].reverse();
  const data = [0, 0, 1, 0, ...bcd(String(Math.round(kwh * 100)).padStart(8, '0'))].map((byte) => (byte + 0x33) & 255);
  const body = [0x68, ...bcd(address), 0x68, 0x91, data.length, ...data];
  return Buffer.from([0xfe, 0xfe, ...body, body.reduce((sum, byte) => sum + byte, 0) & 255, 0x16]);
}
