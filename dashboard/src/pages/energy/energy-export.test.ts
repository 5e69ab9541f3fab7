import { readSheet } from 'read-excel-file/universal';
import { describe, expect, it } from 'vitest';
import type { ConsumptionResponse } from '#contract/http/energy.ts';
import { csvOf } from '../../lib/csv-text.ts';
import { createFormat } from '../../lib/format.ts';
import { fromLocalTime } from '../../lib/site-time.ts';
import { workbookOf } from '../../lib/workbook-of.ts';
import { energyText } from './energy.text.ts';
import { exportParts, exportRows, exportSummary } from './energy-export.ts';

const zone = 'Asia/Shanghai';
const hour = 3_600_000;
const at = (month: number, date: number, hours = 0): number =>
  fromLocalTime(zone, { year: 2026, month, day: date, hour: hours });

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
      comparedDays: undefined,
      step: 'hour' as const,
      now: range.to,
      isRunning: false,
      term: undefined,
    },
    slots: [range.from, range.from + hour].map((from) => ({ from, to: from + hour })),
  } as const;
  const facts = {
    ...{ place: '=楼', rangeWords: 'x', use: '用电', data, time, noCost: '未设单价，无法计费' },
    parts: [
      {
        ...{ name: '=一层, "东"', isBelow: true, change: undefined },
        data: { ...data, total: 1, buckets: [bucket(0, 1)] },
      },
    ],
    sizes: { areaM2: 10, heads: null },
  };

  it('has units, quality and completeness, and an empty cell where nothing is known', () => {
    const rows = exportRows(facts, { measured: '实测', missing: '缺失' }, t, format);
    expect(rows).toEqual([
      ['开始', '结束', '用电 (kWh)', '质量', '数据完整率 (%)', '=一层, "东" (kWh)'],
      ['2026-03-04 00:00', '2026-03-04 01:00', 3.25, '实测', 100, 1],
      ['2026-03-04 01:00', '2026-03-04 02:00', null, '缺失', 0, null],
      ['合计', '', 3.25, '', 50, 1],
      ['总分表差额', '', null, '', null, null],
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

  it('has the breakdown of the page, which adds up in the file too', () => {
    const part = (name: string, total: number, isBelow: boolean) => ({
      ...{ name, isBelow, change: '每个上课日比上个月多 2 %' },
      data: { ...data, total, yuan: 2, completeness: 1, buckets: [] },
    });
    const parts = [part('一层', 1.000_04, true), part('二层', 1.000_04, true), part('总表', 3.25, false)];
    const whole = { ...data, unmetered: 1, unmatched: { amount: 0.2499, meters: [] } };
    const rows = exportParts({ ...facts, data: whole, parts }, t);
    expect(rows).toEqual([
      ['名称', '合计 (kWh)', '占比 (%)', '对比', '电费 (¥)', '数据完整率 (%)'],
      ['一层', 1, 30.8, '每个上课日比上个月多 2 %', 2, 100],
      ['二层', 1, 30.8, '每个上课日比上个月多 2 %', 2, 100],
      ['总分表差额', 1.0001, 30.7, null, null, null],
      ['数据不全的时段', 0.2499, 7.7, null, null, null],
      ['总表', 3.25, 100, '每个上课日比上个月多 2 %', 2, 100],
    ]);
  });

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '\n=1', ' =1', '＝1+1', '＠SUM(A1)'])(
    'makes no formula of the name %j',
    async (name) => {
      const text = csvOf([[name, -1]]);
      expect(text).toMatch(/^\ufeff"?'/);
      expect(text.endsWith(',-1\r\n')).toBe(true);
      const file = await workbookOf([{ name: '概要', rows: [['名称'], [name]] }]);
      const read = await readSheet(await file.arrayBuffer());
      expect(read[1]?.[0]).toBe(name.trim());
    },
  );
});
