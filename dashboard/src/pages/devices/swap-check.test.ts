import { describe, expect, it } from 'vitest';
import { readingOf, type SwapFields, swapOf, swapWarnings } from './swap-check.ts';

const now = 1_800_000_000_000;
const day = 86_400_000;
const fields: SwapFields = {
  at: '',
  final: '12,345.6',
  initial: '0',
  serial: ' ',
  doneBy: ' 李师傅 ',
  witness: '王老师',
  note: '',
};
const problem = (over: Partial<SwapFields>, at: number | undefined = now - 1): unknown => {
  const read = swapOf('energy_total_kwh', { ...fields, ...over }, at, now);
  return read.ok ? read.swap : read.problem;
};

describe('a swap', () => {
  it('is read as typed, names trimmed, what is empty left out', () => {
    expect(problem({})).toEqual({
      metric: 'energy_total_kwh',
      at: now - 1,
      finalReading: 12_345.6,
      initialReading: 0,
      doneBy: '李师傅',
      witness: '王老师',
    });
  });

  it('needs both readings, both people and a time that has passed', () => {
    expect(problem({ final: '' })).toBe('needFinal');
    expect(problem({ final: '-1' })).toBe('needFinal');
    expect(problem({ initial: 'x' })).toBe('needInitial');
    expect(problem({ witness: ' ' })).toBe('needPeople');
    expect(problem({}, now + 60_000)).toBe('needAt');
    expect(readingOf('0')).toBe(0);
  });

  const swap = {
    metric: 'energy_total_kwh',
    at: now - day,
    finalReading: 1_000,
    initialReading: 0,
    doneBy: 'a',
    witness: 'b',
  } as const;
  const last = { ts: now - 2 * day, value: 990 };

  it('is warned of when it does not fit what is known', () => {
    expect(swapWarnings(swap, last, 10, now)).toEqual([]);
    expect(swapWarnings(swap, undefined, undefined, now)).toEqual([]);
    expect(swapWarnings({ ...swap, finalReading: 989 }, last, 10, now)).toEqual(['warnBelow']);
    expect(swapWarnings({ ...swap, finalReading: 10_000 }, last, 10, now)).toEqual(['warnFar']);
    expect(swapWarnings({ ...swap, initialReading: 1_000, finalReading: 990 }, last, 10, now)).toEqual(['warnInitial']);
    expect(swapWarnings({ ...swap, witness: 'a' }, last, 10, now)).toEqual(['warnSame']);
    expect(swapWarnings({ ...swap, at: now - 40 * day }, last, 10, now)).toEqual(['warnOld']);
  });
});
