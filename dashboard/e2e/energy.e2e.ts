import { expect } from 'vitest';
import type { ConsumptionResponse } from '#contract/http/energy.ts';
import type { TestGateway } from '../../gateway/test/run-gateway.ts';
import { createFormat } from '../src/lib/format.ts';
import { addDays, localDate, startOfDay } from '../src/lib/site-time.ts';
import { openPage, overflow, seriousViolations } from './open-page.ts';
import { eventually, schoolTests } from './school.ts';

const { test } = schoolTests();
const zone = 'Asia/Shanghai';
const hour = 3_600_000;
const format = createFormat('zh', zone);
const yesterday = (): number => addDays(zone, startOfDay(zone, Date.now()), -1);
const address = (): string => `/energy?place=building-1&date=${localDate(zone, yesterday())}`;

/** Nine days of a building meter of 5 kWh an hour, a floor meter of 2, and one floor meter that was replaced yesterday noon. */
async function fillSchool(gateway: TestGateway): Promise<void> {
  const from = startOfDay(zone, Date.now()) - 9 * 24 * hour;
  const count = Math.floor((Date.now() - from) / (hour / 2));
  const send = async (device: string, valueAt: (halfHour: number) => number): Promise<void> => {
    const rows = Array.from({ length: count }, (_, i) => ({
      ts: from + i * (hour / 2),
      energy_total_kwh: valueAt(i),
    }));
    for (let i = 0; i < rows.length; i += 200) await gateway.publish(device, 'readings', rows.slice(i, i + 200));
  };
  const noon = (yesterday() + 12 * hour - from) / (hour / 2);
  await send('meter-main', (i) => 1_000 + i * 2.5);
  await send('meter-f1', (i) => 500 + i);
  await send('meter-f2', (i) => (i < noon ? 300 + i * 0.5 : 3 + (i - noon) * 0.5));
}

const ofYesterday = (gateway: TestGateway, subject = 'place=building-1') => {
  const from = yesterday();
  const query = `${subject}&resource=electricity&from=${from}&to=${addDays(zone, from, 1)}&step=hour`;
  return gateway.api<ConsumptionResponse>(`/consumption?${query}`);
};

test('totals, hours, breakdown and register steps are those of the API', async ({ gateway, open }) => {
  await fillSchool(gateway);
  const page = await open(address());
  const asked = await ofYesterday(gateway);
  expect(asked.total).toBeGreaterThan(100);
  await page.locator('.energy-number').first().waitFor();
  await eventually(async () => {
    const figures = await page.locator('.energy-figures').innerText();
    expect(figures).toContain(format.quantity(asked.total, 'kWh'));
    expect(figures).toContain(format.yuan(asked.yuan));
    expect(figures).toContain('示例单价');
    expect(figures).toContain(format.percent(asked.completeness));
  });
  expect(await page.locator('.page-sentence').innerText()).toContain(format.quantity(asked.total, 'kWh'));

  await page.getByText('数据表').click();
  const rows = page.locator('.chart-table tbody tr');
  await eventually(async () => expect(await rows.count()).toBe(24));
  const shown = await rows.evaluateAll((all) => all.map((row) => row.querySelector('td')?.textContent));
  expect(shown).toEqual(asked.buckets.map(({ value }) => format.quantity(value, 'kWh')));

  const unmetered = page.getByRole('row', { name: /总分表差额/ });
  expect(await unmetered.innerText()).toContain(format.quantity(asked.unmetered, 'kWh'));
  const floor = await ofYesterday(gateway, 'place=floor-1');
  await eventually(async () =>
    expect(await page.getByRole('row', { name: /一层/ }).first().innerText()).toContain(
      format.quantity(floor.total, 'kWh'),
    ),
  );
  const [step] = (await ofYesterday(gateway, 'device=meter-f2')).steps;
  if (!step) throw new Error('the API lists no step');
  await page.getByRole('link', { name: '二层', exact: true }).first().click();
  const steps = page.locator('.energy-steps');
  await eventually(async () => expect(await steps.innerText()).toContain(format.number(step.after, 3)));
  expect(await steps.innerText()).toContain('二层电表');
});

test('a bar says in its tooltip what the API says of that hour', async ({ gateway, open }) => {
  const page = await open(address());
  const chart = page.locator('.chart .recharts-surface').first();
  await chart.waitFor();
  await eventually(async () => expect(await page.locator('.chart-bar').count()).toBe(24));
  const tooltip = page.locator('.chart-tooltip');
  // The comparison may arrive meanwhile and move the bars.
  await eventually(async () => {
    const bar = await page.locator('.chart-bar').nth(10).boundingBox();
    if (!bar) throw new Error('the bar is not drawn');
    await page.mouse.move(bar.x + bar.width / 2, bar.y + bar.height / 2);
    expect(await tooltip.innerText({ timeout: 2_000 })).toContain('10:00–11:00');
  });
  const { buckets } = await ofYesterday(gateway);
  const bucket = buckets[10];
  if (!bucket) throw new Error('the API gave no hour');
  const said = await tooltip.innerText();
  expect(said).toContain(`${format.hourMinute(bucket.from)}–${format.hourMinute(bucket.to)}`);
  expect(said).toContain(format.quantity(bucket.value, 'kWh'));
  expect(said).toContain({ measured: '实测', estimated: '估算', manual: '人工录入', missing: '缺失' }[bucket.quality]);
});

test('what is chosen stands in the address, and the address alone shows it again', async ({ open }) => {
  const page = await open('/energy');
  await page.getByRole('button', { name: '周', exact: true }).click();
  await page.getByRole('button', { name: '上一段' }).click();
  await page.getByRole('link', { name: '教学楼', exact: true }).first().click();
  await page.getByLabel('对比').selectOption('none');
  await eventually(async () => expect(page.url()).toContain('compare=none'));
  const sentence = await page.locator('.page-sentence').innerText();
  expect(sentence).toContain('教学楼');
  const again = await open(page.url().replace(/^https?:\/\/[^/]+/, ''));
  await eventually(async () => expect(await again.locator('.page-sentence').innerText()).toBe(sentence));
});

test('a browser in New York shows the hours of the school', async ({ gateway, browser }) => {
  const context = await browser.newContext({ timezoneId: 'America/New_York', locale: 'en-US' });
  await context.addCookies([{ name: 'houqin', value: gateway.adminToken, url: gateway.url }]);
  const page = await context.newPage();
  try {
    await page.goto(`${gateway.url}${address()}`);
    await page.getByText('数据表').click();
    const first = page.locator('.chart-table tbody tr').first().getByRole('rowheader');
    await eventually(async () => expect(await first.innerText()).toBe(`${format.day(yesterday())} 00:00–01:00`));
    expect(await page.getByLabel('日期').inputValue()).toBe(localDate(zone, yesterday()));
    expect(await page.evaluate(() => Intl.DateTimeFormat().resolvedOptions().timeZone)).toBe('America/New_York');
  } finally {
    await context.close();
  }
});

test('both languages and themes, wide and narrow, stand without serious barriers', async ({ gateway, browser }) => {
  for (const look of [{}, { language: 'en', theme: 'dark', width: 390, height: 844, touch: true }] as const) {
    const page = await openPage(browser, gateway, address(), look);
    await page.locator('.chart-bar').first().waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    expect(await overflow(page)).toBeLessThanOrEqual(0);
    const english = await page.locator('.page-sentence').innerText();
    if ('language' in look) expect(english).toMatch(/kWh of electricity/);
    await page.context().close();
  }
});

test('a killed gateway leaves the last figures, grey and with the break said', async ({ gateway, open }) => {
  const page = await open(address());
  const number = page.locator('.energy-number').first();
  await number.waitFor();
  const before = await number.innerText();
  await gateway.kill();
  await page.locator('.connection-banner').waitFor();
  expect(await page.locator('.energy-main').getAttribute('data-outdated')).toBe('true');
  expect(await number.innerText()).toBe(before);
  await gateway.start();
  await page.locator('.connection-banner').waitFor({ state: 'detached', timeout: 30_000 });
});
