import { describe, expect, it } from 'vitest';
import type { Place } from '#contract/http/campus.ts';
import type { ConsumptionResponse } from '#contract/http/energy.ts';
import { csvOf } from '../../lib/csv-text.ts';
import { createFormat } from '../../lib/format.ts';
import { fromLocalTime } from '../../lib/site-time.ts';
import { workbookOf } from '../../lib/workbook-of.ts';
import { deviceOf } from '../../test/samples.ts';
import { energyText } from './energy.text.ts';
import { exportRows, exportSummary } from './energy-export.ts';
import { parseEnergyFilters } from './energy-filters.ts';
import {
  comparedRange,
  daysRange,
  movePeriod,
  periodAround,
  slotsOf,
  stepOf,
  termAt,
  termBefore,
} from './energy-range.ts';
import { changeInWords, energySentence, schoolDayChange } from './energy-words.ts';
import { pathTo, pathToNearest, placesUnder, placeTree } from './place-tree.ts';
import { schoolDays } from './school-days.ts';

const zone = 'Asia/Shanghai';
const hour = 3_600_000;
const day = 24 * hour;
const at = (month: number, date: number, hours = 0): number =>
  fromLocalTime(zone, { year: 2026, month, day: date, hour: hours });

describe('the range', () => {
  it('is a whole day, a week from Monday, or a month of the site', () => {
    expect(periodAround(zone, 'day', at(3, 4, 15))).toEqual({ from: at(3, 4), to: at(3, 5) });
    expect(periodAround(zone, 'week', at(3, 4, 15))).toEqual({ from: at(3, 2), to: at(3, 9) });
    expect(periodAround(zone, 'month', at(2, 28))).toEqual({ from: at(2, 1), to: at(3, 1) });
  });

  it('moves by one of itself, over months of any length', () => {
    expect(movePeriod(zone, 'month', at(3, 1), -1)).toBe(at(2, 1));
    expect(movePeriod(zone, 'week', at(3, 2), 1)).toBe(at(3, 9));
  });

  it('compares half a day with half a day, and never with more than the whole', () => {
    const half = { from: at(3, 4), to: at(3, 4, 12) };
    expect(comparedRange(zone, 'day', 'week', half)).toEqual({ from: at(2, 25), to: at(2, 25, 12) });
    expect(comparedRange(zone, 'day', 'period', half)).toEqual({ from: at(3, 3), to: at(3, 3, 12) });
    const march = { from: at(3, 1), to: at(4, 1) };
    expect(comparedRange(zone, 'month', 'period', march)).toEqual({ from: at(2, 1), to: at(3, 1) });
    expect(comparedRange(zone, 'day', 'none', half)).toBeUndefined();
  });

  it('has a bar per hour, and 23 of them on the day the clocks change', () => {
    const where = 'Europe/Berlin';
    const from = fromLocalTime(where, { year: 2026, month: 3, day: 29 });
    expect(slotsOf(where, 'hour', periodAround(where, 'day', from))).toHaveLength(23);
    expect(slotsOf(zone, 'day', periodAround(zone, 'month', at(2, 1)))).toHaveLength(28);
  });
});

describe('long ranges', () => {
  const terms = [
    { id: 'autumn', name: { zh: '秋', en: 'autumn' }, from: '2025-09-01', to: '2026-01-25' },
    { id: 'spring', name: { zh: '春', en: 'spring' }, from: '2026-03-02', to: '2026-07-10' },
  ];

  it('are years of twelve bars, and terms as the calendar has them', () => {
    const year = periodAround(zone, 'year', at(5, 1));
    expect(year).toEqual({ from: at(1, 1), to: at(13, 1) });
    expect(stepOf(year)).toBe('month');
    expect(slotsOf(zone, 'month', year)).toHaveLength(12);
    expect(termAt(zone, terms, undefined, at(5, 1))?.id).toBe('spring');
    // Between two terms the one that is over is looked at.
    expect(termAt(zone, terms, undefined, at(2, 10))?.id).toBe('autumn');
    expect(termAt(zone, terms, 'autumn', at(5, 1))?.id).toBe('autumn');
    expect(daysRange(zone, '2026-03-02', '2026-07-10')).toEqual({ from: at(3, 2), to: at(7, 11) });
    expect(termBefore(terms, terms[1] ?? never())?.id).toBe('autumn');
    expect(termBefore(terms, terms[0] ?? never())).toBeUndefined();
  });

  it('compare as many days of the term before, and an own range with as long a time before it', () => {
    const known = { from: at(3, 2), to: at(3, 12) };
    const before = daysRange(zone, '2025-09-01', '2026-01-25');
    expect(comparedRange(zone, 'term', 'period', known, before)).toEqual({
      from: before?.from,
      to: (before?.from ?? 0) + 10 * day,
    });
    expect(comparedRange(zone, 'term', 'period', known)).toBeUndefined();
    expect(comparedRange(zone, 'own', 'period', known)).toEqual({ from: at(2, 20), to: at(3, 2) });
    expect(stepOf({ from: at(3, 1), to: at(3, 3) })).toBe('hour');
    expect(stepOf({ from: at(3, 1), to: at(4, 20) })).toBe('day');
  });

  it('of one’s own are in order, and no longer than one answer', () => {
    const of = (query: string) => parseEnergyFilters(new URLSearchParams(`range=own&${query}`));
    expect(of('date=2026-03-01&until=2026-02-01')).toMatchObject({ date: '2026-02-01', until: '2026-03-01' });
    expect(of('date=1999-01-01&until=2026-02-01')).toMatchObject({ date: '1999-01-01', until: '1999-01-01' });
    expect(of('date=2026-99-99&until=x')).toMatchObject({ date: undefined, until: undefined, compare: 'none' });
  });
});

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
  const meanOf = ({ buckets, days }: ReturnType<typeof month>) => schoolDays(buckets, days, dateOf);

  it('whatever the number of its weekends', () => {
    const isRest = (m: number, d: number): boolean => [0, 6].includes(new Date(at(m, d) + 8 * hour).getUTCDay());
    const now = meanOf(month(3, (d) => (isRest(3, d) ? 10 : 110)));
    const before = meanOf(month(2, (d) => (isRest(2, d) ? 40 : 100)));
    expect([now?.mean, before?.mean]).toEqual([110, 100]);
    expect(schoolDayChange({ now, before }, '上个月', 'kWh', t, format)).toMatch(
      /每个上课日 110.*kWh（20 天），比上个月多 10/,
    );
  });

  it('and not at all where too few of its days are known', () => {
    const now = meanOf(month(3, () => 100));
    const gappy = meanOf(month(2, (d) => (d < 4 ? 100 : null)));
    expect(schoolDayChange({ now, before: gappy }, '上个月', 'kWh', t, format)).toContain('不作比较');
    expect(schoolDayChange({ now, before: undefined }, '上个月', 'kWh', t, format)).toContain('不作比较');
    expect(meanOf(month(3, () => null))).toMatchObject({ knownDays: 0 });
  });
});

describe('an export', () => {
  const format = createFormat('zh', zone);
  const t = energyText.zh;
  const bucket = (n: number, value: number | null) => ({
    from: at(3, 4, n),
    to: at(3, 4, n + 1),
    value,
    quality: value === null ? ('missing' as const) : ('measured' as const),
    flags: [],
    completeness: value === null ? 0 : 1,
  });
  const data: ConsumptionResponse = {
    resource: 'electricity',
    unit: 'kWh',
    total: 3.25,
    completeness: 0.5,
    yuan: null,
    buckets: [bucket(0, 3.25), bucket(1, null)],
    unmetered: null,
    steps: [],
  };
  const range = { from: at(3, 4), to: at(3, 4, 2) };
  const time = {
    ...{
      period: range,
      known: range,
      compared: undefined,
      step: 'hour' as const,
      now: range.to,
      isRunning: false,
      term: undefined,
    },
    slots: [range.from, range.from + hour].map((from) => ({ from, to: from + hour })),
  } as const;
  const facts = {
    ...{ place: '=楼', rangeWords: 'x', use: '用电', data, time, noCost: '未设单价，无法计费' },
    parts: [{ name: '=一层, "东"', data: { ...data, total: 1, buckets: [bucket(0, 1)] } }],
    sizes: { areaM2: 10, heads: null },
  };

  it('has units, quality and completeness, and an empty cell where nothing is known', () => {
    const rows = exportRows(facts, { measured: '实测', missing: '缺失' }, t, format);
    expect(rows).toEqual([
      ['开始', '结束', '用电 (kWh)', '质量', '数据完整率 (%)', '=一层, "东" (kWh)'],
      ['2026-03-04 00:00', '2026-03-04 01:00', 3.25, '实测', 100, 1],
      ['2026-03-04 01:00', '2026-03-04 02:00', null, '缺失', 0, null],
      ['合计', '', 3.25, '', 50, 1],
    ]);
    const text = csvOf(rows);
    expect(text.startsWith('\ufeff开始,')).toBe(true);
    expect(text).toContain(`"'=一层, ""东"" (kWh)"`);
    expect(text).toContain('2026-03-04 01:00,2026-03-04 02:00,,缺失,0,\r\n');
  });

  it('says in its summary what the figures say', () => {
    const rows = new Map(exportSummary(facts, t).map(([name, value]) => [name, value]));
    expect(rows.get('每平方米 (kWh/m²)')).toBe(0.325);
    expect(rows.get('人均 (kWh)')).toBeNull();
    expect(rows.get('电费 (¥)')).toBe('未设单价，无法计费');
  });

  it('is a workbook that Excel opens', async () => {
    const file = await workbookOf([{ name: '概要', rows: exportSummary(facts, t) }]);
    expect(new TextDecoder().decode((await file.arrayBuffer()).slice(0, 2))).toBe('PK');
  });
});

function never(): never {
  throw new Error('no such term');
}

describe('the address', () => {
  it('says everything, and what is absent or wrong has a default', () => {
    const of = (query: string) => parseEnergyFilters(new URLSearchParams(query));
    expect(of('')).toMatchObject({ resource: 'electricity', period: 'day', compare: 'week', date: undefined });
    expect(of('resource=water&range=month&date=2026-03-04&compare=week&place=a')).toEqual({
      tab: 'use',
      weeks: 4,
      until: undefined,
      term: undefined,
      place: 'a',
      device: undefined,
      resource: 'water',
      period: 'month',
      date: '2026-03-04',
      compare: 'period',
    });
    expect(of('range=century&date=tomorrow&compare=none')).toMatchObject({
      period: 'day',
      date: undefined,
      compare: 'none',
    });
  });
});

describe('the tree', () => {
  const place = (id: string, parent: string | null): Place => ({
    id,
    parent,
    name: { zh: id, en: id },
    kind: 'room',
    profile: null,
    areaM2: null,
    heads: null,
    open: true,
  });
  const places = [
    place('campus', null),
    place('a', 'campus'),
    place('a1', 'a'),
    place('b', 'campus'),
    place('x', 'gone'),
  ];
  const meter = deviceOf({ id: 'm', kind: 'electricity-meter', place: 'a1' });
  const tree = placeTree(places, [meter, deviceOf({ id: 'w', kind: 'water-meter', place: 'x' })], 'electricity');

  it('leaves out branches which nothing measures', () => {
    expect(tree.map((node) => [node.place.id, node.children.map((child) => child.place.id)])).toEqual([
      ['campus', ['a']],
    ]);
  });

  it('keeps a place whose parent is not known as a root', () => {
    const water = placeTree(places, [deviceOf({ id: 'w', kind: 'water-meter', place: 'x' })], 'water');
    expect(water.map((node) => node.place.id)).toEqual(['x']);
  });

  it('knows the way to a place and what lies below', () => {
    expect(pathTo(tree, 'a1').map((node) => node.place.id)).toEqual(['campus', 'a', 'a1']);
    expect(pathTo(tree, 'b')).toEqual([]);
    expect(pathToNearest(tree, places, 'b').map((node) => node.place.id)).toEqual(['campus']);
    expect(pathToNearest(tree, places, 'nowhere')).toEqual([]);
    const [root] = tree;
    expect(root && [...placesUnder(root)]).toEqual(['campus', 'a', 'a1']);
  });
});

describe('the sentence', () => {
  const t = energyText.zh;
  const format = createFormat('zh', zone);
  const data = (over: Partial<ConsumptionResponse>): ConsumptionResponse => ({
    resource: 'electricity',
    unit: 'kWh',
    total: 100,
    completeness: 1,
    yuan: 50,
    buckets: [],
    unmetered: null,
    steps: [],
    ...over,
  });
  const range = { from: at(3, 4), to: at(3, 4, 12) };
  const time = {
    period: { from: at(3, 4), to: at(3, 5) },
    known: range,
    compared: { from: range.from - 7 * day, to: range.to - 7 * day },
    slots: [],
    now: range.to,
    isRunning: true,
  };
  const facts = { name: '明德楼', resource: 'electricity', than: t.compareWeek, time, alerts: 0 } as const;

  it('tells use, comparison by the same time, price and alerts', () => {
    const said = energySentence(
      { ...facts, data: data({ yuanIsExample: true }), before: data({ total: 80 }) },
      t,
      format,
    );
    expect(said).toContain('明德楼 今天 00:00 至 12:00 用电 100');
    expect(said).toContain('比上周同日同期多 25');
    expect(said).toContain('示例单价');
    expect(said).toContain('期间没有用能告警');
  });

  it('has no price without a tariff and no comparison with a gap', () => {
    const said = energySentence(
      { ...facts, alerts: 2, data: data({ yuan: null }), before: data({ completeness: 0.2 }) },
      t,
      format,
    );
    expect(said).not.toMatch(/¥|比上周/);
    expect(said).toContain('2 起');
  });

  it('says that nothing is known instead of nought', () => {
    expect(energySentence({ ...facts, data: data({ total: null }), before: undefined }, t, format)).toContain(
      '没有数据',
    );
  });

  it('compares only what can be compared', () => {
    const say = (now: Partial<ConsumptionResponse>, before: Partial<ConsumptionResponse>) =>
      changeInWords(data(now), data(before), '上周', t, format);
    expect(say({}, { total: 100.2 })).toBe(t.same('上周'));
    expect(say({ total: 50 }, {})).toContain('少 50');
    expect(say({}, { total: null })).toBe(t.nothingBefore('上周'));
    expect(say({}, { total: 0 })).toBe(t.nothingBefore('上周'));
    expect(say({}, { completeness: 0.5 })).toContain('不作比较');
    expect(changeInWords(data({}), undefined, '上周', t, format)).toBeUndefined();
  });
});
