import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Reading } from '#contract/readings.ts';
import { openReadingStore } from '../../src/store/open-reading-store.ts';
import type { ReadingStore } from '../../src/store/reading-store.ts';
import { allPoints } from './same-answers.ts';

const T = Date.UTC(2026, 2, 2);
const ALL = { device: 'm-1', metric: 'power_w', from: T, to: T + 1e10 };
let next = 0;
const batch = (count: number): Reading[] =>
  Array.from({ length: count }, () => {
    next += 1;
    return {
      device: 'm-1',
      metric: 'power_w',
      ts: T + next * 1_000,
      value: next + Math.sin(next),
      flags: 0,
      receivedAt: T,
    };
  });

describe('when it goes wrong, the store', () => {
  let dir: string;
  const opened: ReadingStore[] = [];
  const open = async (options: { dir?: string; maxPages?: number; waiting?: number } = {}): Promise<ReadingStore> => {
    const queue = options.waiting === undefined ? {} : { waitingReadings: options.waiting };
    const store = await openReadingStore({
      dir: options.dir ?? dir,
      hourPhaseMs: 0,
      maxPages: options.maxPages,
      queue,
    });
    opened.push(store);
    return store;
  };
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'houqin-fail-'));
  });
  afterEach(async () => {
    for (const store of opened.splice(0)) await store.close();
    rmSync(dir, { recursive: true, force: true });
  });

  /** Appends until the store is full. @returns the readings whose append resolved */
  async function fill(store: ReadingStore): Promise<Reading[]> {
    const acked: Reading[] = [];
    for (let i = 0; i < 2_000; i += 1) {
      const readings = batch(500);
      const outcome = await store.append(readings).catch((error: unknown) => error);
      if (outcome instanceof Error) {
        expect(outcome).toMatchObject({ name: 'StoreError', code: 'full' });
        return acked;
      }
      acked.push(...readings);
    }
    throw new Error('the disk never filled');
  }

  async function expectExactly(store: ReadingStore, readings: readonly Reading[]): Promise<void> {
    const points = await allPoints(store, ALL, 50_000);
    expect(points.map(({ value }) => value)).toEqual(readings.map(({ value }) => value));
  }

  it('says a disk is full, stores nothing of what it refused, and goes on once there is room', async (context) => {
    const disk = join(dir, 'disk');
    mkdirSync(disk);
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', disk], { stdio: 'ignore' });
    } catch {
      context.skip('needs the right to mount a small tmpfs');
    }
    try {
      const ballast = join(disk, 'ballast');
      writeFileSync(ballast, Buffer.alloc(1_500_000));
      let store = await open({ dir: join(disk, 'data') });
      const acked = await fill(store);
      expect(acked.length).toBeGreaterThan(1_000);
      await expectExactly(store, acked);
      expect(await store.probe()).toContain('full');
      rmSync(ballast);
      const more = batch(200);
      await store.append(more);
      await expectExactly(store, [...acked, ...more]);
      expect(await store.probe()).toBeUndefined();
      await store.close();
      store = await open({ dir: join(disk, 'data') });
      await expectExactly(store, [...acked, ...more]);
      await store.close();
    } finally {
      execFileSync('umount', [disk]);
    }
  });

  it('rejects exactly the appends of a commit that failed', async () => {
    let store = await open({ maxPages: 120 });
    const acked = await fill(store);
    const refused = batch(20_000);
    // The first lingers for company, the second is company enough: one commit.
    const outcomes = await Promise.allSettled([store.append(batch(3)), store.append(refused)]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await expectExactly(store, acked);
    expect((await store.latest())[0]?.value).toBe(acked.at(-1)?.value);
    expect((await store.stats()).points).toBe(acked.length);
    const twice = await store.append(acked.slice(0, 10));
    expect(twice).toEqual({ seq: 0, stored: 0, duplicates: 10 });
    await store.close();
    store = await open();
    const rest = refused.slice(0, 40);
    expect(await store.append(rest)).toMatchObject({ stored: 40 });
    await expectExactly(store, [...acked, ...rest]);
  });

  it('keeps everything when sealing runs into a full disk', async () => {
    let store = await open({ maxPages: 120 });
    const acked = await fill(store);
    await expect(store.seal(T + 1e10)).rejects.toMatchObject({ code: 'full' });
    await expectExactly(store, acked);
    await store.close();
    store = await open();
    await store.seal(T + 1e10);
    await expectExactly(store, acked);
  });

  it('refuses more than may wait, at once', async () => {
    const store = await open({ waiting: 1_000 });
    const outcomes = await Promise.allSettled([900, 900, 200].map((count) => store.append(batch(count))));
    expect(outcomes.slice(0, 2).map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled']);
    expect(outcomes[2]).toMatchObject({ status: 'rejected', reason: { code: 'io' } });
    expect(await store.append(batch(5_000))).toMatchObject({ stored: 5_000 });
  });

  it('says at once that a folder cannot be written', async () => {
    writeFileSync(join(dir, 'file'), '');
    await expect(open({ dir: join(dir, 'file', 'data') })).rejects.toMatchObject({ name: 'StoreError' });
    const locked = join(dir, 'locked');
    const first = await open({ dir: locked });
    await first.close();
    chmodSync(join(locked, 'readings.db'), 0o444);
    chmodSync(locked, 0o555);
    // Root may write anyway; there the first half is the proof.
    if (process.getuid?.() !== 0) await expect(open({ dir: locked })).rejects.toMatchObject({ code: 'read-only' });
    chmodSync(locked, 0o755);
  });

  it('refuses a file of a later version, and one whose hours are cut elsewhere', async () => {
    await (await open()).close();
    await expect(openReadingStore({ dir, hourPhaseMs: 1_800_000 })).rejects.toMatchObject({ code: 'io' });
    const file = new DatabaseSync(join(dir, 'readings.db'));
    file.exec('PRAGMA user_version = 99');
    file.close();
    await expect(open()).rejects.toMatchObject({ code: 'io', message: expect.stringContaining('newer program') });
  });

  it('reads on while its file is damaged elsewhere, and names what is missing', async () => {
    const store = await open();
    await store.append(batch(10));
    await store.seal(T + 1e10);
    const file = new DatabaseSync(join(dir, 'readings.db'));
    file.exec("UPDATE chunks SET body = x'00ff'");
    file.close();
    expect(await store.points({ ...ALL, limit: 10 })).toEqual({ points: [], nextCursor: undefined });
    expect(store.damage().listed).toMatchObject([
      { file: 'readings.db', table: 'chunks', device: 'm-1', metric: 'power_w', from: expect.any(Number) },
    ]);
    expect(await store.append([{ ...(batch(1)[0] ?? fail()), device: 'm-2' }])).toMatchObject({ stored: 1 });
  });
});

function fail(): never {
  throw new Error('no reading');
}
