/** Files written before rows had checksums: taken over in the background, whatever kills the process meanwhile. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fileCheck } from '../../src/store/check-files.ts';
import { ALL_TAKEN } from '../../src/store/meta-rows.ts';
import type { ReadingStore } from '../../src/store/reading-store.ts';
import { DAY, DAYS, type Filled, fill, openAt, START } from './damaged-store.ts';
import { compare } from './right-or-missing.ts';

const KILLS = 8;
const VERSION_1 = `
  ALTER TABLE meta DROP COLUMN crc; ALTER TABLE series DROP COLUMN crc; ALTER TABLE series DROP COLUMN pruned;
  ALTER TABLE hot DROP COLUMN crc; ALTER TABLE chunks DROP COLUMN crc; ALTER TABLE rollups DROP COLUMN crc;
  ALTER TABLE steps DROP COLUMN crc; DROP TABLE marks; DROP TABLE lost;
  DELETE FROM meta WHERE key IN ('taken', 'identity', 'head', 'trimmed', 'series'); PRAGMA user_version = 1`;

const base = mkdtempSync(join(tmpdir(), 'houqin-taken-'));
const old = join(base, 'old');
let filled: Filled;
beforeAll(async () => {
  filled = await fill(old);
  inFile(old, (db) => db.exec(VERSION_1));
  rmSync(join(old, 'databases.json'));
}, 120_000);
afterAll(() => rmSync(base, { recursive: true, force: true }));

function inFile<T>(dir: string, work: (db: DatabaseSync) => T): T {
  const db = new DatabaseSync(join(dir, 'readings.db'), { timeout: 5_000 });
  try {
    return work(db);
  } finally {
    db.close();
  }
}

const taken = (dir: string): number =>
  inFile(dir, (db) => Number(db.prepare("SELECT value FROM meta WHERE key = 'taken'").get()?.['value'] ?? -1));

const unchecked = (dir: string): number =>
  inFile(dir, (db) =>
    ['series', 'hot', 'chunks', 'rollups', 'steps']
      .map((table) => Number(db.prepare(`SELECT count(*) AS n FROM ${table} WHERE crc IS NULL`).get()?.['n']))
      .reduce((sum, n) => sum + n, 0),
  );

function copied(name: string): string {
  cpSync(old, join(base, name), { recursive: true });
  return join(base, name);
}

async function answers(store: ReadingStore): Promise<{ wrong: string[]; missing: number }> {
  const total = { wrong: [] as string[], missing: 0 };
  for (const { device, metric } of filled.series) {
    const range = { device, metric, from: START - DAY, to: START + (DAYS + 1) * DAY };
    const { wrong, missing } = await compare(store, filled.model, range, [3_600_000, DAY]);
    total.wrong.push(...wrong);
    total.missing += missing;
  }
  return total;
}

async function openedAndKilled(dir: string, afterMs: number): Promise<void> {
  const child = spawn('node', [join(import.meta.dirname, 'take-over-child.ts'), dir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  await new Promise((resolve) => setTimeout(resolve, afterMs));
  child.kill('SIGKILL');
  await once(child, 'close');
}

describe('a readings.db of the version before', () => {
  it('serves all it has, and every row has its checksum in the end', async () => {
    const dir = copied('quiet');
    const store = await openAt(dir);
    expect(await answers(store)).toEqual({ wrong: [], missing: 0 });
    await expect.poll(() => taken(dir), { timeout: 30_000 }).toBe(ALL_TAKEN);
    expect(unchecked(dir)).toBe(0);
    expect(await answers(store)).toEqual({ wrong: [], missing: 0 });
    const check = fileCheck({ dir, phase: 0, tell: store.found, rest: 0, files: ['readings.db'] });
    await check.round().finally(() => check.stop());
    expect(store.damage().listed).toEqual([]);
    await store.close();
  }, 60_000);

  it(`is taken over to the end after ${KILLS} kills in the middle of it`, async () => {
    const dir = copied('killed');
    for (let kill = 0; kill < KILLS; kill += 1) {
      await openedAndKilled(dir, kill * 3);
      const store = await openAt(dir);
      expect((await answers(store)).wrong).toEqual([]);
      expect(store.damage().listed).toEqual([]);
      await store.close();
      // Back to a part of the way: what is done stays done, and the rest is done again.
      if (taken(dir) === ALL_TAKEN && kill < KILLS - 1) {
        inFile(dir, (db) =>
          db.exec(`UPDATE chunks SET crc = NULL WHERE series > 3; UPDATE rollups SET crc = NULL WHERE series > 3;
            DELETE FROM marks WHERE series > 3; UPDATE meta SET value = 3, crc = NULL WHERE key = 'taken'`),
        );
      }
    }
    const store = await openAt(dir);
    await expect.poll(() => taken(dir), { timeout: 30_000 }).toBe(ALL_TAKEN);
    expect(unchecked(dir)).toBe(0);
    expect(await answers(store)).toEqual({ wrong: [], missing: 0 });
    const check = fileCheck({ dir, phase: 0, tell: store.found, rest: 0, files: ['readings.db'] });
    await check.round().finally(() => check.stop());
    expect(store.damage().listed).toEqual([]);
    await store.close();
  }, 180_000);

  it('tells of blocks that make no sense, before and after it is taken over', async () => {
    const dir = copied('senseless');
    const at = START + 2 * DAY;
    inFile(dir, (db) => db.exec(`UPDATE chunks SET body = zeroblob(40) WHERE series = 2 AND start = ${at}`));
    const store = await openAt(dir);
    for (const time of ['before', 'after']) {
      if (time === 'after') await expect.poll(() => taken(dir), { timeout: 30_000 }).toBe(ALL_TAKEN);
      const { wrong, missing } = await answers(store);
      expect({ wrong, some: missing > 0 }).toEqual({ wrong: [], some: true });
      expect(store.damage().listed).toMatchObject([{ table: 'chunks', device: 'd-1', metric: 'power_w', from: at }]);
    }
    await store.close();
  }, 60_000);

  it('goes on taking new readings while it is taken over', async () => {
    const dir = copied('busy');
    const store = await openAt(dir);
    const ts = START + (DAYS + 3) * DAY;
    const late = filled.series[0]?.day(0).late ?? [];
    await store.append([{ device: 'd-1', metric: 'power_w', ts, value: 5, flags: 0, receivedAt: ts }, ...late]);
    await store.seal(ts + DAY);
    await expect.poll(() => taken(dir), { timeout: 30_000 }).toBe(ALL_TAKEN);
    const check = fileCheck({ dir, phase: 0, tell: store.found, rest: 0, files: ['readings.db'] });
    await check.round().finally(() => check.stop());
    expect(store.damage().listed).toEqual([]);
    const range = { device: 'd-1', metric: 'power_w', from: ts, to: ts + 1 };
    expect((await store.points({ ...range, limit: 2 })).points).toEqual([{ ts, value: 5, flags: 0 }]);
    await store.close();
  }, 60_000);
});
