import { describe, expect, it } from 'vitest';
import { campusConfig } from '#contract/config/campus.ts';
import { devicesConfig } from '#contract/config/devices.ts';
import { tariffsConfig } from '#contract/config/tariffs.ts';
import { consumptionResponse } from '#contract/http/energy.ts';
import { FLAG_BITS } from '#contract/readings.ts';
import { planConsumption, planDevice, plannedDevices } from '../../src/meter/plan-consumption.ts';
import { preferHours } from '../../src/meter/prefer-hours.ts';
import { priceOf } from '../../src/meter/price-of.ts';
import { type ConsumptionInput, type MeterBook, sumConsumption } from '../../src/meter/sum-consumption.ts';
import { createRegistry } from '../../src/shared/registry.ts';
import type { HourBook } from '../../src/store/reading-store.ts';
import { calendarOf, DAY, HOUR } from '../calendar/school-year.ts';

const place = (id: string, parent?: string) => ({ id, name: id, kind: 'building', ...(parent && { parent }) });
const meter = (id: string, at: string, over: object = {}) => ({
  id,
  name: id,
  kind: 'electricity-meter',
  place: at,
  ...over,
});
const devices = devicesConfig.parse({
  devices: [
    meter('main', 'campus'),
    meter('block-a', 'a'),
    meter('a1-light', 'a1'),
    meter('a1-socket', 'a1'),
    meter('b1', 'b1'),
    meter('b2', 'b2'),
    meter('shop', 'a1', { tags: ['sub'], priceClass: 'shop' }),
    meter('water', 'a', { kind: 'water-meter' }),
  ],
});
const campus = campusConfig.parse({
  name: 'x',
  sites: [{ id: 'main', name: 'x' }],
  places: [
    place('campus'),
    place('a', 'campus'),
    place('a1', 'a'),
    place('b', 'campus'),
    place('b1', 'b'),
    place('b2', 'b'),
    place('yard', 'campus'),
  ],
});
const registry = createRegistry(campus, devices);
const tariffs = tariffsConfig.parse({
  defaults: { electricity: 'school' },
  tariffs: [
    {
      priceClass: 'school',
      name: 'x',
      resource: 'electricity',
      prices: [
        { from: '2026-01-01', yuan: 0.5 },
        { from: '2026-03-03', yuan: 1 },
      ],
    },
    { priceClass: 'shop', name: 'x', resource: 'electricity', prices: [{ from: '2026-01-01', yuan: 2 }] },
  ],
});
/** 2 March 2026 00:00 in Shanghai. */
const T0 = Date.UTC(2026, 2, 1, 16);
const hour = (i: number, increase: number | null, over: Partial<HourBook> = {}): HourBook => ({
  from: T0 + i * HOUR,
  increase,
  estimatedS: 0,
  missingS: increase === null ? 3600 : 0,
  startRegister: null,
  endRegister: null,
  flags: 0,
  ...over,
});
const steady = (count: number, increase: number): MeterBook => ({
  hours: Array.from({ length: count }, (_, i) => hour(i, increase)),
  steps: [],
});
const ask = (over: Partial<ConsumptionInput>) =>
  consumptionResponse.parse(
    sumConsumption({
      plan: planDevice('main', 'electricity'),
      books: new Map(),
      from: T0,
      to: T0 + DAY,
      step: 'day',
      calendar: calendarOf(),
      tariffs,
      devices: registry.devices,
      ...over,
    }),
  );

describe('which meters make up a place', () => {
  it.each([
    ['campus', ['main'], ['block-a', 'b1', 'b2']],
    ['a', ['block-a'], ['a1-light', 'a1-socket']],
    ['a1', ['a1-light', 'a1-socket'], ['shop']],
    ['b', [], ['b1', 'b2']],
    ['b1', ['b1'], []],
    ['yard', [], []],
  ])('%s: own %j, below %j', (id, own, below) => {
    const plan = planConsumption(registry, id, 'electricity', '2026-01-01');
    expect(plan).toEqual({ resource: 'electricity', own, below });
    expect(plannedDevices(plan)).toEqual([...own, ...below]);
  });

  it('a meter that was out of use before the range is not one of them', () => {
    const retired = createRegistry(
      campus,
      devicesConfig.parse({ devices: [meter('old', 'b1', { retired: '2026-03-03' }), meter('b2', 'b2')] }),
    );
    const belowOn = (date: string) => planConsumption(retired, 'b', 'electricity', date).below;
    expect([belowOn('2026-03-02'), belowOn('2026-03-03')]).toEqual([['old', 'b2'], ['b2']]);
  });

  it('keeps the resources apart', () => {
    expect(planConsumption(registry, 'campus', 'water', '2026-01-01')).toMatchObject({ own: [], below: ['water'] });
  });
});

describe('a retired meter', () => {
  const facts = new Map([
    ['main', {}],
    ['old', { retired: '2026-03-03' }],
    ['b1', {}],
  ]);
  it('counts with what it measured, and is missed no more from its last day on', () => {
    const books = new Map([
      ['b1', steady(72, 1)],
      ['old', steady(24, 2)],
    ]);
    const plan = { resource: 'electricity' as const, own: ['b1', 'old'], below: [] };
    const said = ask({ plan, books, to: T0 + 3 * DAY, devices: facts });
    expect(said).toMatchObject({ total: 72 + 48, completeness: 1 });
    expect(said.buckets.map(({ value }) => value)).toEqual([72, 24, 24]);
  });
  it('is not looked for in what is not metered after its last day', () => {
    const books = new Map([
      ['main', steady(72, 4)],
      ['b1', steady(72, 1)],
      ['old', steady(48, 2)],
    ]);
    const plan = { resource: 'electricity' as const, own: ['main'], below: ['b1', 'old'] };
    expect(ask({ plan, books, to: T0 + 3 * DAY, devices: facts }).unmetered).toBe(48 * 1 + 24 * 3);
  });
});

describe('consumption', () => {
  it('adds hours to days of the site, with yuan by the price of the date', () => {
    const said = ask({ to: T0 + 2 * DAY, books: new Map([['main', steady(48, 2)]]) });
    expect(said).toMatchObject({ total: 96, completeness: 1, yuan: 24 + 48, unit: 'kWh', unmetered: null, steps: [] });
    expect(said.buckets.map(({ from, value }) => [from, value])).toEqual([
      [T0, 48],
      [T0 + DAY, 48],
    ]);
  });

  it('says null and missing where nothing is known, never 0', () => {
    const said = ask({
      step: 'hour',
      to: T0 + 3 * HOUR,
      books: new Map([['main', { hours: [hour(1, 5)], steps: [] }]]),
    });
    expect(said.buckets.map(({ value, quality }) => [value, quality])).toEqual([
      [null, 'missing'],
      [5, 'measured'],
      [null, 'missing'],
    ]);
    expect(said.completeness).toBeCloseTo(1 / 3);
    expect(ask({})).toMatchObject({ total: null, yuan: null, completeness: 0 });
  });

  it('carries estimated, manual, flags and the share that is known', () => {
    const hours = [
      hour(0, 1, { estimatedS: 3600, flags: FLAG_BITS['catch-up'] }),
      hour(1, 1, { flags: FLAG_BITS.manual }),
      hour(2, 1, { missingS: 1800 }),
    ];
    const said = ask({ step: 'hour', to: T0 + 3 * HOUR, books: new Map([['main', { hours, steps: [] }]]) });
    expect(said.buckets.map(({ quality, flags, completeness }) => [quality, flags, completeness])).toEqual([
      ['estimated', ['catch-up'], 1],
      ['manual', [], 1],
      ['measured', [], 0.5],
    ]);
  });

  it('sums the places below where a place has no meter, and says how much of them is known', () => {
    const books = new Map([
      ['b1', steady(24, 2)],
      ['b2', steady(12, 1)],
    ]);
    const said = ask({ plan: planConsumption(registry, 'b', 'electricity', '2026-01-01'), books });
    expect(said).toMatchObject({ total: 60, completeness: 0.75, unmetered: null });
  });

  it('compares a place with the meters below over the hours all of them know', () => {
    const books = new Map([
      ['main', steady(24, 10)],
      ['block-a', steady(24, 4)],
      ['b1', steady(24, 3)],
      ['b2', steady(10, 2)],
    ]);
    const plan = planConsumption(registry, 'campus', 'electricity', '2026-01-01');
    expect(ask({ plan, books })).toMatchObject({ total: 240, unmetered: 10 });
    books.delete('b2');
    expect(ask({ plan, books }).unmetered).toBeNull();
  });

  it('says when the yuan rest on an example price', () => {
    const books = new Map([['main', steady(24, 1)]]);
    const marked = { ...tariffs, tariffs: tariffs.tariffs.map((tariff) => ({ ...tariff, example: true })) };
    expect(ask({ books, tariffs: marked }).yuanIsExample).toBe(true);
    expect(ask({ books }).yuanIsExample).toBeUndefined();
  });

  it('has no amount of money where a price is missing', () => {
    const books = new Map([['main', steady(24, 1)]]);
    expect(ask({ books, tariffs: tariffsConfig.parse({}) })).toMatchObject({ total: 24, yuan: null });
    const before = Date.UTC(2025, 11, 31, 16) - 12 * HOUR;
    const early = { hours: [{ ...hour(0, 3), from: before }], steps: [] };
    expect(ask({ from: before, to: before + DAY, books: new Map([['main', early]]) }).yuan).toBeNull();
  });

  it('counts the running hour in full when the range ends within it', () => {
    const hours = [hour(0, 6), hour(1, 3, { missingS: 1800, startRegister: 100 })];
    const said = ask({ to: T0 + 1.5 * HOUR, books: new Map([['main', { hours, steps: [] }]]) });
    expect(said).toMatchObject({ total: 9, completeness: 1 });
  });

  it('lists the steps in the range that nobody could explain', () => {
    const at = (i: number, kind: 'reset' | 'rollover') => ({ at: T0 + i * HOUR, kind, before: 9, after: 0 });
    const book = {
      hours: [],
      steps: [at(0, 'reset'), at(1, 'reset'), at(2, 'rollover'), at(24, 'reset'), at(25, 'reset')],
    };
    expect(ask({ books: new Map([['main', book]]) }).steps.map((step) => step.at)).toEqual([T0 + HOUR, T0 + DAY]);
  });

  it('splits the hour that a half-hour change of clocks leaves between two days', () => {
    const calendar = calendarOf({}, 'Australia/Lord_Howe');
    const from = calendar.dayBounds('2026-01-15').from;
    const hours = Array.from({ length: 49 }, (_, i) => ({ ...hour(0, 2), from: from - HOUR / 2 + i * HOUR }));
    const said = ask({ calendar, from, to: from + 2 * DAY, books: new Map([['main', { hours, steps: [] }]]) });
    expect(said.buckets.map(({ value }) => value)).toEqual([48, 48]);
  });
});

describe('prices', () => {
  it.each([
    ['2025-12-31', undefined, undefined],
    ['2026-01-01', undefined, 0.5],
    ['2026-03-02', undefined, 0.5],
    ['2026-03-03', undefined, 1],
    ['2026-03-03', 'shop', 2],
    ['2026-03-03', 'nobody', undefined],
  ])('on %s for class %s: %s', (date, priceClass, yuan) => {
    expect(priceOf(tariffs, { priceClass }, 'electricity', date)).toBe(yuan);
  });

  it('has none for a resource without a tariff', () => {
    expect(priceOf(tariffs, undefined, 'water', '2026-03-03')).toBeUndefined();
  });
});

describe('one book out of two', () => {
  it('takes each hour once, where more of it is known', () => {
    const register = [hour(1, 5), hour(2, 1, { missingS: 3000 })];
    const interval = [hour(0, 7), hour(1, 9), hour(2, 8)];
    expect(preferHours(register, interval).map(({ increase }) => increase)).toEqual([7, 5, 8]);
    expect(preferHours(register, [])).toBe(register);
    expect(preferHours([], interval)).toBe(interval);
  });
});
