import { describe, expect, it } from 'vitest';
import { createFormat } from '../../lib/format.ts';
import { fromLocalTime } from '../../lib/site-time.ts';
import { energyText } from './energy.text.ts';
import { comparedInWords, partSchoolDayChange, schoolDayChange } from './energy-words.ts';
import { type SchoolDays, schoolDays } from './school-days.ts';
import { unmeteredWords } from './unmetered-words.ts';

const zone = 'Asia/Shanghai';
const hour = 3_600_000;
const at = (month: number, date: number, hours = 0): number =>
  fromLocalTime(zone, { year: 2026, month, day: date, hour: hours });

describe('a month is compared by school day', () => {
  const t = energyText.zh;
  const format = createFormat('zh', zone);
  const dateOf = (instant: number): string => new Date(instant + 8 * hour).toISOString().slice(0, 10);
  const month = (m: number, value: (date: number) => number | null, until = 28) => ({
    buckets: Array.from({ length: until }, (_, i) => ({
      from: at(m, i + 1),
      to: at(m, i + 2),
      value: value(i + 1),
      quality: 'measured' as const,
      flags: [],
      completeness: value(i + 1) === null ? 0 : 1,
    })),
    days: Array.from({ length: until }, (_, i) => ({
      date: dateOf(at(m, i + 1)),
      type: [0, 6].includes(new Date(at(m, i + 1) + 8 * hour).getUTCDay()) ? ('weekend' as const) : ('school' as const),
    })),
  });
  const said = { than: '上个月', unit: 'kWh', isRunning: false };
  const meanOf = ({ buckets, days }: ReturnType<typeof month>) => schoolDays(buckets, days, dateOf);

  it('whatever the number of its weekends', () => {
    const isRest = (m: number, d: number): boolean => [0, 6].includes(new Date(at(m, d) + 8 * hour).getUTCDay());
    const now = meanOf(month(3, (d) => (isRest(3, d) ? 10 : 110)));
    const before = meanOf(month(2, (d) => (isRest(2, d) ? 40 : 100)));
    expect([now.mean, before.mean]).toEqual([110, 100]);
    expect(schoolDayChange({ now, before }, said, t, format)).toMatch(/每个上课日 110.*kWh（20 天），比上个月多 10/);
    // Every part of the place is compared in the same way.
    expect(partSchoolDayChange({ now, before }, '上个月', t, format)).toBe('每个上课日比上个月多 10\u202f%');
  });

  it('with a sentence that says which days of which months are compared', () => {
    const [now, before] = [meanOf(month(3, () => 1)), meanOf(month(2, () => 1))];
    const time = {
      ...{ period: { from: at(3, 1), to: at(4, 1) }, known: { from: at(3, 1), to: at(3, 29) }, isRunning: true },
      ...{ compared: { from: at(2, 1), to: at(3, 1) }, comparedDays: { from: at(2, 1), to: at(3, 1) } },
    };
    expect(comparedInWords({ time, schoolDays: { now, before } }, t, format)).toBe(
      '对比的是每个上课日的平均用量：3月1日周日 至 3月28日周六 的 20 个上课日，与 2月1日周日 至 2月28日周六 的 20 个上课日；周末和假期不计入。',
    );
    const few = meanOf(month(3, () => 1, 3));
    expect(comparedInWords({ time, schoolDays: { now: few, before } }, t, format)).toBeUndefined();
    const week = {
      period: { from: at(3, 2), to: at(3, 9) },
      known: { from: at(3, 2), to: at(3, 4, 15) },
      isRunning: true,
    };
    const weekBefore = { compared: { from: at(2, 23), to: at(2, 25, 15) }, comparedDays: undefined };
    expect(comparedInWords({ time: { ...week, ...weekBefore }, schoolDays: undefined }, t, format)).toBe(
      '对比的是 3月2日周一 至 3月4日周三 与 2月23日周一 至 2月25日周三，末日都截至 15:00。',
    );
  });

  it('and not at all where too few of its days are known or over, with the reason', () => {
    const now = meanOf(month(3, () => 100));
    const say = (of: { now: SchoolDays; before: SchoolDays }, over = {}) =>
      schoolDayChange(of, { ...said, ...over }, t, format);
    const gappy = meanOf(month(2, (d) => (d < 4 ? 100 : null)));
    expect(say({ now, before: gappy })).toMatch(/20 个上课日中只有 2 天有数据，不作比较/);
    expect(say({ now, before: meanOf(month(2, () => 1, 1)) })).toContain('上个月没有上课日，不作比较');
    const first = meanOf(month(3, () => 100, 1));
    expect(say({ now: first, before: now })).toBe('这段时间没有上课日，不作比较');
    expect(say({ now: first, before: now }, { isRunning: true })).toBe('还没有过完一个上课日，暂不比较');
    expect(say({ now: meanOf(month(3, () => 100, 3)), before: now })).toBe('只过了 2 个上课日，满 3 天才比较');
    expect(partSchoolDayChange({ now, before: gappy }, '上个月', t, format)).toBe('不作比较');
    // Until both sides are here nothing is said.
    expect(schoolDayChange({ now, before: undefined }, said, t, format)).toBeUndefined();
    expect(meanOf(month(3, () => null))).toMatchObject({ knownDays: 0 });
  });
});

describe('the difference of main and sub-meters', () => {
  const t = energyText.zh;
  const format = createFormat('zh', zone);
  const say = (data: Parameters<typeof unmeteredWords>[0]['data'], over = {}) =>
    unmeteredWords(
      {
        ...{ data, hasMain: true, range: { from: at(3, 1), isRunning: false } },
        ...{ nameOf: (id: string) => `${id}号表`, ...over },
      },
      t,
      format,
    );
  const gap = (device: string, since: number | null, hours = 100) => ({ device, hours, since });

  it('says since when it is told and which new meter is why', () => {
    const unmatched = { amount: 5, meters: [gap('1', at(3, 20, 10) + 1_800_000)] };
    expect(say({ unmetered: 3, unmatched })).toBe(
      '自 3月20日周五 11:00 起可以计算：1号表 3月20日周五 10:30 起才有数据',
    );
  });

  it('says why it cannot be told', () => {
    const unmatched = { amount: 5, meters: [gap('1', null), gap('2', null), gap('3', at(3, 1), 2)] };
    expect(say({ unmetered: null, unmatched })).toBe(
      '无法计算，没有一个小时是所有表都有数据的：1号表等 2 块表没有数据，3号表缺 2 小时',
    );
    expect(say({ unmetered: null })).toBe('无法计算：本处总表没有数据');
    expect(say({ unmetered: null }, { hasMain: false })).toBe('无法计算：本处没有总表');
  });

  it('does not call a reading missing that is still on its way', () => {
    const unmatched = { amount: 1, meters: [gap('1', at(3, 1), 1)] };
    const running = { range: { from: at(3, 1), isRunning: true } };
    expect(say({ unmetered: 3, unmatched }, running)).toBe('只算所有表都有数据的时段：1号表最近的读数还没到');
    expect(say({ unmetered: 3 }, running)).toBe(t.unmeteredWhy);
  });
});
