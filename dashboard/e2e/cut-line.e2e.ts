import { expect } from 'vitest';
import type { Incident } from '#contract/http/alerts.ts';
import { lineTo } from './cut-line.ts';
import { openPage } from './open-page.ts';
import { eventually, schoolTests } from './school.ts';

const { test } = schoolTests();

test('after a cut line the page knows everything that happened meanwhile', async ({ gateway, browser }) => {
  const line = await lineTo(gateway.url);
  const throughLine = { ...gateway, url: line.url, adminToken: gateway.adminToken };
  const page = await openPage(browser, throughLine, '/alerts?tab=recovered', { language: 'en' });
  try {
    await gateway.publish('door-east', 'readings', { door_open: 0 });
    await page.getByText('No alert ended without being acknowledged.').waitFor();
    await page
      .getByText(/data .* old/)
      .first()
      .waitFor();
    const frames: string[] = [];
    page.on('websocket', (socket) => {
      socket.on('framereceived', ({ payload }) => frames.push(payload.toString()));
    });
    line.cut();
    const banner = page.locator('.connection-banner');
    await banner.getByText(/Live connection lost. Data as of \d\d:\d\d:\d\d; reconnecting/).waitFor();

    // Fires and ends while nobody can see it.
    await gateway.publish('door-east', 'readings', { door_open: 1 });
    const firing = async (): Promise<Incident[]> =>
      (await gateway.api<{ items: Incident[] }>('/incidents?state=firing')).items;
    await eventually(async () => expect(await firing()).toHaveLength(1));
    await gateway.publish('door-east', 'readings', { door_open: 0 });
    await eventually(async () => expect(await firing()).toHaveLength(0));
    expect(await page.locator('.incident').count()).toBe(0);

    line.mend();
    await banner.waitFor({ state: 'detached', timeout: 20_000 });
    const { items } = await gateway.api<{ items: Incident[] }>('/incidents?state=resolved');
    const missed = page.locator(`[data-incident="${items[0]?.id}"]`);
    await missed.getByText(items[0]?.sentence.en ?? 'no incident').waitFor();
    // The tab's figure comes from the live connection alone: the events themselves were made up for, not only asked for again.
    expect(await page.getByRole('button', { name: /Recovered, not acknowledged/ }).innerText()).toContain('1');
    expect(frames.some((frame) => frame.includes('"mode":"resume"'))).toBe(true);
  } finally {
    await page.context().close();
    await line.close();
  }
});
