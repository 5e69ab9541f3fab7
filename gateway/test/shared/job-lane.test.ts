import { afterEach, expect, test } from 'vitest';
import { type JobLane, type LaneSetup, openJobLane } from '../../src/shared/job-lane.ts';
import type { BusyJobs } from './busy-worker.ts';

let lane: JobLane<BusyJobs>;
const open = (over: Partial<LaneSetup> = {}): JobLane<BusyJobs> => {
  const file = new URL('./busy-worker.ts', import.meta.url);
  lane = openJobLane<BusyJobs>({ file, maxWaiting: 2, timeoutMs: 60_000, memoryMiB: 64, ...over });
  return lane;
};
afterEach(() => lane.close());

test('a job runs while this thread goes on', async () => {
  open();
  const flag = new Int32Array(new SharedArrayBuffer(4));
  const held = lane.run('hold', flag);
  // Reached only because the job holds another thread: it lets go when this one tells it to.
  Atomics.store(flag, 0, 1);
  Atomics.notify(flag, 0);
  expect(await held).toBe('let go');
});

test('a job over its time is ended with a sentence, and the next one works', async () => {
  open({ timeoutMs: 1_500 });
  await expect(lane.run('hold', null)).rejects.toMatchObject({
    ...{ reason: 'too-long', status: 422 },
    ...{ message: expect.stringContaining('1.5 s'), zh: expect.stringContaining('1.5 秒') },
  });
  expect(await lane.run('add', [1, 2], { timeoutMs: 60_000 })).toBe(3);
  expect(lane.stats()).toMatchObject({ ended: 1, done: 2, running: 0 });
});

test('a job over its memory is ended with a sentence, and the next one works', async () => {
  open({ memoryMiB: 32 });
  await expect(lane.run('hoard', null)).rejects.toMatchObject({
    ...{ reason: 'too-large', status: 422 },
    ...{ message: expect.stringContaining('32 MiB'), zh: expect.stringContaining('32 MiB') },
  });
  expect(await lane.run('add', [1, 2])).toBe(3);
});

test('when whoever asked has gone the job ends; one that waits never starts', async () => {
  open();
  const first = new AbortController();
  const second = new AbortController();
  const running = lane.run('hold', null, { signal: first.signal });
  const waiting = lane.run('hold', null, { signal: second.signal });
  const last = lane.run('add', [4]);
  second.abort();
  await expect(waiting).rejects.toMatchObject({ reason: 'gone' });
  first.abort();
  await expect(running).rejects.toMatchObject({ reason: 'gone' });
  expect(await last).toBe(4);
  await expect(lane.run('add', [1], { signal: AbortSignal.abort() })).rejects.toMatchObject({ reason: 'gone' });
});

test('more than may wait are refused with a sentence; the gateway’s own is not', async () => {
  open();
  const first = new AbortController();
  const running = lane.run('hold', null, { signal: first.signal });
  const waiting = [lane.run('add', [1]), lane.run('add', [2])];
  await expect(lane.run('add', [3])).rejects.toMatchObject({
    ...{ reason: 'busy', status: 503 },
    ...{ message: expect.stringContaining('2 checks'), zh: expect.stringContaining('2 项') },
  });
  const own = lane.run('add', [5], { always: true });
  first.abort();
  await expect(running).rejects.toMatchObject({ reason: 'gone' });
  expect(await Promise.all([...waiting, own])).toEqual([1, 2, 5]);
  expect(lane.stats()).toMatchObject({ refused: 1, waiting: 0 });
});

test('a job that throws says so, and the next one works', async () => {
  open();
  await expect(lane.run('throws', null)).rejects.toThrow('a job that fails');
  expect(await lane.run('add', [1, 2])).toBe(3);
});

test('a job may ask while it runs; an answer that fails ends it', async () => {
  open();
  expect(await lane.run('askTwice', 1, { answer: async (n: number) => ({ value: n + 1 }) })).toBe(3);
  const failing = lane.run('askTwice', 1, { answer: () => Promise.reject(new Error('no answer')) });
  await expect(failing).rejects.toThrow('no answer');
  expect(await lane.run('add', [1, 2])).toBe(3);
});

test('closing ends what runs and what waits', async () => {
  open();
  const all = Promise.allSettled([lane.run('hold', null), lane.run('add', [1])]);
  await lane.close();
  const settled = await all;
  expect(settled.map((one) => one.status === 'rejected' && one.reason.reason)).toEqual(['closed', 'closed']);
  await expect(lane.run('add', [1])).rejects.toMatchObject({ reason: 'closed' });
});
