import path from 'node:path';
import type { Page } from 'playwright-core';

/** A picture for people to look at, where HOUQIN_SCREENSHOTS names a folder; otherwise nothing. */
export async function screenshot(page: Page, name: string): Promise<void> {
  const dir = process.env['HOUQIN_SCREENSHOTS'];
  if (dir !== undefined) await page.screenshot({ path: path.join(dir, `${name}.png`), fullPage: true });
}
