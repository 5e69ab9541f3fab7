/** `ts` of a profile: what a message says of when it was measured. */
import { describe, expect, test } from 'vitest';
import { AT, campusDecoder, frame, oneRule } from './campus.ts';

const P = 'metric: power_w';

const traceOf = (body: string, payload: unknown) => campusDecoder([], [oneRule(body)]).trace(frame('t/d', payload));

/** `address.metric=value@ms after AT`. */
function take(body: string, payload: unknown): string[] {
  return traceOf(body, payload).readings.map(
    ({ address, metric, value, ts }) => `${address}.${metric}=${value}${ts === undefined ? '' : `@${ts - AT}`}`,
  );
}

describe('time', () => {
  const at = (unit: string, t: unknown, more = ''): string | undefined =>
    take(`ts: {path: t, unit: ${unit}${more}}\nemit: [{${P}, path: v}]`, { t, v: 1 })[0]?.slice('d.power_w=1'.length);

  test.each([
    ['ms', AT, '@0'],
    ['ms', String(AT), '@0'],
    ['s', AT / 1_000 + 0.25, '@250'],
    ['us', AT * 1_000, '@0'],
    ['iso', '2026-03-02T08:00:01.5+08:00', '@1500'],
    ['iso', '2026-03-02T00:00:00.775023242Z', '@775'],
    ['iso-compact', '20260302T000010Z', '@10000'],
    ['local', '2026-03-02T08:00:03', '@3000'],
    ['auto', AT, '@0'],
    ['auto', AT / 1_000, '@0'],
    ['auto', '2026-03-02T00:00:00Z', '@0'],
    ['ns', AT * 1_000_000, '@0'],
    ['ns', `${AT}000000`, '@0'],
    ['s', `${AT / 1_000}\0`, '@0'],
    ['iso', '2026-03-02 08:00:01+08', '@1000'],
    ['iso', '2026-03-01T24:00:00Z', '@0'],
    ['iso-compact', '20260302T080010+08', '@10000'],
    ['local', '20260302080003', '@3000'],
    ['local', 20260302080003, '@3000'],
    ['local', '202603020800', '@0'],
    ['local', '2026/3/2 8:00', '@0'],
    ['local', '2026年3月2日 上午8:00:03', '@3000'],
    ['local', '2026-03-02 08:00:03 Z', '@3000'],
    ['local', '2026-03-01 24:00', '@-28800000'],
    ['local', '2026-02-30 08:00:00', ''],
    ['local', '20260302', ''],
    ['auto', AT * 1_000, '@0'],
    ['auto', AT * 1_000_000, '@0'],
    ['auto', '20260302080003', '@3000'],
    ['auto', 20260302080003, '@3000'],
    ['auto', '2026-03-02 08:00:03', '@3000'],
    ['auto', 98_765, ''],
    ['auto', 46_083.34, ''],
    ['auto', 'soon', ''],
    ['s', AT, ''],
    ['s', AT * 1_000_000, ''],
    ['ms', 1e300, ''],
    ['ns', -1e300, ''],
    ['ms', null, ''],
    ['ms', 'nan', ''],
    ['s', 1.61, ''],
    ['iso', '2019-12-31T23:59:59Z', ''],
    ['iso', '2026-03-02T08:00:00', ''],
  ])('%s %s', (unit, t, wanted) => {
    expect(at(unit, t)).toBe(wanted);
  });

  test('outside the window of the profile it is no time', () => {
    expect(at('local', '2026-03-02T07:49:00', ', past: 10m, future: 10m')).toBe('');
    expect(at('local', '2026-03-02T07:51:00', ', past: 10m, future: 10m')).toBe('@-540000');
  });

  test('what is no time in its unit is told apart from no time at all', () => {
    const noTime = (unit: string, t: unknown): boolean => {
      const body = `ts: {path: t, unit: ${unit}}\nemit: [{${P}, path: v}]`;
      return traceOf(body, { t, v: 1 }).noTime;
    };
    expect(['s', 'ms', 'auto'].map((unit) => noTime(unit, AT * 1e9))).toEqual([true, true, true]);
    expect([noTime('s', 1.61), noTime('auto', 98_765), noTime('ms', null), noTime('ns', AT * 1e6)]).toEqual(
      [1, 2, 3, 4].map(() => false),
    );
  });

  test('the second source counts when the first has none', () => {
    const body = `ts: [{path: a, unit: ms}, {path: b, unit: s}]\nemit: [{${P}, path: v}]`;
    expect(take(body, { b: AT / 1_000, v: 1 })).toEqual(['d.power_w=1@0']);
  });
});
