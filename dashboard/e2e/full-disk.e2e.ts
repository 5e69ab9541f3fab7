/** A disk that fills while the wall and a page are open: both say it, the wall sounds, and all is well again by itself. */
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect } from 'vitest';
import type { Incident } from '#contract/http/alerts.ts';
import { startTestGateway, type TestGateway } from '../../gateway/test/run-gateway.ts';
import { itNeeds } from '../../gateway/test/skip.ts';
import { diskMissing, type SmallDisk, smallDisk } from '../../gateway/test/small-disk.ts';
import { browserMissing, launchBrowser } from './browser.ts';
import { freshDashboard, openPage } from './open-page.ts';
import { eventually } from './school.ts';

const missing = diskMissing() ?? browserMissing();
const TOLD_MS = 10_000;
let running: { readonly disk: SmallDisk; readonly gateway: TestGateway; readonly browser: Browser } | undefined;

beforeAll(async () => {
  if (missing !== undefined) return;
  await freshDashboard();
  const disk = await smallDisk(48);
  const files = { 'gateway.yaml': 'demo: false\nstore: { minFreeMiB: 4 }\n' };
  const gateway = await startTestGateway({ files, dataDir: join(disk.dir, 'data') });
  running = { disk, gateway, browser: await launchBrowser() };
});
afterAll(async () => {
  await running?.browser.close();
  await running?.gateway.stop();
  running?.disk.remove();
});

const ofGateway = async (gateway: TestGateway): Promise<Incident[]> =>
  (await gateway.api<{ items: Incident[] }>('/incidents?state=firing')).items.filter(
    ({ cause }) => cause === 'gateway',
  );

async function openWall(browser: Browser, gateway: TestGateway): Promise<Page> {
  const wall = await openPage(browser, gateway, '/wall', { width: 1920, height: 1080 });
  await wall.getByRole('button', { name: '声音未开，点此打开' }).click();
  await eventually(async () => expect(await wall.locator('.wall').getAttribute('data-word')).toBe('partly'));
  expect(await wall.locator('.wall').getAttribute('data-tone')).toBe('off');
  return wall;
}

itNeeds(
  missing,
  'a full disk is on the open wall, with its sound, and on the open overview within 10 s, in the lists too, and over by itself',
  async () => {
    if (running === undefined) throw new Error('nothing was started');
    const { disk, gateway, browser } = running;
    await gateway.publish('door-east', 'readings', { door_open: 0 });
    const wall = await openWall(browser, gateway);
    const overview = await openPage(browser, gateway, '/');
    const english = await openPage(browser, gateway, '/devices', { language: 'en' });
    const sentence = overview.locator('.page-sentence');
    await sentence.getByText(/其余正常/).waitFor();
    await english.locator('.freshness-live').waitFor();

    disk.fill();
    await Promise.all([
      wall.locator('.wall-broken').getByText('磁盘已满').waitFor({ timeout: TOLD_MS }),
      wall
        .locator('.call-critical')
        .getByText(/磁盘已满.*请清理/)
        .waitFor({ timeout: TOLD_MS }),
      wall.locator('.wall[data-word="act"][data-tone="on"]').waitFor({ timeout: TOLD_MS }),
      overview
        .locator('.storage-banner')
        .getByText(/磁盘已满.*请清理/)
        .waitFor({ timeout: TOLD_MS }),
      sentence.getByText(/^磁盘已满，新数据存不下，1 起告警待确认/).waitFor({ timeout: TOLD_MS }),
      english
        .locator('.storage-banner')
        .getByText(/disk is full.*Free some space/)
        .waitFor({ timeout: TOLD_MS }),
    ]);
    expect(await sentence.innerText()).not.toContain('正常');
    const rules = await openPage(browser, gateway, '/rules');
    await rules
      .locator('.page-sentence')
      .getByText(/^磁盘存不下新数据，规则暂时无法判断/)
      .waitFor();
    const aloud = overview.locator('p[aria-live="assertive"]');
    expect(await aloud.textContent()).toContain('磁盘已满');
    const [incident] = await ofGateway(gateway);
    expect(incident).toMatchObject({
      severity: 'critical',
      sentence: { zh: expect.stringContaining(gateway.dataDir) },
    });
    const alerts = await openPage(browser, gateway, '/alerts');
    await alerts.locator(`[data-incident="${incident?.id}"]`).getByText('磁盘已满').waitFor();
    const late = await openPage(browser, gateway, '/wall', { width: 1920, height: 1080 });
    await late.locator('.wall-broken').getByText('磁盘已满').waitFor();

    // Somebody has seen it: the wall is quiet and still does not say that all is well.
    await wall.getByRole('button', { name: '确认' }).click();
    await wall.locator('.wall[data-word="inHand"][data-tone="off"]').waitFor();
    expect(await wall.locator('.wall-broken').innerText()).toContain('磁盘已满');

    disk.free();
    await wall.locator('.wall-broken').waitFor({ state: 'detached' });
    await eventually(async () => expect(await wall.locator('.wall').getAttribute('data-word')).toBe('partly'));
    await sentence.getByText(/其余正常/).waitFor();
    expect(await aloud.textContent()).toBe('');
    await rules
      .locator('.page-sentence')
      .getByText(/^已启用 \d+ 条规则/)
      .waitFor();
    await alerts.goto(`${gateway.url}/alerts?tab=history`);
    await alerts
      .locator(`[data-incident="${incident?.id}"]`)
      .getByText(/磁盘已满，网关存不下新数据，现已恢复。$/)
      .waitFor();
    await overview.locator('.storage-banner').waitFor({ state: 'detached' });
    expect(await ofGateway(gateway)).toEqual([]);
    await gateway.publish('door-east', 'readings', { door_open: 1 });
    await wall.locator('.call-sentence').getByText('东门').waitFor();
  },
  120_000,
);
