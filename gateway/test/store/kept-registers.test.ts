import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bookRegisterHours } from '../../src/meter/book-hours.ts';
import { keptRegisters } from '../../src/store/kept-registers.ts';
import type { Columns } from '../../src/store/point-columns.ts';

const SEED = Number(process.env['HOUQIN_SEED'] ?? Date.now() % 1e9);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const START = Date.UTC(2026, 0, 1);

const span = { from: START, to: START + 1_000 * DAY, intervalMs: MINUTE };

/** Growth, gaps from a lost reading to a night, a rollover or a reset or two, flags. */
const step = fc.record({
  gap: fc.oneof(
    { weight: 30, arbitrary: fc.constant(MINUTE) },
    { weight: 1, arbitrary: fc.integer({ min: 1, max: 9 * HOUR }) },
  ),
  grow: fc.oneof(
    { weight: 60, arbitrary: fc.integer({ min: 0, max: 40 }) },
    { weight: 1, arbitrary: fc.constant(-1e7) },
  ),
  flags: fc.oneof(
    { weight: 80, arbitrary: fc.constant(0) },
    { weight: 1, arbitrary: fc.integer({ min: 1, max: 127 }) },
  ),
});

describe(`registers that outlive their raw data (seed ${SEED})`, () => {
  it('book the same hours as all readings did', () => {
    const spec = { ratedMax: 40, step: 0.01 };
    fc.assert(
      fc.property(
        fc.array(step, { minLength: 2, maxLength: 600, size: 'max' }),
        fc.constantFrom(0, 30 * MINUTE),
        (steps, phase) => {
          const all = pointsOf(steps);
          const kept = keptRegisters({ ...span, around: all, spec, phase });
          const range = {
            intervalMs: MINUTE,
            hourPhaseMs: phase,
            spec,
            from: START,
            to: (all.ts.at(-1) ?? START) + HOUR,
          };
          const [want, got] = [
            bookRegisterHours({ ...range, points: all }),
            bookRegisterHours({ ...range, points: kept }),
          ];
          expect(got.steps).toEqual(want.steps);
          expect(got.hours.length).toBe(want.hours.length);
          got.hours.forEach((hour, i) => {
            const { increase, ...rest } = want.hours[i] ?? hour;
            expect(hour).toMatchObject(rest);
            if (increase === null) expect(hour.increase).toBeNull();
            else expect(hour.increase).toBeCloseTo(increase, 6);
          });
        },
      ),
      { seed: SEED, numRuns: 200 },
    );
  });

  it('are few: about five an hour of readings every minute', () => {
    const all = pointsOf(Array.from({ length: 1_440 }, () => ({ gap: MINUTE, grow: 3, flags: 0 })));
    const kept = keptRegisters({ ...span, around: all, spec: undefined, phase: 0 });
    expect(kept.length).toBeLessThanOrEqual(24 * 6 + 1);
    expect(keptRegisters({ ...span, around: kept, spec: undefined, phase: 0 })).toEqual(kept);
  });
});

function pointsOf(steps: readonly { gap: number; grow: number; flags: number }[]): Columns {
  const length = steps.length;
  const points = {
    ts: new Float64Array(length),
    value: new Float64Array(length),
    flags: new Uint16Array(length),
    length,
  };
  let [at, level] = [START, 50_000];
  steps.forEach(({ gap, grow, flags }, i) => {
    at += gap;
    level = Math.max(0, level + grow);
    points.ts[i] = at;
    points.value[i] = level / 100;
    points.flags[i] = flags;
  });
  return points;
}
