import { describe, expect, it } from 'vitest';
import { createFormat, isoTime } from './format.ts';

const zh = createFormat('zh', 'Asia/Shanghai');
const en = createFormat('en', 'Asia/Shanghai');
const at = Date.parse('2026-10-02T06:03:22Z');
const minute = 60_000;

describe('what is no instant', () => {
  it.each([Number.NaN, Number.POSITIVE_INFINITY, 9e15, -9e15])('%s is shown as missing, and throws nothing', (none) => {
    const shown = [zh.full(none), zh.clock(none), zh.day(none), zh.hourMinute(none), zh.moment(none, at)];
    expect(shown).toEqual(shown.map(() => '—'));
    expect(zh.moment(at, none)).not.toBe('');
    expect(isoTime(none)).toBeUndefined();
  });
});

describe('figures', () => {
  it('never show a missing value as nought', () => {
    for (const value of [null, undefined, Number.NaN]) {
      expect(zh.quantity(value, 'kWh')).toBe('—');
      expect(zh.percent(value)).toBe('—');
      expect(zh.yuan(value)).toBe('—');
    }
    expect(zh.quantity(0, 'kWh')).toBe('0\u202fkWh');
  });

  it.each([
    [0.126, '0.13'],
    [3.456, '3.46'],
    [34.56, '34.6'],
    [345.6, '346'],
    [12345.6, '12,346'],
    [-3.456, '-3.46'],
    [0.0434, '0.043'],
    [0.001_83, '0.0018'],
    [-1e-13, '0'],
  ])('%s has as many decimals as make sense: %s', (value, shown) => {
    expect(zh.number(value)).toBe(shown);
  });

  it('keep their unit beside them by a thin unbreakable space', () => {
    expect(en.quantity(12, 'm³')).toBe('12\u202fm³');
    expect(zh.percent(0.986)).toBe('98.6\u202f%');
    expect([0.0004, 0, 1e-12, 0.0006].map((share) => zh.percent(share))).toEqual([
      '<0.1\u202f%',
      '0\u202f%',
      '0\u202f%',
      '0.1\u202f%',
    ]);
    expect(zh.percent(0.004, 0)).toBe('<1\u202f%');
    expect(zh.power(1_530)).toBe('1.53\u202fkW');
    expect(zh.power(900)).toBe('900\u202fW');
    expect([319.4, 7.8, 0, 1_000].map(zh.yuan)).toEqual(['¥319.40', '¥7.80', '¥0.00', '¥1,000.00']);
  });
});

describe('times', () => {
  it('are the site’s, whatever zone the browser is in', () => {
    expect(zh.clock(at)).toBe('14:03:22');
    expect(createFormat('zh', 'Europe/London').clock(at)).toBe('07:03:22');
  });

  it('run on 24 hours, and midnight is 00', () => {
    expect(en.hourMinute(Date.parse('2026-10-01T16:05:00Z'))).toBe('00:05');
  });

  it('carry a date unless it is today', () => {
    expect(zh.moment(at, at + minute)).toBe('14:03:22');
    expect(zh.moment(at, at + 24 * 60 * minute)).toContain('10月2日');
    expect(en.moment(at, at + 24 * 60 * minute)).toContain('2 Oct');
  });
});

describe('dates', () => {
  it('are written as everywhere else in the language', () => {
    const day = Date.parse('2026-01-01T08:05:09+08:00');
    expect([zh.date(day), zh.full(day)]).toEqual(['2026年1月1日', '2026年1月1日 08:05:09']);
    expect([en.date(day), en.full(day)]).toEqual(['1 Jan 2026', '1 Jan 2026, 08:05:09']);
  });
});

describe('lengths of time', () => {
  it.each([
    [0, '0\u202f秒'],
    [999, '0\u202f秒'],
    [59_000, '59\u202f秒'],
    [3 * minute + 5_000, '3\u202f分钟'],
    [65 * minute, '1\u202f小时 5\u202f分钟'],
    [120 * minute, '2\u202f小时'],
    [26 * 60 * minute + 5 * minute, '1\u202f天 2\u202f小时'],
  ])('%s ms lasts %s', (ms, shown) => {
    expect(zh.duration(ms)).toBe(shown);
  });

  it('as an age have one unit', () => {
    expect(en.age(65 * minute)).toBe('1\u202fh');
    expect(en.age(-5)).toBe('0\u202fs');
    expect(en.age(-5 * minute)).toBe('0\u202fs');
  });
});
