import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { idFrom } from '../../src/cli/import-rows.ts';
import { exactSum } from '../../src/cli/import-tally.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import { type Bench, createBench, type Ran } from './run-houqin.ts';
import { consumed, storedPoints } from './stored.ts';

interface Report {
  accepted: number;
  stored: number;
  duplicates: number;
  missing: number;
  rejectedCount: number;
  otherDevices: number;
  sum: number;
  sums: { device: string; metric: string; accepted: number; sum: number; missing: number; rejected: number }[];
  created: string[];
  rejected: { line: number; device: string; reason: string; message: string; ts: string; value: string }[];
  rejectedFile: string | null;
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

const WIDE = ['--map', 'ts=when,value=*', '--metric', 'water_m3', '--interval', '30m', '--create'];

describe('import', () => {
  it('stores native rows and says how many and how much', async () => {
    const { ran, report } = await importing(
      'device,metric,ts,value\nmeter-main,power_w,1772409600000,100.5\nmeter-main,power_w,2026-03-02T08:01:00+08:00,200.25\nmeter-f1,power_w,2026-03-02 08:00,1\n',
    );
    expect(ran.code).toBe(0);
    expect(report).toMatchObject({
      accepted: 3,
      stored: 3,
      duplicates: 0,
      rejectedCount: 0,
      sum: 301.75,
      rejectedFile: null,
    });
    expect(await storedPoints(bench, 'meter-main', 'power_w')).toEqual([
      [1772409600000, 100.5],
      [1772409660000, 200.25],
    ]);
  });

  it.each([
    ['days as digits', ['20260301', '20260302'], ['2026-02-28T16:00:00Z', '2026-03-01T16:00:00Z']],
    ['days as a spreadsheet counts them', ['46082', '46083.5'], ['2026-02-28T16:00:00Z', '2026-03-02T04:00:00Z']],
    [
      'the end of a day and short offsets',
      ['2026-03-01 24:00', '2026-03-02 08:00:00+08'],
      ['2026-03-01T16:00:00Z', '2026-03-02T00:00:00Z'],
    ],
    [
      'dates as people write them',
      ['2026年3月1日', '2026/3/1 下午2:00'],
      ['2026-02-28T16:00:00Z', '2026-03-01T06:00:00Z'],
    ],
    ['epochs of several units', ['1772294400', '1772294401000000'], ['2026-02-28T16:00:00Z', '2026-02-28T16:00:01Z']],
  ])('reads %s', async (_, times, wanted) => {
    const { ran, report } = await importing(
      `device,metric,ts,value\n${times.map((ts, n) => `meter-main,energy_total_kwh,${ts},${1_000 + n}\n`).join('')}`,
    );
    expect(report.rejected).toEqual([]);
    expect(ran.code).toBe(0);
    expect(await storedPoints(bench, 'meter-main', 'energy_total_kwh')).toEqual(
      wanted.map((at, n) => [Date.parse(at), 1_000 + n]),
    );
  });

  it('a time that it cannot read is no success, however many it can', async () => {
    const rows = 'meter-main,power_w,1772409600000,1\nmeter-main,power_w,02/03/2026 8:00,2\n';
    const { ran, report } = await importing(`device,metric,ts,value\n${rows}`);
    expect(report).toMatchObject({ accepted: 1, rejectedCount: 1 });
    expect(report.rejected[0]?.message).toBe(
      '02/03/2026 8:00 may begin with the day or with the month; write 2026-03-01',
    );
    expect(ran.code).toBe(1);
  });

  it.each([
    ['UTF-16 with its mark', (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le')],
    ['UTF-8 with its mark and NULs behind the last row', (text: string) => Buffer.from(`\ufeff${text}\0\0\0`)],
  ])('reads a file in %s', async (_, bytes) => {
    const file = await bench.file('rows.csv', '');
    await writeFile(file, bytes('device,metric,ts,value\r\nmeter-main,power_w,1772409600000,100.5\r\n'));
    const ran = await bench.houqin('import', file, '--json');
    expect(ran.json<Report>()).toMatchObject({ accepted: 1, rejectedCount: 0, sum: 100.5 });
  });

  it('may be repeated: the same sums, nothing stored twice', async () => {
    const text = 'device,metric,ts,value\nmeter-main,power_w,1772409600000,100\nmeter-main,power_w,1772409660000,200\n';
    await importing(text);
    const { ran, report } = await importing(`${text}meter-main,power_w,1772409720000,300\n`);
    expect(ran.code).toBe(0);
    expect(report).toMatchObject({ accepted: 3, stored: 1, duplicates: 2, sum: 600, rejectedCount: 0 });
    expect((await storedPoints(bench, 'meter-main', 'power_w')).length).toBe(3);
  });

  it('rejects another value for a stored time, and keeps the first', async () => {
    await importing('device,metric,ts,value\nmeter-main,energy_kwh,1772409600000,1\n');
    const { report } = await importing(
      'device,metric,ts,value\nmeter-main,energy_kwh,1772409600000,2\nmeter-main,energy_kwh,1772409660000,5\n',
    );
    expect(report).toMatchObject({ accepted: 1, stored: 1, duplicates: 0, sum: 5 });
    expect(report.rejected).toMatchObject([
      { line: 2, reason: 'conflict', message: '1 is stored for this time and stays', value: '2' },
    ]);
    expect(await storedPoints(bench, 'meter-main', 'energy_kwh')).toEqual([
      [1772409600000, 1],
      [1772409660000, 5],
    ]);
  });

  it.each([
    ['bad-value', 'meter-main,power_w,1772409600000,much', 1],
    ['bad-value', 'meter-main,power_w,1772409600000,"1,5"', 1],
    ['bad-time', 'meter-main,power_w,soon,1', 1],
    ['bad-row', 'meter-main,power_w,1772409600000', 1],
    ['out-of-range', 'meter-main,energy_kwh,1772409600000,-0.1', 0],
  ])('one row rejected as %s (%s) among good ones: exit code %i', async (reason, row, code) => {
    const { ran, report } = await importing(`device,metric,ts,value\n${row}\nmeter-main,power_w,1772409660000,7\n`);
    expect(report).toMatchObject({ accepted: 1, rejected: [{ line: 2, reason }] });
    expect(ran.code).toBe(code);
  });

  it.each([';', '\t'])('reads decimal commas where %j parts the cells, and no number that may be two', async (sign) => {
    const values = ['1,5', '-0,25', ',5', '1,5e2', '2.5', '1.234,5', '1,234,5'];
    const rows = values.map((value, n) => ['meter-main', 'power_w', 1772409600000 + n, value].join(sign));
    const { ran, report } = await importing([['device', 'metric', 'ts', 'value'].join(sign), ...rows].join('\n'));
    expect(report).toMatchObject({ accepted: 5, sum: 1.5 - 0.25 + 0.5 + 150 + 2.5 });
    expect(report.rejected).toMatchObject([
      { line: 7, reason: 'bad-value', value: '1.234,5', message: expect.stringContaining('more than one number') },
      { line: 8, reason: 'bad-value', value: '1,234,5' },
    ]);
    expect(ran.code).toBe(1);
  });

  it('names line and reason of every row it does not take', async () => {
    const { ran, report } = await importing(
      [
        'device,metric,ts,value',
        'nobody,power_w,1772409600000,1',
        'meter-main,watts,1772409600000,1',
        'meter-main,power_w,soon,1',
        'meter-main,power_w,1772409600000,much',
        'meter-main,energy_kwh,1772409600000,-0.1',
        'meter-main,energy_kwh,1772409600000,1000001',
        'door-east,door_open,1772409600000,0.5',
        'meter-main,power_w,1772409600000',
        'meter-main,power_w,4102444800000,1',
        'meter-main,power_w,-1,1',
        'meter-main,power_w,1772409600000,',
        'meter-main,power_w,1772409600000,7',
        '"meter-main,power_w,1,1',
      ].join('\n'),
    );
    expect(ran.code).toBe(1);
    expect(report.rejected.map(({ line, reason }) => [line, reason])).toEqual([
      [2, 'unknown-device'],
      [3, 'unknown-metric'],
      [4, 'bad-time'],
      [5, 'bad-value'],
      [6, 'out-of-range'],
      [7, 'out-of-range'],
      [8, 'bad-value'],
      [9, 'bad-row'],
      [10, 'bad-time'],
      [11, 'bad-time'],
      [14, 'bad-row'],
    ]);
    expect(report).toMatchObject({ accepted: 1, missing: 1, rejectedCount: 11, sum: 7 });
    const listed = (await readFile(report.rejectedFile ?? '', 'utf8')).trim().split('\n');
    expect(listed.length).toBe(12);
    expect(listed[1]).toBe('2,nobody,power_w,1772409600000,1,unknown-device,no device nobody in devices.yaml');
  });

  it('says it for people too: twenty rows, the file with all, and the totals', async () => {
    const rows = Array.from({ length: 25 }, (_, n) => `meter-main,power_w,never,${n}`);
    const file = await bench.file(
      'rows.csv',
      ['device,metric,ts,value', ...rows, 'meter-main,power_w,1772409600000,3'].join('\n'),
    );
    const { code, out } = await bench.houqin('import', file);
    expect(code).toBe(1);
    expect(out.filter((line) => line.startsWith('第 '))).toHaveLength(20);
    expect(out).toContain('…… 还有 5 行 / and 5 more');
    expect(out.at(-1)).toContain('接受 1 accepted（重复 0 duplicates），拒绝 25 rejected，缺失 0 missing，合计 3 sum');
  });

  it('maps columns, makes unknown devices only when told, and keeps their names', async () => {
    const text = 'meter_id,ts_local,kwh\nist_central,2017-10-29 01:00,10\nist_central,2017-10-29 01:00,20\n';
    const map = [
      '--map',
      'device=meter_id,ts=ts_local,value=kwh',
      '--metric',
      'energy_kwh',
      '--interval',
      '1h',
      '--tz',
      'Europe/Lisbon',
    ];
    const without = await importing(text, ...map);
    expect(without.ran.code).toBe(1);
    expect(without.report.rejected.map(({ line, reason }) => [line, reason])).toEqual([
      [2, 'unknown-device'],
      [3, 'unknown-device'],
    ]);
    const dry = await importing(text, ...map, '--create', '--dry-run');
    expect(dry.report).toMatchObject({ accepted: 2, stored: 0, created: ['ist-central'] });
    expect(
      (await loadConfig(bench.configDir)).ok && (await readFile(join(bench.configDir, 'devices.yaml'), 'utf8')),
    ).not.toContain('ist-central');
    const { ran, report } = await importing(text, ...map, '--create');
    expect(ran.code).toBe(0);
    expect(report).toMatchObject({ accepted: 2, stored: 2, sum: 30, created: ['ist-central'], rejectedCount: 0 });
    const config = await loadConfig(bench.configDir);
    expect(config.ok && config.config.registry.devices.get('ist-central')).toMatchObject({
      ...{
        kind: 'electricity-meter',
        place: 'campus',
        intervalS: 3600,
        name: { zh: 'ist_central', en: 'ist_central' },
      },
    });
    expect(await consumed(bench, 'ist-central', 'electricity', '2017-10-28T00:00:00Z', '2017-10-30T00:00:00Z')).toBe(
      30,
    );
    expect((await importing(text, ...map)).report).toMatchObject({ accepted: 2, duplicates: 2, rejectedCount: 0 });
  });

  it('takes only the devices asked for, by their name in the file or by their id', async () => {
    const text =
      'device,metric,ts,value\nmeter-main,power_w,1772409600000,1\nmeter-f1,power_w,1772409600000,2\nwho_knows,power_w,1772409600000,3\n';
    expect((await importing(text, '--device', 'meter-f1')).report).toMatchObject({
      accepted: 1,
      otherDevices: 2,
      sum: 2,
      rejectedCount: 0,
    });
    expect((await importing(text, '--device', 'who-knows', '--create')).report).toMatchObject({
      accepted: 1,
      otherDevices: 2,
      created: ['who-knows'],
    });
  });

  it('reads wide files: one column as one device, or every column a device', async () => {
    const text = 'when,bronte_m3,fry_m3\n2023-04-01 00:00,0.25,\n2023-04-01 00:30,0.50,3\n';
    const one = await importing(
      text,
      '--map',
      'ts=when,value=bronte_m3',
      '--device',
      'bronte',
      '--metric',
      'water_m3',
      '--interval',
      '30m',
      '--create',
    );
    expect(one.report).toMatchObject({
      accepted: 2,
      created: ['bronte'],
      sums: [{ device: 'bronte', accepted: 2, sum: 0.75 }],
    });
    const all = await importing(text, ...WIDE);
    expect(all.report).toMatchObject({ accepted: 3, missing: 1, created: ['bronte-m3', 'fry-m3'] });
    const config = await loadConfig(bench.configDir);
    expect(config.ok && config.config.registry.devices.get('fry-m3')).toMatchObject({
      kind: 'water-meter',
      intervalS: 1800,
    });
    const some = await importing(text, ...WIDE, '--device', 'fry_m3');
    expect(some.report).toMatchObject({ accepted: 1, missing: 1, otherDevices: 2 });
  });

  it('rejects every value of a wide row whose time does not exist', async () => {
    const { report } = await importing(
      'when,a,b\n2024-03-31 01:30,1,\n2024-03-31 02:00,1,2\n',
      ...WIDE,
      '--tz',
      'Europe/London',
    );
    expect(report).toMatchObject({ accepted: 2, missing: 1 });
    expect(report.rejected).toMatchObject([{ line: 2, device: 'a', reason: 'no-such-local-time' }]);
  });

  it.each([
    ['two new ones', 'a_b', 'a b', 'a-b', ['a-b']],
    ['the id it becomes', 'a_b', 'a-b', 'a-b', ['a-b']],
    ['the id of a device that is there, and a name like it', 'meter-main', 'Meter Main', 'meter-main', []],
    ['a name like the id of a device that is there, and the id', 'Meter Main', 'meter-main', 'meter-main', []],
    ['two names like the id of a device that is there', 'Meter Main', 'meter_main', 'meter-main', []],
  ])('refuses two names of a file that are one device: %s', async (_, first, second, id, created) => {
    const { report } = await importing(
      `device,metric,ts,value\n${first},power_w,1772409600000,1\n${second},power_w,1772409660000,900\n${first},power_w,1772409720000,2\n`,
      '--create',
    );
    expect(report).toMatchObject({ accepted: 2, sum: 3, created });
    const zh = `“${second}”和第 2 行的“${first}”都会成为设备 ${id}；不是同一台就请在文件里换一个编号，是同一台就写成一样`;
    const en = `“${second}” and “${first}” of line 2 would both be device ${id}; in the file, give the one that is another device another id, or write both alike`;
    expect(report.rejected).toMatchObject([{ line: 3, reason: 'unknown-device', message: `${zh} / ${en}` }]);
  });

  it('takes one name like the id of a device for that device, as often as the file is imported', async () => {
    const text = 'device,metric,ts,value\nMeter Main,power_w,1772409600000,1\n';
    for (const stored of [1, 0])
      expect((await importing(text, '--create')).report).toMatchObject({ accepted: 1, stored, created: [] });
  });

  it('does not book an hour as a minute: a wrong interval is refused or warned about', async () => {
    const text =
      'device,metric,ts,value\nmeter-main,energy_kwh,1772409600000,1\nmeter-main,energy_kwh,1772413200000,1\n';
    const { ran } = await importing(text, '--interval', '1h');
    expect(ran.code).toBe(2);
    expect(ran.err.join()).toContain('Device meter-main has intervalS: 60 in devices.yaml');
    expect((await importing(text)).report.warnings[0]?.en).toContain(
      'rows are 3600 s apart, and devices.yaml says intervalS: 60',
    );
    const fresh = await importing('device,metric,ts,value\nnew,energy_kwh,1772409600000,1\n', '--create');
    expect(fresh.ran.err.join()).toContain('say how long one is, such as --interval 1h');
  });

  it('refuses what does not fit, in JSON too', async () => {
    const { ran } = await importing('a,b\n');
    expect([ran.code, ran.err.join('\n')]).toEqual([
      2,
      expect.stringContaining('The header has no column “ts”; it has: a, b'),
    ]);
    expect(ran.json()).toHaveProperty('error.zh');
    const gone = await bench.houqin('import', join(bench.dir, 'none.csv'), '--tz', 'Mars/Base');
    expect([gone.code, gone.err.join()]).toEqual([2, expect.stringContaining('--tz is a time zone')]);
    const hourly = await bench.houqin('import', join(bench.dir, 'none.csv'), '--interval', 'hourly');
    expect([hourly.code, hourly.err.join()]).toEqual([2, expect.stringContaining('--interval is like 30s')]);
  });

  it('refuses a file in another encoding and says what to do', async () => {
    const file = await bench.file('gbk.csv', '');
    await writeFile(
      file,
      Buffer.concat([Buffer.from('device,metric,ts,value\n'), Buffer.from([0xb5, 0xe7, 0xb1, 0xed])]),
    );
    const { code, err } = await bench.houqin('import', file);
    expect([code, err.join()]).toEqual([2, expect.stringContaining('is not UTF-8')]);
  });

  it('adds up exactly what plain addition loses', () => {
    const sum = exactSum();
    const values = [1e16, 0.1, -1e16, ...Array.from({ length: 99_999 }, () => 0.1)];
    for (const value of values) sum.add(value);
    expect(sum.value()).toBeCloseTo(10_000, 8);
    expect(values.reduce((a, b) => a + b, 0)).not.toBeCloseTo(10_000, 5);
  });

  it('makes legal ids of names', () => {
    expect(['ist_central', 'Fry m³', '_x_', '电表', 'a--b'].map(idFrom)).toEqual([
      'ist-central',
      'fry-m',
      'x',
      undefined,
      'a-b',
    ]);
  });
});
