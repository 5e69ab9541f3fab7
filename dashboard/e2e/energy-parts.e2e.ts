import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { createFormat } from '../src/lib/format.ts';
import { addDays, localDate } from '../src/lib/site-time.ts';
import { fillSchool, yesterday, zone } from './fill-school.ts';
import { eventually, schoolTests } from './school.ts';

const { test } = schoolTests();
const hour = 3_600_000;
const format = createFormat('zh', zone);

/** Figures of the rows up to the own meters: parts, difference and what cannot be matched. */
async function columnAbove(page: Page): Promise<{ total: number; sum: number; rows: string[] }> {
  const rows = await page.locator('.energy-table tbody tr').allInnerTexts();
  const end = rows.findIndex((row) => row.startsWith('本处总表'));
  const figure = (text: string): number => Number(/(-?[\d,.]+)\u202fkWh/.exec(text)?.[1]?.replaceAll(',', '') ?? 0);
  const above = rows.slice(0, end < 0 ? rows.length : end);
  const total = figure(await page.locator('.energy-number').first().innerText());
  return { total, sum: above.reduce((sum, row) => sum + figure(row), 0), rows: above };
}

test('parts and difference are the total that is shown, in every period, the running hour included', async ({
  gateway,
  open,
}) => {
  await fillSchool(gateway);
  const page = await open('/energy?place=building-1');
  for (const name of ['日', '周', '月', '年', '学期', '自选']) {
    await page.getByRole('button', { name, exact: true }).click();
    await eventually(async () => {
      const { total, sum, rows } = await columnAbove(page);
      expect(total).toBeGreaterThan(0);
      expect(rows.join()).not.toContain('…');
      expect(rows.length).toBeGreaterThanOrEqual(3);
      expect(sum, `${name}: ${rows.join(' | ')}`).toBeCloseTo(total, 6);
    });
  }
});

test('parts are compared as the whole is: by school day where days differ', async ({ open }) => {
  const [first, last] = [addDays(zone, yesterday(), -2), yesterday()].map((at) => localDate(zone, at));
  const page = await open(`/energy?place=building-1&range=own&date=${first}&until=${last}&compare=period`);
  const row = page.getByRole('row', { name: /一层/ }).first();
  await eventually(async () => expect(await row.innerText()).toMatch(/每个上课日|不作比较/));
  expect(await row.innerText()).not.toMatch(/\s(?:比|与)之前/);
  await page.goto(page.url().replace(/range=.*/, `date=${last}`));
  await page.getByText(/^对比的是 .*日.* 与 .*日.*。$/).waitFor();
  await eventually(async () => expect(await row.innerText()).toContain('上周同日'));
});

test('a new meter below is named, and the difference is told from its first whole hour on', async ({
  gateway,
  open,
}) => {
  const page = await open(`/energy?place=floor-1&date=${localDate(zone, yesterday())}`);
  const difference = page.getByRole('row', { name: /总分表差额/ });
  await eventually(async () => expect(await difference.innerText()).toMatch(/无法计算.*101.*没有数据/));
  const from = yesterday() + 15.5 * hour;
  const rows = Array.from({ length: 18 }, (_, i) => ({
    ts: from + (i * hour) / 2,
    energy_total_kwh: 1_000 + i * 0.25,
  }));
  await gateway.publish('meter-101', 'readings', rows);
  await page.reload();
  const day = format.day(from);
  await eventually(async () => {
    expect(await difference.innerText()).toMatch(
      new RegExp(`自 ${day} 16:00 起可以计算：.*101.*${day} 15:30 起才有数据`),
    );
    // 8 hours of 2 − 0.5.
    expect(await difference.innerText()).toContain(format.quantity(12, 'kWh'));
    const { total, sum } = await columnAbove(page);
    expect(sum).toBeCloseTo(total, 6);
  });
  expect(await page.getByRole('row', { name: /数据不全的时段/ }).innerText()).toContain('不能当作损耗');
});
