import { readFile } from 'node:fs/promises';
import { expect } from 'vitest';
import type { ConsumptionResponse, WasteResponse } from '#contract/http/energy.ts';
import type { TestGateway } from '../../gateway/test/run-gateway.ts';
import { createFormat } from '../src/lib/format.ts';
import { addDays, localDate } from '../src/lib/site-time.ts';
import { columnDecimals } from '../src/pages/energy/add-up.ts';
import { fillSchool, yesterday, zone } from './fill-school.ts';
import { openPage, overflow, seriousViolations } from './open-page.ts';
import { eventually, schoolTests } from './school.ts';
import { screenshot } from './screenshot.ts';

const { test } = schoolTests();
const format = createFormat('zh', zone);
const address = (): string => `/energy?place=building-1&date=${localDate(zone, yesterday())}`;

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
    // Yesterday used 120 kWh: money has its two decimals.
    expect(figures).toContain('¥60.00');
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

test('the axis has few round ticks, hours are told at their edges, and closed time is shaded to midnight', async ({
  open,
}) => {
  const page = await open(address());
  await eventually(async () => expect(await page.locator('.chart-bar').count()).toBe(24));
  await screenshot(page, 'energy-day');
  const chart = page.locator('.chart .recharts-surface').first();
  const axis = chart.locator('.recharts-yAxis-tick-labels .recharts-cartesian-axis-tick-value');
  const ticks = (await axis.allTextContents()).map((text) => Number(text.replaceAll(',', '')));
  expect(ticks.length).toBeLessThanOrEqual(5);
  const step = (ticks[1] ?? 0) - (ticks[0] ?? 0);
  expect(ticks).toEqual(ticks.map((_, i) => (ticks[0] ?? 0) + i * step));
  expect([1, 2, 5]).toContain(step / 10 ** Math.floor(Math.log10(step)));

  const labels = page.locator('.chart-slot-labels text');
  const hours = await labels.evaluateAll((all) =>
    all.map((label) => {
      const { left, right } = label.getBoundingClientRect();
      return { text: label.textContent, middle: (left + right) / 2 };
    }),
  );
  expect(hours.map(({ text }) => text)).toEqual([
    '00:00',
    '03:00',
    '06:00',
    '09:00',
    '12:00',
    '15:00',
    '18:00',
    '21:00',
    '24:00',
  ]);
  const right = hours.at(-1)?.middle ?? 0;
  // The parts may arrive meanwhile and draw the bars anew.
  await eventually(async () => {
    const bar = await page.locator('.chart-bar').nth(6).boundingBox();
    if (!bar) throw new Error('the bar of 06:00 is not drawn');
    expect(bar.x - (hours[2]?.middle ?? 0)).toBeGreaterThanOrEqual(0);
    expect(bar.x - (hours[2]?.middle ?? 0)).toBeLessThan(10);
    const shades = await page
      .locator('.chart-closed-band')
      .evaluateAll((all) => all.map((shade) => shade.getBoundingClientRect().right));
    expect(Math.abs(Math.max(...shades) - right)).toBeLessThan(2);
  });
});

test('a new meter shows what it measured in its first hour, and a missing cost its true reason', async ({
  gateway,
  open,
}) => {
  const until = Math.floor(Date.now() / 300_000) * 300_000;
  const rows = Array.from({ length: 6 }, (_, i) => ({
    ts: until - 180_000 + i * 30_000,
    energy_total_kwh: 1523.41 + (0.59 * i) / 5,
  }));
  await gateway.publish('meter-101', 'readings', rows);
  const page = await open('/energy?device=meter-101');
  const figures = page.locator('.energy-figures');
  await eventually(async () => expect(await figures.innerText()).toContain(format.quantity(0.59, 'kWh')));
  await page.goto(`${gateway.url}/energy?place=building-1&resource=water`);
  await figures.getByText('没有数据，无法计费').waitFor();
});

test('parts are stacked, sizes divide, and the file holds what the page shows', async ({ gateway, open }) => {
  const page = await open(address());
  await eventually(async () => expect(await page.locator('.chart-piece').count()).toBeGreaterThan(24));
  expect(await page.locator('.energy-figures').innerText()).toContain('未填面积和人数');
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: '导出 CSV' }).click(),
  ]);
  const text = await readFile(await file.path(), 'utf8');
  const { total } = await ofYesterday(gateway);
  const lines = text.trim().split('\r\n');
  expect(lines[0]).toContain('用电 (kWh)');
  const cells = lines.map((line) => line.split(','));
  const [sum] = cells.filter(([name]) => name === '合计');
  const rest = cells.filter(([name]) => name === '总分表差额' || name === '数据不全的时段');
  expect(lines).toHaveLength(26 + rest.length);
  expect(Number(sum?.[2])).toBeCloseTo(total ?? 0, 3);
  // The two floors, the difference, and the hour in which a meter was replaced.
  const parts = [...(sum?.slice(5, 7) ?? []), ...rest.map((cell) => cell[2])].map(Number);
  expect(parts.reduce((all, part) => all + part, 0)).toBeCloseTo(Number(sum?.[2]), 9);
  const [book] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: '导出 Excel' }).click(),
  ]);
  expect((await readFile(await book.path())).subarray(0, 2).toString()).toBe('PK');
  await page.getByRole('link', { name: '校园', exact: true }).first().click();
  await page.locator('.energy-sizes').getByText('1,200 人').waitFor();
});

test('months, terms, years and own ranges stand in the address, and months are compared by school day', async ({
  open,
}) => {
  const page = await open(address());
  const sentence = page.locator('.page-sentence');
  for (const [name, words] of [
    ['月', /每个上课日|个上课日/],
    ['年', /\d{4}年1月1日/],
    ['学期', /长学期/],
    ['自选', /月\d+日/],
  ] as const) {
    await page.getByRole('button', { name, exact: true }).click();
    await eventually(async () => expect(await sentence.innerText()).toMatch(words));
    await page.locator('.chart-bar').first().waitFor();
    await screenshot(page, `energy-${name}`);
  }
  await page.getByLabel('开始日期').fill(localDate(zone, addDays(zone, yesterday(), -2)));
  await eventually(async () => expect(await sentence.innerText()).toContain('至'));
});

/** Runs in the page: how many pixels the chosen text of a list is wider than its field. */
const cutOff = (field: Element): number => {
  if (!(field instanceof HTMLSelectElement)) throw new Error('no list');
  const style = getComputedStyle(field);
  const pen = document.createElement('canvas').getContext('2d');
  if (!pen) throw new Error('no pen');
  pen.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
  const text = pen.measureText(field.selectedOptions[0]?.text ?? '').width;
  return text - (field.clientWidth - Number.parseFloat(style.paddingLeft) - Number.parseFloat(style.paddingRight));
};

test('the chosen term can be read on a desk, a tablet and a phone', async ({ open }) => {
  for (const [width, height, touch] of [
    [1440, 900, false],
    [1024, 768, false],
    [390, 844, true],
  ] as const) {
    const page = await open('/energy?range=term', { width, height, touch });
    const term = page.locator('select[aria-label=学期]');
    await eventually(async () => expect(await term.locator('option').count()).toBeGreaterThan(0));
    expect(await term.evaluate(cutOff)).toBeLessThanOrEqual(0);
    await page
      .locator('.energy-term')
      .getByText(/^\d{4}\/\d\d\/\d\d 至 \d{4}\/\d\d\/\d\d$/)
      .waitFor();
    expect(await overflow(page)).toBeLessThanOrEqual(0);
  }
});

test('holidays that are not loaded are told where a day of their year is shown, and only there', async ({ open }) => {
  const page = await open('/energy?range=month&date=2020-01-15');
  await page.locator('.chart-key').getByText('周末或假期').waitFor();
  expect(await page.getByText(/2019 年节假日未载入/).count()).toBe(0);
  await page.goto(page.url().replace('2020-01-15', '2019-12-15'));
  await page
    .locator('.chart-key')
    .getByText(/2019 年节假日未载入/)
    .waitFor();
});

test('the rooms that use most while closed come first, as the API ranks them', async ({ gateway, open }) => {
  const page = await open('/energy?tab=waste');
  const { rooms, weeks } = await gateway.api<WasteResponse>('/consumption/waste?resource=electricity&weeks=4');
  expect(rooms.length).toBeGreaterThan(1);
  const rows = page.locator('.waste-table tbody tr');
  await eventually(async () => expect(await rows.count()).toBe(rooms.length));
  const [worst] = rooms;
  const first = await rows.first().innerText();
  const amounts = [worst?.amount ?? null, ...(worst?.weeks.map(({ amount }) => amount) ?? [])];
  expect(first).toContain(format.quantity(worst?.amount, 'kWh', columnDecimals(amounts)));
  expect(first).toContain(format.yuan(worst?.yuan));
  expect(await page.locator('.waste-table thead th').count()).toBe(6 + weeks.length);
  expect(await page.locator('.page-sentence').innerText()).toContain('近 4 周非开放时段用电最多的是');
  expect(await seriousViolations(page)).toEqual([]);
  await screenshot(page, 'energy-waste');
  await rows.first().getByRole('link').click();
  await eventually(async () => expect(page.url()).toContain(`place=${worst?.place}`));
});

test('what is chosen stands in the address, and the address alone shows it again', async ({ open }) => {
  const page = await open('/energy');
  await page.getByRole('button', { name: '周', exact: true }).click();
  await page.getByRole('button', { name: '上一段' }).click();
  await page.getByRole('link', { name: '教学楼', exact: true }).first().click();
  await page.getByLabel('对比').selectOption('none');
  await eventually(async () => expect(page.url()).toContain('compare=none'));
  const shown = page.locator('.page-sentence');
  await eventually(async () => expect(await shown.innerText()).toContain('教学楼'));
  const sentence = await shown.innerText();
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

/** Runs in the page: whether the code of the energy page has come. */
const loadedCharts = (): boolean =>
  performance.getEntriesByType('resource').some(({ name }) => /energy-page.*\.js$/.test(name));

test('a killed gateway leaves the last figures, grey and with the break said', async ({ gateway, open }) => {
  const page = await open(address());
  const number = page.locator('.energy-number').first();
  await number.waitFor();
  const before = await number.innerText();
  const late = await open('/');
  await late.locator('.strip').waitFor();
  // Until the code of the other pages is there too.
  await eventually(async () => expect(await late.evaluate(loadedCharts)).toBe(true));
  await gateway.kill();
  await page.locator('.connection-banner').waitFor();
  expect(await page.locator('.energy-main').getAttribute('data-outdated')).toBe('true');
  expect(await number.innerText()).toBe(before);
  await late.getByRole('link', { name: /能耗/ }).first().click();
  const sentence = late.locator('.page-sentence');
  await eventually(async () => expect(await sentence.innerText()).toMatch(/系统没有应答.*已知数据截至 \d\d:\d\d:\d\d/));
  expect(await late.getByText('正在载入…').count()).toBe(0);
  await gateway.start();
  await eventually(async () => expect(await sentence.innerText()).toContain('用电'), 40_000);
  await page.locator('.connection-banner').waitFor({ state: 'detached', timeout: 30_000 });
});
