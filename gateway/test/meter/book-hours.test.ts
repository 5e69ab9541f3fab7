import { describe, expect, it } from 'vitest';
import { FLAG_BITS } from '#contract/readings.ts';
import { bookIntervalHours, bookRegisterHours } from '../../src/meter/book-hours.ts';
import { columnsOf } from '../../src/meter/point-columns.ts';

const MIN = 60_000;
const HOUR = 60 * MIN;
const T0 = Date.UTC(2026, 2, 2, 0);
const spec = { digits: 6, ratedMax: 100, step: 0.1 };

const at = (minutes: number, value: number, flags = 0) => ({ ts: T0 + minutes * MIN, value, flags });
const book = (
  points: ReturnType<typeof at>[],
  hours: number,
  over: { intervalMs?: number; spec?: typeof spec | undefined } = {},
) =>
  bookRegisterHours({
    points: columnsOf(points),
    spec: 'spec' in over ? over.spec : spec,
    intervalMs: over.intervalMs ?? 10 * MIN,
    hourPhaseMs: 0,
    from: T0,
    to: T0 + hours * HOUR,
  });
const increases = (booked: { hours: readonly { increase: number | null }[] }) =>
  booked.hours.map(({ increase }) => (increase === null ? null : Math.round(increase * 1e6) / 1e6));

describe('hours of a register', () => {
  it('interpolates the boundary between two hours', () => {
    const { hours, steps } = book([at(0, 100), at(50, 105), at(70, 109), at(120, 110)], 2, { intervalMs: 30 * MIN });
    expect(hours).toEqual([
      { from: T0, increase: 7, estimatedS: 0, missingS: 0, startRegister: 100, endRegister: 107, flags: 0 },
      { from: T0 + HOUR, increase: 3, estimatedS: 0, missingS: 0, startRegister: 107, endRegister: 110, flags: 0 },
    ]);
    expect(steps).toEqual([]);
  });

  it('spreads a gap over its hours as estimated and flags the catch-up', () => {
    const { hours } = book([at(0, 100), at(10, 101), at(190, 119), at(240, 120)], 4, { intervalMs: 30 * MIN });
    expect(hours.map((hour) => hour.increase)).toEqual([6, 6, 6, 2]);
    expect(hours.map((hour) => hour.estimatedS)).toEqual([3000, 3600, 3600, 600]);
    expect(hours.map((hour) => hour.missingS)).toEqual([0, 0, 0, 0]);
    expect(hours.map((hour) => hour.flags)).toEqual([0, 0, 0, FLAG_BITS['catch-up']]);
  });

  it('knows nothing before the first and after the last reading', () => {
    const { hours } = book([at(90, 100), at(105, 101)], 4);
    expect(hours).toEqual([
      {
        from: T0 + HOUR,
        increase: 1,
        estimatedS: 0,
        missingS: 2700,
        startRegister: null,
        endRegister: null,
        flags: 0,
        known: { fromS: 1800, toS: 2700 },
      },
    ]);
  });

  it('adds missing for a reset, and lists it', () => {
    const booked = book([at(0, 1000), at(20, 1001), at(40, 0), at(60, 1)], 1);
    expect(booked.hours).toMatchObject([{ increase: 2, missingS: 1200, flags: FLAG_BITS.reset }]);
    expect(booked.steps).toEqual([{ at: T0 + 40 * MIN, kind: 'reset', before: 1001, after: 0 }]);
  });

  it('books a rollover in full', () => {
    const booked = book([at(0, 999_990), at(60, 10)], 1, { intervalMs: HOUR });
    expect(booked.hours).toMatchObject([
      { increase: 20, startRegister: 999_990, endRegister: 10, flags: FLAG_BITS.rollover },
    ]);
    expect(booked.steps).toMatchObject([{ kind: 'rollover', before: 999_990, after: 10 }]);
  });

  it.each([spec, undefined])('reads a bad zero as a gap, not as a lifetime (spec %o)', (of) => {
    const booked = book([at(0, 1000), at(10, 0), at(20, 0), at(30, 1000.3), at(45, 1000.5), at(60, 1001)], 1, {
      spec: of,
    });
    expect(increases(booked)).toEqual([1]);
    expect(booked.steps).toEqual([]);
    expect(booked.hours[0]?.estimatedS).toBe(1800);
  });

  it('never books a lifetime when the old count comes back after days', () => {
    const zeros = Array.from({ length: 60 }, (_, i) => at(60 * (i + 1), 0));
    for (const of of [spec, undefined]) {
      const booked = book([at(0, 90_000), ...zeros, at(61 * 60, 90_004)], 61, { intervalMs: HOUR, spec: of });
      expect(booked.hours.reduce((sum, hour) => sum + (hour.increase ?? 0), 0)).toBe(0);
      expect(booked.steps.map(({ kind }) => kind)).toEqual(['reset', 'jump']);
    }
  });

  it.each([spec, undefined])('leaves out a spike (spec %o)', (of) => {
    const booked = book([at(0, 1000), at(10, 1000), at(20, 99_999), at(30, 1000.5), at(60, 1001)], 1, { spec: of });
    expect(increases(booked)).toEqual([1]);
    expect(booked.steps).toEqual([]);
  });

  it('counts jitter as nothing and the way back up not twice', () => {
    const booked = book([at(0, 100), at(10, 99.9), at(20, 100), at(30, 99.8), at(60, 101)], 1);
    expect(increases(booked)).toEqual([1]);
  });

  it('takes no replayed value for a reading', () => {
    const booked = book([at(0, 100), at(30, 500, FLAG_BITS.replayed), at(60, 101)], 1, { intervalMs: HOUR });
    expect(booked.hours).toMatchObject([{ increase: 1, flags: 0 }]);
  });
});

describe('hours of interval values', () => {
  const hoursOf = (points: ReturnType<typeof at>[], intervalMs: number, hours: number, hourPhaseMs = 0) =>
    bookIntervalHours({ points: columnsOf(points), intervalMs, hourPhaseMs, from: T0, to: T0 + hours * HOUR }).hours;

  it('sums within the hour and leaves the rest missing', () => {
    expect(hoursOf([at(0, 1), at(30, 2), at(60, 4)], 30 * MIN, 3)).toMatchObject([
      { increase: 3, missingS: 0, estimatedS: 0, startRegister: null },
      { increase: 4, missingS: 1800 },
    ]);
  });

  it('splits a value over the hours it covers', () => {
    expect(hoursOf([at(0, 6)], HOUR, 2, 30 * MIN).map(({ increase }) => increase)).toEqual([3, 3]);
    expect(hoursOf([at(0, 24)], 24 * HOUR, 24)).toHaveLength(24);
    expect(hoursOf([at(0, 24)], 24 * HOUR, 24)[7]).toMatchObject({ increase: 1, estimatedS: 3600, missingS: 0 });
  });

  it('keeps the sum when values come closer than their length', () => {
    const hours = hoursOf([at(0, 5), at(20, 7), at(60, 1)], HOUR, 2);
    expect(hours).toMatchObject([
      { increase: 12, missingS: 0 },
      { increase: 1, missingS: 0 },
    ]);
  });
});
