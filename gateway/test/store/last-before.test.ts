import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FLAG_BITS } from '#contract/readings.ts';
import { lastBefore } from '../../src/store/last-before.ts';
import type { Point, ReadingStore } from '../../src/store/reading-store.ts';

const DAY = 86_400_000;
const AT = 100 * DAY;

function storeOf(times: readonly number[]): Pick<ReadingStore, 'points'> {
  return holding(times.map((ts) => ({ ts, value: ts, flags: 0 })).sort((a, b) => a.ts - b.ts));
}

/** @param points by `ts` */
function holding(points: readonly Point[]): Pick<ReadingStore, 'points'> {
  return {
    points: async ({ from, to, limit, cursor }) => {
      const all = points.filter(({ ts }) => ts >= from && ts < to);
      const start = Number(cursor ?? 0);
      const more = all.length > start + limit;
      return { points: all.slice(start, start + limit), nextCursor: more ? String(start + limit) : undefined };
    },
  };
}

test('the last word of a series before a time, however long ago within two months, and none where there is a newer one', async () => {
  const times = fc.array(fc.integer({ min: AT - 61 * DAY, max: AT + DAY - 1 }), { maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(times, async (all) => {
      const newer = all.some((ts) => ts >= AT);
      const last = all.filter((ts) => ts < AT).sort((a, b) => b - a)[0];
      const found = await lastBefore(storeOf(all), [{ device: 'gate', metric: 'door_open' }], AT, AT + DAY);
      expect(found.map(({ ts, receivedAt }) => [ts, receivedAt])).toEqual(
        newer || last === undefined ? [] : [[last, last]],
      );
    }),
  );
});

test('what a clock said that was ahead is the last word until something outranks it', async () => {
  const points: Point[] = [
    { ts: AT - 600_000, value: 1, flags: 0 },
    { ts: AT - 300_000, value: 0, flags: 0 },
    { ts: AT - 60_000, value: 1, flags: FLAG_BITS.moved, standsAt: AT - 400_000 },
  ];
  const ask = async (list: readonly Point[]): Promise<number[]> => {
    const found = await lastBefore(holding(list), [{ device: 'gate', metric: 'door_open' }], AT, AT + DAY);
    return found.map(({ value, receivedAt }) => (receivedAt - AT) * (value === 1 ? 1 : -1));
  };
  expect(await ask(points)).toEqual([300_000]);
  expect(await ask(points.filter(({ value }) => value === 1))).toEqual([-400_000]);
});

test('what was last heard longer ago says nothing any more', async () => {
  expect(await lastBefore(storeOf([AT - 63 * DAY]), [{ device: 'gate', metric: 'door_open' }], AT, AT + DAY)).toEqual(
    [],
  );
});
