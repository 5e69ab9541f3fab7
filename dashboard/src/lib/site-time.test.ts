import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addDays,
  endOfDay,
  fromLocalTime,
  localDate,
  localField,
  localTime,
  parseLocal,
  startOfDay,
  startOfMonth,
  startOfWeek,
} from './site-time.ts';

const zones = ['Asia/Shanghai', 'Europe/London', 'America/New_York', 'Australia/Lord_Howe'];
const at = (iso: string): number => Date.parse(iso);

describe('site time', () => {
  it.each(zones)('in %s local and back is the same instant, but for the repeated hour', (zone) => {
    const seed = Date.now() % 1_000_000;
    console.log(`seed ${seed}`);
    fc.assert(
      fc.property(fc.integer({ min: at('2015-01-01T00:00:00Z'), max: at('2035-01-01T00:00:00Z') }), (ms) => {
        const second = Math.floor(ms / 1000) * 1000;
        const back = fromLocalTime(zone, localTime(zone, second));
        expect(localTime(zone, back)).toEqual(localTime(zone, second));
        expect(back).toBeLessThanOrEqual(second);
        expect(second - back).toBeLessThanOrEqual(3_600_000);
      }),
      { seed, numRuns: 300 },
    );
  });

  it('a day begins at midnight of the site', () => {
    expect(startOfDay('Asia/Shanghai', at('2026-03-02T15:59:59Z'))).toBe(at('2026-03-01T16:00:00Z'));
    expect(startOfDay('Asia/Shanghai', at('2026-03-02T16:00:00Z'))).toBe(at('2026-03-02T16:00:00Z'));
  });

  it('a day of a change of the clocks is 23 or 25 hours long', () => {
    const spring = startOfDay('Europe/London', at('2026-03-29T12:00:00Z'));
    expect(addDays('Europe/London', spring, 1) - spring).toBe(23 * 3_600_000);
    const autumn = startOfDay('Europe/London', at('2026-10-25T12:00:00Z'));
    expect(addDays('Europe/London', autumn, 1) - autumn).toBe(25 * 3_600_000);
  });

  it('a week ago is the same time of day, also over a change of the clocks', () => {
    const now = at('2026-03-31T08:30:15.250Z');
    expect(addDays('Europe/London', now, -7)).toBe(at('2026-03-24T09:30:15.250Z'));
  });

  it('a week begins on Monday, a month on its first', () => {
    expect(localDate('Asia/Shanghai', startOfWeek('Asia/Shanghai', at('2026-03-01T12:00:00Z')))).toBe('2026-02-23');
    expect(localDate('Asia/Shanghai', startOfMonth('Asia/Shanghai', at('2026-03-31T20:00:00Z')))).toBe('2026-04-01');
  });

  it('a field and its instant are the same', () => {
    const now = at('2026-03-02T01:05:00Z');
    expect(localField('Asia/Shanghai', now)).toBe('2026-03-02T09:05');
    expect(parseLocal('Asia/Shanghai', '2026-03-02T09:05')).toBe(now);
    expect(parseLocal('Asia/Shanghai', '2026-03-02')).toBe(at('2026-03-01T16:00:00Z'));
    expect(parseLocal('Asia/Shanghai', 'tomorrow')).toBeUndefined();
  });

  it('a skipped time is the instant after the gap', () => {
    expect(parseLocal('Europe/London', '2026-03-29T01:30')).toBe(at('2026-03-29T01:30:00Z'));
  });
});

it('a day ends at the midnight after its last instant, and a range that ends at midnight there', () => {
  const zone = 'Asia/Shanghai';
  const midnight = Date.parse('2027-01-01T00:00:00+08:00');
  expect(endOfDay(zone, midnight)).toBe(midnight);
  expect(endOfDay(zone, midnight - 1)).toBe(midnight);
  expect(endOfDay(zone, midnight + 1)).toBe(midnight + 86_400_000);
});
