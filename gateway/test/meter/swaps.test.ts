import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FLAG_BITS, SWAP_BITS } from '#contract/readings.ts';
import { bookingReachMs } from '../../src/meter/bad-readings.ts';
import { bookRegisterHours } from '../../src/meter/book-hours.ts';
import { classifyStep } from '../../src/meter/classify-step.ts';
import { columnsOf } from '../../src/meter/point-columns.ts';
import { keptRegisters } from '../../src/store/kept-registers.ts';
import { happenings, playHistory, SPEC } from './register-history.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const T = Date.UTC(2026, 2, 2);
const MODULUS = 10 ** SPEC.digits;
const LONGER = Number(process.env['HOUQIN_PROPERTY_RUNS'] ?? 1);

interface Point {
  readonly ts: number;
  readonly value: number;
  readonly flags: number;
}

/** Meters one after the other, each with a life of its own, and a signed swap between two of them. */
const lives = fc.record({
  intervalMs: fc.constantFrom(1, 5, 10, 30, 60).map((minutes) => minutes * MINUTE),
  meters: fc.array(
    fc.record({
      story: happenings,
      start: fc.integer({ min: 0, max: MODULUS * 100 - 1 }),
      pauseMs: fc.integer({ min: 1, max: 3 * HOUR }),
    }),
    { minLength: 2, maxLength: 4 },
  ),
  /** Whether the last reading of the old meter was taken by the meter itself just before. */
  late: fc.boolean(),
});

interface Told {
  readonly points: Point[];
  readonly explained: number;
  readonly swaps: number;
  /** Of the last meter; a dip at its very end is jitter and counts nothing back. */
  readonly lastCount: number;
}

function play({
  intervalMs,
  meters,
}: {
  intervalMs: number;
  meters: readonly { story: Parameters<typeof playHistory>[3]; start: number; pauseMs: number }[];
}): Told {
  const points: Point[] = [];
  let explained = 0;
  let at = T;
  let lastCount = 0;
  meters.forEach(({ story, start, pauseMs }, n) => {
    const { readings, truth } = playHistory(start, at, intervalMs, story);
    explained += truth.explained;
    lastCount = truth.last;
    // The first reading of a new meter is the one that two people signed.
    for (const [i, reading] of readings.entries()) points.push({ ...reading, flags: n > 0 && i === 0 ? SWAP_BITS : 0 });
    const last = readings.at(-1);
    if (n === meters.length - 1 || last === undefined) return;
    // The old one is read once more while it is taken off.
    at = last.ts + pauseMs;
    points.push({ ts: at, value: truth.last, flags: FLAG_BITS.manual });
    at += 1;
  });
  return { points, explained, lastCount, swaps: meters.length - 1 };
}

const book = (points: readonly Point[], intervalMs: number, from: number, to: number) =>
  bookRegisterHours({ points: columnsOf(points), spec: SPEC, intervalMs, hourPhaseMs: 0, from, to });
const sum = (values: readonly (number | null)[]): number =>
  values.reduce<number>((all, value) => all + (value ?? 0), 0);
const close = (a: number, b: number): boolean => Math.abs(a - b) < 1e-6 * Math.max(1, Math.abs(a), Math.abs(b));

describe('register swaps that people signed', () => {
  test('the step counts nothing, whatever the two readings are, and however far apart', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1e6, noNaN: true }),
        fc.double({ min: 0, max: 1e6, noNaN: true }),
        (before, after) => {
          const step = classifyStep({ ts: T, value: before }, { ts: T + 1, value: after, flags: SWAP_BITS }, SPEC);
          expect(step).toEqual({ kind: 'swap', increase: 0 });
        },
      ),
    );
    for (const flags of [0, FLAG_BITS.manual, FLAG_BITS.reset])
      expect(classifyStep({ ts: T, value: 900 }, { ts: T + 1, value: 1, flags }, SPEC).kind).toBe('reset');
  });

  test(
    'Σ hours = what was consumed = last − first + rollovers − Σ steps, swaps included; no hour is negative',
    () => {
      fc.assert(
        fc.property(lives, (life) => {
          const { points, explained, swaps, lastCount } = play(life);
          const [first, last] = [points[0], points.at(-1)];
          const { hours, steps } = book(points, life.intervalMs, first?.ts ?? 0, (last?.ts ?? 0) + 1);
          const total = sum(hours.map(({ increase }) => increase));
          expect(close(total, explained), `${total} booked, ${explained} consumed`).toBe(true);
          expect(steps.filter(({ kind }) => kind === 'swap')).toHaveLength(swaps);
          const rollovers = steps.filter(({ kind }) => kind === 'rollover').length;
          const others = sum(steps.flatMap(({ kind, before, after }) => (kind === 'rollover' ? [] : [after - before])));
          const balance = lastCount - (first?.value ?? 0) + rollovers * MODULUS - others;
          expect(close(total, balance), `${total} booked, ${balance} by the registers`).toBe(true);
          for (const { increase } of hours) expect(increase === null || increase >= 0).toBe(true);
        }),
        { numRuns: 200 * LONGER },
      );
    },
    30_000 * LONGER,
  );

  test(
    'booked in two parts it is the same, and what retention leaves of it books the same hours',
    () => {
      fc.assert(
        fc.property(lives, fc.double({ min: 0, max: 1, noNaN: true }), (life, cut) => {
          const { points } = play(life);
          const { intervalMs } = life;
          const from = Math.floor((points[0]?.ts ?? 0) / HOUR) * HOUR;
          const to = Math.floor((points.at(-1)?.ts ?? 0) / HOUR) * HOUR + HOUR;
          const whole = book(points, intervalMs, from, to);
          const at = from + Math.round(((to - from) / HOUR) * cut) * HOUR;
          const part = (a: number, b: number) => book(around(points, a, b, intervalMs), intervalMs, a, b);
          const swapsOf = (steps: typeof whole.steps) => steps.filter(({ kind }) => kind === 'swap');
          expect(swapsOf([...part(from, at).steps, ...part(at, to).steps])).toEqual(swapsOf(whole.steps));

          const columns = columnsOf(points);
          const kept = keptRegisters({
            around: {
              ts: Float64Array.from(columns.ts),
              value: Float64Array.from(columns.value),
              flags: Uint16Array.from(columns.flags),
              length: columns.length,
            },
            ...{ from, to, spec: SPEC, intervalMs, phase: 0 },
          });
          const again = bookRegisterHours({ points: kept, spec: SPEC, intervalMs, hourPhaseMs: 0, from, to });
          expect(again.steps).toEqual(whole.steps);
          expect(
            close(sum(again.hours.map(({ increase }) => increase)), sum(whole.hours.map(({ increase }) => increase))),
          ).toBe(true);
        }),
        { numRuns: 100 * LONGER },
      );
    },
    30_000 * LONGER,
  );

  test('a dip of the old meter and a reset of the new one are not taken for each other across the swap', () => {
    const at = (minutes: number, value: number, flags = 0): Point => ({ ts: T + minutes * MINUTE, value, flags });
    const { hours, steps } = book(
      [
        at(0, 3),
        at(10, 3.5),
        at(20, 4, FLAG_BITS.manual),
        at(21, 500, SWAP_BITS),
        at(30, 500.2),
        at(40, 3.8),
        at(60, 4),
      ],
      10 * MINUTE,
      T,
      T + HOUR,
    );
    expect(steps.map(({ kind }) => kind)).toEqual(['swap', 'reset']);
    expect(sum(hours.map(({ increase }) => increase))).toBeCloseTo(1 + 0.2 + 0.2, 6);
  });
});

function around(points: readonly Point[], from: number, to: number, intervalMs: number): Point[] {
  const reach = bookingReachMs(intervalMs);
  const inside = points.filter(({ ts }) => ts >= from - reach && ts < to + reach);
  const before = points.findLast(({ ts }) => ts < from - reach);
  const after = points.find(({ ts }) => ts >= to + reach);
  return [...(before ? [before] : []), ...inside, ...(after ? [after] : [])];
}
