import { expect } from 'vitest';
import { itNeeds } from '../../gateway/test/skip.ts';
import { browserMissing, launchBrowser } from './browser.ts';

itNeeds(browserMissing(), 'a real browser opens a page and clicks a button', async () => {
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage();
    const html = `<button onclick="this.textContent = '已关'">关灯</button>`;
    await page.goto(`data:text/html;charset=utf-8,${encodeURIComponent(html)}`);
    await page.getByRole('button', { name: '关灯' }).click();
    expect(await page.getByRole('button').textContent()).toBe('已关');
  } finally {
    await browser.close();
  }
});
