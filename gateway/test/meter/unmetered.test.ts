import { describe, expect, it } from 'vitest';
import { tariffsConfig } from '#contract/config/tariffs.ts';
import { type ConsumptionResponse, consumptionResponse } from '#contract/http/energy.ts';
import { type MeterBook, type MeterFacts, sumConsumption } from '../../src/meter/sum-consumption.ts';
import type { HourBook } from '../../src/store/reading-store.ts';
import { calendarOf, DAY, HOUR } from '../calendar/school-year.ts';

/** 2 March 2026 00:00 in Shanghai. */
const T0 = Date.UTC(2026, 2, 1, 16);
const hour = (i: number, increase: number | null, over: Partial<HourBook> = {}): HourBook => ({
  ...{ from: T0 + i * HOUR, increase, estimatedS: 0, missingS: increase === null ? 3600 : 0 },
  ...{ startRegister: null, endRegister: null, flags: 0, ...over },
});
const hours = (first: number, end: number, increase: number): HourBook[] =>
  Array.from({ length: end - first }, (_, i) => hour(first + i, increase));
/** The running hour, known up to that second. */
const until = (i: number, toS: number, increase: number): HourBook =>
  hour(i, increase, { missingS: 3600 - toS, known: { fromS: 0, toS } });

interface Asked {
  readonly from?: number;
  readonly to: number;
  readonly now?: number;
  readonly devices?: ReadonlyMap<string, MeterFacts>;
  readonly calendar?: ReturnType<typeof calendarOf>;
}
const sum = (own: string[], below: string[], books: Record<string, HourBook[]>, asked: Asked) => {
  const { from = T0, to, now, devices, calendar = calendarOf() } = asked;
  return consumptionResponse.parse(
    sumConsumption({
      ...{ plan: { resource: 'electricity', own, below }, from, to, now, step: 'hour', calendar },
      books: new Map(Object.entries(books).map(([id, of]): [string, MeterBook] => [id, { hours: of, steps: [] }])),
      ...{ tariffs: tariffsConfig.parse({}), devices: devices ?? new Map() },
    }),
  );
};

/** What the page shows as one table: the main meters, the parts, the difference and what cannot be matched. */
function expectToAddUp(
  own: string[],
  below: string[],
  books: Record<string, HourBook[]>,
  asked: Asked,
): ConsumptionResponse {
  const all = sum(own, below, books, asked);
  const parts = sum(below, [], books, asked).total ?? 0;
  expect(parts + (all.unmetered ?? 0) + (all.unmatched?.amount ?? 0)).toBeCloseTo(all.total ?? Number.NaN, 9);
  return all;
}

describe('what no meter below sees', () => {
  it('holds the running hour as far as the total does', () => {
    const books = {
      main: [...hours(0, 17, 10), until(17, 300, 1)],
      a: [...hours(0, 17, 4), until(17, 297, 0.4)],
      b: [...hours(0, 17, 3), until(17, 290, 0.3)],
    };
    const said = expectToAddUp(['main'], ['a', 'b'], books, { to: T0 + 17 * HOUR + 300_000 });
    expect(said.unmatched).toBeUndefined();
    expect(said.unmetered).toBeCloseTo(17 * 3 + 0.3, 9);
  });

  it('leaves a running hour out whose meters report only every quarter, and says so', () => {
    const books = { main: [...hours(0, 2, 10), until(2, 600, 2)], a: hours(0, 2, 4) };
    const said = expectToAddUp(['main'], ['a'], books, { to: T0 + 2 * HOUR + 600_000 });
    expect(said).toMatchObject({
      unmetered: 12,
      unmatched: { amount: 2, meters: [{ device: 'a', hours: 1, since: T0 }] },
    });
  });

  it('is told from the hour on in which a new meter below has begun', () => {
    const books = {
      main: hours(0, 48, 10),
      a: hours(0, 48, 4),
      new: [hour(29, 0.5, { missingS: 1800, known: { fromS: 1800, toS: 3600 } }), ...hours(30, 48, 1)],
    };
    const said = expectToAddUp(['main'], ['a', 'new'], books, { to: T0 + 2 * DAY });
    expect(said).toMatchObject({
      unmetered: 18 * 5,
      unmatched: { amount: 30 * 6 - 0.5, meters: [{ device: 'new', hours: 30, since: T0 + 29.5 * HOUR }] },
    });
  });

  it('cannot be told of a time in which a meter below knows nothing, and names it', () => {
    const books = { main: hours(0, 24, 10), a: hours(0, 24, 4) };
    const said = expectToAddUp(['main'], ['a', 'new'], books, { to: T0 + DAY });
    expect(said).toMatchObject({
      unmetered: null,
      unmatched: { amount: 24 * 6, meters: [{ device: 'new', hours: 24, since: null }] },
    });
  });

  it('is not told where one side has no meter, or the main meter no data', () => {
    expect(sum(['main'], [], { main: hours(0, 24, 1) }, { to: T0 + DAY })).not.toHaveProperty('unmatched');
    const said = sum(['main'], ['a'], { a: hours(0, 24, 1) }, { to: T0 + DAY });
    expect(said.unmetered).toBeNull();
    expect(said).not.toHaveProperty('unmatched');
  });

  it('counts what a retired meter below goes on telling, as the total of the parts does', () => {
    const books = { o: hours(0, 48, 10), b: hours(0, 48, 4), c: hours(0, 48, 3) };
    const devices = new Map<string, MeterFacts>([['b', { retired: '2026-03-02' }]]);
    const said = expectToAddUp(['o'], ['b', 'c'], books, { to: T0 + 2 * DAY, devices });
    expect(said).toMatchObject({ total: 480, unmetered: 48 * 3 });
    expect(said.unmatched).toBeUndefined();
    const half = hour(30, 2, { missingS: 1800, known: { fromS: 0, toS: 1800 } });
    const ending = { ...books, b: [...hours(0, 30, 4), half] };
    expect(expectToAddUp(['o'], ['b', 'c'], ending, { to: T0 + 2 * DAY, devices })).toMatchObject({
      unmetered: 30 * 3 + 17 * 7,
      unmatched: { amount: 5, meters: [{ device: 'b', hours: 1, since: T0 }] },
    });
  });

  it('is no loss where the only main meter is out of use', () => {
    const books = { o: hours(0, 24, 10), b: hours(0, 48, 4) };
    const devices = new Map<string, MeterFacts>([['o', { retired: '2026-03-02' }]]);
    expect(expectToAddUp(['o'], ['b'], books, { to: T0 + 2 * DAY, devices })).toMatchObject({
      unmetered: 24 * 6,
      unmatched: { amount: -24 * 4, meters: [{ device: 'o', hours: 24, since: T0 }] },
    });
  });

  it.each([
    ['Asia/Kolkata', 30],
    ['Asia/Kathmandu', 15],
  ])('lacks no hour of a day in %s, where hours begin at :%i of UTC', (zone, minute) => {
    const calendar = calendarOf({}, zone);
    const { from, to } = calendar.dayBounds('2026-03-02');
    expect(new Date(from).getUTCMinutes()).toBe(minute);
    const day = (increase: number): HourBook[] =>
      hours(0, 24, increase).map((of, i) => ({ ...of, from: from + i * HOUR }));
    const books = { o: day(10), b: day(4) };
    const said = expectToAddUp(['o'], ['b'], books, { from, to, calendar });
    expect(said.unmetered).toBe(24 * 6);
    expect(said.unmatched).toBeUndefined();
    const gap = { ...books, b: day(4).toSpliced(7, 1) };
    expect(expectToAddUp(['o'], ['b'], gap, { from, to, calendar }).unmatched).toEqual({
      amount: 10,
      meters: [{ device: 'b', hours: 1, since: from }],
    });
  });

  it('misses nothing of times to come', () => {
    const now = T0 + 10 * HOUR + 900_000;
    const books = { o: [...hours(0, 10, 10), until(10, 890, 2)], b: [...hours(0, 10, 4), until(10, 860, 1)] };
    const said = expectToAddUp(['o'], ['b'], books, { to: T0 + DAY, now });
    expect(said.unmetered).toBe(61);
    expect(said.unmatched).toBeUndefined();
    const late = { ...books, b: hours(0, 8, 4) };
    expect(expectToAddUp(['o'], ['b'], late, { to: T0 + DAY, now })).toMatchObject({
      unmetered: 48,
      unmatched: { amount: 22, meters: [{ device: 'b', hours: 3, since: T0 }] },
    });
  });

  it('misses no reading of an hour that has just begun, but a meter that never told anything', () => {
    const now = T0 + 10 * HOUR + 40_000;
    const books = { o: [...hours(0, 10, 10), until(10, 30, 0.1)], b: hours(0, 10, 4) };
    const said = expectToAddUp(['o'], ['b'], books, { to: T0 + DAY, now });
    expect(said.unmetered).toBeCloseTo(60.1, 9);
    expect(said.unmatched).toBeUndefined();
    expect(expectToAddUp(['o'], ['b', 'new'], books, { to: T0 + DAY, now })).toMatchObject({
      unmetered: null,
      unmatched: { meters: [{ device: 'new', hours: 11, since: null }] },
    });
  });

  it('adds up for whatever is known of whichever hours', () => {
    let seed = 7;
    const random = (): number => {
      seed = (seed * 16_807) % 2_147_483_647;
      return seed / 2_147_483_647;
    };
    const some = (): HourBook[] =>
      hours(0, 30, 0).flatMap(({ from }, i): HourBook[] => {
        const chance = random();
        if (chance < 0.1) return [];
        if (chance < 0.2) return [hour(i, null)];
        const toS = chance < 0.3 ? Math.ceil(random() * 3599) : 3600;
        return [{ ...(toS === 3600 ? hour(i, random() * 9) : until(i, toS, random() * 9)), from }];
      });
    for (let i = 0; i < 200; i += 1) {
      const books = { main: some(), other: some(), a: some(), b: some(), old: some() };
      const facts = new Map<string, MeterFacts>([['old', { retired: '2026-03-02' }]]);
      const [from, to] = [T0 + Math.floor(random() * 5 * HOUR), T0 + Math.floor((20 + random() * 10) * HOUR)];
      expectToAddUp(['main', 'other'], ['a', 'b', 'old'], books, { from, to, devices: facts });
    }
  });
});
