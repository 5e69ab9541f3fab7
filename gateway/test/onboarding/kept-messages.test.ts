/** Kept messages on their way into the history. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FLAG_BITS, type Reading } from '#contract/readings.ts';
import { campusFrom } from '../../src/campus-in-force.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import { openKeptMessages } from '../../src/kept-messages.ts';
import type { KeptFrame } from '../../src/onboarding/kept-book.ts';
import { keptStatements } from '../../src/store/kept-frames.ts';
import { openRecordsDb } from '../../src/store/open-records-db.ts';
import type { RecordsDb } from '../../src/store/records-db.ts';
import { QUIET } from '../integration/quiet-log.ts';

const T = Date.UTC(2026, 2, 2);
const topic = 'campus/v1/main/cam-1/status';
let dir: string;
let records: RecordsDb;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'houqin-kept-'));
  records = await openRecordsDb({ dir });
});
afterEach(async () => {
  await records.close();
  await rm(dir, { recursive: true, force: true });
});

test('a last will stays the suspicion it was, and a replayed message the hint', async () => {
  const loaded = campusFrom(await loadConfig(join(import.meta.dirname, '../campus-config')));
  if (!loaded.ok) throw new Error('the config of the tests');
  const { campus } = loaded;
  const frame = (id: number, more: Partial<KeptFrame> = {}): KeptFrame => ({
    ...{ id, topic, at: T + id, reason: 'unknown-device', clientId: 'cam-1', username: 'cam-1', from: undefined },
    ...{ replayed: false, will: false, payload: Buffer.from('offline'), ...more },
  });
  const head = {
    ...{ topic, reason: 'unknown-device' as const, detail: '', profile: 'native', address: 'cam-1' },
    ...{ clientId: 'cam-1', count: 3, firstAt: T, lastAt: T + 3, isStrange: true },
  };
  const frames = [frame(1), frame(2, { will: true }), frame(3, { replayed: true })];
  await records.write(keptStatements({ frames, gone: [], topics: [head], goneTopics: [] }));
  const taken: Reading[] = [];
  const kept = await openKeptMessages({
    ...{ records, log: QUIET, closers: [], campus: () => campus },
    importReadings: async (readings) => {
      taken.push(...readings);
      return { stored: readings.length, duplicates: 0 };
    },
  });
  await kept.takeIn();
  const bits = taken.map(({ ts, flags }) => [ts - T, flags & (FLAG_BITS.will | FLAG_BITS.replayed)]);
  expect(bits).toEqual([
    [1, 0],
    [2, FLAG_BITS.will],
    [3, FLAG_BITS.replayed],
  ]);
  expect(kept.book.stats().frames).toBe(0);
});
