import { describe, expect, it } from 'vitest';
import { classifyStep } from '../../src/meter/classify-step.ts';

const HOUR = 3_600_000;
const spec = { digits: 6, ratedMax: 100, step: 0.1 };
const step = (before: number, after: number, ms = HOUR, of: Parameters<typeof classifyStep>[2] = spec) =>
  classifyStep({ ts: 0, value: before }, { ts: ms, value: after }, of);

describe('one step of a register', () => {
  it.each([
    ['plain growth', 1000, 1050, 'normal', 50],
    ['standing still', 1000, 1000, 'normal', 0],
    ['just within 1.2 × the rated maximum', 1000, 1120, 'normal', 120],
    ['above 1.2 × the rated maximum', 1000, 1121, 'jump', null],
    ['a real rollover (MyEMS)', 999_984, 20, 'rollover', 36],
    ['a wrap that is more than could be consumed', 999_800, 20, 'reset', null],
    ['a drop from below nine tenths of the register', 890_000, 20, 'reset', null],
    ['a new meter', 5_000, 0, 'reset', null],
    ['a used meter in place of the old one', 5_000, 3_000, 'back-step', null],
    ['a dip of two register steps', 1000, 999.8, 'jitter', 0],
    ['a dip of three', 1000, 999.7, 'back-step', null],
  ])('%s', (_, before, after, kind, increase) => {
    const judged = step(before, after);
    expect(judged.kind).toBe(kind);
    if (increase === null) expect(judged.increase).toBeNull();
    else expect(judged.increase).toBeCloseTo(increase, 9);
  });

  it('measures a jump against the time that passed, and an early reading against a whole interval', () => {
    expect(step(1000, 1500, 10 * HOUR).kind).toBe('normal');
    expect(step(1000, 1010, HOUR / 60).kind).toBe('jump');
    const early = classifyStep({ ts: 0, value: 1000 }, { ts: 1_000, value: 1010 }, spec, { intervalMs: HOUR / 6 });
    expect(early.kind).toBe('normal');
  });

  it('believes growth without a rated maximum, but not the return of a lifetime from next to nothing', () => {
    expect(step(1000, 40_000, HOUR, {}).kind).toBe('normal');
    expect(step(0, 1000.2, HOUR, {})).toEqual({ kind: 'jump', increase: null });
    expect(step(0, 40, HOUR, {})).toEqual({ kind: 'normal', increase: 40 });
  });

  it('uses the learned maximum where the spec names none', () => {
    const learned = (after: number) =>
      classifyStep({ ts: 0, value: 1000 }, { ts: HOUR, value: after }, { digits: 6 }, { learnedMax: 10 }).kind;
    expect(learned(1012)).toBe('normal');
    expect(learned(1013)).toBe('jump');
  });

  it('believes a wrap of unknown rate only when it is small', () => {
    expect(step(99_990, 10, HOUR, { digits: 5 })).toEqual({ kind: 'rollover', increase: 20 });
    expect(step(95_000, 10, HOUR, { digits: 5 }).kind).toBe('reset');
    expect(step(99_990, 10, HOUR, {}).kind).toBe('reset');
  });
});
