/** A filled store, a model that was told the same, and ways to damage a copy of the files. */
import { closeSync, cpSync, fstatSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { openReadingStore } from '../../src/store/open-reading-store.ts';
import type { ReadingStore } from '../../src/store/reading-store.ts';
import { type HistorySeries, historySeries } from './history.ts';
import { modelStore } from './model-store.ts';

export const DAY = 86_400_000;
export const START = Date.UTC(2026, 2, 2);
export const DAYS = 5;
const SEED = 20_261_130;

export interface Filled {
  readonly series: readonly HistorySeries[];
  readonly model: ReadingStore;
}

export const openAt = (dir: string): Promise<ReadingStore> => openReadingStore({ dir, hourPhaseMs: 0 });

/** Five days of eight series: the first four sealed, the last in the journal. */
export async function fill(dir: string): Promise<Filled> {
  const kinds = ['register', 'gauge', 'state', 'interval', 'register', 'gauge', 'gauge', 'register'] as const;
  const series = kinds.map((kind, n) => historySeries(n, kind, START, SEED));
  const model = modelStore({ hourPhaseMs: 0 });
  const store = await openAt(dir);
  for (const one of [store, model]) await one.define(series);
  for (let day = 0; day < DAYS; day += 1) {
    const readings = series.flatMap((one) => one.day(day).onTime).sort((a, b) => a.ts - b.ts);
    for (let at = 0; at < readings.length; at += 200) {
      for (const into of [store, model]) await into.append(readings.slice(at, at + 200));
    }
    if (day === DAYS - 2) {
      await store.release(await store.head());
      await store.seal(START + (DAYS - 1) * DAY + 900_000);
    }
  }
  await store.close();
  checkpoint(dir);
  return { series, model };
}

/** All in one file, so that every byte can be hit. */
export function checkpoint(dir: string): void {
  const db = new DatabaseSync(join(dir, 'readings.db'));
  db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  db.close();
}

const PAGE = 8_192;

/** @param random 0 ≤ n < 1. Page 1 is left alone: without it there is no database to open. */
export const DAMAGES: Readonly<Record<string, (fd: number, size: number, random: () => number) => void>> = {
  'flipped bits': (fd, size, random) => {
    for (let i = 0; i < 50; i += 1) flip(fd, PAGE + Math.floor(random() * (size - PAGE)), Math.floor(random() * 8));
  },
  'a flipped bit': (fd, size, random) =>
    flip(fd, PAGE + Math.floor(random() * (size - PAGE)), Math.floor(random() * 8)),
  'a zeroed page': (fd, size, random) => {
    writeSync(fd, new Uint8Array(PAGE), 0, PAGE, PAGE * (1 + Math.floor(random() * (size / PAGE - 1))));
  },
  'two pages exchanged': (fd, size, random) => {
    const [a, b] = [page(size, random), page(size, random)];
    const [first, second] = [read(fd, a), read(fd, b)];
    writeSync(fd, second, 0, PAGE, a);
    writeSync(fd, first, 0, PAGE, b);
  },
  'a torn end': (fd, size, random) => ftruncateSync(fd, PAGE + Math.floor(random() * (size - PAGE))),
  noise: (fd, size, random) => {
    const bytes = Uint8Array.from({ length: 600 }, () => Math.floor(random() * 256));
    writeSync(fd, bytes, 0, bytes.length, PAGE + Math.floor(random() * (size - PAGE - bytes.length)));
  },
};

const page = (size: number, random: () => number): number => PAGE * (1 + Math.floor(random() * (size / PAGE - 1)));

function read(fd: number, at: number): Uint8Array {
  const bytes = new Uint8Array(PAGE);
  readSync(fd, bytes, 0, PAGE, at);
  return bytes;
}

function flip(fd: number, at: number, bit: number): void {
  const byte = new Uint8Array(1);
  readSync(fd, byte, 0, 1, at);
  writeSync(fd, Uint8Array.of((byte[0] ?? 0) ^ (1 << bit)), 0, 1, at);
}

export function damagedCopy(from: string, to: string, kind: string, random: () => number): void {
  cpSync(from, to, { recursive: true });
  const fd = openSync(join(to, 'readings.db'), 'r+');
  try {
    DAMAGES[kind]?.(fd, fstatSync(fd).size, random);
  } finally {
    closeSync(fd);
  }
}
