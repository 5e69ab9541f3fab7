/** One sender's flood of frames that cannot be read, on its way to the disk and there: it costs its own rows. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { DecodeResult } from '../../src/decode/decoder.ts';
import { createPipeline } from '../../src/pipeline.ts';
import { manualClock } from '../../src/shared/clock.ts';
import type { Frame } from '../../src/shared/frame.ts';
import { openRecordsDb } from '../../src/store/open-records-db.ts';
import { listQuarantine, type QuarantineEntry, quarantineStatements } from '../../src/store/quarantine-records.ts';
import type { RecordsDb } from '../../src/store/records-db.ts';
import { QUIET } from '../integration/quiet-log.ts';

const T = Date.UTC(2026, 2, 2);
const STRANGE: DecodeResult = {
  ...{ readings: [], heard: [], ignored: false, dedup: undefined, replies: [], proposals: [] },
  quarantine: [{ reason: 'unknown-topic', detail: '', profile: undefined, address: undefined }],
};
let dir: string;
let records: RecordsDb;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'houqin-quarantine-'));
  records = await openRecordsDb({ dir });
});
afterEach(async () => {
  await records.close();
  await rm(dir, { recursive: true, force: true });
});

const topics = async (): Promise<string[]> =>
  (await listQuarantine(records, undefined, 10_000)).map(({ topic }) => topic);

function pipelineOfStrangers() {
  const nothing = (): undefined => undefined;
  return createPipeline({
    ...{ clock: manualClock(T), log: QUIET, records, decode: () => STRANGE, define: nothing, blocked: nothing },
    ...{ heard: nothing, refused: nothing, repeated: nothing, storeDown: nothing, aside: nothing, send: nothing },
    store: { append: async () => ({ seq: 1, stored: 0, duplicates: 0 }) },
    remember: async () => true,
  });
}
const frame = (username: string, clientId: string, topic: string): Frame => ({
  ...{ topic, payload: Buffer.from('{}'), qos: 1, retain: false, replayed: false, will: false, at: T },
  ...{ clientId, username, credential: 'bridge' },
});

test('1,500 made-up topics in one breath leave room for who says one thing', async () => {
  const pipeline = pipelineOfStrangers();
  const loud = Array.from({ length: 1_500 }, (_, n) => pipeline.onFrame(frame('loud', `id-${n}`, `loud/${n}`)));
  const quiet = pipeline.onFrame(frame('quiet', 'quiet', 'quiet/1'));
  await Promise.all([...loud, quiet]);
  expect(await topics()).toContain('quiet/1');
  expect(await topics()).toHaveLength(1_000);
  expect(pipeline.counters().quarantineDropped).toBe(501);
});

test('above the limit the login that has most rows loses those it has not sent for longest', async () => {
  const entry = (username: string, clientId: string, n: number, at: number): QuarantineEntry => ({
    ...{ topic: `${username || clientId}/${n}`, reason: 'unknown-topic', detail: '', profile: null, address: null },
    ...{ clientId, username, at, bytes: 2, head: new Uint8Array(2), count: 1 },
  });
  const quiet = [1, 2, 3].map((n) => entry('quiet', 'q', n, T + n));
  const device = entry('', 'probe', 1, T);
  const loud = Array.from({ length: 40 }, (_, n) => entry('loud', `id-${n}`, n, T + 100 + n));
  await records.write(quarantineStatements([...quiet, device], 10));
  await records.write(quarantineStatements(loud, 10));
  const left = await topics();
  expect(left).toHaveLength(10);
  expect(left).toEqual(expect.arrayContaining(['quiet/1', 'quiet/2', 'quiet/3', 'probe/1', 'loud/39', 'loud/34']));
  await records.write(quarantineStatements([entry('loud', 'id-0', 0, T + 200)], 10));
  expect(await topics()).toContain('loud/0');
  expect(await topics()).not.toContain('loud/34');
});
