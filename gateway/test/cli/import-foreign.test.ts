import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Bench, createBench, type Ran } from './run-houqin.ts';
import { storedPoints } from './stored.ts';

interface Report {
  accepted: number;
  stored: number;
  duplicates: number;
  missing: number;
  rejectedCount: number;
  sum: number;
  sums: unknown[];
  created: string[];
  rejected: { line: number; reason: string; message: string }[];
  warnings: { en: string }[];
}

let bench: Bench;
beforeEach(async () => {
  bench = await createBench();
});
afterEach(() => bench.remove());

async function importing(text: string, ...options: string[]): Promise<{ ran: Ran; report: Report }> {
  const file = await bench.file('rows.csv', text);
  const ran = await bench.houqin('import', file, ...options, '--json');
  return { ran, report: ran.json<Report>() };
}

const HEADING = 'device,metric,ts,value\n';
const at = (minute: number): number => 1772409600000 + minute * 60_000;

describe('import of what other programs export', () => {
  it('takes every word for an unknown value as missing, a history of Home Assistant among them', async () => {
    const words = [
      'unavailable',
      'unknown',
      'Unavailable',
      'n/a',
      '-',
      '—',
      '#N/A',
      '#DIV/0!',
      '无',
      '缺失',
      'None',
      '',
    ];
    const rows = words.map((word, n) => `meter-main,power_w,${at(n)},${word}\n`);
    const { ran, report } = await importing(`${HEADING}${rows.join('')}meter-main,power_w,${at(60)},1\n`);
    expect(ran.code).toBe(0);
    expect(report).toMatchObject({ accepted: 1, missing: words.length, rejectedCount: 0 });
    const history = await importing(
      'entity_id,state,last_changed\nsensor.cellar,18894.51,2026-03-01T00:00:00.000Z\nsensor.cellar,unavailable,2026-03-01T00:30:00.000Z\nsensor.cellar,unknown,2026-03-01T00:31:00.000Z\nsensor.cellar,18895.02,2026-03-01T01:00:00.000Z\n',
      ...['--map', 'device=entity_id,ts=last_changed,value=state', '--metric', 'energy_total_kwh', '--create'],
    );
    expect(history.report).toMatchObject({ accepted: 2, missing: 2, rejectedCount: 0, created: ['sensor-cellar'] });
  });

  it('refuses ids that a spreadsheet damaged, with what to do, and takes those that only look like it', async () => {
    const damaged = [
      ['2.02307E+11', 'shortened'],
      ['"2,02307E+11"', 'shortened'],
      ['4E+15', 'shortened'],
      ['202307011234567000', '15 digits'],
      ['3-Mar', 'a date'],
      ['3月1日', 'a date'],
      ['#REF!', 'an error value'],
    ];
    const fine = ['24e124141c000001', '202307011234', '1e5', '3402000000132000000112345'];
    const rows = [...damaged.map(([id = '']) => id), ...fine].map((id) => `${id},power_w,${at(0)},1\n`);
    const { ran, report } = await importing(`${HEADING}${rows.join('')}`, '--create');
    expect(ran.code).toBe(1);
    expect(report.created).toEqual(fine);
    expect(report).toMatchObject({ accepted: fine.length, rejectedCount: damaged.length });
    for (const [n, [, why = '']] of damaged.entries()) {
      expect(report.rejected[n]).toMatchObject({ line: n + 2, reason: 'damaged-id' });
      expect(report.rejected[n]?.message).toContain(why);
      expect(report.rejected[n]?.message).toContain('请把这一列设为“文本”');
    }
  });

  it('takes annotated tables of InfluxDB without a map', async () => {
    const head = '#group,false,false,true,false\n#datatype,string,long,dateTime:RFC3339,double\n#default,_result,,,\n';
    const { ran, report } = await importing(
      [
        `${head},result,table,_time,_value,_field,device`,
        ',,0,2026-03-01T01:00:00Z,100.5,power_w,meter-main',
        `\n${head},result,table,_value,_time,_field,device`,
        ',,1,20.5,2026-03-01T01:00:00.123456789Z,power_w,meter-f1\n',
      ].join('\n'),
    );
    expect(ran.code).toBe(0);
    expect(report).toMatchObject({ accepted: 2, rejectedCount: 0, sum: 121, warnings: [] });
    expect(await storedPoints(bench, 'meter-f1', 'power_w')).toEqual([[Date.parse('2026-03-01T01:00:00.123Z'), 20.5]]);
  });

  it('says which line it took for the heading', async () => {
    const { report } = await importing(`No 1 school\nexported 2026-03-02\n${HEADING}meter-main,power_w,${at(0)},1\n`);
    expect(report).toMatchObject({ accepted: 1 });
    expect(report.warnings.map(({ en }) => en)).toEqual([
      'Line 3 is the heading; the 2 lines before it are no data and were not read.',
    ]);
  });
});

describe('a trial run', () => {
  it('tells the figures of the run, and stores nothing', async () => {
    await importing(`${HEADING}meter-main,power_w,${at(0)},7\n`);
    const rows = [
      // Another value for the same time, the same value twice, two states of one time.
      ...[`m1,energy_total_kwh,${at(0)},1000.5`, `m1,energy_total_kwh,${at(0)},77.5`],
      ...[`m2,power_w,${at(0)},5`, `m2,power_w,${at(0)},5`],
      ...[`d1,door_open,${at(0)},1`, `d1,door_open,${at(0)},0`, `d1,door_open,${at(0)},1`],
      // A conflict with what is stored, and one within the file.
      ...[`meter-main,power_w,${at(0)},5`, `meter-main,power_w,${at(1)},8`, `meter-main,power_w,${at(1)},9`],
      // Hourly rows of a device that reports every minute.
      ...[`meter-main,energy_kwh,${at(0)},5`, `meter-main,energy_kwh,${at(60)},5`],
    ];
    const text = `${HEADING}${rows.join('\n')}\n`;
    const figures = ({
      stored: _,
      rejectedFile: __,
      dryRun: ___,
      file: ____,
      ...rest
    }: Report & Record<string, unknown>) => rest;
    const first = await importing(text, '--create', '--dry-run');
    expect(first.report.stored).toBe(0);
    const second = await importing(text, '--create', '--dry-run');
    expect(figures({ ...second.report })).toEqual(figures({ ...first.report }));
    const run = await importing(text, '--create');
    expect(figures({ ...run.report })).toEqual(figures({ ...first.report }));
    expect(first.ran.code).toBe(run.ran.code);
    expect(run.report).toMatchObject({ rejectedCount: 3, created: ['m1', 'm2', 'd1'] });
  });
});
