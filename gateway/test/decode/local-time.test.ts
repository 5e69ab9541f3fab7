import { describe, expect, test } from 'vitest';
import { parseIso } from '../../src/decode/device-time.ts';
import { localTime } from '../../src/decode/local-time.ts';

describe('local time', () => {
  test.each([
    ['Asia/Shanghai', '2026-03-02T08:00:00', '2026-03-02T00:00:00Z'],
    ['UTC', '2026-03-02 08:00', '2026-03-02T08:00:00Z'],
    ['Asia/Kolkata', '2026-03-02T08:00:00', '2026-03-02T02:30:00Z'],
    ['Europe/Berlin', '2026-01-15T12:00:00', '2026-01-15T11:00:00Z'],
    ['Europe/Berlin', '2026-07-15T12:00:00', '2026-07-15T10:00:00Z'],
    ['America/New_York', '2026-03-08T03:30:00', '2026-03-08T07:30:00Z'],
  ])('%s %s', (zone, text, wanted) => {
    const instant = Date.parse(wanted);
    expect(localTime(zone).parse(text, instant + 20_000)).toBe(instant);
  });

  test('in a repeated hour the instant nearer to the arrival is meant', () => {
    const berlin = localTime('Europe/Berlin');
    const first = Date.parse('2026-10-25T00:30:00Z');
    expect(berlin.parse('2026-10-25T02:30:00', first + 5_000)).toBe(first);
    expect(berlin.parse('2026-10-25T02:30:00', first + 3_605_000)).toBe(first + 3_600_000);
  });

  test.each(['', 'yesterday', '2026-03-02', '02.03.2026 08:00'])('“%s” is no local time', (text) => {
    expect(localTime('Asia/Shanghai').parse(text, 0)).toBeNaN();
  });
});

test.each([
  ['2026-03-02T08:00:00+08:00', '2026-03-02T00:00:00.000Z'],
  ['2026-03-02T08:00:00+0800', '2026-03-02T00:00:00.000Z'],
  ['2026-03-02T08:00+08:00', '2026-03-02T00:00:00.000Z'],
  ['2026-03-02 00:00:00.5Z', '2026-03-02T00:00:00.500Z'],
  ['2026-03-02T00:00:00.123456789z', '2026-03-02T00:00:00.123Z'],
])('ISO %s', (text, wanted) => {
  expect(new Date(parseIso(text)).toISOString()).toBe(wanted);
});

test.each(['2026-03-02T08:00:00', '2026-03-02', '1772409600', '2026-13-02T08:00:00Z', ''])(
  '“%s” has no offset or no sense',
  (text) => {
    expect(parseIso(text)).toBeNaN();
  },
);
