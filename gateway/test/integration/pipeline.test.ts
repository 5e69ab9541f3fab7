/** What a frame is besides its readings: whose sign of life, and what the sender hears. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FLAG_BITS, type Reading } from '#contract/readings.ts';
import type { DecodeResult } from '../../src/decode/decoder.ts';
import { createPipeline, type Pipeline } from '../../src/pipeline.ts';
import { manualClock } from '../../src/shared/clock.ts';
import type { Frame } from '../../src/shared/frame.ts';
import { StoreError } from '../../src/store/reading-store.ts';
import { QUIET } from './quiet-log.ts';

const T = Date.UTC(2026, 2, 2);
const reading = (device: string): Reading => ({ device, metric: 'power_w', ts: T, value: 1, flags: 0, receivedAt: T });
const frame: Frame = {
  ...{ topic: 't', payload: Buffer.from('{}'), qos: 1, retain: false, replayed: false, will: false, at: T },
  ...{ clientId: 'bridge', username: 'bridge', credential: 'bridge' },
};
const NOTHING: DecodeResult = {
  readings: [],
  heard: [],
  quarantine: [],
  ignored: false,
  dedup: undefined,
  replies: [],
  proposals: [],
};

let says: DecodeResult;
let duplicates: number;
let broken: boolean;
let blocked: string | undefined;
let asideBlocked: string | undefined;
let heard: string[];
let repeated: string[];
let downs: boolean[];
let refusals: string[];
let stored: Reading[];
let sent: string[];
let asides: string[];
let kept: string[];
let pipeline: Pipeline;

beforeEach(() => {
  [says, duplicates, broken, blocked, heard, repeated, downs, stored] = [NOTHING, 0, false, undefined, [], [], [], []];
  asideBlocked = undefined;
  sent = [];
  refusals = [];
  asides = [];
  kept = [];
  pipeline = createPipeline({
    clock: manualClock(T),
    log: QUIET,
    store: {
      append: async (readings) => {
        if (broken) throw new StoreError('io', 'disk gone');
        stored.push(...readings);
        return { seq: 1, stored: readings.length - duplicates, duplicates };
      },
    },
    records: { write: async () => [], read: async () => [], close: async () => undefined },
    decode: () => says,
    heard: (devices) => heard.push(...devices),
    repeated: (readings) => repeated.push(...readings.map(({ device }) => device)),
    storeDown: (down) => downs.push(down),
    refused: ({ code }) => refusals.push(code),
    define: () => undefined,
    aside: (aside) => asides.push(aside.topic),
    send: (messages) => sent.push(...messages.map(({ topic }) => topic)),
    remember: async ({ topic }) => kept.push(topic) < 3,
    blocked: () => blocked,
    asideBlocked: () => asideBlocked,
  });
});
afterEach(() => pipeline.flush());

test('who is in the message without a value is heard too; who has one is heard with the commit', async () => {
  says = { ...NOTHING, readings: [reading('a')], heard: ['bridge-1', 'a'] };
  expect(await pipeline.onFrame(frame)).toEqual({ kind: 'stored' });
  expect(heard).toEqual(['bridge-1']);
});

test('what can only be set aside is not acknowledged while nothing can be set aside', async () => {
  const quarantine = [
    { reason: 'unknown-device', detail: 'no device of that name', profile: 'native', address: 'x' },
  ] as const;
  says = { ...NOTHING, quarantine: [...quarantine], heard: ['bridge-1'] };
  asideBlocked = 'the disk is full';
  expect(await pipeline.onFrame(frame)).toEqual({ kind: 'retry', reason: 'records' });
  expect([asides, heard]).toEqual([[], ['bridge-1']]);
  asideBlocked = undefined;
  expect(await pipeline.onFrame(frame)).toEqual({ kind: 'quarantined' });
  expect(asides).toHaveLength(1);
});

test('what was stored before is acknowledged and proves life', async () => {
  duplicates = 1;
  says = { ...NOTHING, readings: [reading('a')], heard: ['a'] };
  expect(await pipeline.onFrame(frame)).toEqual({ kind: 'stored' });
  expect(repeated).toEqual(['a']);
});

test('what cannot be stored is to be sent again and still proves life; the store is down once, and up once', async () => {
  says = { ...NOTHING, readings: [reading('a')], heard: ['a'] };
  blocked = 'disk full';
  expect(await pipeline.onFrame(frame)).toEqual({ kind: 'retry', reason: 'full' });
  blocked = undefined;
  broken = true;
  expect(await pipeline.onFrame(frame)).toEqual({ kind: 'retry', reason: 'io' });
  broken = false;
  expect(await pipeline.onFrame(frame)).toEqual({ kind: 'stored' });
  expect(heard).toEqual(['a', 'a']);
  expect(downs).toEqual([true, false]);
});

test('a will is stored as the suspicion it is', async () => {
  says = { ...NOTHING, readings: [reading('a')], heard: [] };
  await pipeline.onFrame({ ...frame, will: true });
  expect(stored.map(({ flags }) => flags)).toEqual([FLAG_BITS.will]);
  expect(heard).toEqual([]);
});

test('a key is remembered only once its readings are stored', async () => {
  says = { ...NOTHING, readings: [reading('a')], heard: ['a'], dedup: 'up-1' };
  broken = true;
  await pipeline.onFrame(frame);
  broken = false;
  expect(await pipeline.onFrame(frame)).toEqual({ kind: 'stored' });
  expect(await pipeline.onFrame(frame)).toEqual({ kind: 'ignored' });
  expect(stored).toHaveLength(1);
});

test('an answer says that the message is on disk: none while it is not, and one to a repeat whose answer was lost', async () => {
  says = { ...NOTHING, readings: [reading('a')], replies: [{ topic: 'down/a', payload: 'x' }], dedup: 'key' };
  broken = true;
  expect(await pipeline.onFrame(frame)).toEqual({ kind: 'retry', reason: 'io' });
  expect(sent).toEqual([]);
  broken = false;
  await pipeline.onFrame(frame);
  expect(sent).toEqual(['down/a']);
  expect(await pipeline.onFrame(frame)).toEqual({ kind: 'ignored' });
  expect(sent).toEqual(['down/a', 'down/a']);
});

test('what a protocol asks to be answered is sent, but not for a replayed message', async () => {
  says = { ...NOTHING, replies: [{ topic: 'down/a', payload: 'x' }] };
  await pipeline.onFrame(frame);
  await pipeline.onFrame({ ...frame, replayed: true });
  expect(sent).toEqual(['down/a']);
});

test('what could not be read, and who is announced, is handed on; what was read is not', async () => {
  says = { ...NOTHING, readings: [reading('a')] };
  await pipeline.onFrame(frame);
  expect(asides).toEqual([]);
  says = { ...NOTHING, quarantine: [{ reason: 'unknown-topic', detail: '', profile: undefined, address: undefined }] };
  await pipeline.onFrame(frame);
  const kind = 'door' as const;
  const announced = { profile: 'p', address: 'x', name: 'x', kind, manufacturer: undefined, model: undefined };
  says = { ...NOTHING, proposals: [announced] };
  await pipeline.onFrame(frame);
  expect(asides).toEqual(['t', 't']);
});

test('what the gateway asked for itself is stored like any other reading', async () => {
  expect(await pipeline.admit([reading('cam')])).toEqual({ kind: 'stored' });
  expect(stored.map(({ device }) => device)).toEqual(['cam']);
  broken = true;
  expect(await pipeline.admit([reading('cam')])).toMatchObject({ kind: 'retry' });
});

test('what teaches is kept before it is acknowledged; what finds no room is counted', async () => {
  says = { ...NOTHING, remember: true };
  for (const topic of ['a/config', 'b/config', 'c/config']) await pipeline.onFrame({ ...frame, topic });
  expect(kept).toEqual(['a/config', 'b/config', 'c/config']);
  expect(pipeline.counters().notRemembered).toBe(1);
});
