/**
 * What it costs to keep the promise that an acknowledged reading is on disk. In turns, in the same run (ratios hold on a
 * busy machine, absolutes do not): bare aedes, which acknowledges everything and stores nothing; our broker with a
 * pipeline that answers at once; and the whole gateway, which decodes, commits and judges four values a message.
 */
import { once } from 'node:events';
import { createServer } from 'node:net';
import { Aedes } from 'aedes';
import { startBroker } from '../src/broker/start-broker.ts';
import { systemClock } from '../src/shared/clock.ts';
import { hashToken } from '../src/shared/token-hash.ts';
import type { TestGateway } from '../test/run-gateway.ts';
import type { BenchRow } from './bench-row.ts';
import { type LoadOptions, type LoadResult, runLoad, VALUES } from './load.ts';
import { startMeterGateway } from './meter-campus.ts';

const LOAD: Omit<LoadOptions, 'port'> = {
  connections: 200,
  window: 20,
  warmUpMs: 1_000,
  measureMs: 3_000,
  userPrefix: 'meter-',
  site: 'main',
  distinct: false,
};
const ROUNDS = 3;
/** Share of bare aedes that the broker should reach. */
const REACH = 0.9;
const DURABLE_REACH = 0.5;

export async function run(): Promise<BenchRow[]> {
  const bare: LoadResult[] = [];
  const ours: LoadResult[] = [];
  const durable: LoadResult[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    bare.push(await bareAedes());
    ours.push(await ourBroker());
    durable.push(await wholeGateway());
  }
  const rate = (results: readonly LoadResult[]): number => median(results.map(({ perSecond }) => perSecond));
  const ratio = rate(ours) / rate(bare);
  const durableRatio = rate(durable) / rate(bare);
  const p99 = (results: readonly LoadResult[]): number => rounded(median(results.map(({ p99Ms }) => p99Ms)), 1);
  return [
    { id: 'bare-aedes', value: Math.round(rate(bare)), unit: 'msg/s' },
    { id: 'broker', value: Math.round(rate(ours)), unit: 'msg/s' },
    { id: 'broker/bare-aedes', value: rounded(ratio, 3), unit: 'ratio', reach: REACH, ok: ratio >= REACH },
    { id: 'broker-puback-p99', value: p99(ours), unit: 'ms' },
    { id: 'durable', value: Math.round(rate(durable)), unit: 'msg/s' },
    {
      id: 'durable/bare-aedes',
      value: rounded(durableRatio, 3),
      unit: 'ratio',
      reach: DURABLE_REACH,
      ok: durableRatio >= DURABLE_REACH,
    },
    { id: 'durable-puback-p99', value: p99(durable), unit: 'ms' },
  ];
}

/** @throws when what was acknowledged is not what is stored */
async function wholeGateway(): Promise<LoadResult> {
  const gateway = await startMeterGateway({ meters: LOAD.connections, prefix: LOAD.userPrefix });
  try {
    const port = Number(new URL(gateway.mqttUrl).port);
    const result = await runLoad({ ...LOAD, distinct: true, port });
    const stored = await storedPoints(gateway);
    const { sentInAll, ackedInAll } = result;
    if (ackedInAll !== sentInAll || stored !== ackedInAll * VALUES)
      throw new Error(`sent ${sentInAll} messages, acknowledged ${ackedInAll}, stored ${stored} values`);
    return result;
  } finally {
    await gateway.stop();
  }
}

async function storedPoints({ url, adminToken }: TestGateway): Promise<number> {
  const headers = { authorization: `Bearer ${adminToken}` };
  const text = await (await fetch(`${url}/metrics`, { headers })).text();
  return Number(/^houqin_store_points (\S+)$/m.exec(text)?.[1]);
}

async function bareAedes(): Promise<LoadResult> {
  const aedes = await Aedes.createBroker();
  const server = createServer((socket) => {
    aedes.handle(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const result = await runLoad({ ...LOAD, port });
  await new Promise<void>((resolve) => aedes.close(() => server.close(() => resolve())));
  return result;
}

async function ourBroker(): Promise<LoadResult> {
  const quiet = (): void => {};
  const hashes = new Map<string, string>();
  const hashOf = (username: string): string => {
    const hash = hashes.get(username) ?? hashToken(username);
    hashes.set(username, hash);
    return hash;
  };
  const broker = await startBroker({
    host: '127.0.0.1',
    port: 0,
    clock: systemClock(),
    log: { info: quiet, warn: quiet, error: quiet },
    credentials: () => ({
      find: (username) => ({ kind: 'device', username, site: LOAD.site, tokenHash: hashOf(username) }),
    }),
    auth: 'required',
    limits: { messagesPerSecond: 1_000_000, messageBurst: 1_000_000, preAuthPerAddress: 512 },
    retainable: () => false,
    maxPayloadBytes: () => 64 * 1024,
    onFrame: async () => ({ kind: 'stored' }),
    onOversize: async () => ({ kind: 'quarantined' }),
  });
  const result = await runLoad({ ...LOAD, port: broker.port });
  await broker.close();
  return result;
}

const rounded = (value: number, digits: number): number => Number(value.toFixed(digits));

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
