import { expect } from 'vitest';
import type { Episode, Incident } from '#contract/http/alerts.ts';
import type { TestGateway } from '../../gateway/test/run-gateway.ts';
import { ADMIN } from '../../gateway/test/run-gateway.ts';
import { eventually, schoolTests } from './school.ts';
import { screenshot } from './screenshot.ts';

const { test } = schoolTests();

async function incidentOf(gateway: TestGateway, cause: string, state = 'firing'): Promise<Incident> {
  return eventually(async () => {
    const { items } = await gateway.api<{ items: Incident[] }>(`/incidents?state=${state}`);
    const found = items.find((incident) => incident.cause === cause);
    if (!found) throw new Error(`no ${state} incident of ${cause}`);
    return found;
  });
}

test('a new incident appears by itself with the words of the API, and `a` acknowledges it', async ({
  gateway,
  open,
}) => {
  const page = await open('/alerts');
  await page.getByText('没有等您处理的告警。').waitFor();
  await gateway.publish('door-east', 'readings', { door_open: 1 });
  const incident = await incidentOf(gateway, 'door-east');
  const row = page.locator(`[data-incident="${incident.id}"]`);
  await row.getByRole('link', { name: incident.sentence.zh }).waitFor();
  const said = await row.innerText();
  for (const word of ['严重', '东门', '1 条告警', '未确认']) expect(said).toContain(word);
  expect(await page.locator('.page-sentence').innerText()).toBe('1 起告警待确认，其中 1 起严重。');
  expect(await page.locator('.header').innerText()).toContain('待处理告警 1');
  // Its length counts every second, as on every other page.
  const lengths = new Set<string | undefined>();
  await eventually(async () => {
    lengths.add(/持续 ([^)]+)\)/.exec(await row.innerText())?.[1]);
    expect(lengths.size).toBeGreaterThanOrEqual(3);
  }, 8_000);
  await page.keyboard.press('j');
  await page.keyboard.press('a');
  await page.getByText('没有等您处理的告警。').waitFor();
  expect((await gateway.api<{ incident: Incident }>(`/incidents/${incident.id}`)).incident.ackedBy).toBe(ADMIN.name);
  await page.getByRole('button', { name: /未恢复/ }).click();
  expect(new URL(page.url()).searchParams.get('tab')).toBe('all');
  await row.getByText(`${ADMIN.name} 已确认`).waitFor();
});

test('`g` and `a` go to the alerts and acknowledge nothing', async ({ gateway, open }) => {
  await gateway.publish('temp-1', 'readings', { temperature_c: 35 });
  const incident = await incidentOf(gateway, 'temp-1');
  const page = await open('/alerts');
  await page.locator(`[data-incident="${incident.id}"]`).waitFor();
  await page.keyboard.press('j');
  await page.keyboard.press('g');
  await page.keyboard.press('a');
  await page.keyboard.press('g');
  await page.keyboard.press('o');
  await page.waitForURL((url) => url.pathname === '/');
  expect((await incidentOf(gateway, 'temp-1')).ackedAt).toBeNull();
});

test('keys typed into a field are words, not commands', async ({ gateway, open }) => {
  const incident = await incidentOf(gateway, 'temp-1');
  const page = await open('/alerts');
  await page.locator(`[data-incident="${incident.id}"]`).waitFor();
  await page.getByRole('searchbox').fill('');
  await page.getByRole('searchbox').pressSequentially('gao?a');
  expect(new URL(page.url()).pathname).toBe('/alerts');
  expect(new URL(page.url()).searchParams.get('q')).toBe('gao?a');
  await page.getByText('没有符合筛选条件的告警。').waitFor();
  expect(await page.getByRole('dialog').count()).toBe(0);
  await page.getByRole('button', { name: '清除筛选' }).click();
  await page.locator(`[data-incident="${incident.id}"]`).waitFor();
});

test('an incident is assigned, commented, silenced with an end, and not closed while it holds', async ({
  gateway,
  open,
}) => {
  const incident = await incidentOf(gateway, 'temp-1');
  const page = await open(`/alerts/${incident.id}`);
  await page.getByText(incident.sentence.zh).first().waitFor();
  const act = async (name: string, fill: () => Promise<void>): Promise<void> => {
    await page.getByRole('button', { name, exact: true }).click();
    await fill();
    await page.getByRole('dialog').getByRole('button', { name: '提交' }).click();
  };
  await act('指派', () => page.getByLabel('交给谁').fill('王师傅'));
  await page.locator('.incident-facts-list').getByText('王师傅').waitFor();
  await act('评论', () => page.getByLabel('评论内容').fill('已经打电话'));
  await page.locator('.timeline').getByText('已经打电话').waitFor();
  await act('静默', () => page.getByLabel('8 小时').check());
  await page
    .getByText(/静默至/)
    .first()
    .waitFor();
  const close = page.getByRole('button', { name: '结案', exact: true });
  expect(await close.isDisabled()).toBe(true);
  expect(await page.locator(`[id="${await close.getAttribute('aria-describedby')}"]`).innerText()).toContain(
    '情况仍在持续的事件不能结案',
  );
  const now = await incidentOf(gateway, 'temp-1');
  expect(now.assignee).toBe('王师傅');
  expect((now.silencedUntil ?? 0) - Date.now()).toBeGreaterThan(7.9 * 3_600_000);
  expect(now.timeline.map(({ what }) => what)).toEqual(expect.arrayContaining(['assign', 'comment', 'silence']));
});

test('the curve shows every reading as a step, with the limits of the rule and the turns of the incident', async ({
  gateway,
  open,
}) => {
  const now = Date.now();
  const before = [21, 22, 21].map((temperature_c, i) => ({ ts: now - (30 - i) * 60_000, temperature_c }));
  await gateway.publish('temp-1', 'readings', before);
  const incident = await incidentOf(gateway, 'temp-1');
  const page = await open(`/alerts/${incident.id}`);
  const chart = page.locator('.chart');
  await eventually(async () => {
    const said = await chart.innerText();
    for (const word of ['高于 30', '低于 28', '开始', '触发', '每个读数保持到下一个读数']) expect(said).toContain(word);
  });
  await screenshot(page, 'alert-detail');
  const turns = await page.locator('.incident-turns').innerText();
  for (const word of ['开始', '触发', '仍在持续']) expect(turns).toContain(word);
  // The path of the line: level or upright, never a ramp.
  const drawn = await chart.locator('.chart-plain path').first().getAttribute('d');
  const points = (drawn ?? '').split(/(?=[ML])/).map((part) => part.slice(1).split(',').map(Number));
  expect(points.length).toBeGreaterThan(4);
  const isRamp = points.some(([x, y], i) => {
    const [lastX, lastY] = points[i - 1] ?? [x, y];
    return drawn?.split(/(?=[ML])/)[i]?.startsWith('L') === true && x !== lastX && y !== lastY;
  });
  expect(isRamp).toBe(false);
  await chart.getByText('数据表').click();
  await eventually(async () => expect(await chart.locator('.chart-table tbody tr').count()).toBeGreaterThanOrEqual(4));
  expect(await chart.locator('.chart-table').innerText()).toContain('35');
});

test('how bad it is fits what is watched: a door stands open, a temperature is above its limit', async ({
  gateway,
  open,
}) => {
  const lineOf = async (device: string) => {
    const page = await open(`/alerts/${(await incidentOf(gateway, device)).id}`);
    return page.locator('.incident-alert').first();
  };
  const door = await lineOf('door-east');
  await eventually(async () => expect(await door.innerText()).toMatch(/门开着 [\d.]+ (?:秒|分钟)（超过允许的 2 秒）/));
  expect(await door.innerText()).not.toMatch(/超时|超出/);
  await gateway.publish('temp-1', 'readings', { temperature_c: 35 });
  const hot = await lineOf('temp-1');
  await eventually(async () => expect(await hot.innerText()).toContain('比上限 30 °C 高 5 °C'));
});

test('what is over moves on its own, and the tab is what the address says', async ({ gateway, open }) => {
  const incident = await incidentOf(gateway, 'temp-1');
  const page = await open('/alerts?tab=all');
  const row = page.locator(`[data-incident="${incident.id}"]`);
  await row.waitFor();
  await gateway.publish('temp-1', 'readings', { temperature_c: 20 });
  await row.waitFor({ state: 'detached' });
  await page.goto(`${gateway.url}/alerts?tab=recovered`);
  await row.getByText('已恢复').waitFor();
  expect(await row.innerText()).toMatch(/机房温度：(\d\d:\d\d 至 )?\d\d:\d\d 温度 35 °C，高于 30 °C。/);
  expect(await page.locator('.page-sentence').innerText()).toContain('1 起告警已恢复、尚未确认');
  expect(await page.title()).toMatch(/^\(\d+\) 告警/);
  await page.goto(`${gateway.url}/alerts`);
  await row.getByText('已恢复').waitFor();
  await row.getByRole('button', { name: '确认' }).click();
  await row.waitFor({ state: 'detached' });
  await page.goto(`${gateway.url}/alerts?tab=history&q=${encodeURIComponent('机房')}`);
  await row.getByText('处理人 王师傅').waitFor();
  expect(await page.locator('.incident').count()).toBe(1);
});

test('the sentence of what goes on grows on every open page, and the last one is that of the back-test', async ({
  gateway,
  open,
}) => {
  const watts = (power_w: number): Promise<void> => gateway.publish('meter-101', 'readings', { power_w });
  await watts(60_000);
  const incident = await incidentOf(gateway, 'meter-101');
  const pages = await Promise.all(
    [`/alerts/${incident.id}`, '/', '/wall', '/devices/meter-101', '/alerts?tab=all'].map((path) => open(path)),
  );
  const used = (text: string): number => Number(/101 电表：.*?多用 ([\d.]+) kWh/.exec(text)?.[1] ?? Number.NaN);
  const shown = async (): Promise<number[]> =>
    Promise.all(pages.map(async (page) => used(await page.locator('body').innerText())));
  const first = await eventually(async () => {
    const all = await shown();
    expect(all.every((kwh) => kwh > 0)).toBe(true);
    return all;
  }, 25_000);
  await eventually(async () => {
    for (const [at, kwh] of (await shown()).entries()) expect(kwh).toBeGreaterThan(first[at] ?? 0);
  });
  await watts(0);
  const over = await eventually(() => incidentOf(gateway, 'meter-101', 'resolved'), 45_000);
  const body = JSON.stringify({ from: incident.since - 60_000, to: Date.now() });
  const { episodes } = await gateway.api<{ episodes: Episode[] }>('/rules/backtest', { method: 'POST', body });
  expect(over.sentence).toEqual(episodes.find(({ device }) => device === 'meter-101')?.sentence);
  expect(over.sentence.zh).not.toContain('自 ');
  await pages[0]?.locator('.page-sentence').getByText(over.sentence.zh).waitFor();
});

test('several are acknowledged at once with a note, found by place and day, and each says its sentence once', async ({
  gateway,
  open,
}) => {
  await gateway.publish('temp-1', 'readings', { temperature_c: 36 });
  const hot = await incidentOf(gateway, 'temp-1');
  const page = await open('/alerts?tab=history');
  const row = page.locator(`[data-incident="${hot.id}"]`);
  await row.waitFor();
  const underlined = row.locator('.incident-link');
  expect(await underlined.evaluate((link) => getComputedStyle(link).textDecorationLine)).toBe('none');
  expect(await row.locator('.incident-name').innerText()).toBe('机房温度');
  const all = await page.locator('.incident').count();
  await page.getByLabel('地点').selectOption(hot.place);
  await eventually(async () => expect(await page.locator('.incident').count()).toBeLessThan(all));
  await page.getByLabel('至', { exact: true }).fill('2020-01-01');
  await page.getByText('没有符合筛选条件的告警。').waitFor();
  expect(new URL(page.url()).searchParams.get('to')).toBe('2020-01-01');
  await page.getByRole('button', { name: '清除筛选' }).click();

  const boxes = page.locator('.incident-check input');
  await eventually(async () => expect(await boxes.count()).toBeGreaterThanOrEqual(2));
  const waiting = await boxes.count();
  await boxes.first().click();
  await boxes.last().click({ modifiers: ['Shift'] });
  await page.getByLabel('说明（可不填，写进每一起）').fill('夜里都看过');
  await screenshot(page, 'alerts-bulk');
  await page.getByRole('button', { name: `确认所选 ${waiting} 起` }).click();
  await eventually(async () => expect(await boxes.count()).toBe(0));
  const { items } = await gateway.api<{ items: Incident[] }>('/incidents?acked=false');
  expect(items).toEqual([]);
  await page.goto(`${gateway.url}/alerts/${hot.id}`);
  await page.locator('.timeline').getByText(`${ADMIN.name} 确认了告警：夜里都看过`).waitFor();
  expect(await page.locator('.timeline').innerText()).toContain('系统发出告警：高于设定值');
  const beginning = hot.sentence.zh.replace(/（.*/, '').slice(0, 12);
  expect((await page.locator('main').innerText()).split(beginning)).toHaveLength(2);
  const chart = page.locator('.chart');
  await eventually(async () => expect(await chart.innerText()).toMatch(/确认 \d\d:\d\d:\d\d admin/));
  await gateway.publish('temp-1', 'readings', { temperature_c: 20 });
  await eventually(async () => expect(await chart.innerText()).toMatch(/恢复 \d\d:\d\d:\d\d/));
});

test('an address that names no incident says so in words', async ({ open }) => {
  const page = await open('/alerts/i-nothing');
  await page.getByRole('alert').getByText('没有这个事件。').waitFor();
});

test('a killed gateway is said, the list stays, and an acknowledgement fails in words', async ({ gateway, open }) => {
  const incident = await incidentOf(gateway, 'door-east');
  const page = await open(`/alerts/${incident.id}`);
  const list = await open('/alerts?tab=all');
  const row = list.locator(`[data-incident="${incident.id}"]`);
  await row.waitFor();
  // How long it has been so goes on meanwhile.
  const beginning = incident.sentence.zh.replace(/（.*/, '');
  await page.getByText(beginning).first().waitFor();
  await gateway.kill();
  await list.locator('.connection-banner').getByText('实时连接中断').waitFor();
  expect(await row.innerText()).toContain(beginning);
  await page.getByRole('button', { name: '评论', exact: true }).click();
  await page.getByLabel('评论内容').fill('断线了');
  await page.getByRole('dialog').getByRole('button', { name: '提交' }).click();
  await page.getByRole('dialog').getByText('系统没有应答').waitFor();
  await gateway.start();
  await list.locator('.connection-banner').waitFor({ state: 'detached', timeout: 30_000 });
  await page.getByRole('dialog').getByRole('button', { name: '提交' }).click();
  await page.locator('.timeline').getByText('断线了').waitFor();
});
