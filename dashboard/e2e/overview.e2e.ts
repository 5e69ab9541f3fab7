import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'vitest';
import type { Incident } from '#contract/http/alerts.ts';
import type { Device, LatestValue } from '#contract/http/campus.ts';
import type { ConsumptionResponse } from '#contract/http/energy.ts';
import type { TestGateway } from '../../gateway/test/run-gateway.ts';
import { createFormat } from '../src/lib/format.ts';
import { startOfDay } from '../src/lib/site-time.ts';
import { nightZone } from './night-zone.ts';
import { overflow, seriousViolations } from './open-page.ts';
import { eventually, schoolTests } from './school.ts';

// It is night at this school, whenever the tests run.
const zone = nightZone();
const campus = readFileSync(path.join(import.meta.dirname, '../../gateway/test/campus-config/campus.yaml'), 'utf8');
const { test } = schoolTests({ files: { 'campus.yaml': campus.replace('Asia/Shanghai', zone) } });
const hour = 3_600_000;
const format = createFormat('zh', zone);

/** Nine days of a meter that counts 5 kWh an hour, and of a camera and a door that are there. */
async function fillSchool(gateway: TestGateway): Promise<void> {
  const now = Date.now();
  const from = now - 9 * 24 * hour;
  const rows = Array.from({ length: 9 * 48 + 1 }, (_, i) => ({
    ts: from + i * (hour / 2),
    energy_total_kwh: 1_000 + i * 2.5,
  }));
  for (let i = 0; i < rows.length; i += 100) await gateway.publish('meter-main', 'readings', rows.slice(i, i + 100));
  await gateway.publish('meter-main', 'readings', { energy_total_kwh: 1_000 + 9 * 48 * 2.5 });
  await gateway.publish('door-east', 'readings', { door_open: 0 });
  await gateway.publish('cam-1', 'heartbeat', '1');
}

/** The range a tile says, read from the page: "00:00–14:03". */
function rangeOf(tile: string, now: number): { from: number; to: number } {
  const [, hours, minutes] = /00:00–(\d\d):(\d\d)/.exec(tile) ?? [];
  if (hours === undefined || minutes === undefined) throw new Error(`no range in ${tile}`);
  const midnight = startOfDay(zone, now);
  return { from: midnight, to: midnight + Number(hours) * hour + Number(minutes) * 60_000 };
}

test('the figures of the day are those of the API', async ({ gateway, open }) => {
  const empty = await open('/');
  const sentence = empty.locator('.page-sentence');
  await sentence.getByText(/^还没有收到数据，\d+ 台设备情况不明/).waitFor();
  await empty.goto(`${gateway.url}/alerts`);
  await sentence.getByText('还没有数据，无法判断有没有告警。').waitFor();
  await empty.goto(`${gateway.url}/rules`);
  await empty.getByRole('button', { name: '回测近 30 天' }).click();
  await empty.getByText('还没有数据，无法回测。').waitFor();
  await empty.goto(`${gateway.url}/wall`);
  await empty.locator('.wtile-unknown').getByText('还没有数据，无法判断').waitFor();
  await empty.goto(gateway.url);
  await fillSchool(gateway);
  await sentence.getByText(/\d+ 台设备情况不明，其余正常/).waitFor();
  expect(await sentence.innerText()).not.toContain('一切正常');
  const page = await open('/');
  const tile = page.locator('.strip').getByRole('link', { name: /今日用电/ });
  await eventually(async () => {
    const shown = await tile.innerText();
    const { from, to } = rangeOf(shown, Date.now());
    const query = `place=campus&resource=electricity&from=${from}&to=${to}&step=hour`;
    const asked = await gateway.api<ConsumptionResponse>(`/consumption?${query}`);
    expect(asked.total).not.toBeNull();
    expect(shown).toContain(format.quantity(asked.total, 'kWh'));
    const cost = await page
      .locator('.strip')
      .getByRole('link', { name: /今日费用/ })
      .innerText();
    expect(cost).toContain(format.yuan(asked.yuan));
    expect(cost).toContain('示例单价');
    expect(cost).toContain('仅电费');
    expect(cost).toContain('水表没有数据，不含水费');
    expect(cost).toMatch(/¥[\d,]+\.\d\d/);
  });
});

test('the cost says what it sums, and a school without a water meter is not told that it lacks data or a price', async ({
  gateway,
  open,
}) => {
  const water = [20, 10].map((ago, at) => ({ ts: Date.now() - ago * 60_000, water_total_m3: 10 + at }));
  await gateway.publish('water-1', 'readings', water);
  const page = await open('/');
  const cost = page.locator('.strip').getByRole('link', { name: /今日费用/ });
  const says = (words: string): Promise<void> =>
    eventually(async () => {
      await page.goto(gateway.url);
      await cost.getByText(words).waitFor({ timeout: 5_000 });
    });
  await says('电费与水费合计');
  const file = path.join(gateway.configDir, 'devices.yaml');
  const before = readFileSync(file, 'utf8');
  writeFileSync(file, before.replace(/^.*id: water-1,.*\n/m, ''));
  await says('没有水表，不含水费');
  writeFileSync(file, before);
});

test('the hours of the last day are plotted as the API gives them', async ({ gateway, open }) => {
  const page = await open('/');
  await page.locator('.overview-table summary').click();
  const rows = page.locator('.overview-table tbody tr');
  await eventually(async () => expect(await rows.count()).toBe(24));
  const first = rows.first();
  const midnight = startOfDay(zone, Date.now());
  const to = midnight + Math.floor((Date.now() - midnight) / hour) * hour;
  const query = `place=campus&resource=electricity&from=${to - 24 * hour}&to=${to}&step=hour`;
  const { buckets } = await gateway.api<ConsumptionResponse>(`/consumption?${query}`);
  const [bucket] = buckets;
  if (!bucket) throw new Error('the API gave no hour');
  expect(await first.getByRole('rowheader').innerText()).toBe(format.hourMinute(bucket.from));
  expect(await first.getByRole('cell').first().innerText()).toBe(format.quantity(bucket.value, 'kWh'));
  expect(await page.locator('.hour-bar').count()).toBe(buckets.filter(({ value }) => value !== null).length);
});

test('a door that opens is seen at once, without a reload, and its incident is the API’s', async ({
  gateway,
  open,
}) => {
  const page = await open('/');
  const doors = page.locator('.strip').getByRole('link', { name: /当前开启的门/ });
  await eventually(async () => expect(await doors.locator('.tile-figure').innerText()).toBe('0'));
  await gateway.publish('door-east', 'readings', { door_open: 1 });
  await eventually(async () => expect(await doors.locator('.tile-figure').innerText()).toBe('1'));
  const doorsNow = page.locator('section', { has: page.locator('#overview-doors') });
  await doorsNow.getByRole('link', { name: '东门门磁', exact: true }).last().waitFor();
  const incident = await eventually(async () => {
    const { items } = await gateway.api<{ items: Incident[] }>('/incidents?state=firing');
    const found = items.find(({ cause }) => cause === 'door-east');
    if (!found) throw new Error('no incident yet');
    return found;
  });
  await page.locator('.overview-incident').getByRole('link', { name: incident.sentence.zh }).waitFor();
  await eventually(async () => {
    const { items: firing } = await gateway.api<{ items: Incident[] }>('/incidents?state=firing&acked=false');
    expect(await page.locator('.page-sentence').innerText()).toContain(`${firing.length} 起告警待确认`);
  });
  const { items } = await gateway.api<{ items: LatestValue[] }>('/latest?device=door-east');
  expect(items.find(({ metric }) => metric === 'door_open')?.value).toBe(1);
});

test('the night stands in one sentence and one strip: who acted, what nobody has acknowledged, what nobody saw', async ({
  gateway,
  open,
}) => {
  const page = await open('/');
  const night = page.locator('.night');
  const { items } = await gateway.api<{ items: Incident[] }>('/incidents?state=firing');
  const firing = items.find(({ cause }) => cause === 'door-east');
  if (!firing) throw new Error('no incident');
  const from = format.hourMinute(firing.since);
  await night.getByText(new RegExp(`起待确认（.*东门门磁 ${from} 起，未恢复.*无人确认）`)).waitFor();
  // Before its first start the gateway saw nothing of this night.
  await night.getByText(/18:00–\d\d:\d\d 系统没有运行，情况不明。/).waitFor();
  expect(await night.locator('.ribbon-bar .ribbon-off').count()).toBe(1);
  await gateway.publish('door-east', 'readings', { door_open: 0 });
  await night.getByText(new RegExp(`起待确认（.*东门门磁 ${from}–\\d\\d:\\d\\d.*无人确认）`)).waitFor();
  const mark = night.getByRole('button', { name: /严重/ });
  await mark.focus();
  await page.keyboard.press('Enter');
  const shown = night.locator('.night-shown');
  await shown.getByRole('link', { name: /^东门门磁：/ }).waitFor();
  await shown.getByText('无人确认').first().waitFor();
  expect(await mark.getAttribute('aria-expanded')).toBe('true');
  expect(await seriousViolations(page)).toEqual([]);

  await shown.getByRole('button', { name: '确认：东门门磁' }).click();
  await night.getByText(/1 起已处理（admin）/).waitFor();
  await shown.getByText(/admin \d\d:\d\d 确认/).waitFor();
  await night.locator('.ribbon-act').waitFor();
  // The list says it to those who see no strip.
  await night.getByText(/^列表（\d）$/).click();
  expect(await night.locator('.night-list').innerText()).toContain('admin');
  await page.setViewportSize({ width: 1280, height: 800 });
  const tops = await page
    .locator('.strip > li')
    .evaluateAll((tiles) => tiles.map((tile) => tile.getBoundingClientRect().top));
  expect(tops).toHaveLength(6);
  expect(new Set(tops).size).toBe(1);
  await gateway.publish('door-east', 'readings', { door_open: 1 });
});

test('a guard sees alerts and doors first, on a phone what there is to do, and reaches every page', async ({
  gateway,
  open,
}) => {
  const guard = { name: 'guard', password: 'a long guard password', role: 'guard' };
  await gateway.api('/users', { method: 'POST', body: JSON.stringify(guard) });
  const { token } = await gateway.api<{ token: string }>('/session', {
    method: 'POST',
    body: JSON.stringify({ name: guard.name, password: guard.password }),
  });
  const page = await open('/', { width: 390, height: 844, touch: true, stranger: true });
  await page.context().addCookies([{ name: 'houqin', value: token, url: gateway.url }]);
  await page.goto(`${gateway.url}/`);
  await page.locator('.strip .tile-name').first().waitFor();
  const names = await page.locator('.strip .tile-name').allInnerTexts();
  expect(names.slice(0, 3)).toEqual(['待处理告警', '当前开启的门', '摄像头在线']);
  expect(names.at(-1)).toBe('今日费用');
  // What there is to do stands on the first screen, before everything else.
  const todo = page.getByRole('heading', { name: /待处理/ });
  expect((await todo.boundingBox())?.y).toBeLessThan(300);
  const header = await page.locator('.header').boundingBox();
  expect(header?.height).toBeLessThanOrEqual(60);
  expect(await overflow(page)).toBeLessThanOrEqual(0);
  const bar = page.locator('.nav > ul');
  expect((await bar.innerText()).split(/\s+/)).toEqual(['总览', '告警', '门禁', '监控', '更多']);
  const heights = await bar
    .locator('a, button')
    .evaluateAll((keys) => keys.map((key) => key.getBoundingClientRect().height));
  expect(Math.min(...heights)).toBeGreaterThanOrEqual(44);
  await bar.getByRole('button', { name: '更多' }).tap();
  const sheet = page.getByRole('dialog', { name: '更多' });
  for (const name of ['能耗', '设备']) expect(await sheet.getByRole('link', { name }).isVisible()).toBe(true);
  expect(await sheet.getByRole('button', { name: '退出登录' }).isVisible()).toBe(true);
  expect(await seriousViolations(page)).toEqual([]);
  await sheet.getByRole('link', { name: '能耗' }).tap();
  await page.waitForURL((url) => url.pathname === '/energy');
  expect(await sheet.isVisible()).toBe(false);
  // A finger has no keys.
  await page.goto(`${gateway.url}/alerts`);
  await page.locator('.incident').first().waitFor();
  for (const key of await page.locator('kbd').all()) expect(await key.isVisible()).toBe(false);
  const wide = await open('/', { width: 1440, height: 900, stranger: true });
  await wide.context().addCookies([{ name: 'houqin', value: token, url: gateway.url }]);
  await wide.goto(`${gateway.url}/`);
  const board = wide.locator('#overview-board');
  const day = wide.locator('#overview-day');
  await board.waitFor();
  expect((await board.boundingBox())?.y ?? 0).toBeLessThan((await day.boundingBox())?.y ?? 0);
});

test('the dashboard can be installed', async ({ gateway, open }) => {
  const page = await open('/');
  await page.locator('.strip').waitFor();
  const devtools = await page.context().newCDPSession(page);
  const manifest = await devtools.send('Page.getAppManifest');
  expect(manifest.errors).toEqual([]);
  expect(JSON.parse(manifest.data ?? '')).toMatchObject({ start_url: '/', display: 'standalone' });
  const { installabilityErrors } = await devtools.send('Page.getInstallabilityErrors');
  // A test's window is a private one, which takes no apps; nothing else may stand in the way.
  expect(installabilityErrors.map(({ errorId }) => errorId).filter((id) => id !== 'in-incognito')).toEqual([]);
  for (const path of ['/manifest.webmanifest', '/wall.webmanifest', '/icons/icon-192.png', '/icons/maskable-512.png']) {
    const answer = await fetch(`${gateway.url}${path}`);
    expect(answer.headers.get('content-type')).toMatch(
      path.endsWith('.png') ? 'image/png' : 'application/manifest+json',
    );
  }
});

test('cameras are counted as the API counts them', async ({ gateway, open }) => {
  const page = await open('/');
  const cameras = page.locator('.strip').getByRole('link', { name: /摄像头在线/ });
  await eventually(async () => {
    const { items } = await gateway.api<{ items: Device[] }>('/devices?kind=camera');
    const online = items.filter(({ state }) => state === 'online' || state === 'suspect').length;
    expect(await cameras.locator('.tile-figure').innerText()).toBe(`${online} / ${items.length}`);
  });
});

test('in English, what a sensor publishes changes the figure on the screen', async ({ gateway, open }) => {
  const page = await open('/', { language: 'en' });
  const figure = page
    .locator('.strip')
    .getByRole('link', { name: /Doors open now/ })
    .locator('.tile-figure');
  for (const state of [0, 1]) {
    await gateway.publish('door-east', 'readings', { door_open: state });
    await eventually(async () => expect(await figure.innerText()).toBe(String(state)));
  }
});

test('a killed gateway is said, its values grey, and nothing is missed when it is back', async ({ gateway, open }) => {
  const page = await open('/');
  const doors = page.locator('.strip').getByRole('link', { name: /当前开启的门/ });
  await eventually(async () => expect(await doors.locator('.tile-figure').innerText()).toBe('1'));
  await gateway.kill();
  const banner = page.locator('.connection-banner');
  await banner.waitFor();
  expect(await banner.innerText()).toMatch(/实时连接中断，数据截至 \d\d:\d\d:\d\d，正在重连/);
  expect(await doors.locator('.tile-figure').getAttribute('data-outdated')).toBe('true');
  // Two banners stand under each other, also when the page is scrolled.
  const [upper, lower] = await banner.evaluate((element) => {
    const second = element.cloneNode(true) as HTMLElement;
    element.after(second);
    scrollTo(0, 400);
    const boxes = [element, second].map((one) => one.getBoundingClientRect());
    second.remove();
    return boxes.map(({ top, bottom }) => ({ top, bottom }));
  });
  expect(upper?.top).toBe(0);
  expect(lower?.top).toBeGreaterThanOrEqual(upper?.bottom ?? Infinity);
  expect(await page.locator('.page-sentence').innerText()).toContain('实时连接中断');
  await eventually(async () => expect(await banner.innerText()).toMatch(/正在重连\(\d+\)/));
  await gateway.start();
  await gateway.publish('door-east', 'readings', { door_open: 0 });
  await banner.waitFor({ state: 'detached', timeout: 30_000 });
  await eventually(async () => expect(await doors.locator('.tile-figure').innerText()).toBe('0'));
  await eventually(async () => {
    const { items } = await gateway.api<{ items: Incident[] }>('/incidents?state=firing');
    const firing = page.locator('.strip').getByRole('link', { name: /待处理告警/ });
    expect(await firing.innerText()).toContain(`未恢复 ${items.length}`);
  });
  // The door is shut and nobody has said that it was seen.
  await eventually(async () => {
    const { items } = await gateway.api<{ items: Incident[] }>('/incidents?acked=false');
    const over = items.filter(({ state }) => state === 'resolved').length;
    expect(over).toBeGreaterThan(0);
    expect(await page.locator('.page-sentence').innerText()).toContain(`${over} 起告警已恢复、尚未确认`);
    expect(await page.locator('.header').innerText()).toContain(`待处理告警 ${items.length}`);
    expect(await page.title()).toBe(`(${items.length}) 总览 · 后勤`);
  });
});
