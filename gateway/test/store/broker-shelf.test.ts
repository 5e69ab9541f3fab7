import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { BrokerShelf, QueuedEntry, RetainedEntry, SessionEntry } from '../../src/shared/broker-shelf.ts';
import { type BrokerShelfOptions, openBrokerShelf } from '../../src/store/open-broker-shelf.ts';
import { queued, retained, type Sorted, session, sorted } from './shelf-samples.ts';

const KEYS = ['a', 'a/b', '空调/温度', 'login\u0000client', '__proto__x', ''];
const key = fc.constantFrom(...KEYS);
const qos = fc.constantFrom<0 | 1 | 2>(0, 1, 2);
const bytes = fc.uint8Array({ maxLength: 40 }).map((data) => Buffer.from(data));
const text = fc.string({ unit: 'grapheme', maxLength: 8 });
const properties = fc.option(
  fc.record(
    {
      payloadFormatIndicator: fc.boolean(),
      contentType: text,
      responseTopic: text,
      correlationData: bytes,
      userProperties: fc.dictionary(text, fc.oneof(text, fc.array(text, { minLength: 1, maxLength: 3 })), {
        noNullPrototype: true,
        maxKeys: 3,
      }),
    },
    { requiredKeys: [] },
  ),
  { nil: undefined },
);
const expiresAt = fc.option(fc.nat(), { nil: undefined });
const payload = fc.oneof(bytes, fc.constantFrom(Buffer.alloc(9_000, 7)));
const content = { payload, qos, properties, expiresAt };
const retainedEntry: fc.Arbitrary<RetainedEntry> = fc.record({
  ...{ ...content, topic: key, owner: text },
  ownerKind: fc.constantFrom('device', 'bridge', 'integration', 'gateway'),
});
const sessionEntry: fc.Arbitrary<SessionEntry> = fc.record({
  ...{ key, username: text, expiresAt },
  subscriptions: fc.array(
    fc.record({ filter: text, qos, noLocal: fc.boolean(), identifier: fc.nat() }, { requiredKeys: ['filter', 'qos'] }),
    { maxLength: 3 },
  ),
});
const number = fc.nat({ max: 5 });
const queuedEntry: fc.Arbitrary<QueuedEntry> = fc.record({
  ...{ ...content, key, number, topic: text, retain: fc.boolean() },
  identifiers: fc.option(fc.array(fc.nat(), { maxLength: 2 }), { nil: undefined }),
});

type Step =
  | { readonly step: 'putRetained'; readonly value: RetainedEntry }
  | { readonly step: 'removeRetained'; readonly value: string }
  | { readonly step: 'putSession'; readonly value: SessionEntry }
  | { readonly step: 'removeSession'; readonly value: string }
  | { readonly step: 'enqueue'; readonly value: QueuedEntry }
  | { readonly step: 'dequeue'; readonly value: { readonly key: string; readonly numbers: readonly number[] } }
  | { readonly step: 'flush' | 'load' | 'reopen' | 'turn' };

const stepOf = <S extends string, T>(step: S, value: fc.Arbitrary<T>) =>
  value.map((given): { step: S; value: T } => ({ step, value: given }));
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: stepOf('putRetained', retainedEntry) },
    { weight: 2, arbitrary: stepOf('removeRetained', key) },
    { weight: 2, arbitrary: stepOf('putSession', sessionEntry) },
    { weight: 1, arbitrary: stepOf('removeSession', key) },
    { weight: 5, arbitrary: stepOf('enqueue', queuedEntry) },
    { weight: 3, arbitrary: stepOf('dequeue', fc.record({ key, numbers: fc.array(number, { maxLength: 4 }) })) },
    { weight: 3, arbitrary: fc.constantFrom<Step>({ step: 'flush' }, { step: 'load' }, { step: 'turn' }) },
    { weight: 1, arbitrary: fc.constant<Step>({ step: 'reopen' }) },
  ),
  { maxLength: 120 },
);

/** What a shelf that never fails would hold. */
function memoryShelf() {
  const kept = new Map<string, RetainedEntry>();
  const sessions = new Map<string, SessionEntry>();
  const queues = new Map<string, Map<number, QueuedEntry>>();
  const inOrder = (queue: Map<number, QueuedEntry>) => [...queue.values()].sort((a, b) => a.number - b.number);
  return {
    take(step: Step): void {
      if (step.step === 'putRetained') kept.set(step.value.topic, step.value);
      if (step.step === 'removeRetained') kept.delete(step.value);
      if (step.step === 'putSession') sessions.set(step.value.key, step.value);
      if (step.step === 'removeSession') {
        sessions.delete(step.value);
        queues.delete(step.value);
      }
      if (step.step === 'enqueue') {
        const queue = queues.get(step.value.key) ?? new Map<number, QueuedEntry>();
        queues.set(step.value.key, queue.set(step.value.number, step.value));
      }
      if (step.step === 'dequeue') for (const gone of step.value.numbers) queues.get(step.value.key)?.delete(gone);
    },
    contents: (): Sorted =>
      sorted({
        retained: [...kept.values()],
        sessions: [...sessions.values()],
        queued: [...queues.values()].flatMap(inOrder),
      }),
  };
}

describe('the shelf of the broker', () => {
  let dir: string;
  const opened: BrokerShelf[] = [];
  const open = async (options: Partial<BrokerShelfOptions> = {}): Promise<BrokerShelf> => {
    const shelf = await openBrokerShelf({ dir, ...options });
    opened.push(shelf);
    return shelf;
  };
  const walBytes = (): number => statSync(join(dir, 'broker.db-wal')).size;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'houqin-shelf-'));
  });
  afterEach(async () => {
    for (const shelf of opened.splice(0)) await shelf.close();
    rmSync(dir, { recursive: true, force: true });
  });

  async function change(shelf: BrokerShelf, step: Step): Promise<void> {
    if (step.step === 'putRetained') return shelf.putRetained(step.value);
    if (step.step === 'removeRetained') return shelf.removeRetained(step.value);
    if (step.step === 'putSession') return shelf.putSession(step.value);
    if (step.step === 'removeSession') return shelf.removeSession(step.value);
    if (step.step === 'enqueue') return shelf.enqueue(step.value);
    if (step.step === 'dequeue') return shelf.dequeue(step.value.key, step.value.numbers);
    if (step.step === 'flush') return shelf.flush();
  }

  it('holds what one in memory would, across restarts and with commits under way', { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(steps, fc.constantFrom(0, 2), async (script, lingerMs) => {
        const folder = mkdtempSync(join(dir, 'run-'));
        const model = memoryShelf();
        let shelf = await openBrokerShelf({ dir: folder, lingerMs });
        const changes: Promise<void>[] = [];
        for (const step of script) {
          model.take(step);
          changes.push(change(shelf, step));
          if (step.step === 'load') expect(sorted(await shelf.load())).toEqual(model.contents());
          if (step.step === 'turn') await new Promise((resolve) => setImmediate(resolve));
          if (step.step !== 'reopen') continue;
          await shelf.close();
          shelf = await openBrokerShelf({ dir: folder, lingerMs });
        }
        await Promise.all(changes);
        await shelf.close();
        shelf = await openBrokerShelf({ dir: folder });
        const { damaged, ...contents } = await shelf.load();
        await shelf.close();
        expect(damaged).toBe(0);
        expect(sorted(contents)).toEqual(model.contents());
      }),
      { numRuns: Number(process.env['HOUQIN_SHELF_RUNS'] ?? 15) },
    );
  });

  it('gives the queue of a session in the order of its numbers', async () => {
    const shelf = await open();
    for (const number of [9, 2, 30, 11]) await shelf.enqueue(queued('s', number));
    expect((await shelf.load()).queued.map((entry) => entry.number)).toEqual([2, 9, 11, 30]);
  });

  it('copies what it is given', async () => {
    const shelf = await open({ lingerMs: 50 });
    const shared = Buffer.from('before');
    const put = shelf.putRetained(retained('t', Buffer.alloc(0)));
    const again = shelf.putRetained({ ...retained('t'), payload: shared });
    shared.write('after!');
    await Promise.all([put, again]);
    expect((await shelf.load()).retained.map((entry) => entry.payload.toString())).toEqual(['before']);
    expect(shared.toString()).toBe('after!');
  });

  it('never writes a message that was delivered before its commit', async () => {
    const shelf = await open({ lingerMs: 60_000 });
    await Promise.all([shelf.putSession(session('s')), shelf.flush()]);
    const before = walBytes();
    const numbers = Array.from({ length: 100 }, (_, i) => i);
    await Promise.all([
      ...numbers.map((number) => shelf.enqueue(queued('s', number))),
      shelf.dequeue('s', numbers),
      shelf.flush(),
    ]);
    expect(walBytes()).toBe(before);
    expect((await shelf.load()).queued).toEqual([]);
  });

  it('writes an entry that changes often once a commit', async () => {
    const shelf = await open({ lingerMs: 60_000 });
    const puts = Array.from({ length: 400 }, (_, i) => shelf.putRetained(retained('t', `${i}`.padEnd(3_000, '.'))));
    await Promise.all([...puts, shelf.flush()]);
    // A frame of the log is a page of 4 KiB.
    expect(walBytes()).toBeLessThan(10 * 4_200);
    expect((await shelf.load()).retained[0]?.payload.toString()).toMatch(/^399\./);
  });

  it('refuses more than may wait, and goes on once there is room again', async () => {
    const shelf = await open({ lingerMs: 60_000, waiting: { calls: 3 } });
    const outcomes = Promise.allSettled(['a', 'b', 'c', 'd'].map((topic) => shelf.putRetained(retained(topic))));
    await shelf.flush();
    expect((await outcomes).map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'fulfilled', 'rejected']);
    await Promise.all([shelf.putRetained(retained('e')), shelf.flush()]);
    expect(Object.keys(sorted(await shelf.load()).retained)).toEqual(['a', 'b', 'c', 'e']);
    const small = await openBrokerShelf({ dir: join(dir, 'small'), lingerMs: 60_000, waiting: { bytes: 1_000 } });
    const first = small.putRetained(retained('a', 'x'.repeat(2_000)));
    await expect(small.putRetained(retained('b'))).rejects.toMatchObject({ name: 'StoreError', code: 'io' });
    await small.close();
    await expect(first).resolves.toBeUndefined();
  });

  it('writes what waits when it closes, and refuses what comes after', async () => {
    const shelf = await open({ lingerMs: 60_000 });
    const put = shelf.putRetained(retained('t'));
    await Promise.all([shelf.close(), shelf.close()]);
    await put;
    await expect(shelf.putRetained(retained('u'))).rejects.toMatchObject({ code: 'closed' });
    await expect(shelf.load()).rejects.toMatchObject({ code: 'closed' });
    await shelf.flush();
    expect((await (await open()).load()).retained.map(({ topic }) => topic)).toEqual(['t']);
  });

  it('loads the descriptions of 20,000 devices', { timeout: 60_000 }, async () => {
    let shelf = await open();
    const topics = Array.from({ length: 20_000 }, (_, i) => `campus/zigbee2mqtt/device-${i}/config`);
    for (let at = 0; at < topics.length; at += 5_000) {
      const part = topics.slice(at, at + 5_000);
      await Promise.all(part.map((topic) => shelf.putRetained(retained(topic, topic.padEnd(3_500, '.')))));
    }
    await shelf.close();
    shelf = await open();
    const { retained: found, damaged } = await shelf.load();
    expect(damaged).toBe(0);
    expect(found.map(({ topic }) => topic)).toEqual(topics);
    expect(found.every(({ topic, payload }) => payload.toString() === topic.padEnd(3_500, '.'))).toBe(true);
  });
});
