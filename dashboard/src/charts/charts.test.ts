import { describe, expect, it } from 'vitest';
import type { ConsumptionBucket, SeriesPoint } from '#contract/http/energy.ts';
import { createFormat } from '../lib/format.ts';
import { fromLocalTime } from '../lib/site-time.ts';
import { placeEvents } from './chart-marks.tsx';
import { chartRows } from './chart-rows.ts';
import { closedRanges, isYearOf } from './closed-ranges.ts';
import {
  bucketsInSlots,
  consumptionSlots,
  DIFFERENCE,
  piecesOf,
  placeAmong,
  REST,
  slotLabels,
} from './consumption-slots.ts';
import { directLabels } from './direct-labels.ts';
import { heldReadings, heldSteps, sharedInstants, standsFor } from './held-points.ts';
import { coarser, resolutionFor } from './series-step.ts';
import { timeTicks } from './time-ticks.ts';
import { axisAround, axisFromNought, axisWords } from './value-ticks.ts';

const hour = 3_600_000;
const zone = 'Asia/Shanghai';
const at = (day: number, hours = 0, where = zone): number =>
  fromLocalTime(where, { year: 2026, month: 3, day, hour: hours });

it('holidays are asked of the years that the range shows, not of the night before or the day after', () => {
  const month = { from: Date.parse('2026-12-01T00:00+08:00'), to: Date.parse('2027-01-01T00:00+08:00') };
  expect([2025, 2026, 2027].filter((year) => isYearOf(zone, month, year))).toEqual([2026]);
  expect(isYearOf(zone, { ...month, to: month.to + 1 }, 2027)).toBe(true);
});

describe('ticks', () => {
  it('stand on round hours of the site and never outside the range', () => {
    const ticks = timeTicks(zone, at(2, 1), at(3, 1), 9);
    expect(ticks).toEqual([3, 6, 9, 12, 15, 18, 21, 24].map((hours) => at(2, hours)));
  });

  it('stay on round hours over the night the clocks change', () => {
    const where = 'Europe/Berlin';
    const ticks = timeTicks(where, at(29, 0, where), at(30, 0, where), 9);
    const shown = ticks.map((tick) => new Date(tick).toLocaleTimeString('de-DE', { timeZone: where, hour: '2-digit' }));
    expect(shown).toEqual(['00 Uhr', '03 Uhr', '06 Uhr', '09 Uhr', '12 Uhr', '15 Uhr', '18 Uhr', '21 Uhr', '00 Uhr']);
  });

  it('stand on midnights over weeks and months, and are few', () => {
    expect(timeTicks(zone, at(1), at(8), 9)).toEqual([1, 2, 3, 4, 5, 6, 7, 8].map((day) => at(day)));
    expect(timeTicks(zone, at(1), at(31), 9).length).toBeLessThanOrEqual(9);
  });
});

describe('closed hours', () => {
  it('are what open hours leave, also over midnight and where they overlap', () => {
    const open = [
      { from: -2 * hour, to: hour },
      { from: 8 * hour, to: 12 * hour },
      { from: 11 * hour, to: 14 * hour },
    ];
    expect(closedRanges([{ open: open.slice(1) }, { open: open.slice(0, 1) }], { from: 0, to: 24 * hour })).toEqual([
      { from: hour, to: 8 * hour },
      { from: 14 * hour, to: 24 * hour },
    ]);
  });

  it('are the whole time of a holiday and no time of a day that is always open', () => {
    expect(closedRanges([{ open: [] }], { from: 0, to: hour })).toEqual([{ from: 0, to: hour }]);
    expect(closedRanges([{ open: [{ from: -1, to: 2 * hour }] }], { from: 0, to: hour })).toEqual([]);
  });
});

describe('rows of a chart', () => {
  const series = [
    { id: 'a', name: 'A', hue: 'plain', points: [1, 2, 3].map((n) => ({ at: n, value: n === 2 ? null : n })) },
    { id: 'b', name: 'B', hue: 'before', points: [{ at: 2, value: 9 }] },
  ] as const;

  it('bring series together by instant and leave out what nobody told', () => {
    const rows = chartRows(series);
    expect(rows.map((row) => row.at)).toEqual([1, 2, 3]);
    expect(rows[1]?.points['a']?.value).toBeNull();
    expect(rows[0]?.points['b']).toBeUndefined();
  });

  it('carry names which do not cover each other', () => {
    const near = [10, 11].map((value, index) => ({
      id: `${index}`,
      name: `${index}`,
      hue: 'plain' as const,
      points: [{ at: 1, value }],
    }));
    const [lower, upper] = directLabels(near, [0, 100]);
    expect((lower?.dy ?? 0) - (upper?.dy ?? 0)).toBeGreaterThanOrEqual(16);
    expect(directLabels(near, [0, 12]).map(({ dy }) => dy)).toEqual([-10, -10]);
  });
});

describe('points of a series', () => {
  const point = (ts: number, value: number | null, max = value): SeriesPoint => ({
    ts,
    value,
    min: value,
    max,
    count: value === null ? 0 : 1,
    quality: value === null ? 'missing' : 'measured',
    flags: [],
  });

  it('hold as they were told until the next one, never as a ramp between them', () => {
    const told = [point(0, 120), point(20_000, 980), point(40_000, 960)];
    expect(heldReadings(told, standsFor('power_w', 10_000), 60_000).map(({ at, value }) => [at, value])).toEqual([
      [0, 120],
      [20_000, 980],
      [40_000, 960],
      [60_000, 960],
    ]);
  });

  it('are a gap once the last reading is too old, and a door stands through it', () => {
    const told = [point(0, 1), point(600_000, 0)];
    const of = (metric: string) =>
      heldReadings(told, standsFor(metric, 10_000), 620_000).map(({ at, value }) => [at, value]);
    expect(of('online')).toEqual([
      [0, 1],
      [60_000, 1],
      [60_001, null],
      [600_000, 0],
      [620_000, 0],
    ]);
    expect(of('door_open')).toEqual([
      [0, 1],
      [600_000, 0],
      [620_000, 0],
    ]);
  });

  it('of steps leave a gap where nothing came, and show an opening within a step', () => {
    const told = [point(0, 2), point(100, null), point(200, 4)];
    expect(heldSteps(told, 'power_w', 100, 300).map(({ at, value }) => [at, value])).toEqual([
      [0, 2],
      [100, 2],
      [101, null],
      [200, 4],
      [300, 4],
    ]);
    expect(heldSteps([point(0, 0, 1), point(100, null)], 'door_open', 100, 200)[0]?.value).toBe(1);
  });

  it('of two series stand at the same instants, each with what holds there', () => {
    const of = (id: string, points: { at: number; value: number | null }[]) => ({
      id,
      name: id,
      hue: 'plain' as const,
      points,
    });
    const [a, b] = sharedInstants([
      of('a', [{ at: 1, value: 7 }]),
      of('b', [
        { at: 0, value: 3 },
        { at: 2, value: null },
      ]),
    ]);
    expect(a?.points.map(({ value }) => value)).toEqual([null, 7, 7]);
    expect(b?.points.map(({ value }) => value)).toEqual([3, 3, null]);
  });

  it('are drawn one by one or in steps by one rule that does not look at them', () => {
    expect(resolutionFor(0, 2 * hour, 10_000)).toBe('readings');
    expect(resolutionFor(0, 24 * hour, 10_000)).toBe('readings');
    expect(resolutionFor(0, 7 * 24 * hour, 10_000)).toBe('15m');
    expect(resolutionFor(0, 30 * 24 * hour, 60_000)).toBe('1h');
    expect(resolutionFor(0, 400 * 24 * hour, 60_000)).toBe('1d');
    expect(coarser(0, 10 * hour, 20 * 60_000)).toBe('1h');
  });
});

describe('ticks of values', () => {
  const format = createFormat('zh', zone);
  const words = (axis: ReturnType<typeof axisFromNought>, unit: string) =>
    axis.ticks.map(axisWords(axis, unit, format).say).map((text) => text.replace('\u202f', ' '));

  it.each([
    [25, [0, 10, 20, 30]],
    [30, [0, 10, 20, 30]],
    [12, [0, 5, 10, 15]],
    [0.02, [0, 0.005, 0.01, 0.015, 0.02]],
    [1_500, [0, 500, 1_000, 1_500]],
    [0, [0, 1]],
  ])('up to %d are %j', (top, ticks) => {
    expect(axisFromNought([top, null]).ticks).toEqual(ticks);
  });

  it('are at most five, even, of 1, 2 or 5, and hold every value', () => {
    for (let n = 1; n < 400; n += 1) {
      const value = n ** 3 / 7_919;
      for (const { ticks, low, high } of [
        axisFromNought([value]),
        axisFromNought([-value / 3, value]),
        axisAround([value, value * 1.3]),
      ]) {
        expect(ticks.length).toBeGreaterThan(1);
        expect(ticks.length).toBeLessThanOrEqual(5);
        const step = (ticks[1] ?? 0) - (ticks[0] ?? 0);
        expect([1, 2, 5, 10]).toContain(Number((step / 10 ** Math.floor(Math.log10(step) + 1e-9)).toFixed(6)));
        for (const [i, tick] of ticks.entries()) expect(tick - (ticks[0] ?? 0)).toBeCloseTo(i * step, 9);
        expect(low).toBeLessThanOrEqual(value * 1.000001);
        expect(high).toBeGreaterThanOrEqual(value * 0.999999);
      }
    }
  });

  it('have one unit on the whole axis and differ from each other', () => {
    expect(words(axisFromNought([1_130]), 'W')).toEqual(['0 kW', '0.5 kW', '1 kW', '1.5 kW']);
    expect(words(axisFromNought([375]), 'W')).toEqual(['0 W', '100 W', '200 W', '300 W', '400 W']);
    expect(words(axisFromNought([0.02]), 'm³')).toEqual(['0 m³', '0.005 m³', '0.01 m³', '0.015 m³', '0.02 m³']);
    expect(new Set(words(axisAround([229.8, 230.1]), 'V')).size).toBe(axisAround([229.8, 230.1]).ticks.length);
  });

  it('lie close around levels', () => {
    const { low, high } = axisAround([228, 231]);
    expect([low, high]).toEqual([226, 232]);
    expect(axisAround([21]).ticks.length).toBeGreaterThan(1);
  });
});

describe('named instants', () => {
  it('stand in time, inside the chart, and their names do not cover each other', () => {
    const events = [95, 10, 12, 200].map((at) => ({ at, label: `${at}` }));
    expect(placeEvents(events, { from: 0, to: 100 }).map(({ at, row, side }) => [at, row, side])).toEqual([
      [10, 0, 'right'],
      [12, 1, 'right'],
      [95, 0, 'left'],
    ]);
  });
});

describe('bars of a period', () => {
  const slots = [0, 1, 2, 3, 4].map((n) => ({ from: n * hour, to: (n + 1) * hour }));
  const bucket = (n: number, over: Partial<ConsumptionBucket>): ConsumptionBucket => ({
    from: n * hour,
    to: (n + 1) * hour,
    value: 1,
    quality: 'measured',
    flags: [],
    ...over,
  });

  it('say what is measured, estimated, partly or wholly missing, running or to come', () => {
    const buckets = [
      bucket(0, { completeness: 1 }),
      bucket(1, { quality: 'estimated' }),
      bucket(2, { completeness: 0.5 }),
      bucket(3, { to: 3.5 * hour }),
    ];
    const rows = consumptionSlots(slots, buckets, [bucket(0, { value: 7 })], 3.5 * hour);
    expect(rows.map(({ knowledge }) => knowledge)).toEqual(['measured', 'estimated', 'partial', 'running', 'future']);
    expect(rows.map(({ before }) => before)).toEqual([7, null, null, null, null]);
    expect(rows[4]?.value).toBeNull();
  });

  it('of months are the sums of their days, with how much of them is known', () => {
    const days = [
      bucket(0, {}),
      bucket(1, { value: null, completeness: 0 }),
      bucket(2, { value: 4, completeness: 0.5 }),
    ];
    const months = [
      { from: 0, to: 2 * hour },
      { from: 2 * hour, to: 4 * hour },
      { from: 4 * hour, to: 5 * hour },
    ];
    expect(bucketsInSlots(days, months)).toMatchObject([
      { from: 0, to: 2 * hour, value: 1, completeness: 0.5, quality: 'measured' },
      { from: 2 * hour, to: 3 * hour, value: 4, completeness: 0.5 },
    ]);
    expect(bucketsInSlots(days.slice(1, 2), months)).toMatchObject([{ value: null, quality: 'missing' }]);
  });

  it('are not missing while the readings of the running hour are still on their way', () => {
    const said = (minutes: number, completeness: number, value: number | null = 1) =>
      consumptionSlots(
        slots.slice(0, 1),
        [bucket(0, { to: minutes * 60_000, value, completeness })],
        [],
        minutes * 60_000,
      )[0]?.knowledge;
    expect([said(5, 0.96), said(10, 0, null), said(20, 0, null), said(59, 0.6)]).toEqual([
      'running',
      'running',
      'missing',
      'partial',
    ]);
    const [slot] = consumptionSlots(slots.slice(0, 1), [bucket(0, { to: 300_000, value: 3 })], [], 300_000);
    const part = { id: 'a', name: 'a', buckets: [bucket(0, { to: 300_000, value: 2, completeness: 0.97 })] };
    expect(slot && piecesOf(slot, [part], true).map(({ value }) => value)).toEqual([2, 1]);
  });

  it('without a value are missing, not nought', () => {
    const [row] = consumptionSlots(slots, [bucket(0, { value: null, quality: 'missing' })], [], 9 * hour);
    expect(row).toMatchObject({ value: null, knowledge: 'missing', completeness: 0 });
  });

  it('are labelled where an hour begins and ends, and shaded to the minute', () => {
    const day = Array.from({ length: 24 }, (_, n) => ({ from: n * hour, to: (n + 1) * hour }));
    const labels = slotLabels(day, 'hour', 3);
    expect(labels.map(({ place }) => place)).toEqual([0, 3, 6, 9, 12, 15, 18, 21, 24]);
    expect(labels.at(-1)?.at).toBe(24 * hour);
    expect(placeAmong(day, 6.5 * hour)).toBe(6.5);
    expect([placeAmong(day, 23 * hour), placeAmong(day, 24 * hour)]).toEqual([23, 24]);
    expect(slotLabels(day.slice(0, 7), 'day', 1)[0]?.place).toBe(0.5);
  });

  it('consist of the largest parts, the rest, and what no part saw', () => {
    const parts = [1, 2, 3, 4, 5, 6, 7].map((n) => ({ id: `p${n}`, name: `${n}`, buckets: [bucket(0, { value: n })] }));
    const [slot] = consumptionSlots(slots.slice(0, 1), [bucket(0, { value: 30 })], [], hour);
    if (!slot) throw new Error('no slot');
    expect(piecesOf(slot, parts, true)).toEqual([
      ...[7, 6, 5, 4, 3].map((n) => ({ id: `p${n}`, value: n })),
      { id: REST, value: 3 },
      { id: DIFFERENCE, value: 2 },
    ]);
    expect(piecesOf({ ...slot, value: 20 }, parts, true)).toEqual([]);
    const gappy = [...parts.slice(0, 2), { id: 'x', name: 'x', buckets: [] }];
    expect(piecesOf(slot, gappy, true)).toEqual([]);
    expect(piecesOf({ ...slot, value: 3 }, gappy, false).map(({ id }) => id)).toEqual(['p2', 'p1']);
  });
});
