/**
 * Real meters in a real browser: a Lisbon campus's electricity and a London campus's water, imported beside the running
 * gateway, drawn and read back. Needs HOUQIN_TEST_DATA; the files are not part of the product.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'vitest';
import type { ConsumptionResponse } from '#contract/http/energy.ts';
import type { TestGateway } from '../../gateway/test/run-gateway.ts';
import { itNeeds } from '../../gateway/test/skip.ts';
import { createFormat } from '../src/lib/format.ts';
import { addDays, startOfDay } from '../src/lib/site-time.ts';
import { openPage } from './open-page.ts';
import { eventually, schoolTests } from './school.ts';

const DATA = process.env['HOUQIN_TEST_DATA'] ?? '';
const FILES = ['campus_elec_hourly.csv', 'water_greenwich_30min.csv'].map((name) => path.join(DATA, name));
const missing =
  DATA === ''
    ? 'HOUQIN_TEST_DATA is not set (folder with campus_elec_hourly.csv and water_greenwich_30min.csv)'
    : FILES.find((file) => !existsSync(file))?.concat(' is missing');
const zone = 'Asia/Shanghai';
const format = createFormat('zh', zone);
const root = path.join(import.meta.dirname, '../..');
const { school } = schoolTests();

interface Report {
  readonly accepted: number;
  readonly rejectedCount: number;
  readonly sum: number;
}

function importFile(gateway: TestGateway, ...args: string[]): Report {
  const run = spawnSync(
    process.execPath,
    [path.join(root, 'gateway/bin/houqin.mjs'), 'import', ...args, '--create', '--json'],
    {
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
      env: { ...process.env, HOUQIN_CONFIG: gateway.configDir, HOUQIN_DATA: gateway.dataDir },
    },
  );
  if (run.status !== 0) throw new Error(`import ended with ${run.status}: ${run.stderr}`);
  return JSON.parse(run.stdout) as Report;
}

async function reads(device: string, resource: 'electricity' | 'water', date: string): Promise<void> {
  const { gateway, browser } = school();
  const month = startOfDay(zone, Date.parse(`${date}T12:00:00+08:00`));
  const query = `device=${device}&resource=${resource}&from=${month}&to=${addDays(zone, month, 31)}&step=day`;
  const told = await gateway.api<ConsumptionResponse>(`/consumption?${query}`);
  expect(told.total).toBeGreaterThan(0);
  const page = await openPage(
    browser,
    gateway,
    `/energy?device=${device}&resource=${resource}&range=month&date=${date}`,
  );
  try {
    await page.getByText('数据表').click();
    const rows = page.locator('.chart-table tbody tr');
    await eventually(async () => expect(await rows.count()).toBe(31));
    const shown = await rows.evaluateAll((all) => all.map((row) => row.querySelector('td')?.textContent));
    expect(shown).toEqual(told.buckets.map(({ value }) => format.quantity(value, told.unit)));
    expect(await page.locator('.energy-figures').innerText()).toContain(format.quantity(told.total, told.unit));
    const dir = process.env['HOUQIN_SCREENSHOTS'];
    if (dir !== undefined) await page.screenshot({ path: path.join(dir, `real-${device}.png`), fullPage: true });
  } finally {
    await page.context().close();
  }
}

itNeeds(
  missing,
  'hourly electricity of Lisbon is charted as imported',
  async () => {
    const { gateway } = school();
    const report = importFile(
      gateway,
      FILES[0] ?? '',
      ...['--map', 'device=meter_id,ts=ts_local,value=kwh', '--metric', 'energy_kwh', '--interval', '1h'],
      ...['--tz', 'Europe/Lisbon', '--device', 'ist_central'],
    );
    expect(report).toMatchObject({ accepted: 17_520, rejectedCount: 0 });
    await reads('ist-central', 'electricity', '2017-03-01');
  },
  60_000,
);

itNeeds(
  missing,
  'half-hourly water of London is charted as imported',
  async () => {
    const { gateway } = school();
    const report = importFile(
      gateway,
      FILES[1] ?? '',
      ...['--map', 'ts=ts_local,value=*', '--metric', 'water_m3', '--interval', '30m', '--tz', 'Europe/London'],
    );
    expect(report.accepted).toBeGreaterThan(100_000);
    await reads('grey-m3', 'water', '2024-10-01');
  },
  60_000,
);
