/** Readings of clocks that are ahead: stored under the time they said, standing where the live rules took them to be. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FLAG_BITS, isNewer, type Reading, standsAt } from '#contract/readings.ts';
import { openReadingStore } from '../../src/store/open-reading-store.ts';
import type { Point, ReadingStore } from '../../src/store/reading-store.ts';
import { placing } from '../rules/placing.ts';
import { allPoints } from './same-answers.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const T = Date.UTC(2026, 2, 2, 5, 50);
const SEED = Number(process.env['HOUQIN_SEED'] ?? Date.now() % 1e9);
const ALL = { device: 'd', from: T - 400 * 24 * HOUR, to: T + 400 * 24 * HOUR };

let dir: string;
let store: ReadingStore;
const open = (): Promise<ReadingStore> => openReadingStore({ dir, hourPhaseMs: 0 });
const restart = async (): Promise<void> => {
  await store.close();
  store = await open();
};
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'houqin-moved-'));
  store = await open();
});
afterEach(async () => {
  await store.close();
  rmSync(dir, { recursive: true, force: true });
});

const door = (ts: number, receivedAt: number, value: number): Reading => ({
  ...{ device: 'd', metric: 'door_open', ts: T + ts, value, flags: 0, receivedAt: T + receivedAt },
});
const places = (points: readonly Point[]): number[][] =>
  points.map(({ ts, standsAt: at = ts, value }) => [ts - T, at - T, value]);
const doorPoints = async (): Promise<Point[]> => allPoints(store, { ...ALL, metric: 'door_open' }, 2);

describe('a door whose clock was ahead', () => {
  const said = [door(9 * MINUTE, 0, 1), door(-2 * SECOND, 3 * SECOND, 0), door(MINUTE, MINUTE, 1)];
  const stored = [
    [-2 * SECOND, 3 * SECOND, 0],
    [MINUTE, MINUTE, 1],
    [9 * MINUTE, 0, 1],
  ];

  it.each(['open', 'replayed', 'sealed', 'sealed and restarted'])('stands where it stood live, %s', async (state) => {
    for (const reading of said) await store.append([reading]);
    if (state === 'replayed') await restart();
    if (state.startsWith('sealed')) expect((await store.seal(T + 2 * 24 * HOUR)).points).toBe(3);
    if (state === 'sealed and restarted') await restart();
    expect(places(await doorPoints())).toEqual(stored);
    expect(await store.latest()).toEqual([said[2]]);
    // Sent again when its time has come, it is the same reading.
    const again = { ...door(9 * MINUTE, 9 * MINUTE, 1) };
    expect(await store.append([again])).toMatchObject({ stored: 0, duplicates: 1 });
    expect(places(await doorPoints())).toEqual(stored);
  });

  it('stands the same when both are of one commit', async () => {
    await store.append(said.slice(0, 2));
    await store.append(said.slice(2));
    expect(places(await doorPoints())).toEqual(stored);
  });

  it('moves no more once what comes late says a later time than that at which the next one came', async () => {
    const came = Array.from({ length: 20 }, (_, n) => 10 * SECOND * (n + 1));
    const late = came.map((at, n) => door(at - 15 * SECOND, at, n % 2));
    for (const [n, reading] of [door(3 * SECOND, 0, 1), ...late].entries()) {
      await store.append([reading]);
      if (n % 7 === 1) await restart();
    }
    const stood = [
      [-5 * SECOND, 10 * SECOND, 0],
      [3 * SECOND, 0, 1],
      [5 * SECOND, 10 * SECOND + 1, 1],
      ...late.slice(2).map(({ ts, value }) => [ts - T, ts - T, value]),
    ];
    expect(places(await doorPoints())).toEqual(stood);
    await store.seal(T + 2 * 24 * HOUR);
    expect(places(await doorPoints())).toEqual(stood);
  });

  it('leaves imports and what no clock is believed to say where they are', async () => {
    await store.append([door(9 * MINUTE, 0, 1)], { history: true });
    await store.append([door(11 * MINUTE, 0, 0)]);
    expect(places(await doorPoints())).toEqual([
      [9 * MINUTE, 9 * MINUTE, 1],
      [11 * MINUTE, 11 * MINUTE, 0],
    ]);
  });
});

it('a commit that fails moves nothing, and the same readings come in after it', { timeout: 120_000 }, async () => {
  await store.close();
  store = await openReadingStore({ dir, hourPhaseMs: 0, maxPages: 60 });
  const many = Array.from({ length: 40_000 }, (_, n) => door(n, n, n % 2));
  await expect(store.append([door(9 * MINUTE, 0, 1), ...many])).rejects.toMatchObject({ code: 'full' });
  expect(await doorPoints()).toEqual([]);
  await store.append([door(0, 0, 0)]);
  await store.append([door(9 * MINUTE, 5, 1)]);
  expect(places(await doorPoints())).toEqual([
    [0, 0, 0],
    [9 * MINUTE, 5, 1],
  ]);
});

describe('whatever the clocks', () => {
  const step = fc.record({
    metric: fc.constantFrom('door_open', 'power_w', 'energy_total_kwh'),
    after: fc.integer({ min: 0, max: 5 * MINUTE }),
    lead: fc.oneof(
      fc.constant(0),
      fc.integer({ min: -30 * SECOND, max: 2 * SECOND }),
      fc.integer({ min: -MINUTE, max: 10 * MINUTE }),
    ),
    value: fc.constantFrom(0, 1),
  });
  const turn = fc.record({
    readings: fc.array(step, { minLength: 1, maxLength: 5 }),
    and: fc.constantFrom('go on', 'go on', 'seal', 'send again'),
  });
  let run = 0;

  it(`points, commits and newest are those of a plain list (seed ${SEED})`, { timeout: 180_000 }, async () => {
    const property = fc.asyncProperty(fc.array(turn, { maxLength: 12 }), async (turns) => {
      run += 1;
      const device = `d-${run}`;
      const place = placing();
      const list: Reading[] = [];
      const told: Reading[] = [];
      const stop = store.onCommit((entry) => told.push(...entry.readings));
      let now = T;
      for (const { readings, and } of turns) {
        // A commit tells arrivals to the millisecond of its last 32 s.
        const commit = readings.map(({ metric, after, lead, value }, n): Reading => {
          now += n === 0 ? after : after % (5 * SECOND);
          return { device, metric, ts: now + lead, value, flags: 0, receivedAt: now };
        });
        // Rivals of one instant have tests of their own.
        const fresh = commit.filter((one, n) => ![...list, ...commit.slice(0, n)].some((other) => isRival(one, other)));
        await store.append(fresh);
        list.push(...fresh.map(place));
        if (and === 'seal') await store.seal(T + 2 * 24 * HOUR);
        if (and !== 'send again') continue;
        const again = list.map((one) => ({ ...one, flags: 0, receivedAt: now }));
        expect((await store.append(again)).stored).toBe(0);
      }
      stop();
      expect(told).toEqual(list);
      await sameAsList(device, list);
    });
    await fc.assert(property, { seed: SEED, numRuns: 60 });
  });

  const isRival = (a: Reading, b: Reading): boolean => a.metric === b.metric && a.ts === b.ts;

  async function sameAsList(device: string, list: readonly Reading[]): Promise<void> {
    const latest = await store.latest(device);
    for (const metric of new Set(list.map((one) => one.metric))) {
      const mine = list.filter((one) => one.metric === metric);
      const points = await allPoints(store, { ...ALL, device, metric }, 3);
      expect(points).toEqual(mine.toSorted((a, b) => a.ts - b.ts).map(pointOf));
      const newest = mine.reduce((best, one) => (isNewer(one, best) ? one : best));
      expect(latest.find((one) => one.metric === metric)).toEqual(newest);
    }
  }

  const pointOf = (one: Reading): Point => {
    const { ts, value, flags } = one;
    return (flags & FLAG_BITS.moved) === 0 ? { ts, value, flags } : { ts, value, flags, standsAt: standsAt(one) };
  };
});

describe('the books of a register whose clock was ahead', () => {
  const meter = {
    device: 'd',
    metric: 'energy_total_kwh',
    intervalMs: MINUTE,
    kind: 'register',
    register: undefined,
  } as const;
  const hours = async () => {
    const { hours: all, steps } = await store.hours({ ...ALL, metric: meter.metric });
    return { hours: all.map(({ increase }) => Math.round(1_000 * (increase ?? Number.NaN)) / 1_000), steps };
  };

  it('are those of the arrivals: no step back, no kWh in another hour', { timeout: 120_000 }, async () => {
    await store.define([meter]);
    // From 05:50 to 08:10; the clock is 9 min ahead until 06:55 and then set right.
    for (let minute = 0; minute <= 140; minute += 5) {
      const at = T + minute * MINUTE;
      const ts = minute <= 65 ? at + 9 * MINUTE + 7 : at;
      const reading = { device: 'd', metric: meter.metric, ts, value: minute / 10, flags: 0, receivedAt: at };
      await store.append([reading]);
    }
    const wanted = { hours: [1, 6, 6, 1], steps: [] };
    expect(await hours()).toEqual(wanted);
    await store.seal(T + 2 * 24 * HOUR);
    expect(await hours()).toEqual(wanted);
    await restart();
    expect(await hours()).toEqual(wanted);
    await store.prune(T + 40 * 24 * HOUR, { rawDays: 20, hourlyDays: 3_650 });
    expect(await hours()).toEqual(wanted);
  });
});
