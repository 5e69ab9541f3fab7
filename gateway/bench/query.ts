/** What a page waits for, over HTTP: a year of 30 meters, one reading a minute, 15.8 million points. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Reading } from '../contract/readings.ts';
import { openReadingStore } from '../src/store/open-reading-store.ts';
import type { TestGateway } from '../test/run-gateway.ts';
import type { BenchRow } from './bench-row.ts';
import { startMeterGateway } from './meter-campus.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const METERS = 30;
const PREFIX = 'meter-';
const DAYS = 365;
const PER_APPEND = 6 * HOUR;
/** Midnight of Asia/Shanghai past UTC's. */
const DAY_PHASE = 16 * HOUR;
const METRIC = 'energy_total_kwh';

export async function run(): Promise<BenchRow[]> {
  const dataDir = mkdtempSync(join(tmpdir(), 'houqin-bench-'));
  try {
    const end = Math.floor((Date.now() - DAY_PHASE) / DAY) * DAY + DAY_PHASE;
    const start = end - DAYS * DAY;
    const perSecond = await fill(dataDir, start, end);
    const gateway = await startMeterGateway({ meters: METERS, prefix: PREFIX, dataDir });
    try {
      return [
        { id: 'import', value: Math.round(perSecond), unit: 'readings/s' },
        ...(await queryRows(gateway, start, end)),
      ];
    } finally {
      await gateway.stop();
    }
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
}

/** @returns readings a second, sealing included */
async function fill(dir: string, start: number, end: number): Promise<number> {
  const store = await openReadingStore({ dir, hourPhaseMs: 0, dayPhaseMs: DAY_PHASE });
  const meters = Array.from({ length: METERS }, (_, n) => `${PREFIX}${n}`);
  const register = { digits: 8, ratedMax: 200 };
  await store.define(
    meters.map((device) => ({ device, metric: METRIC, kind: 'register', intervalMs: MINUTE, register })),
  );
  const began = performance.now();
  for (let from = start; from < end; from += PER_APPEND) {
    const readings = meters.flatMap((device, n) => hoursOf(device, n, from - start, start));
    await store.append(readings, { history: true });
    if ((from - start) % (30 * DAY) === 0) await store.seal(from);
  }
  await store.seal(end + DAY);
  const seconds = (performance.now() - began) / 1_000;
  await store.close();
  return (METERS * (end - start)) / MINUTE / seconds;
}

/** A register that grows by day more than by night, with three decimals as meters have. */
function hoursOf(device: string, n: number, after: number, start: number): Reading[] {
  return Array.from({ length: PER_APPEND / MINUTE }, (_, i) => {
    const minute = after / MINUTE + i;
    const total =
      1_000 * n + minute * 0.05 + 8 * Math.sin((minute / 720) * Math.PI) + (Math.imul(minute, 7_919) % 13) / 1_000;
    const ts = start + minute * MINUTE;
    return { device, metric: METRIC, ts, value: Math.round(1_000 * (total + 10)) / 1_000, flags: 0, receivedAt: ts };
  });
}

async function queryRows(gateway: TestGateway, start: number, end: number): Promise<BenchRow[]> {
  const day = (n: number): number => start + ((7 * n) % (DAYS - 31)) * DAY;
  const meter = (n: number): string => `device=${PREFIX}${n % METERS}&metric=${METRIC}`;
  const campus = `place=campus&resource=electricity&from=${start}&to=${end}`;
  const ask = (path: (n: number) => string, times: number): Promise<number[]> => timed(gateway, path, times);
  return [
    ...rows('24 h raw, one series', await ask((n) => `/series?${meter(n)}&from=${day(n)}&to=${day(n) + DAY}`, 200), 50),
    ...rows(
      '30 d hourly, one series',
      await ask((n) => `/series?${meter(n)}&from=${day(n)}&to=${day(n) + 30 * DAY}&step=1h`, 200),
      50,
    ),
    ...rows(
      'consumption of the campus, a year by month',
      await ask(() => `/consumption?${campus}&step=month`, 10),
      2_000,
    ),
    ...rows(
      'consumption of the campus, 30 d by day',
      await ask(
        (n) => `/consumption?place=campus&resource=electricity&from=${day(n)}&to=${day(n) + 30 * DAY}&step=day`,
        30,
      ),
      500,
    ),
    ...rows('newest values of the campus', await ask(() => '/latest?place=campus', 200), 50),
  ];
}

async function timed(gateway: TestGateway, path: (n: number) => string, times: number): Promise<number[]> {
  const took: number[] = [];
  // Two to warm up.
  for (let n = -2; n < times; n += 1) {
    const began = performance.now();
    await gateway.api(path(Math.abs(n)));
    if (n >= 0) took.push(performance.now() - began);
  }
  return took.sort((a, b) => a - b);
}

function rows(id: string, sorted: readonly number[], reachMs: number): BenchRow[] {
  const at = (share: number): number =>
    Math.round(10 * (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN)) / 10;
  return [
    { id: `${id}, p50`, value: at(0.5), unit: 'ms', reach: reachMs, ok: at(0.5) <= reachMs },
    { id: `${id}, p99`, value: at(0.99), unit: 'ms' },
  ];
}
