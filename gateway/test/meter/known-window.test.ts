import { describe, expect, it } from 'vitest';
import { tariffsConfig } from '#contract/config/tariffs.ts';
import { addHours } from '../../src/meter/add-hours.ts';
import { bookIntervalHours, bookRegisterHours } from '../../src/meter/book-hours.ts';
import { planDevice } from '../../src/meter/plan-consumption.ts';
import { columnsOf } from '../../src/meter/point-columns.ts';
import { sumConsumption } from '../../src/meter/sum-consumption.ts';
import { decodeBooks, encodeBooks } from '../../src/store/book-codec.ts';
import type { HourBook } from '../../src/store/reading-store.ts';
import { calendarOf, HOUR } from '../calendar/school-year.ts';

/** 2 March 2026 02:00 in Shanghai. */
const TWO = Date.UTC(2026, 2, 1, 18);
const MINUTE = 60_000;
const range = { intervalMs: MINUTE, hourPhaseMs: 0, from: TWO - HOUR, to: TWO + 2 * HOUR };
const points = (rows: readonly (readonly [minute: number, value: number])[]) =>
  columnsOf(rows.map(([minute, value]) => ({ ts: TWO + minute * MINUTE, value, flags: 0 })));
/** A new meter whose first and newest reading lie within one hour, a reading a minute between them. */
const firstHour = points(
  Array.from({ length: 36 }, (_, i) => [5 + i, i === 35 ? 1524 : 1523.41 + (0.59 * i) / 35] as const),
);

function used(hours: readonly HourBook[], from: number, to: number): number | null {
  const plan = planDevice('m', 'electricity');
  const calendar = calendarOf();
  const books = new Map([['m', { hours, steps: [] }]]);
  const asked = { plan, books, from, to, step: 'hour', calendar, devices: new Map() } as const;
  return sumConsumption({ ...asked, tariffs: tariffsConfig.parse({}) }).total;
}

describe('an hour of which only a part is known', () => {
  const { hours } = bookRegisterHours({ ...range, points: firstHour, spec: undefined });

  it.each([40, 41, 45, 50, 60])('gives what was measured by then, also asked for until 02:%i', (minute) => {
    expect(used(hours, TWO, TWO + minute * MINUTE)).toBeCloseTo(0.59, 9);
    expect(used(hours, TWO - HOUR, TWO + minute * MINUTE)).toBeCloseTo(0.59, 9);
  });

  it('is divided only where something was measured', () => {
    expect(used(hours, TWO, TWO + 5 * MINUTE)).toBeNull();
    expect(used(hours, TWO, TWO + 22.5 * MINUTE)).toBeCloseTo(0.295, 3);
    expect(used(hours, TWO + 41 * MINUTE, TWO + HOUR)).toBeNull();
  });

  it('stays so on disk, and beside hours that are known in full', () => {
    const all = bookRegisterHours({
      ...range,
      points: points([
        [5, 10],
        [40, 11],
        [70, 12],
        [130, 14],
      ]),
      spec: undefined,
    });
    expect(decodeBooks(encodeBooks(all.hours, range.from), range.from)).toEqual(all.hours);
    const kept = decodeBooks(encodeBooks(hours, range.from), range.from);
    expect(used(kept, TWO, TWO + 41 * MINUTE)).toBeCloseTo(0.59, 9);
  });

  it('holds for a series of amounts and for the sum of phases', () => {
    const amounts = bookIntervalHours({
      ...range,
      intervalMs: 10 * MINUTE,
      points: points([
        [0, 1],
        [10, 2],
        [20, 3],
      ]),
    });
    expect(used(amounts.hours, TWO, TWO + 31 * MINUTE)).toBeCloseTo(6, 9);
    expect(used(addHours([amounts.hours, amounts.hours]), TWO, TWO + 31 * MINUTE)).toBeCloseTo(12, 9);
    expect(used(addHours([hours, hours]), TWO, TWO + 41 * MINUTE)).toBeCloseTo(1.18, 9);
  });
});
