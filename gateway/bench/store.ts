/** The reading store: rate, bytes and query times, against one SQLite row per point in the same run. */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Reading } from '../contract/readings.ts';
import { openReadingStore } from '../src/store/open-reading-store.ts';
import type { ReadingStore, SeriesRange } from '../src/store/reading-store.ts';
import type { BenchRow } from './bench-row.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const START = Date.UTC(2026, 0, 1);
const SERIES = 100;
const DAYS = 30;
const NAIVE_DAYS = 4;
const PER_COMMIT = 1_000;
const POINTS = SERIES * DAYS * 1_440;

export async function run(): Promise<BenchRow[]> {
  const dir = mkdtempSync(join(tmpdir(), 'houqin-bench-'));
  try {
    const naive = naiveRows(dir);
    const store = await openReadingStore({ dir, hourPhaseMs: 0, queue: { commitReadings: PER_COMMIT } });
    await store.define(
      Array.from({ length: SERIES }, (_, n) => {
        const kind = n % 2 === 0 ? 'gauge' : 'register';
        return { ...nameOf(n), kind, intervalMs: MINUTE, register: undefined };
      }),
    );
    const bulk = await bulkRows(store, naive.rate);
    const reading = await readingRows(store, naive);
    await store.close();
    return [...bulk, ...sizeRows(dir, naive.bytesPerPoint), ...reading];
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

const nameOf = (n: number) => ({ device: `m-${n}`, metric: n % 2 === 0 ? 'power_w' : 'energy_total_kwh' });

/** Readings of one hour of all series, in the order of time, as devices send them. */
function hourOf(hour: number): Reading[] {
  const readings: Reading[] = [];
  for (let minute = 0; minute < 60; minute += 1) {
    const ts = START + hour * HOUR + minute * MINUTE;
    for (let n = 0; n < SERIES; n += 1) {
      const noise = noiseOf(n, hour * 60 + minute);
      const value =
        n % 2 === 0
          ? Math.round((400 + 90 * noise) * 10) / 10
          : Math.round((hour * 60 + minute) * 15 + 20 * noise) / 1_000;
      readings.push({ ...nameOf(n), ts, value, flags: 0, receivedAt: ts });
    }
  }
  return readings;
}

/** 0 ≤ noise < 1, the same every time, without a period that a compressor could find. */
function noiseOf(n: number, minute: number): number {
  let mixed = Math.imul(minute + 0x9e3779b9 * (n + 1), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return ((mixed ^ (mixed >>> 16)) >>> 0) / 2 ** 32;
}

async function bulkRows(store: ReadingStore, naiveRate: number): Promise<BenchRow[]> {
  let appendMs = 0;
  let worst = 0;
  for (let hour = 0; hour < 24 * DAYS; hour += 6) {
    const readings = Array.from({ length: 6 }, (_, i) => hourOf(hour + i)).flat();
    const started = performance.now();
    const appends: Promise<unknown>[] = [];
    for (let at = 0; at < readings.length; at += PER_COMMIT)
      appends.push(store.append(readings.slice(at, at + PER_COMMIT)));
    await Promise.all(appends);
    appendMs += performance.now() - started;
    worst = Math.max(worst, performance.now() - started);
  }
  await store.release(await store.head());
  const started = performance.now();
  await store.seal(START + (DAYS + 1) * DAY);
  const sealMs = performance.now() - started;
  const rate = (1_000 * POINTS) / appendMs;
  return [
    row('bulk append, an fsync per 1,000', rate, 'points/s', 500_000),
    row('bulk append and seal, books included', (1_000 * POINTS) / (appendMs + sealMs), 'points/s', 250_000),
    row('bulk append ÷ one row per point', rate / naiveRate, '×', 3),
    row('slowest 36,000 readings', worst, 'ms'),
  ];
}

function sizeRows(dir: string, naiveBytes: number): BenchRow[] {
  const db = new DatabaseSync(join(dir, 'readings.db'), { readOnly: true });
  const bytes = (sql: string): number => Number(db.prepare(sql).get()?.['bytes'] ?? 0) / POINTS;
  const chunks = bytes('SELECT sum(length(body)) AS bytes FROM chunks');
  const rollups = bytes("SELECT sum(length(body)) AS bytes FROM rollups WHERE kind IN ('h', 'd')");
  const books = bytes("SELECT sum(length(body)) AS bytes FROM rollups WHERE kind = 'b'");
  db.close();
  return [
    row('chunks', chunks, 'bytes/point', 3, 'most'),
    row('hourly and daily roll-ups', rollups, 'bytes/point', 1, 'most'),
    row('books, half of the series being registers', books, 'bytes/point'),
    row('one row per point ÷ all of it', naiveBytes / (chunks + rollups + books), '×', 3),
  ];
}

async function readingRows(store: ReadingStore, naive: Naive): Promise<BenchRow[]> {
  const range = (n: number, from: number, days: number): SeriesRange => ({
    ...nameOf(n % SERIES),
    from: START + from * DAY,
    to: START + (from + days) * DAY,
  });
  const summed = (days: number) => () =>
    Promise.all(Array.from({ length: SERIES }, (_, n) => store.buckets({ ...range(n, 0, days), stepMs: HOUR })));
  const sum = await median(9, summed(NAIVE_DAYS));
  return [
    row(
      '24 h raw, one series',
      await median(60, (i) => store.points({ ...range(i, i % 29, 1), limit: 2_000 })),
      'ms',
      5,
      'most',
    ),
    row(
      '30 d hourly, one series',
      await median(60, (i) => store.buckets({ ...range(i, 0, 30), stepMs: HOUR })),
      'ms',
      5,
      'most',
    ),
    row(
      '30 d of booked hours, one meter',
      await median(60, (i) => store.hours(range(2 * i + 1, 0, 30))),
      'ms',
      10,
      'most',
    ),
    row('30 d hourly, 100 series', await median(9, summed(DAYS)), 'ms', 300, 'most'),
    row('one row per point ÷ 100 series of 4 d hourly', naive.summedMs / sum, '×', 5),
  ];
}

interface Naive {
  readonly rate: number;
  readonly bytesPerPoint: number;
  readonly summedMs: number;
}

/** The plain way: one row a point, keyed by series and time, an fsync per 1,000. */
function naiveRows(dir: string): Naive {
  const file = join(dir, 'naive.db');
  const db = new DatabaseSync(file);
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
  db.exec(
    'CREATE TABLE points(series INTEGER, ts INTEGER, value REAL, flags INTEGER, PRIMARY KEY(series, ts)) WITHOUT ROWID',
  );
  const add = db.prepare('INSERT OR IGNORE INTO points VALUES(?, ?, ?, ?)');
  let ms = 0;
  let points = 0;
  for (let hour = 0; hour < 24 * NAIVE_DAYS; hour += 1) {
    const readings = hourOf(hour);
    const started = performance.now();
    readings.forEach(({ device, ts, value, flags }, i) => {
      if (i % PER_COMMIT === 0) db.exec('BEGIN');
      add.run(Number(device.slice(2)), ts, value, flags);
      if (i % PER_COMMIT === PER_COMMIT - 1) db.exec('COMMIT');
    });
    ms += performance.now() - started;
    points += readings.length;
  }
  const started = performance.now();
  db.prepare(
    `SELECT series, ts / ${HOUR} AS hour, count(*), min(value), max(value), sum(value) FROM points GROUP BY 1, 2`,
  ).all();
  const summedMs = performance.now() - started;
  db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  db.close();
  return { rate: (1_000 * points) / ms, bytesPerPoint: statSync(file).size / points, summedMs };
}

async function median(times: number, ask: (i: number) => Promise<unknown>): Promise<number> {
  const took: number[] = [];
  for (let i = 0; i < times; i += 1) {
    const started = performance.now();
    await ask(i);
    took.push(performance.now() - started);
  }
  return took.sort((a, b) => a - b)[Math.floor(times / 2)] ?? Number.NaN;
}

function row(id: string, exact: number, unit: string, reach?: number, kind: 'least' | 'most' = 'least'): BenchRow {
  const value = exact >= 1_000 ? Math.round(exact) : Math.round(exact * 100) / 100;
  return {
    id,
    value,
    unit,
    ...(reach === undefined ? {} : { reach, ok: kind === 'least' ? value >= reach : value <= reach }),
  };
}
