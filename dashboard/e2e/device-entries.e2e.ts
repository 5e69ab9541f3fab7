/** Lists of devices, their labels, and what people enter at a meter. */
import { copyFile, mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import writeWorkbook from 'write-excel-file/universal';
import type { Device, ProfileInfo } from '#contract/http/campus.ts';
import type { ConsumptionResponse, SeriesResponse } from '#contract/http/energy.ts';
import type { Swap } from '#contract/http/onboarding.ts';
import type { TestGateway } from '../../gateway/test/run-gateway.ts';
import { overflow, seriousViolations } from './open-page.ts';
import { scanned } from './scanned.ts';
import { eventually, schoolTests } from './school.ts';
import { screenshot } from './screenshot.ts';

const { test } = schoolTests();
const hour = 3_600_000;
const devicesOf = async (gateway: TestGateway): Promise<Device[]> =>
  (await gateway.api<{ items: Device[] }>('/devices')).items;

async function choose(page: Page, name: string, buffer: Buffer): Promise<void> {
  await page.locator('input[type="file"]').setInputFiles({ name, mimeType: 'application/octet-stream', buffer });
}

async function workbook(rows: readonly (readonly (string | number)[])[]): Promise<Buffer> {
  const blob = await writeWorkbook(rows.map((row) => [...row])).toBlob();
  return Buffer.from(await blob.arrayBuffer());
}

const head = ['编号', '名称', '类型', '位置', '责任人', '间隔', '协议'];

test('a list with one bad line imports nothing, says line and column, and all of it once it is corrected', async ({
  gateway,
  open,
}) => {
  const profiles = path.join(gateway.configDir, 'profiles');
  await mkdir(profiles, { recursive: true });
  await copyFile(path.join(import.meta.dirname, '../../config/profiles/dlt645.yaml'), `${profiles}/dlt645.yaml`);
  await eventually(async () => {
    const { items } = await gateway.api<{ items: ProfileInfo[] }>('/profiles');
    expect(items.map(({ id }) => id)).toContain('dlt645');
  });
  const before = (await devicesOf(gateway)).length;
  const page = await open('/devices/import');
  await page.locator('.import-help').waitFor();
  expect(await seriousViolations(page)).toEqual([]);
  const good = ['lib-1', '图书馆一层电表', '电表', '一层', '王老师', '15分钟'];
  await choose(
    page,
    '设备.xlsx',
    await workbook([
      head,
      good,
      ['Lib 2', '图书馆二层电表', '电表箱', '月球', '', 60, 'DL/T 645'],
      ['meter-101', '重号', '电表', '一层', '', 60],
      ['lib-1', '重号', '电表', '一层', '', 60],
    ]),
  );
  const bad = page.locator('tr[data-line="3"]');
  await bad.waitFor();
  expect(await page.locator('.page-sentence').innerText()).toBe(
    '4 行中有 3 行有问题，一台也不会导入；请改好文件再选一次。',
  );
  expect(await bad.locator('.import-error').allInnerTexts()).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/位置：.*月球/),
      expect.stringMatching(/类型：.*电表箱.*是不是“电表”？/),
      expect.stringMatching(/编号：.*小写字母/),
      expect.stringMatching(/没有叫“DL\/T 645”的.*“DL\/T 645 电能表（透传）”/),
    ]),
  );
  // An id that is taken, or stands twice in the list, is told although another row is wrong.
  expect(await page.locator('tr[data-line="4"] .import-error').innerText()).toContain('meter-101');
  expect(await page.locator('tr[data-line="5"] .import-error').innerText()).toContain('“lib-1”写了两次');
  expect(await page.getByRole('button', { name: '导入 4 台' }).isDisabled()).toBe(true);
  expect(await page.locator('tr[data-line="2"]').innerText()).toContain('可以导入');
  await screenshot(page, 'import-bad');
  expect(await seriousViolations(page)).toEqual([]);
  expect((await devicesOf(gateway)).length).toBe(before);

  await choose(page, '设备.xlsx', await workbook([head, good, ['lib-2', '图书馆二层电表', '电表', '二层', '', 60]]));
  await page.getByRole('button', { name: '导入 2 台' }).click();
  await page.getByText('已导入 2 台设备。').waitFor();
  const devices = await devicesOf(gateway);
  expect(devices.length).toBe(before + 2);
  expect(devices.find(({ id }) => id === 'lib-1')).toMatchObject({
    ...{ kind: 'electricity-meter', place: 'floor-1', intervalS: 900, custodian: '王老师' },
  });
});

test('a list from a Chinese Excel is read as CSV, and a column nobody knows is left out by hand', async ({ open }) => {
  // 编号,名称,类型,位置,楼栋 / gbk-1,水表甲,水表,一层,甲 / gbk-2,水表乙,水表,一层,乙 in GBK.
  const gbk = Buffer.from(
    'b1e0bac52cc3fbb3c62cc0e0d0cd2ccebbd6c32cc2a5b6b00d0a67626b2d312ccbaeb1edbcd72ccbaeb1ed2cd2bbb2e32cbcd70d0a67626b2d322ccbaeb1edd2d22ccbaeb1ed2cd2bbb2e32cd2d20d0a',
    'hex',
  );
  const page = await open('/devices/import', { width: 390, height: 844, touch: true, theme: 'dark' });
  await choose(page, 'list.csv', gbk);
  await page.locator('.import-problem').getByText('楼栋').first().waitFor();
  expect(await overflow(page)).toBeLessThanOrEqual(0);
  expect(await seriousViolations(page)).toEqual([]);
  await page.getByRole('button', { name: '不导入这一列' }).click();
  await page.getByText('2 行都没有问题，可以导入。').waitFor();
  expect(await page.locator('tr[data-line="2"]').innerText()).toContain('水表甲');
});

test('templates are what the import reads', async ({ open }) => {
  const page = await open('/devices/import', { language: 'en' });
  for (const name of ['Template as Excel', 'Template as CSV']) {
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name }).click()]);
    const stream = await download.createReadStream();
    const chunks: Buffer[] = [];
    for await (const chunk of stream) chunks.push(Buffer.from(chunk));
    await choose(page, download.suggestedFilename(), Buffer.concat(chunks));
    await page.getByText('There is nothing in the file.').first().waitFor();
    await page.reload();
  }
});

test('labels chosen in the table carry a code that a phone reads, 24 on a sheet of paper', async ({
  gateway,
  open,
}) => {
  const page = await open('/devices');
  await page.getByRole('button', { name: '打印标签' }).click();
  await page.getByRole('checkbox', { name: '选择 东门门磁' }).check();
  await page.getByRole('checkbox', { name: '选择 101 电表' }).check();
  await page.getByRole('link', { name: '打印选中的 2 张' }).click();
  await page.locator('[data-label="meter-101"]').waitFor();
  for (const id of ['door-east', 'meter-101'])
    expect(await scanned(page, `[data-label="${id}"] svg`)).toBe(`${gateway.url}/devices/${id}`);
  const words = await page.locator('[data-label="meter-101"]').innerText();
  for (const word of ['101 电表', 'meter-101', '101 教室', '王老师']) expect(words).toContain(word);
  expect(await seriousViolations(page)).toEqual([]);

  await page.goto(`${gateway.url}/devices/labels?place=campus&skip=5`);
  await page.locator('[data-label="meter-101"]').waitFor();
  const count = (await devicesOf(gateway)).length;
  await page.emulateMedia({ media: 'print' });
  expect(await page.locator('.nav').isVisible()).toBe(false);
  expect(await page.getByRole('button', { name: '打印' }).isVisible()).toBe(false);
  const pdf = await page.pdf({ preferCSSPageSize: true, printBackground: true });
  expect(pdf.toString('latin1').match(/\/Type\s*\/Page\b/g)?.length).toBe(Math.ceil((count + 5) / 24));
  await screenshot(page, 'labels-print');
  await page.emulateMedia({ media: 'screen' });
  await page.setViewportSize({ width: 390, height: 844 });
  expect(await overflow(page)).toBeLessThanOrEqual(0);
  await screenshot(page, 'labels-phone');
});

async function total(gateway: TestGateway, device: string, from: number, to: number): Promise<number | null> {
  const query = `device=${device}&resource=electricity&from=${from}&to=${to}&step=hour`;
  return (await gateway.api<ConsumptionResponse>(`/consumption?${query}`)).total;
}

test('a swap two people signed counts what each meter counted, and nothing of the step between', async ({
  gateway,
  open,
}) => {
  const to = Math.floor(Date.now() / hour) * hour;
  const at = (ago: number): number => to - ago * hour;
  await gateway.publish('meter-f1', 'readings', [
    { ts: at(6), energy_total_kwh: 9_000 },
    { ts: at(5), energy_total_kwh: 9_010 },
    { ts: at(4), energy_total_kwh: 9_020 },
  ]);
  const page = await open('/devices/meter-f1', { width: 390, height: 844, touch: true });
  await page.getByRole('button', { name: '登记换表' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('系统里最近的读数：9,020').waitFor();
  await dialog.getByLabel('换表时间').fill(localMinute(at(3)));
  await dialog.getByLabel('旧表终读').fill('9025');
  await dialog.getByLabel('新表初读').fill('2');
  await dialog.getByLabel('新表出厂编号').fill('DDS-2207');
  await dialog.getByRole('button', { name: '下一步：核对' }).click();
  await dialog.getByText('更换人和见证人都要填。').waitFor();
  await dialog.getByLabel('更换人').fill('李师傅');
  await dialog.getByLabel('见证人').fill('王老师');
  expect(await seriousViolations(page)).toEqual([]);
  expect(await overflow(page)).toBeLessThanOrEqual(0);
  await screenshot(page, 'swap-form');
  await dialog.getByRole('button', { name: '下一步：核对' }).click();
  expect(await dialog.innerText()).toMatch(/旧表的账记到 9,025\s*kWh，新表从 2\s*kWh 起算/);
  expect(await dialog.innerText()).toMatch(/之间的 5\s*kWh 补记为用量/);
  await screenshot(page, 'swap-check');
  await dialog.getByRole('button', { name: '确认登记' }).click();
  await page.locator('[data-swap]').waitFor();
  expect(await page.locator('[data-swap]').innerText()).toContain('DDS-2207');
  await gateway.publish('meter-f1', 'readings', [
    { ts: at(2), energy_total_kwh: 12 },
    { ts: at(1), energy_total_kwh: 20 },
  ]);
  // 9000 → 9025 on the old meter, 2 → 20 on the new one.
  await eventually(async () => expect(await total(gateway, 'meter-f1', at(6), to)).toBeCloseTo(25 + 18, 6));
  const { items } = await gateway.api<{ items: Swap[] }>('/devices/meter-f1/swaps');
  expect(items).toMatchObject([{ finalReading: 9_025, initialReading: 2, doneBy: '李师傅', witness: '王老师' }]);
});

/** `YYYY-MM-DDTHH:MM` at the school, which lies in Shanghai. */
const localMinute = (at: number): string => new Date(at + 8 * hour).toISOString().slice(0, 16);

test('what somebody has opened stays when the live line comes up behind it', async ({ gateway, open }) => {
  const page = await open('/devices/meter-f2', { language: 'en' });
  let connect = (): void => undefined;
  const held = new Promise<void>((done) => {
    connect = done;
  });
  await page.routeWebSocket(/\/socket\.io\//, async (socket) => {
    await held;
    socket.connectToServer();
  });
  await page.reload();
  await page.getByRole('button', { name: 'Enter a reading' }).click();
  const field = page.getByRole('dialog').getByLabel('Reading (kWh)');
  await field.fill('123');
  connect();
  await eventually(async () => {
    await gateway.publish('meter-f2', 'readings', { power_w: 4_321 });
    expect(await page.getByText('4.32\u202fkW').count()).toBeGreaterThan(0);
  });
  expect(await field.inputValue()).toBe('123');
});

test('a reading that does not fit is not stored before somebody says why', async ({ gateway, open }) => {
  const now = Date.now();
  await gateway.publish('meter-f2', 'readings', { ts: now - 2 * hour, energy_total_kwh: 500 });
  const page = await open('/devices/meter-f2', { language: 'en', theme: 'dark' });
  await page.getByRole('button', { name: 'Enter a reading' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Reading (kWh)').fill('400');
  await dialog.getByRole('button', { name: 'Check and save' }).click();
  await dialog.getByText('Not saved yet').waitFor();
  expect(await dialog.innerText()).toContain('below the reading before');
  expect(await seriousViolations(page)).toEqual([]);
  await screenshot(page, 'manual-unusual');
  await dialog.getByLabel('Reading (kWh)').fill('510');
  await dialog.getByRole('button', { name: 'Check and save' }).click();
  await dialog.getByText('10 kWh more than before').waitFor();
  await dialog.getByRole('button', { name: 'Done' }).click();
  const query = `device=meter-f2&metric=energy_total_kwh&from=${now - 3 * hour}&to=${now + hour}`;
  const { points } = await gateway.api<SeriesResponse>(`/series?${query}`);
  expect(points.map(({ value, quality }) => [value, quality])).toEqual([
    [500, 'measured'],
    [510, 'manual'],
  ]);
  // What was typed is what the next one is compared with.
  await page.getByRole('button', { name: 'Record a swap' }).click();
  await page.getByRole('dialog').getByText('Newest reading known: 510').waitFor();
});
