/**
 * Real meters, two years each, three time zones: what is imported is what the books tell. Needs HOUQIN_TEST_DATA, the folder
 * with campus_elec_hourly.csv and water_greenwich_30min.csv; the files are not part of the product.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import type { Episode } from '#contract/http/alerts.ts';
import { itNeeds } from '../skip.ts';
import { type Bench, createBench } from './run-houqin.ts';
import { looking, storedPoints } from './stored.ts';

const DATA = process.env['HOUQIN_TEST_DATA'] ?? '';
const ELECTRICITY = join(DATA, 'campus_elec_hourly.csv');
const WATER = join(DATA, 'water_greenwich_30min.csv');
const missing =
  DATA === ''
    ? 'HOUQIN_TEST_DATA is not set (folder with campus_elec_hourly.csv and water_greenwich_30min.csv)'
    : [ELECTRICITY, WATER].find((file) => !existsSync(file))?.concat(' is missing');

const CAMPUSES = [
  { tz: 'Europe/Lisbon', meters: ['ist_central', 'ist_civil'] },
  { tz: 'America/Los_Angeles', meters: ['ucsd_musicbuilding', 'ucsd_socialscience', 'ucsd_eastcampus'] },
  { tz: 'Australia/Melbourne', meters: ['unicon_nmi5'] },
] as const;
const HOUR = 3_600_000;
const SPAN = ['2016-12-01T00:00:00Z', '2026-01-01T00:00:00Z'] as const;

interface Report {
  accepted: number;
  missing: number;
  rejectedCount: number;
  otherDevices: number;
  sum: number;
  sums: { device: string; accepted: number; missing: number; sum: number }[];
  rejected: { line: number; device: string; reason: string; ts: string }[];
}

let bench: Bench;
beforeAll(async () => {
  bench = await createBench();
});
afterAll(() => bench.remove());

const importing = async (file: string, ...options: string[]): Promise<Report> =>
  (await bench.houqin('import', file, ...options, '--create', '--json')).json<Report>();

/** Sums of the file by itself, without a line of the product: in thousandths, so exact. */
function sumsOfColumns(path: string, keyAt: number | undefined): Map<string, { rows: number; thousandths: number }> {
  const [header = '', ...lines] = readFileSync(path, 'utf8').trim().split('\n');
  const names = header.trim().split(',');
  const sums = new Map<string, { rows: number; thousandths: number }>();
  const add = (key: string, value: string): void => {
    const entry = sums.get(key) ?? { rows: 0, thousandths: 0 };
    if (value !== '')
      sums.set(key, { rows: entry.rows + 1, thousandths: entry.thousandths + Math.round(Number(value) * 1_000) });
  };
  for (const line of lines) {
    const cells = line.trim().split(',');
    if (keyAt !== undefined) add(cells[keyAt] ?? '', cells[2] ?? '');
    else for (const [at, name] of names.entries()) if (at > 0) add(name, cells[at] ?? '');
  }
  return sums;
}

async function booksAgree({ sums }: Report, resource: 'electricity' | 'water'): Promise<void> {
  await looking(bench, async ({ consumed }) => {
    for (const { device, sum } of sums) expect(await consumed(device, resource, ...SPAN)).toBeCloseTo(sum, 4);
  });
}

describe('real meters', () => {
  itNeeds(
    missing,
    'hourly electricity of three time zones: the books equal the sum of the accepted rows',
    async () => {
      const inFile = sumsOfColumns(ELECTRICITY, 0);
      const rejected: string[] = [];
      for (const { tz, meters } of CAMPUSES) {
        const devices = meters.flatMap((meter) => ['--device', meter]);
        const map = ['--map', 'device=meter_id,ts=ts_local,value=kwh', '--metric', 'energy_kwh', '--interval', '1h'];
        const report = await importing(ELECTRICITY, ...map, '--tz', tz, ...devices);
        await booksAgree(report, 'electricity');
        rejected.push(...report.rejected.map(({ device, ts, reason }) => `${device} ${ts} ${reason}`));
        expect(report.accepted + report.rejectedCount + report.otherDevices).toBe(96_008);
        for (const { device, sum, accepted } of report.sums) {
          const file = inFile.get(device.replace('-', '_'));
          const lost = report.rejected.filter((one) => one.device.replace('_', '-') === device).length;
          expect([device, accepted]).toEqual([device, (file?.rows ?? 0) - lost]);
          if (lost === 0) expect(sum).toBeCloseTo((file?.thousandths ?? 0) / 1_000, 6);
        }
      }
      // The only row on an hour that the clocks skip; its building did not change them.
      expect(rejected).toEqual(['unicon_nmi5 2019-10-06 02:00 no-such-local-time']);
      const lisbon = await storedPoints(bench, 'ist-central', 'energy_kwh');
      expect(lisbon.every(([ts], at) => at === 0 || ts - (lisbon[at - 1]?.[0] ?? 0) === 3_600_000)).toBe(true);
    },
    60_000,
  );

  itNeeds(
    missing,
    'half-hourly water with gaps: missing is neither accepted nor rejected',
    async () => {
      const inFile = sumsOfColumns(WATER, undefined);
      const wide = [
        '--map',
        'ts=ts_local,value=*',
        '--metric',
        'water_m3',
        '--interval',
        '30m',
        '--tz',
        'Europe/London',
      ];
      const report = await importing(WATER, ...wide);
      await booksAgree(report, 'water');
      expect(report).toMatchObject({ accepted: 126_697, missing: 13_655, rejectedCount: 0 });
      for (const { device, accepted, sum } of report.sums) {
        const file = inFile.get(device.replace('-', '_'));
        expect([device, accepted]).toEqual([device, file?.rows]);
        expect(sum).toBeCloseTo((file?.thousandths ?? 0) / 1_000, 5);
      }
    },
    60_000,
  );

  itNeeds(
    missing,
    'the back-test finds water that never stops, and prints it',
    async () => {
      const rules = await bench.file(
        'water.yaml',
        'rules:\n  - { id: never-zero, name: 用水不归零, kind: never-zero-flow, select: { kind: water-meter } }\n',
      );
      const { episodes } = (await bench.houqin('backtest', '--rules', rules, '--json')).json<{ episodes: Episode[] }>();
      for (const { device, sentence } of episodes) process.stdout.write(`${device}: ${sentence.en}\n`);
      expect(episodes.length).toBeGreaterThan(0);
      expect(episodes.every(({ kind, unit }) => kind === 'never-zero-flow' && unit === 'm³')).toBe(true);
      // Most of them are the source's own doing: it fills its gaps with one constant on all meters.
      await looking(bench, async (stored) => {
        for (const { device, from, to, excess } of episodes) {
          const end = (to ?? Number.POSITIVE_INFINITY) - HOUR;
          const hours = Map.groupBy(await stored.points(device, 'water_m3', from, end), ([ts]) =>
            Math.floor(ts / HOUR),
          );
          const dry = [...hours.values()].filter((hour) => hour.length === 2 && hour.every(([, value]) => value === 0));
          expect([device, from, dry, (excess ?? 0) > 0]).toEqual([device, from, [], true]);
        }
      });
    },
    60_000,
  );
});
