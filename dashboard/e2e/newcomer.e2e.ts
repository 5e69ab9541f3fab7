/**
 * The first minutes of somebody who has just typed `npm start`: the shipped demo campus with its past, the set-up link, a page
 * that moves, the three stories within 90 seconds of the first page, however late that is, and the way out of the demo.
 */
import { execFile } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { startTestGateway, type TestGateway } from '../../gateway/test/run-gateway.ts';
import { itNeeds } from '../../gateway/test/skip.ts';
import { nightOf } from '../src/night/night.ts';
import { browserMissing, launchBrowser } from './browser.ts';
import { freshDashboard, seriousViolations } from './open-page.ts';
import { eventually } from './school.ts';

const STORIES_MS = 90_000;
/** How long a busy machine may take for the month before. */
const PAST_MS = 120_000;
const HOUQIN = path.join(import.meta.dirname, '../../gateway/bin/houqin.mjs');
const PASSWORD = 'a long first password';
const missing = browserMissing();

describe('a newcomer', () => {
  let gateway: TestGateway;
  let browser: Browser;
  let page: Page;
  let firstPageAt = 0;
  beforeAll(async () => {
    if (missing !== undefined) return;
    await freshDashboard();
    gateway = await startTestGateway({ newcomer: true, config: path.join(import.meta.dirname, '../../config') });
    browser = await launchBrowser();
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'zh-CN' });
    page = await context.newPage();
    page.setDefaultTimeout(20_000);
  });
  afterAll(async () => {
    await browser?.close();
    await gateway?.stop();
  });

  itNeeds(missing, 'finds nothing open but the set-up page', async () => {
    expect((await fetch(`${gateway.url}/api/v1/devices`)).status).toBe(401);
    expect((await fetch(`${gateway.url}/readyz`)).status).toBe(200);
  });

  itNeeds(
    missing,
    'opens the printed link, becomes the administrator and sees values move',
    async () => {
      const link = await eventually(async () => {
        const printed = /http:\/\/\S+\/setup#token=\S+/.exec(gateway.output())?.[0];
        if (printed === undefined) throw new Error(`no set-up link yet:\n${gateway.output()}`);
        return printed;
      });
      // Whoever takes his time for the set-up finds the past written, and no story has begun without him.
      await eventually(async () => expect(gateway.output()).toContain('演示历史已就绪'), PAST_MS);
      // Whoever opens the address without the secret is told where the link is.
      await page.goto(`${gateway.url}/`);
      await page.getByRole('heading', { name: '请先完成首次设置' }).waitFor();
      await page.getByText('网关启动时在终端里打印了一个带口令的链接').waitFor();
      expect(await seriousViolations(page)).toEqual([]);
      await page.goto(link);
      await page.locator('input[name=name]').fill('王主任');
      await page.locator('input[name=password]').fill(PASSWORD);
      await page.locator('input[name=again]').fill(`${PASSWORD}!`);
      await page.locator('button[type=submit]').click();
      await page.getByText('两次输入的密码不一致。').waitFor();
      await page.locator('input[name=again]').fill(PASSWORD);
      firstPageAt = Date.now();
      await page.locator('button[type=submit]').click();
      await page.waitForURL(`${gateway.url}/`);
      await page.getByText('示范中学').first().waitFor();
      await page.getByText('演示').first().waitFor();
      const power = async (): Promise<string> =>
        page.evaluate(async () => {
          const answer = await fetch('/api/v1/latest?device=elec-campus');
          const { items } = (await answer.json()) as { items: { metric: string; ts: number }[] };
          return String(items.find((item) => item.metric === 'power_w')?.ts);
        });
      const first = await power();
      await eventually(async () => expect(await power()).not.toBe(first), 60_000);
    },
    PAST_MS + 90_000,
  );

  itNeeds(missing, 'finds a past: heartbeats of every camera, and incidents that a person has dealt with', async () => {
    await page.goto(`${gateway.url}/cameras`);
    await page.locator('.camera-uptime').nth(15).waitFor();
    const uptimes = await page.locator('.camera-uptime').allInnerTexts();
    expect(uptimes).toHaveLength(16);
    expect(uptimes.filter((words) => !/在线率\s*(100|9\d(\.\d+)?)\s*%/.test(words) || words.includes('小时'))).toEqual(
      [],
    );
    await page.goto(`${gateway.url}/alerts?tab=history`);
    await page
      .getByText(/值班员.* 已确认/)
      .first()
      .waitFor();
    expect(await page.getByText('demo 已确认').count()).toBe(0);
    // The leak of last month is shown by the register: its flow was not told then.
    const leak = await page.evaluate(async () => {
      const { items } = (await (await fetch('/api/v1/alerts?limit=1000')).json()) as {
        items: { kind: string; incidentId: string; state: string }[];
      };
      return items.find(({ kind, state }) => kind === 'never-zero-flow' && state === 'resolved')?.incidentId;
    });
    await page.goto(`${gateway.url}/alerts/${leak}`);
    const evidence = page.locator('[aria-labelledby=incident-evidence]');
    await evidence.locator('.recharts-line-curve').first().waitFor();
    expect(await evidence.innerText()).not.toContain('没有数据 ·');
    // The night before is told, from six in the evening on the one that has begun; not "the system did not run".
    await page.goto(`${gateway.url}/`);
    const told = nightOf('Asia/Shanghai', Date.now()).isNow ? /今夜至此/ : /昨夜：.*起已处理（演示值班员/;
    await page.getByText(told).first().waitFor();
    expect(await page.getByText(/[昨今]夜(至此)?系统没有运行/).count()).toBe(0);
  });

  itNeeds(
    missing,
    'sees the three stories within 90 s of the first page, none of which began before it',
    async () => {
      await page.goto(`${gateway.url}/alerts`);
      const left = Math.max(1_000, STORIES_MS - (Date.now() - firstPageAt));
      for (const words of [/301/, /东侧门/, /交换机.*8 路监控/]) {
        await page.getByText(words).filter({ visible: true }).first().waitFor({ timeout: left });
      }
      const begun = await page.evaluate(async () => {
        const answer = await fetch('/api/v1/incidents?state=firing');
        const { items } = (await answer.json()) as { items: { since: number }[] };
        return items.map(({ since }) => since);
      });
      expect(begun.length).toBeGreaterThanOrEqual(3);
      expect(Math.min(...begun)).toBeGreaterThan(firstPageAt);
      await page.goto(`${gateway.url}/wall`);
      await page.getByText('需处理').first().waitFor();
      expect(await page.getByText(/交换机.*8 路监控/).count()).toBeGreaterThan(0);
      await keepPictures(page, gateway.url);
    },
    STORIES_MS + 30_000,
  );

  itNeeds(missing, 'cannot use the set-up link a second time', async () => {
    const answer = await fetch(`${gateway.url}/api/v1/setup`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ token: 'x'.repeat(20), name: 'second', password: PASSWORD }),
    });
    expect(answer.ok).toBe(false);
  });

  itNeeds(
    missing,
    'leaves the demo while it runs: page and wall show the own campus and no demo, without a reload',
    async () => {
      const wall = await page.context().newPage();
      await wall.goto(`${gateway.url}/wall`);
      await wall.locator('.wall-demo').waitFor();
      await page.goto(`${gateway.url}/`);
      await page.locator('.header-demo').waitFor();
      const env = { ...process.env, HOUQIN_CONFIG: gateway.configDir, HOUQIN_DATA: gateway.dataDir };
      const { stdout } = await promisify(execFile)(process.execPath, [HOUQIN, 'demo', 'off'], { env });
      expect(stdout).toContain('devices removed: 49');
      expect(stdout).toContain('王主任');
      await page.locator('.header-site', { hasText: '我们学校' }).waitFor();
      expect(await page.locator('.header-demo').count()).toBe(0);
      await wall.locator('.wall-day', { hasText: '我们学校' }).waitFor();
      expect(await wall.locator('.wall-demo').count()).toBe(0);
      await wall.close();
    },
  );
});

/** HOUQIN_SCREENSHOTS=DIR keeps the pictures of the README. */
async function keepPictures(page: Page, url: string): Promise<void> {
  const dir = process.env['HOUQIN_SCREENSHOTS'];
  if (dir === undefined) return;
  mkdirSync(dir, { recursive: true });
  await page.screenshot({ path: path.join(dir, 'wall.png') });
  await page.goto(`${url}/`);
  await page.getByText('未恢复').first().waitFor();
  await page.waitForTimeout(2_000);
  await page.screenshot({ path: path.join(dir, 'overview.png') });
}
