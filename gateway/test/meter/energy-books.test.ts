import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bookingReachMs } from '../../src/meter/bad-readings.ts';
import { bookRegisterHours } from '../../src/meter/book-hours.ts';
import { planDevice } from '../../src/meter/plan-consumption.ts';
import { columnsOf } from '../../src/meter/point-columns.ts';
import { sumConsumption } from '../../src/meter/sum-consumption.ts';
import type { HourBook } from '../../src/store/reading-store.ts';
import { calendarOf } from '../calendar/school-year.ts';
import { happenings, playHistory, SPEC } from './register-history.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** The long form: HOUQIN_PROPERTY_RUNS=20 plays twenty times as many histories. */
const LONGER = Number(process.env['HOUQIN_PROPERTY_RUNS'] ?? 1);
const MODULUS = 10 ** SPEC.digits;
/** Each with a change of clocks inside the histories, but for Shanghai and Kolkata. */
const ZONES: readonly (readonly [zone: string, near: number])[] = [
  ['Asia/Shanghai', Date.UTC(2026, 2, 28)],
  ['Europe/London', Date.UTC(2026, 2, 28)],
  ['America/New_York', Date.UTC(2026, 9, 30)],
  ['Australia/Lord_Howe', Date.UTC(2026, 3, 3)],
  ['Asia/Kolkata', Date.UTC(2026, 2, 28)],
];

const lives = fc.record({
  story: happenings,
  startHundredths: fc.oneof(
    fc.integer({ min: 0, max: MODULUS * 100 - 1 }),
    fc.integer({ min: MODULUS * 99, max: MODULUS * 100 - 1 }),
  ),
  startMs: fc.integer({ min: 0, max: DAY }),
  intervalMs: fc.constantFrom(1, 5, 10, 30, 60).map((minutes) => minutes * MINUTE),
  cut: fc.double({ min: 0, max: 1, noNaN: true }),
  order: fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })),
});

type Reading = { readonly ts: number; readonly value: number };

/** What a store makes of readings that came in any order and some of them twice. */
function stored(arrived: readonly Reading[]): Reading[] {
  return [...new Map(arrived.map((reading) => [reading.ts, reading])).values()].sort((a, b) => a.ts - b.ts);
}

const close = (a: number, b: number): boolean => Math.abs(a - b) < 1e-6 * Math.max(1, Math.abs(a), Math.abs(b));
const sum = (values: readonly (number | null)[]): number =>
  values.reduce<number>((all, value) => all + (value ?? 0), 0);

describe.each(ZONES)('energy books in %s', (zone, near) => {
  const calendar = calendarOf({}, zone);
  const phase = calendar.floor(near, 'hour') % HOUR;

  const book = (readings: readonly Reading[], from: number, to: number, intervalMs: number) => {
    const points = columnsOf(readings.map((reading) => ({ ...reading, flags: 0 })));
    return bookRegisterHours({ points, spec: SPEC, intervalMs, hourPhaseMs: phase, from, to });
  };
  const hourStart = (at: number): number => Math.floor((at - phase) / HOUR) * HOUR + phase;

  it(
    'balance against the ledger of truth: hours, days, steps',
    () => {
      fc.assert(
        fc.property(lives, ({ story, startHundredths, startMs, intervalMs }) => {
          const { readings, truth } = playHistory(startHundredths, near + startMs, intervalMs, story);
          const first = readings[0]?.ts ?? 0;
          const end = (readings.at(-1)?.ts ?? 0) + 1;
          const { hours, steps } = book(readings, first, end, intervalMs);
          const total = sum(hours.map(({ increase }) => increase));

          expect(steps).toEqual(truth.steps);
          expect(close(total, truth.explained), `${total} booked, ${truth.explained} consumed`).toBe(true);
          const unexplained = sum(
            steps.filter(({ kind }) => kind !== 'rollover').map(({ before, after }) => after - before),
          );
          const balance = truth.last - truth.first + truth.rollovers * MODULUS - unexplained;
          expect(close(total, balance), `${total} booked, ${balance} by the registers`).toBe(true);

          for (const hour of hours) {
            expect(hour.increase === null || hour.increase >= 0).toBe(true);
            expect(hour.missingS >= 0 && hour.estimatedS >= 0 && hour.missingS + hour.estimatedS <= 3600).toBe(true);
            expect(hour.increase === null).toBe(hour.missingS === 3600);
          }
          const days = sumConsumption({
            plan: planDevice('meter', 'electricity'),
            books: new Map([['meter', { hours, steps }]]),
            from: calendar.floor(first - HOUR, 'day'),
            to: calendar.next(end + HOUR, 'day'),
            step: 'day',
            calendar,
            tariffs: { defaults: {}, tariffs: [] },
            devices: new Map(),
          });
          expect(close(days.total ?? 0, total), `${days.total} in days, ${total} in hours`).toBe(true);
          expect(days.steps).toHaveLength(steps.filter(({ kind }) => kind !== 'rollover').length);
        }),
        { numRuns: 150 * LONGER },
      );
    },
    20_000 * LONGER,
  );

  it(
    'do not depend on the order of arrival, on duplicates, or on where a restart cut the work in two',
    () => {
      fc.assert(
        fc.property(lives, ({ story, startHundredths, startMs, intervalMs, cut, order }) => {
          const { readings } = playHistory(startHundredths, near + startMs, intervalMs, story);
          const from = hourStart(readings[0]?.ts ?? 0);
          const to = hourStart(readings.at(-1)?.ts ?? 0) + HOUR;
          const whole = book(readings, from, to, intervalMs);

          const twice = readings.filter((_, i) => i % 3 === 0);
          const arrived = [...readings, ...twice]
            .map((reading) => ({ reading, key: order.next().value ?? 0 }))
            .sort((a, b) => a.key - b.key)
            .map(({ reading }) => reading);
          expect(book(stored(arrived), from, to, intervalMs)).toEqual(whole);

          const at = from + Math.round(((to - from) / HOUR) * cut) * HOUR;
          const halves = [
            book(around(readings, from, at, intervalMs), from, at, intervalMs),
            book(around(readings, at, to, intervalMs), at, to, intervalMs),
          ];
          // The reading just beyond the reach may itself be a dip of up to two register steps.
          const slack = story.some(({ kind }) => kind === 'jitter') ? 2 * SPEC.step : 0;
          const joined = halves.flatMap(({ hours }) => hours);
          expectSameHours(joined, whole.hours, slack);
          expect(halves.flatMap(({ steps }) => steps)).toEqual(whole.steps);
        }),
        { numRuns: 100 * LONGER },
      );
    },
    20_000 * LONGER,
  );
});

/** The readings of a range, of the reach on both sides, and one more. */
function around(readings: readonly Reading[], from: number, to: number, intervalMs: number): Reading[] {
  const reach = bookingReachMs(intervalMs);
  const first = readings.findLastIndex(({ ts }) => ts < from - reach);
  const last = readings.findIndex(({ ts }) => ts > to + reach);
  return readings.slice(Math.max(0, first), last === -1 ? undefined : last + 1);
}

function expectSameHours(actual: readonly HourBook[], expected: readonly HourBook[], slack: number): void {
  const same = (a: number | null, b: number | null | undefined): boolean =>
    close(a ?? -1, b ?? -1) || (a !== null && b !== null && b !== undefined && Math.abs(a - b) <= slack + 1e-6);
  const shape = (hours: readonly HourBook[]) =>
    hours.map(({ from, missingS, estimatedS, flags }) => [from, missingS, estimatedS, flags]);
  expect(shape(actual)).toEqual(shape(expected));
  actual.forEach((hour, i) => {
    expect(same(hour.increase, expected[i]?.increase)).toBe(true);
    expect(same(hour.startRegister, expected[i]?.startRegister)).toBe(true);
    expect(same(hour.endRegister, expected[i]?.endRegister)).toBe(true);
  });
}
