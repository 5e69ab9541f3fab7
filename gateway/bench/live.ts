/**
 * Reading → dashboard over `/live`: 10 dashboards, then 1,000 of which 10 have stopped reading. 1,000 values a second over
 * 1,000 series. From the hand-over to the api until a client has parsed it; clients live in a process of their own.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { z } from 'zod';
import type { LatestValue } from '../contract/http/campus.ts';
import { startApi } from '../src/api/start-api.ts';
import { systemClock } from '../src/shared/clock.ts';
import { fakeDeps } from '../test/api/fake-deps.ts';
import type { BenchRow } from './bench-row.ts';

const SERIES = 1_000;
const PER_TURN = 20;
const TURN_MS = 20;
const MEASURE_MS = 5_000;
const TOKEN_FILE = 'cli-token';

const report = z.object({ p50Ms: z.number(), p99Ms: z.number(), values: z.number(), cut: z.number() });

export async function run(): Promise<BenchRow[]> {
  const few = await measure(10, 0);
  const many = await measure(1_000, 10);
  return [
    { id: '10-clients-p50', value: few.p50Ms, unit: 'ms' },
    { id: '10-clients-p99', value: few.p99Ms, unit: 'ms', reach: 50, ok: few.p99Ms <= 50 },
    { id: '1000-clients-p50', value: many.p50Ms, unit: 'ms' },
    { id: '1000-clients-p99', value: many.p99Ms, unit: 'ms', reach: 1_000, ok: many.p99Ms <= 1_000 },
    { id: '1000-clients-rss-growth', value: many.rssMiB, unit: 'MiB', reach: 100, ok: many.rssMiB <= 100 },
  ];
}

async function measure(clients: number, stalled: number): Promise<z.output<typeof report> & { rssMiB: number }> {
  const deps = { ...fakeDeps(), clock: systemClock() };
  const quiet = () => undefined;
  const log = { info: quiet, warn: quiet, error: quiet };
  await deps.records.write([
    {
      sql: "INSERT INTO users (id, name, role, password_hash, created_at, disabled) VALUES ('a', 'a', 'admin', '', 0, 0)",
    },
  ]);
  const api = await startApi({ deps, host: '127.0.0.1', port: 0, staticDir: deps.dataDir, log });
  const args = [api.url, join(deps.dataDir, TOKEN_FILE), String(clients), String(stalled)];
  const child = fork(join(import.meta.dirname, 'live-clients.ts'), args);
  await once(child, 'message');
  const rssBefore = process.memoryUsage().rss;
  let turn = 0;
  const feed = setInterval(() => {
    deps.live.values(Array.from({ length: PER_TURN }, (_, i) => valueAt((turn * PER_TURN + i) % SERIES)));
    turn += 1;
  }, TURN_MS);
  await new Promise((resolve) => setTimeout(resolve, MEASURE_MS));
  clearInterval(feed);
  const rssMiB = Math.round((process.memoryUsage().rss - rssBefore) / 2 ** 20);
  child.send('report');
  const [found] = await once(child, 'message');
  await api.close();
  child.disconnect();
  return { ...report.parse(found), rssMiB };
}

function valueAt(series: number): LatestValue {
  const now = Date.now();
  return {
    device: `meter-${series}`,
    metric: 'power_w',
    ts: now,
    receivedAt: now,
    value: series,
    quality: 'measured',
    flags: [],
    freshness: 'live',
  };
}
