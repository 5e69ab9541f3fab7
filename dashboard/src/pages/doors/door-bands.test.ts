import { describe, expect, it } from 'vitest';
import { doorBands, sumBands, toldUpTo } from './door-bands.ts';

const minute = 60_000;
const slotMs = 15 * minute;
const range = { from: 0, to: 120 * minute };
const life = (counts: readonly number[]) => counts.map((count, index) => ({ ts: index * slotMs, count }));
const silent = life([0, 0, 0, 0, 0, 0, 0, 0]);
const alive = life([1, 1, 1, 1, 1, 1, 1, 1]);
const told = { before: 0, slotMs, intervalMs: minute, goneSince: null };
const said = (bands: ReturnType<typeof doorBands>) =>
  bands.map(({ from, to, state }) => `${from / minute}-${to / minute} ${state}`);

describe('what was told up to now', () => {
  const points = [
    { ts: 1 * minute, value: 0 },
    { ts: 14 * minute, value: 1 },
  ];
  const upTo = (now: number, newest?: { ts: number; receivedAt: number; value: number }) =>
    toldUpTo(points, newest, now * minute).map(({ ts, value }) => `${ts / minute} ${value}`);

  it('leaves out what a clock said that was ahead, once something newer came, also when that time has come', () => {
    const closed = { ts: 6 * minute, receivedAt: 6 * minute, value: 0 };
    expect(upTo(7, closed)).toEqual(['1 0', '6 0']);
    expect(upTo(20, closed)).toEqual(['1 0', '6 0']);
  });

  it('shows what a clock said that was ahead where it stands, however much has come since', () => {
    const stored = [
      { ts: 3 * minute, standsAt: 5 * minute + 1, value: 0 },
      { ts: 9 * minute, value: 0 },
      { ts: 14 * minute, standsAt: 5 * minute, value: 1 },
    ];
    const newest = { ts: 20 * minute, receivedAt: 20 * minute, value: 0 };
    const bands = doorBands({ ...told, points: toldUpTo(stored, newest, 30 * minute), life: alive }, range);
    expect(bands.map(({ from, to, state }) => [from, to, state])).toEqual([
      [0, 5 * minute, 'closed'],
      [5 * minute, 5 * minute + 1, 'open'],
      [5 * minute + 1, 120 * minute, 'closed'],
    ]);
  });

  it('takes a newest value that is ahead as of its arrival, and nothing from the future', () => {
    expect(upTo(7, { ts: 14 * minute, receivedAt: 5 * minute, value: 1 })).toEqual(['1 0', '5 1']);
    expect(upTo(7)).toEqual(['1 0']);
    expect(upTo(20)).toEqual(['1 0', '14 1']);
  });
});

describe('a day of a door', () => {
  it('keeps a state until the next is told', () => {
    const points = [
      { ts: 10 * minute, value: 1 },
      { ts: 25 * minute, value: 0 },
      { ts: 60 * minute, value: 0 },
    ];
    expect(said(doorBands({ ...told, points, life: alive }, range))).toEqual([
      '0-10 closed',
      '10-25 open',
      '25-120 closed',
    ]);
  });

  it('is unknown before anything was told', () => {
    const points = [{ ts: 30 * minute, value: 0 }];
    expect(said(doorBands({ ...told, before: null, points, life: silent }, range))).toEqual([
      '0-30 unknown',
      '30-120 closed',
    ]);
    expect(said(doorBands({ ...told, before: null, points: [], life: silent }, range))).toEqual(['0-120 unknown']);
  });

  it('is unknown while the sensor was silent, whatever it said before', () => {
    const gap = life([1, 1, 0, 0, 1, 1, 1, 1]);
    expect(said(doorBands({ ...told, points: [], life: gap }, range))).toEqual([
      '0-30 closed',
      '30-60 unknown',
      '60-120 closed',
    ]);
  });

  it('takes a sample for a sign of life, and no gap shorter than three intervals for silence', () => {
    const gap = life([1, 1, 0, 1, 1, 1, 1, 1]);
    const points = [{ ts: 35 * minute, value: 0 }];
    expect(said(doorBands({ ...told, points, life: gap }, range))).toEqual(['0-120 closed']);
    expect(said(doorBands({ ...told, intervalMs: 10 * minute, points: [], life: gap }, range))).toEqual([
      '0-120 closed',
    ]);
  });

  it('does not hold imported history against a sensor that was never alive', () => {
    expect(said(doorBands({ ...told, points: [], life: silent }, range))).toEqual(['0-120 closed']);
  });

  it('is unknown since the sensor is gone, and the running quarter is not silence yet', () => {
    expect(said(doorBands({ ...told, points: [], life: alive, goneSince: 100 * minute }, range))).toEqual([
      '0-100 closed',
      '100-120 unknown',
    ]);
    const running = { from: 0, to: 110 * minute };
    expect(said(doorBands({ ...told, points: [], life: life([1, 1, 1, 1, 1, 1, 1, 0]) }, running))).toEqual([
      '0-110 closed',
    ]);
  });

  it('adds up', () => {
    const points = [
      { ts: 10 * minute, value: 1 },
      { ts: 20 * minute, value: 0 },
      { ts: 30 * minute, value: 1 },
    ];
    const bands = doorBands({ ...told, points, life: alive, goneSince: 60 * minute }, range);
    expect(sumBands(bands)).toEqual({ openings: 2, openMs: 40 * minute, unknownMs: 60 * minute });
  });
});
