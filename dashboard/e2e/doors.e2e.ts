import { expect } from 'vitest';
import type { Alert } from '#contract/http/alerts.ts';
import type { SeriesResponse } from '#contract/http/energy.ts';
import type { TestGateway } from '../../gateway/test/run-gateway.ts';
import { createFormat } from '../src/lib/format.ts';
import { openPage, overflow, seriousViolations } from './open-page.ts';
import { eventually, schoolTests } from './school.ts';
import { screenshot } from './screenshot.ts';

const { test } = schoolTests();
const minute = 60_000;
const format = createFormat('zh', 'Asia/Shanghai');

/** A door that was heard every five minutes of the last day, open for twenty of them some hours ago, closed now. */
async function fillDoor(gateway: TestGateway): Promise<void> {
  const now = Date.now();
  const rows = Array.from({ length: 287 }, (_, i) => 287 - i).map((steps) => ({
    ts: now - steps * 5 * minute,
    door_open: steps <= 36 && steps > 32 ? 1 : 0,
  }));
  await gateway.publish('door-east', 'readings', rows);
  await gateway.publish('door-east', 'readings', { door_open: 0, battery_pct: 80 });
}

/** Minutes in which the raw samples say "open". */
async function openMs(gateway: TestGateway): Promise<number> {
  const to = Date.now();
  const query = `device=door-east&metric=door_open&from=${to - 24 * 60 * minute}&to=${to}`;
  const { points } = await gateway.api<SeriesResponse>(`/series?${query}`);
  return points.reduce((sum, { ts, value }, i) => sum + (value === 1 ? (points[i + 1]?.ts ?? to) - ts : 0), 0);
}

test('the day of a door is drawn as its samples tell it', async ({ gateway, open }) => {
  await fillDoor(gateway);
  const page = await open('/doors');
  const door = page.locator('.door').filter({ hasText: '东门门磁' });
  const open24 = await openMs(gateway);
  expect(open24).toBe(20 * minute);
  const timeline = door.getByRole('img', { name: /开过 1 次/ });
  await timeline.waitFor();
  expect(await timeline.getAttribute('aria-label')).toContain(`共 ${format.duration(open24)}`);
  const bands = await door.locator('.door-band-open title').allTextContents();
  expect(bands).toHaveLength(1);
  const width = await door.locator('.door-band-open').getAttribute('width');
  expect(Number.parseFloat(width ?? '')).toBeCloseTo((20 / 1_440) * 100, 1);
  expect(await door.locator('.door-state').innerText()).toContain('关');
  expect(await door.locator('.door-health').innerText()).toContain('80');
  // Its place is said by its name; one axis stands above all doors, and stays there.
  expect((await door.innerText()).split('东门')).toHaveLength(2);
  expect(await page.locator('.time-scale').count()).toBe(1);
  expect(await page.locator('.door-axis').evaluate((axis) => getComputedStyle(axis).position)).toBe('sticky');
  const edges = await page.evaluate(() =>
    ['.door-axis .time-scale', '.door-timeline'].map((place) => {
      const box = document.querySelector(place)?.getBoundingClientRect();
      return [Math.round(box?.left ?? 0), Math.round(box?.right ?? 1)];
    }),
  );
  expect(edges[0]).toEqual(edges[1]);
  await screenshot(page, 'doors');
});

test('a door that opens in closed hours is said at once, listed, and is the alert of the API', async ({
  gateway,
  open,
}) => {
  const page = await open('/doors');
  const state = page.locator('.door').filter({ hasText: '东门门磁' }).locator('.door-state');
  await state.waitFor();
  await gateway.publish('door-east', 'readings', { door_open: 1 });
  await eventually(async () => expect(await state.innerText()).toContain('开'));
  expect(await state.locator('.mark-critical').count()).toBe(1);
  // It counts on every second from the one in which it opened, not from the next whole minute.
  const lengths = new Set<string>();
  await eventually(async () => {
    const length = /已 (\d+\u202f秒)/.exec(await state.innerText())?.[1];
    if (length !== undefined) lengths.add(length);
    expect(lengths.size).toBeGreaterThanOrEqual(3);
  }, 8_000);
  await eventually(async () =>
    expect(await page.locator('.page-sentence').innerText()).toContain('东门门磁在非开放时段开着'),
  );
  const alert = await eventually(async () => {
    const { items } = await gateway.api<{ items: Alert[] }>('/alerts?state=firing&device=door-east');
    if (!items[0]) throw new Error('no alert yet');
    return items[0];
  });
  const listed = await open('/doors');
  const row = listed.getByRole('row').filter({ hasText: alert.sentence.zh });
  await row.waitFor();
  expect(await row.innerText()).toContain('仍开着');
  // One look at both: the door and the table count the same second.
  const look = (): Promise<number[]> =>
    listed.evaluate(() =>
      ['.door-state .soft', '.table td.figure'].map((place) => {
        const text = document.querySelector(place)?.textContent ?? '';
        const [, minutes, seconds] = /(?:(\d+)\u202f分钟)?\s?(?:(\d+)\u202f秒)?$/.exec(text) ?? [];
        return 60 * Number(minutes ?? 0) + Number(seconds ?? 0);
      }),
    );
  await eventually(async () => {
    const [atDoor = 0, inTable = 99] = await look();
    expect(atDoor).toBeGreaterThan(0);
    expect(Math.abs(atDoor - inTable)).toBeLessThanOrEqual(1);
  });
  // Once it is over the table tells from when to when, without a reload.
  await gateway.publish('door-east', 'readings', { door_open: 0 });
  await eventually(async () =>
    expect(await listed.locator('.table').innerText()).toMatch(/东门门磁：(\d\d:\d\d 至 )?\d\d:\d\d 门开着/),
  );
});

test('a sensor nobody has heard is unknown, never closed', async ({ gateway, open }) => {
  await gateway.kill();
  await gateway.start();
  const page = await open('/doors');
  const state = page.locator('.door').filter({ hasText: '东门门磁' }).locator('.door-state');
  await eventually(async () => expect(await state.innerText()).toContain('情况不明'));
  expect(await state.locator('.mark-good').count()).toBe(0);
  await gateway.publish('door-east', 'readings', { door_open: 0 });
  await eventually(async () => expect(await state.innerText()).toContain('关'));
});

test('both languages and themes, wide and narrow, stand without serious barriers', async ({ gateway, browser }) => {
  for (const look of [{}, { language: 'en', theme: 'dark', width: 390, height: 844, touch: true }] as const) {
    const page = await openPage(browser, gateway, '/doors', look);
    await page.locator('.door-timeline').first().waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    expect(await overflow(page)).toBeLessThanOrEqual(0);
    await page
      .getByRole('heading', { name: 'language' in look ? /Opened in closed hours/ : /非开放时段开门/ })
      .waitFor();
    await page.context().close();
  }
});

test('a killed gateway is said, and no door looks known', async ({ gateway, open }) => {
  const page = await open('/doors');
  const door = page.locator('.door').first();
  await eventually(async () => expect(await door.getAttribute('data-outdated')).toBe('false'));
  await gateway.kill();
  await page.locator('.connection-banner').waitFor();
  expect(await door.getAttribute('data-outdated')).toBe('true');
  expect(await page.locator('.doors-stale').count()).toBe(1);
  await gateway.start();
  await page.locator('.connection-banner').waitFor({ state: 'detached', timeout: 30_000 });
});
