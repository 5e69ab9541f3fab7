import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import type { Episode } from '#contract/http/alerts.ts';
import type { TestGateway } from '../../gateway/test/run-gateway.ts';
import { createFormat } from '../src/lib/format.ts';
import { startOfDay } from '../src/lib/site-time.ts';
import { overflow, seriousViolations } from './open-page.ts';
import { eventually, schoolTests } from './school.ts';
import { screenshot } from './screenshot.ts';

const { test } = schoolTests();
const zone = 'Asia/Shanghai';
const format = createFormat('zh', zone);
const minute = 60_000;

interface RulesAnswer {
  readonly rules: readonly { readonly id: string; readonly name: { readonly zh: string } }[];
  readonly yaml: string;
}

const rulesOf = (gateway: TestGateway): Promise<RulesAnswer> => gateway.api<RulesAnswer>('/rules');
const editor = (page: Page) => page.getByLabel('规则文本（rules.yaml）');

/** Somebody else's change, straight to the API. */
async function changeMeanwhile(gateway: TestGateway, change: (yaml: string) => string): Promise<void> {
  const headers = { authorization: `Bearer ${gateway.adminToken}`, 'content-type': 'application/json' };
  const before = await fetch(`${gateway.url}/api/v1/rules`, { headers });
  const { yaml } = (await before.json()) as RulesAnswer;
  const answer = await fetch(`${gateway.url}/api/v1/rules`, {
    method: 'PUT',
    headers: { ...headers, 'if-match': before.headers.get('etag') ?? '' },
    body: JSON.stringify({ yaml: change(yaml) }),
  });
  expect(answer.status).toBe(200);
}

test('every rule in force is said with its name, its severity and what it waits for', async ({ gateway, open }) => {
  const page = await open('/rules');
  await page.locator('[data-rule]').first().waitFor();
  const { rules, yaml } = await rulesOf(gateway);
  expect(await page.locator('.rule-name').allInnerTexts()).toEqual(rules.map(({ name }) => name.zh));
  expect(await editor(page).inputValue()).toBe(yaml);
  const said = await page.locator('[data-rule="gate-open"]').innerText();
  for (const word of ['严重', '非开放时段，所有门磁：门开着', '时段内状态', '持续 2\u202f秒才告警'])
    expect(said).toContain(word);
  const hot = await page.locator('[data-rule="server-room-hot"]').innerText();
  expect(hot).toContain('机房温度：温度高于 30 °C');
  expect(await page.locator('.page-sentence').innerText()).toBe(`已启用 ${rules.length} 条规则。`);
  expect(await page.getByRole('button', { name: '保存' }).isDisabled()).toBe(true);
  const idle =
    '  - { id: idle, name: 没人用的标签, kind: threshold, metric: storage_days, below: 30, select: { tags: [room] } }\n';
  await changeMeanwhile(gateway, (text) => `${text.trimEnd()}\n${idle}`);
  await page.reload();
  const idleRow = page.locator('[data-rule="idle"]');
  await idleRow.getByText('没有选中设备').waitFor();
  // Tags and units in words, not as machines write them.
  expect(await idleRow.innerText()).toMatch(/带「教室」标签的设备：.*不足 30 天/);
  expect(await page.locator('.page-sentence').innerText()).toBe(
    `已启用 ${rules.length + 1} 条规则，其中 1 条没有选中任何设备，不会告警。`,
  );
  await changeMeanwhile(gateway, (text) => text.replace(idle, ''));
});

test('the back-test lists what an edited text would have alerted, as the API does, and saves nothing', async ({
  gateway,
  open,
}) => {
  // The room drew 900 W from 02:00 to 03:00 yesterday night.
  const night = startOfDay(zone, Date.now()) - 22 * 60 * minute;
  const readings = Array.from({ length: 61 * 6 }, (_, i) => ({
    device: 'meter-101',
    metric: 'power_w',
    ts: night + i * 10_000,
    value: i < 360 ? 900 : 5,
  }));
  await gateway.api('/readings/import', { method: 'POST', body: JSON.stringify({ readings }) });
  const page = await open('/rules');
  const before = (await rulesOf(gateway)).yaml;
  const edited = before.replace('aboveW: 200', 'aboveW: 450');
  expect(edited).not.toBe(before);
  await editor(page).fill(edited);
  await page.getByRole('button', { name: '回测近 30 天' }).click();
  await page.locator('.episode').first().waitFor();
  const to = Date.now();
  const asked = await gateway.api<{ episodes: Episode[] }>('/rules/backtest', {
    method: 'POST',
    body: JSON.stringify({ yaml: edited, from: to - 30 * 24 * 60 * minute, to }),
  });
  const left = asked.episodes.find(({ rule }) => rule === 'room-left-on');
  if (!left || left.to === null) throw new Error(`the API found no closed episode: ${JSON.stringify(asked)}`);
  // What has no history is not said to have been silent all through it.
  expect(await page.locator('.episodes').innerText()).not.toContain('从未收到过信号');
  const row = page.locator('.episode', { hasText: left.sentence.zh });
  await row.waitFor();
  const said = await row.innerText();
  expect(said).toContain(format.hourMinute(left.from));
  expect(said).toContain(format.hourMinute(left.to));
  expect(left.yuan).not.toBeNull();
  expect(said).toContain(format.yuan(left.yuan));
  expect(Number(await page.locator('.backtest-result').getAttribute('data-episodes'))).toBe(asked.episodes.length);
  expect((await rulesOf(gateway)).yaml).toBe(before);
  await editor(page).fill(before.replace('aboveW: 200', 'aboveW: 5000'));
  await page.getByText('回测之后规则又改过').waitFor();
  await page.getByRole('button', { name: '回测近 30 天' }).click();
  await row.waitFor({ state: 'detached' });
});

test('a bad edit shows its line and is not saved; a good one is in force at once, comments and all', async ({
  gateway,
  open,
}) => {
  const page = await open('/rules');
  await editor(page).waitFor();
  const before = (await rulesOf(gateway)).yaml;
  const bad = before.replace('above: 30', 'above: hot');
  const line = bad.split('\n').findIndex((text) => text.includes('above: hot')) + 1;
  await editor(page).fill(bad);
  await page.getByRole('button', { name: '保存' }).click();
  const problems = page.locator('.rules-problems');
  // Numbered lines, the wrong one marked, and what the draft changes.
  await eventually(async () => expect(await page.locator('.code-wrong').allInnerTexts()).toEqual([String(line)]));
  expect(await page.locator('.code-gutter li').count()).toBe(bad.split('\n').length);
  expect(await page.locator('.rules-diff summary').innerText()).toContain('新增 1 行，删去 1 行');
  expect(await page.locator('.rules-diff [data-sign="+"]').innerText()).toContain('above: hot');
  await problems.getByText('规则有 1 处问题，没有保存：').waitFor();
  expect(await problems.innerText()).toContain('应写数字');
  await problems.getByRole('button', { name: `第 ${line} 行` }).click();
  const marked = await editor(page).evaluate((area: HTMLTextAreaElement) =>
    area.value.slice(area.selectionStart, area.selectionEnd),
  );
  expect(marked).toContain('above: hot');
  expect((await rulesOf(gateway)).yaml).toBe(before);

  await page.getByRole('button', { name: '回测近 30 天' }).click();
  await page
    .locator('.backtest .rules-problems')
    .getByRole('button', { name: `第 ${line} 行` })
    .waitFor();

  const good = `# 机房改为 32 度\n${before.replace('above: 30', 'above: 32')}`;
  await editor(page).fill(good);
  await page.getByRole('button', { name: '保存' }).click();
  await page.getByText('已保存，立即生效。').waitFor();
  await page.locator('[data-rule="server-room-hot"]').getByText(format.quantity(32, '°C')).waitFor();
  expect(await readFile(join(gateway.configDir, 'rules.yaml'), 'utf8')).toBe(good);
});

test('one rule is tried alone, and switched from its row with the comments kept, unless somebody was faster', async ({
  gateway,
  open,
}) => {
  await gateway.publish('door-east', 'readings', { door_open: 0 });
  await changeMeanwhile(gateway, (yaml) => `${yaml}# 原有的注释\n`);
  const page = await open('/rules');
  const row = page.locator('[data-rule="gate-open"]');
  await row.getByRole('button', { name: '单独回测' }).click();
  await row.getByText(/这条规则在近 30 天/).waitFor();
  const before = (await rulesOf(gateway)).yaml;
  await row.getByRole('button', { name: '停用这条规则' }).click();
  await row.getByText('停用', { exact: true }).waitFor();
  const after = (await rulesOf(gateway)).yaml;
  expect(after.replace('enabled: false, ', '')).toBe(before);
  expect(after).toContain('# 原有的注释');
  await screenshot(page, 'rules');
  await changeMeanwhile(gateway, (yaml) => `${yaml}# 别人先改了\n`);
  await row.getByRole('button', { name: '启用这条规则' }).click();
  await row.getByText('规则刚被别人改过，没有切换。').waitFor();
  await row.getByRole('button', { name: '启用这条规则' }).click();
  await row.getByRole('button', { name: '停用这条规则' }).waitFor();
  const last = (await rulesOf(gateway)).yaml;
  expect(last).toContain('# 别人先改了');
  expect(last).toContain('enabled: true, id: gate-open');
});

test('who was overtaken is told, keeps the text, and decides', async ({ gateway, open }) => {
  const page = await open('/rules');
  await editor(page).waitFor();
  const mine = (await editor(page).inputValue()).replace('above: 32', 'above: 33');
  await editor(page).fill(mine);
  await changeMeanwhile(gateway, (yaml) => `${yaml}# 别人加的\n`);
  await page.getByRole('button', { name: '保存' }).click();
  await page.getByText('您修改期间，规则已被别人改过。').waitFor();
  expect(await editor(page).inputValue()).toBe(mine);
  await page.getByRole('button', { name: '取来最新版本，保留我的文字' }).click();
  await page.getByText('已取来最新版本，您的文字没有动。').waitFor();
  expect(await editor(page).inputValue()).toBe(mine);
  await page.getByText('文件里现在的内容').click();
  await page.locator('.rules-theirs').getByText('# 别人加的').waitFor();
  await page.getByRole('button', { name: '保存' }).click();
  await page.getByText('已保存，立即生效。').waitFor();
  expect((await rulesOf(gateway)).yaml).toBe(mine);

  await editor(page).fill(`${mine}# 不要了\n`);
  await changeMeanwhile(gateway, (yaml) => `${yaml}# 又是别人\n`);
  await page.getByRole('button', { name: '保存' }).click();
  await page.getByRole('button', { name: '用最新版本，放弃我的文字' }).click();
  await eventually(async () => expect(await editor(page).inputValue()).toBe(`${mine}# 又是别人\n`));
});

test('leaving with changes asks first', async ({ open }) => {
  const page = await open('/rules');
  await editor(page).fill('rules: []\n');
  const asked: string[] = [];
  page.once('dialog', (dialog) => {
    asked.push(dialog.message());
    void dialog.dismiss();
  });
  await page.getByRole('link', { name: '总览' }).click();
  await eventually(async () => expect(asked).toEqual(['规则的修改还没有保存，确定离开？']));
  expect(new URL(page.url()).pathname).toBe('/rules');
  page.once('dialog', (dialog) => void dialog.accept());
  await page.getByRole('link', { name: '总览' }).click();
  await page.waitForURL((url) => url.pathname === '/');
});

test('a read-only file says so and offers no saving', async ({ gateway, open }) => {
  const page = await open('/');
  // The tests may run as one who may write everywhere: what the gateway would answer is put in its place.
  await page.route('**/api/v1/rules', async (route) => {
    const answer = await route.fetch();
    await route.fulfill({ response: answer, json: { ...((await answer.json()) as RulesAnswer), readOnly: true } });
  });
  await page.goto(`${gateway.url}/rules`);
  await page.getByText('规则文件是只读的').waitFor();
  expect(await page.getByRole('button', { name: '保存' }).count()).toBe(0);
  expect(await page.getByRole('button', { name: '回测近 30 天' }).count()).toBe(1);
});

test('no serious barrier, in both languages and themes, wide and narrow', async ({ open }) => {
  for (const look of [{}, { language: 'en', theme: 'dark', width: 390, height: 844 }] as const) {
    const page = await open('/rules', look);
    await page.locator('.backtest').getByRole('button').first().click();
    await page.locator('.backtest-result').waitFor();
    const name = JSON.stringify(look);
    expect(await seriousViolations(page), name).toEqual([]);
    expect(await overflow(page), name).toBeLessThanOrEqual(0);
    if ('language' in look)
      expect(await page.locator('[data-rule]').first().innerText()).not.toMatch(/\p{Script=Han}/u);
  }
});

test('a killed gateway is said, the rules grey, and the text stays until it is back', async ({ gateway, open }) => {
  const page = await open('/rules');
  await editor(page).waitFor();
  const mine = `${await editor(page).inputValue()}# 断线时写的\n`;
  await editor(page).fill(mine);
  await gateway.kill();
  await page.locator('.connection-banner').getByText('实时连接中断').waitFor();
  expect(await page.locator('main [data-outdated="true"]').count()).toBe(1);
  await page.getByRole('button', { name: '保存' }).click();
  await page.getByText('系统没有应答').waitFor();
  expect(await editor(page).inputValue()).toBe(mine);
  await gateway.start();
  await page.locator('.connection-banner').waitFor({ state: 'detached', timeout: 30_000 });
  expect(await editor(page).inputValue()).toBe(mine);
  await page.getByRole('button', { name: '保存' }).click();
  await page.getByText('已保存，立即生效。').waitFor();
  expect((await rulesOf(gateway)).yaml).toBe(mine);
});
