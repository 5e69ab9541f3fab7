import { describe, expect, it } from 'vitest';
import type { ConsumptionBucket, SeriesPoint } from '#contract/http/energy.ts';
import { fromLocalTime } from '../lib/site-time.ts';
import { axisAround, axisFromNought, chartRows, isAlone } from './chart-rows.ts';
import { closedRanges } from './closed-ranges.ts';
import { consumptionSlots } from './consumption-slots.ts';
import { directLabels } from './direct-labels.ts';
import { pointsOf, stepsFor } from './series-step.ts';
import { timeTicks } from './time-ticks.ts';

const hour = 3_600_000;
const zone = 'Asia/Shanghai';
const at = (day: number, hours = 0, where = zone): number =>
  fromLocalTime(where, { year: 2026, month: 3, day, hour: hours });

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

  it('know a value that no line would show', () => {
    const rows = chartRows(series);
    expect([0, 1, 2].map((index) => isAlone(rows, index, 'a'))).toEqual([true, false, true]);
  });

  it('get an axis from nought for amounts and a close one for levels', () => {
    expect(axisFromNought([3, null, 87])).toEqual([0, 100]);
    expect(axisFromNought([null])).toEqual([0, 1]);
    const [low, high] = axisAround([228, 231]);
    expect(low).toBeGreaterThan(200);
    expect(low).toBeLessThan(228);
    expect(high).toBeGreaterThan(231);
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

  it('carry a door on until the next is told, and show an opening within a step', () => {
    const told = [point(1, null), point(2, 0, 1), point(3, null), point(4, 1)];
    expect(pointsOf(told, 'door_open').map(({ value }) => value)).toEqual([null, 1, 0, 1]);
  });

  it('leave silence of a sign of life and of a level as a gap', () => {
    for (const metric of ['online', 'power_w'])
      expect(pointsOf([point(1, 1), point(2, null)], metric).map(({ value }) => value)).toEqual([1, null]);
  });

  it('are asked for as finely as one answer holds', () => {
    expect(stepsFor(0, 13 * hour)[0]).toBe('60s');
    expect(stepsFor(0, 7 * 24 * hour)[0]).toBe('15m');
    expect(stepsFor(0, 30 * 24 * hour)[0]).toBe('1h');
    expect(stepsFor(0, 400 * 24 * hour)).toEqual(['1d']);
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

  it('without a value are missing, not nought', () => {
    const [row] = consumptionSlots(slots, [bucket(0, { value: null, quality: 'missing' })], [], 9 * hour);
    expect(row).toMatchObject({ value: null, knowledge: 'missing', completeness: 0 });
  });
});
