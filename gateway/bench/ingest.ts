/**
 * What the guard, the rights, the hold and our fan-out cost: bare aedes, which acknowledges everything and stores
 * nothing, against the broker with a pipeline that answers at once. In turns, in the same run: ratios hold on a busy
 * machine, absolutes do not.
 */
import { once } from 'node:events';
import { createServer } from 'node:net';
import { Aedes } from 'aedes';
import { startBroker } from '../src/broker/start-broker.ts';
import { systemClock } from '../src/shared/clock.ts';
import { hashToken } from '../src/shared/token-hash.ts';
import { type LoadOptions, type LoadResult, runLoad } from './load.ts';

export interface BenchRow {
  readonly id: string;
  readonly value: number;
  readonly unit: string;
  /** What it should be. */
  readonly reach?: number;
  readonly ok?: boolean;
}

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

export async function run(): Promise<BenchRow[]> {
  const bare: LoadResult[] = [];
  const ours: LoadResult[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    bare.push(await bareAedes());
    ours.push(await ourBroker());
  }
  const bareRate = median(bare.map(({ perSecond }) => perSecond));
  const rate = median(ours.map(({ perSecond }) => perSecond));
  const ratio = rate / bareRate;
  return [
    { id: 'bare-aedes', value: Math.round(bareRate), unit: 'msg/s' },
    { id: 'broker', value: Math.round(rate), unit: 'msg/s' },
    {
      id: 'broker/bare-aedes',
      value: Math.round(ratio * 1_000) / 1_000,
      unit: 'ratio',
      reach: REACH,
      ok: ratio >= REACH,
    },
    { id: 'broker-puback-p99', value: Math.round(median(ours.map(({ p99Ms }) => p99Ms)) * 10) / 10, unit: 'ms' },
  ];
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

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
