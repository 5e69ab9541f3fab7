/**
 * What it costs to keep the promise that an acknowledged reading is on disk. In turns, in the same run (ratios hold on a
 * busy machine, absolutes do not): bare aedes, which acknowledges everything and stores nothing; our broker with a
 * pipeline that answers at once; with the pipeline that decodes and commits four values a message; and the whole gateway,
 * which judges them, too.
 */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Aedes } from 'aedes';
import { campusConfig } from '../contract/config/campus.ts';
import { devicesConfig } from '../contract/config/devices.ts';
import type { BrokerOptions } from '../src/broker/broker-options.ts';
import { startBroker } from '../src/broker/start-broker.ts';
import { createDecoder } from '../src/decode/decoder.ts';
import { createPipeline } from '../src/pipeline.ts';
import { systemClock } from '../src/shared/clock.ts';
import { createRegistry, type Registry } from '../src/shared/registry.ts';
import { hashToken } from '../src/shared/token-hash.ts';
import { openReadingStore } from '../src/store/open-reading-store.ts';
import { openRecordsDb } from '../src/store/open-records-db.ts';
import { createSeriesDefiner } from '../src/store/series-definer.ts';
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
  distinct: true,
};
const ROUNDS = 3;
/** Shares of bare aedes that the broker should reach, alone and with what it takes in committed. */
const REACH = 0.9;
const DURABLE_REACH = 0.5;
/** Messages a second of a whole gateway. */
const JUDGED_REACH = 5_000;

const quiet = (): void => {};
const log = { info: quiet, warn: quiet, error: quiet };

export async function run(): Promise<BenchRow[]> {
  const bare: LoadResult[] = [];
  const ours: LoadResult[] = [];
  const durable: LoadResult[] = [];
  const judged: LoadResult[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    bare.push(await bareAedes());
    ours.push(await ourBroker(async () => ({ kind: 'stored' })));
    durable.push(await brokerAndStore());
    judged.push(await wholeGateway());
  }
  const rate = (results: readonly LoadResult[]): number => median(results.map(({ perSecond }) => perSecond));
  const p99 = (results: readonly LoadResult[]): number => rounded(median(results.map(({ p99Ms }) => p99Ms)), 1);
  const share = (id: string, results: readonly LoadResult[], reach?: number): BenchRow => {
    const value = rounded(rate(results) / rate(bare), 3);
    return {
      id: `${id}/bare-aedes`,
      value,
      unit: 'ratio',
      ...(reach === undefined ? {} : { reach, ok: value >= reach }),
    };
  };
  const judgedRate = Math.round(rate(judged));
  return [
    { id: 'bare-aedes', value: Math.round(rate(bare)), unit: 'msg/s' },
    { id: 'broker', value: Math.round(rate(ours)), unit: 'msg/s' },
    share('broker', ours, REACH),
    { id: 'broker-puback-p99', value: p99(ours), unit: 'ms' },
    { id: 'durable', value: Math.round(rate(durable)), unit: 'msg/s' },
    share('durable', durable, DURABLE_REACH),
    { id: 'durable-puback-p99', value: p99(durable), unit: 'ms' },
    { id: 'judged', value: judgedRate, unit: 'msg/s', reach: JUDGED_REACH, ok: judgedRate >= JUDGED_REACH },
    share('judged', judged),
    { id: 'judged-puback-p99', value: p99(judged), unit: 'ms' },
  ];
}

/** @throws when what was acknowledged is not what is stored */
async function wholeGateway(): Promise<LoadResult> {
  const gateway = await startMeterGateway({ meters: LOAD.connections, prefix: LOAD.userPrefix });
  try {
    const port = Number(new URL(gateway.mqttUrl).port);
    const result = await runLoad({ ...LOAD, port });
    compare(result, await storedPoints(gateway));
    return result;
  } finally {
    await gateway.stop();
  }
}

function compare({ sentInAll, ackedInAll }: LoadResult, stored: number): void {
  if (ackedInAll !== sentInAll || stored !== ackedInAll * VALUES)
    throw new Error(`sent ${sentInAll} messages, acknowledged ${ackedInAll}, stored ${stored} values`);
}

/** @throws when what was acknowledged is not what is stored */
async function brokerAndStore(): Promise<LoadResult> {
  const dir = mkdtempSync(join(tmpdir(), 'houqin-bench-'));
  const registry = meterRegistry();
  const store = await openReadingStore({ dir, hourPhaseMs: 0 });
  const records = await openRecordsDb({ dir });
  const decoder = createDecoder({ registry, profiles: [] });
  const pipeline = createPipeline({
    clock: systemClock(),
    log,
    store,
    records,
    decode: decoder.decode,
    heard: quiet,
    repeated: quiet,
    storeDown: quiet,
    refused: quiet,
    define: createSeriesDefiner(store, registry).ensure,
    aside: () => undefined,
    send: quiet,
    remember: async () => true,
    blocked: () => undefined,
  });
  try {
    const result = await ourBroker(pipeline.onFrame);
    compare(result, (await store.stats()).points);
    return result;
  } finally {
    await records.close();
    await store.close();
    rmSync(dir, { recursive: true, force: true });
  }
}

function meterRegistry(): Registry {
  const name = { zh: '测', en: 't' };
  const campus = campusConfig.parse({
    name,
    sites: [{ id: LOAD.site, name }],
    places: [{ id: 'room', name, kind: 'campus' }],
  });
  const devices = Array.from({ length: LOAD.connections }, (_, n) => ({
    id: `${LOAD.userPrefix}${n}`,
    name,
    kind: 'electricity-meter',
    place: 'room',
  }));
  return createRegistry(campus, devicesConfig.parse({ devices }));
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

async function ourBroker(onFrame: BrokerOptions['onFrame']): Promise<LoadResult> {
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
    log,
    credentials: () => ({
      find: (username) => ({ kind: 'device', username, site: LOAD.site, tokenHash: hashOf(username) }),
    }),
    auth: 'required',
    limits: { messagesPerSecond: 1_000_000, messageBurst: 1_000_000, preAuthPerAddress: 512 },
    retainable: () => false,
    maxPayloadBytes: () => 64 * 1024,
    onFrame,
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
