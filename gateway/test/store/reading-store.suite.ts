/** What every ReadingStore must do. An implementation passes by running this suite on itself. */
import { afterEach, describe, expect, it } from 'vitest';
import { FLAG_BITS, type Reading } from '#contract/readings.ts';
import type { JournalEntry, ReadingStore, SeriesInfo } from '../../src/store/reading-store.ts';
import { StoreError } from '../../src/store/reading-store.ts';
import { allPoints } from './same-answers.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** A Monday, 00:00 UTC. */
const T = Date.UTC(2026, 2, 2);
const ALL = { from: T - 1_000 * DAY, to: T + 1_000 * DAY };

export interface StoreUnderTest {
  open(): Promise<ReadingStore>;
  /** Whether closing and opening again finds what was there. */
  readonly durable: boolean;
}

const reading = (metric: string, ts: number, value: number, more: Partial<Reading> = {}): Reading => ({
  device: 'm-1',
  metric,
  ts,
  value,
  flags: 0,
  receivedAt: ts + 120,
  ...more,
});
const power = (ts: number, value: number, more: Partial<Reading> = {}): Reading => reading('power_w', ts, value, more);
const energy = (ts: number, value: number): Reading => reading('energy_total_kwh', ts, value);
const register: SeriesInfo = {
  device: 'm-1',
  metric: 'energy_total_kwh',
  kind: 'register',
  intervalMs: MINUTE,
  register: undefined,
};

export function readingStoreSuite(name: string, make: () => Promise<StoreUnderTest>): void {
  describe(`${name} as a reading store`, () => {
    let under: StoreUnderTest;
    let store: ReadingStore;
    const start = async (): Promise<void> => {
      under = await make();
      store = await under.open();
    };
    const again = async (): Promise<void> => {
      if (!under.durable) return;
      await store.close();
      store = await under.open();
    };
    const points = (metric: string) => allPoints(store, { device: 'm-1', metric, ...ALL }, 1_000);
    afterEach(() => store.close());

    it.each(['open', 'sealed', 'restarted'])('stores a reading once when the first copy is %s', async (state) => {
      await start();
      const first = [power(T, 10), power(T + MINUTE, 11)];
      expect(await store.append(first)).toEqual({ seq: 1, stored: 2, duplicates: 0 });
      if (state !== 'open') await store.seal(T + DAY);
      if (state === 'restarted') await again();
      expect(await store.append([...first, power(T + 2 * MINUTE, 12)])).toMatchObject({ stored: 1, duplicates: 2 });
      expect(await store.append(first)).toEqual({ seq: 0, stored: 0, duplicates: 2 });
      expect((await points('power_w')).map(({ value }) => value)).toEqual([10, 11, 12]);
    });

    it('counts a duplicate within one call and between calls of one commit', async () => {
      await start();
      const [one, two] = await Promise.all([
        store.append([power(T, 10), power(T, 10)]),
        store.append([power(T, 10), power(T + 1, 10)]),
      ]);
      expect([one.stored, one.duplicates, two.stored, two.duplicates]).toEqual([1, 1, 1, 1]);
    });

    it.each(['open', 'sealed'])(
      'keeps the first of two values of a register or gauge, and marks it (%s)',
      async (state) => {
        await start();
        await store.append([energy(T, 100), power(T, 50)]);
        if (state === 'sealed') await store.seal(T + DAY);
        expect(await store.append([energy(T, 101), power(T, 51)])).toEqual({ seq: 0, stored: 0, duplicates: 2 });
        const kept = async () => [...(await points('energy_total_kwh')), ...(await points('power_w'))];
        const marked = [
          { ts: T, value: 100, flags: FLAG_BITS.conflict },
          { ts: T, value: 50, flags: FLAG_BITS.conflict },
        ];
        expect(await kept()).toEqual(marked);
        expect((await store.latest()).map(({ flags }) => flags)).toEqual([FLAG_BITS.conflict, FLAG_BITS.conflict]);
        await again();
        expect(await kept()).toEqual(marked);
        await store.seal(T + DAY);
        await again();
        expect(await kept()).toEqual(marked);
      },
    );

    it('keeps both values of a state, in the order they arrived', async () => {
      await start();
      const door = (value: number) => reading('door_open', T, value);
      await store.append([door(1), door(0)]);
      expect(await store.append([door(1)])).toEqual({ seq: 0, stored: 0, duplicates: 1 });
      expect((await points('door_open')).map(({ value }) => value)).toEqual([1, 0]);
      expect(await store.latest('m-1')).toEqual([door(0)]);
      await store.seal(T + DAY);
      await again();
      expect((await points('door_open')).map(({ value }) => value)).toEqual([1, 0]);
      expect(await store.latest('m-1')).toEqual([door(0)]);
    });

    it('refuses what is no finite number, and stores nothing of that call', async () => {
      await start();
      for (const value of [Number.NaN, Number.POSITIVE_INFINITY]) {
        await expect(store.append([power(T, 1), power(T + 1, value)])).rejects.toBeInstanceOf(RangeError);
      }
      expect(await points('power_w')).toEqual([]);
    });

    it('gives the journal in order, from a cursor, until it is released', async () => {
      await start();
      const entries = [[power(T, 1, { receivedAt: T + 3 })], [power(T + 1, 2), energy(T + 1, 5)], [power(T + 2, 3)]];
      for (const readings of entries) await store.append(readings);
      await again();
      const all = entries.map((readings, i) => ({ seq: i + 1, readings }));
      expect(await store.journal(0, 10)).toEqual(all);
      expect(await store.journal(1, 1)).toEqual([all[1]]);
      await store.release(2);
      expect(await store.journal(0, 10)).toEqual([all[2]]);
      await store.seal(T + DAY);
      expect(await store.journal(0, 10)).toEqual([all[2]]);
      await again();
      expect(await store.journal(0, 10)).toEqual([all[2]]);
      await store.release(3);
      await store.seal(T + DAY);
      await again();
      expect(await store.head()).toBe(3);
      await store.append([power(T + 3, 4)]);
      expect(await store.head()).toBe(4);
    });

    it('tells of a commit what the journal says, before its append resolves', async () => {
      await start();
      const told: JournalEntry[] = [];
      const stop = store.onCommit((entry) => told.push(entry));
      await store.append([power(T, 1), power(T, 1), power(T + 1, 2, { receivedAt: T + 90_000_000 })]);
      expect(told).toEqual(await store.journal(0, 10));
      await store.append([power(T, 1)]);
      await store.append([power(T + 2, 2)], { history: true });
      expect(told).toHaveLength(1);
      stop();
      await store.append([power(T + 3, 2)]);
      expect(told).toHaveLength(1);
    });

    it('keeps imports out of the journal', async () => {
      await start();
      await store.append([power(T, 1)], { history: true });
      await store.append([power(T + 1, 2)]);
      await again();
      expect((await store.journal(0, 10)).flatMap((entry) => entry.readings)).toEqual([power(T + 1, 2)]);
      expect((await points('power_w')).map(({ flags }) => flags)).toEqual([0, 0]);
    });

    it('pages through points, many of one instant included', async () => {
      await start();
      const values = [0, 1, 2, 3, 4, 5, 6];
      await store.define([
        { device: 'm-1', metric: 'door_open', kind: 'state', intervalMs: MINUTE, register: undefined },
      ]);
      await store.append(values.map((value) => reading('door_open', T, value)));
      await store.append([reading('door_open', T + 1, 9)]);
      for (const limit of [1, 2, 3, 8, 100]) {
        const got = await allPoints(store, { device: 'm-1', metric: 'door_open', from: T, to: T + 2 }, limit);
        expect(got.map(({ value }) => value)).toEqual([...values, 9]);
      }
    });

    it('takes points and buckets from ≤ t < to', async () => {
      await start();
      await store.append([power(T - 1, 1), power(T, 2), power(T + HOUR - 1, 4), power(T + HOUR, 8)]);
      for (const state of ['open', 'sealed']) {
        if (state === 'sealed') await store.seal(T + DAY);
        const range = { device: 'm-1', metric: 'power_w', from: T, to: T + HOUR };
        expect((await allPoints(store, range, 10)).map(({ value }) => value)).toEqual([2, 4]);
        const bucket = { from: T, count: 2, first: 2, last: 4, min: 2, max: 4, sum: 6, flags: 0 };
        expect(await store.buckets({ ...range, stepMs: HOUR })).toEqual([bucket]);
        expect(await store.buckets({ ...range, from: T + 1, stepMs: HOUR })).toEqual([
          { ...bucket, count: 1, first: 4, min: 4, sum: 4 },
        ]);
        expect(await store.buckets({ ...range, stepMs: HOUR, originMs: T - 30 * MINUTE })).toHaveLength(2);
      }
    });

    it('books hours of a register, and again when its spec changes', async () => {
      await start();
      await store.define([register]);
      const values = Array.from({ length: 49 }, (_, i) =>
        energy(T + i * 5 * MINUTE, i < 30 ? 9_990 + i / 4 : (i - 30) / 4),
      );
      await store.append(values);
      const sums = async () => {
        const { hours, steps } = await store.hours({
          device: 'm-1',
          metric: 'energy_total_kwh',
          from: T,
          to: T + 4 * HOUR,
        });
        const total = hours.reduce((sum, { increase }) => sum + (increase ?? 0), 0);
        return { total: Math.round(1_000 * total) / 1_000, kinds: steps.map(({ kind }) => kind) };
      };
      for (const state of ['open', 'sealed', 'restarted']) {
        if (state === 'sealed') await store.seal(T + DAY);
        if (state === 'restarted') await again();
        expect(await sums()).toEqual({ total: 29 / 4 + 18 / 4, kinds: ['reset'] });
      }
      await store.define([{ ...register, register: { digits: 4 } }]);
      expect(await sums()).toEqual({ total: 29 / 4 + 18 / 4 + 2.75, kinds: ['rollover'] });
      await again();
      expect(await sums()).toEqual({ total: 29 / 4 + 18 / 4 + 2.75, kinds: ['rollover'] });
    });

    it('has no hours of a series it was told nothing of, nor of a gauge', async () => {
      await start();
      await store.append([energy(T, 1), energy(T + HOUR, 2), power(T, 1)]);
      const range = { device: 'm-1', from: T, to: T + DAY };
      expect(await store.hours({ ...range, metric: 'energy_total_kwh' })).toEqual({ hours: [], steps: [] });
      expect(await store.hours({ ...range, metric: 'power_w' })).toEqual({ hours: [], steps: [] });
      expect(await store.hours({ ...range, metric: 'water_total_m3' })).toEqual({ hours: [], steps: [] });
    });

    it('answers a range of all time', async () => {
      await start();
      await store.define([register]);
      await store.append([energy(T, 1), energy(T + 30 * MINUTE, 2)]);
      const ever = { device: 'm-1', metric: 'energy_total_kwh', from: T - 50 * 365 * DAY, to: T + 50 * 365 * DAY };
      for (const state of ['open', 'sealed']) {
        if (state === 'sealed') await store.seal(T + DAY);
        expect((await store.hours(ever)).hours.map(({ from, increase }) => [from, increase])).toEqual([[T, 1]]);
        expect(await store.buckets({ ...ever, stepMs: DAY })).toHaveLength(1);
      }
    });

    it('merges a late point into what is sealed, in points, buckets, hours and lists', async () => {
      await start();
      await store.define([register]);
      await store.append([energy(T, 10), energy(T + 5 * HOUR, 15), power(T, 1), power(T + 2 * HOUR, 3)]);
      await store.seal(T + DAY);
      await store.append([energy(T + HOUR, 14), power(T + HOUR, 7)]);
      for (const state of ['open', 'sealed', 'restarted']) {
        if (state === 'sealed') await store.seal(T + DAY);
        if (state === 'restarted') await again();
        expect((await points('power_w')).map(({ value }) => value)).toEqual([1, 7, 3]);
        const range = { device: 'm-1', from: T, to: T + DAY };
        const [bucket] = await store.buckets({ ...range, metric: 'power_w', stepMs: DAY });
        expect(bucket).toMatchObject({ count: 3, max: 7, last: 3, sum: 11 });
        const { hours } = await store.hours({ ...range, metric: 'energy_total_kwh' });
        expect(hours.map(({ increase }) => increase)).toEqual([4, 0.25, 0.25, 0.25, 0.25]);
        expect((await store.latest()).map(({ value }) => value)).toEqual([15, 3]);
        expect((await store.series()).map(({ count }) => count)).toEqual([3, 3]);
      }
    });

    it('lets points go after the raw days, hours much later, and keeps what books need', async () => {
      await start();
      await store.define([register]);
      const minutes = Array.from({ length: 2 * 1_440 }, (_, i) => i);
      await store.append(minutes.flatMap((i) => [energy(T + i * MINUTE, i / 10), power(T + i * MINUTE, i)]));
      await store.seal(T + 3 * DAY);
      const range = { device: 'm-1', from: T, to: T + 2 * DAY };
      const daily = { ...range, metric: 'power_w', stepMs: DAY };
      const before = await store.buckets(daily);
      const books = await store.hours({ ...range, metric: 'energy_total_kwh' });
      await store.prune(T + 101 * DAY, { rawDays: 100, hourlyDays: 3_650 });
      expect((await points('power_w')).map(({ value }) => value)).toEqual(minutes.slice(1_440));
      expect(await store.buckets(daily)).toEqual(before);
      const left = await points('energy_total_kwh');
      expect(left.filter(({ ts }) => ts < T + DAY).length).toBeLessThan(24 * 8);
      const after = await store.hours({ ...range, metric: 'energy_total_kwh' });
      expect(after.hours).toHaveLength(books.hours.length);
      after.hours.forEach(({ increase, missingS, estimatedS }, i) => {
        expect(increase).toBeCloseTo(books.hours[i]?.increase ?? Number.NaN, 9);
        expect({ missingS, estimatedS }).toEqual({ missingS: books.hours[i]?.missingS, estimatedS: 0 });
      });
      await again();
      await store.prune(T + 4_000 * DAY, { rawDays: 100, hourlyDays: 200 });
      expect(await store.buckets(daily)).toEqual(before);
      expect(await points('energy_total_kwh')).toEqual([]);
      expect(await store.series()).toEqual([]);
      expect(await store.latest()).toHaveLength(2);
    });

    it('knows nothing of a series that was never stored, and nothing in an empty range', async () => {
      await start();
      await store.append([power(T, 1)]);
      const nothing = { device: 'x', metric: 'power_w', from: T, to: T + 1 };
      expect(await store.points({ ...nothing, limit: 10 })).toEqual({ points: [], nextCursor: undefined });
      expect(await store.buckets({ ...nothing, stepMs: HOUR })).toEqual([]);
      expect(await store.buckets({ device: 'm-1', metric: 'power_w', from: T, to: T, stepMs: HOUR })).toEqual([]);
      expect(await store.append([])).toEqual({ seq: 0, stored: 0, duplicates: 0 });
    });

    it('answers its probe, and refuses appends once it is closed', async () => {
      await start();
      expect(await store.probe()).toBeUndefined();
      await store.close();
      const refused = await store.append([power(T, 1)]).catch((error: unknown) => error);
      expect(refused).toBeInstanceOf(StoreError);
      expect(refused).toMatchObject({ code: 'closed' });
    });
  });
}
