/** The watch over a real folder, with a store that does as it is told; time is moved by hand. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { manualClock } from '../../src/shared/clock.ts';
import { type Closers, closeAll } from '../../src/shared/closers.ts';
import { createStorageWatch, type StorageWatch } from '../../src/storage-watch.ts';
import { StoreError } from '../../src/store/reading-store.ts';
import type { RecordsDb } from '../../src/store/records-db.ts';
import { QUIET } from '../integration/quiet-log.ts';
import { waitFor } from '../wait-for.ts';

let dir: string;
let closers: Closers;
let clock: ReturnType<typeof manualClock>;
let watch: StorageWatch;
let probe: () => Promise<string | undefined>;
let write: RecordsDb['write'];

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  dir = mkdtempSync(join(tmpdir(), 'houqin-watch-'));
  closers = [];
  clock = manualClock(1_000_000);
  probe = async () => undefined;
  write = async () => [];
  watch = await createStorageWatch({ clock, log: QUIET, closers, dataDir: dir, minFreeMiB: () => 0.001 });
});
afterEach(async () => {
  await closeAll(closers, QUIET);
  vi.useRealTimers();
  rmSync(dir, { recursive: true, force: true });
});

const records = (): RecordsDb => ({ write: (all) => write(all), read: async () => [], close: async () => undefined });
const start = (): void => watch.start({ probe: () => probe(), onCommit: () => () => undefined }, records());

/** So much time passes, and what is answered meanwhile is heard. */
async function pass(ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= 1_000) {
    clock.set(clock.now() + 1_000);
    vi.advanceTimersByTime(1_000);
    await turn();
  }
}
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const reasons = (): string[] => watch.list().map(({ reason }) => reason);

describe('the watch over the disk', () => {
  it('finds a write that does not end within 10 s though nothing else happens, and one that ends in time is no news', async () => {
    const told: string[][] = [];
    watch.onChange((list) => told.push(list.map(({ reason }) => reason)));
    start();
    await pass(60_000);
    expect(told).toEqual([]);
    const hung = Promise.withResolvers<undefined>();
    probe = () => hung.promise;
    await pass(10_000);
    expect(reasons()).toEqual(['slow']);
    expect(watch.refuses('readings')).toMatchObject({ reason: 'slow', folder: dir });
    expect(watch.refuses('records')).toBeUndefined();
    probe = async () => undefined;
    hung.resolve(undefined);
    await pass(4_000);
    // It goes through again, but once more so late is one trouble, not two.
    expect(watch.refuses('readings')).toBeUndefined();
    expect(reasons()).toEqual(['slow']);
    await pass(12_000);
    expect(reasons()).toEqual([]);
  });

  it('does not take a stall of this process for a slow disk', async () => {
    start();
    let answer = (): void => undefined;
    probe = () =>
      new Promise((resolve) => {
        answer = () => resolve(undefined);
      });
    await pass(4_000);
    clock.set(clock.now() + 30_000);
    vi.advanceTimersByTime(1_000);
    answer();
    probe = async () => undefined;
    await turn();
    await pass(10_000);
    expect(reasons()).toEqual([]);
  });

  it('takes failing records for what they are, refuses only those, and tries until they work', async () => {
    write = () => Promise.reject(new StoreError('io', 'database is locked'));
    const watched = watch.watched(records());
    start();
    await expect(watched.write([])).rejects.toThrow('locked');
    await waitFor(() => expect(watch.list()).toMatchObject([{ reason: 'failing', refuses: ['records'] }]));
    expect(watch.list()[0]?.sentence.zh).toContain('读数仍在保存');
    write = async () => [];
    await pass(5_000);
    expect(reasons()).toEqual([]);
  });

  it('is not put at ease by a small write while larger ones are refused', async () => {
    start();
    watch.failed('readings', new StoreError('full', 'database or disk is full'));
    await waitFor(() => expect(reasons()).toEqual(['full']));
    for (let i = 0; i < 5; i += 1) {
      watch.failed('readings', new StoreError('full', 'database or disk is full'));
      await pass(2_000);
      expect(reasons()).toEqual(['full']);
    }
    watch.worked('readings');
    expect(reasons()).toEqual([]);
  });

  it('takes what the broker keeps for a third: only that is refused, and it is tried until it works', async () => {
    let probed = (): Promise<void> => Promise.reject(new StoreError('io', 'broker.db: disk I/O error'));
    watch.tryRetainedWith(() => probed());
    start();
    await expect(watch.commitRetained(() => probed())).rejects.toThrow('I/O');
    await waitFor(() => expect(watch.list()).toMatchObject([{ reason: 'failing', refuses: ['retained'] }]));
    expect([watch.refuses('readings'), watch.refuses('records')]).toEqual([undefined, undefined]);
    // A small message that fits does not end it while others are refused.
    await watch.commitRetained(async () => undefined);
    expect(reasons()).toEqual(['failing']);
    await pass(20_000);
    expect(reasons()).toEqual(['failing']);
    probed = async () => undefined;
    await pass(5_000);
    expect(reasons()).toEqual([]);
  });

  it('finds a commit of the broker that does not end', async () => {
    start();
    const hung = Promise.withResolvers<undefined>();
    const commit = watch.commitRetained(() => hung.promise);
    await pass(6_000);
    expect(watch.list()).toMatchObject([{ reason: 'slow', refuses: ['retained'] }]);
    hung.resolve(undefined);
    await commit;
    await pass(12_000);
    expect(reasons()).toEqual([]);
  });

  it('says nothing of a store that is closed', async () => {
    watch.failed('readings', new StoreError('closed', 'the store is closed'));
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(reasons()).toEqual([]);
  });

  it('tells of damage as it is reported, file by file, and refuses nothing for it', () => {
    watch.reportDamage('readings.db', '3 blocks of meter-1');
    watch.reportDamage('records.db', 'page 7');
    expect(watch.list()).toMatchObject([{ reason: 'damaged', refuses: [] }]);
    expect(watch.list()[0]?.sentence.en).toContain('readings.db: 3 blocks of meter-1; records.db: page 7');
    watch.reportDamage('readings.db', undefined);
    expect(watch.list()[0]?.sentence.en).not.toContain('readings.db');
    watch.reportDamage('records.db', undefined);
    expect(watch.list()).toEqual([]);
  });
});
