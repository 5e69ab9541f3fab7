import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, Page } from 'playwright-core';
import { buildDashboard, dashboardIsStale } from '../../gateway/bin/dashboard-build.mjs';
import type { TestGateway } from '../../gateway/test/run-gateway.ts';

export interface Look {
  readonly language?: 'zh' | 'en';
  readonly theme?: 'light' | 'dark';
  readonly width?: number;
  readonly height?: number;
  /** A phone: touch instead of a mouse. */
  readonly touch?: boolean;
  /** Not signed in. Otherwise the page is the administrator's. */
  readonly stranger?: boolean;
}

/** What the gateway serves is what the sources say, also when the tests are started one by one. */
export async function freshDashboard(): Promise<void> {
  if (!dashboardIsStale()) return;
  const code = await buildDashboard(process.execPath);
  if (code !== 0) throw new Error(`the dashboard does not build: ${code}`);
}

/** A page of its own browser context, signed in by cookie, at `path` of the gateway. Close it by `page.context().close()`. */
export async function openPage(browser: Browser, gateway: TestGateway, path: string, look: Look = {}): Promise<Page> {
  const { language = 'zh', theme = 'light', width = 1440, height = 900, touch = false, stranger = false } = look;
  const context = await browser.newContext({ viewport: { width, height }, hasTouch: touch, isMobile: touch });
  if (!stranger) await context.addCookies([{ name: 'houqin', value: gateway.adminToken, url: gateway.url }]);
  await context.addInitScript(
    ([chosenLanguage, chosenTheme]) => {
      // Only the first time: a test may change them and reload.
      if (localStorage.getItem('houqin.language') !== null) return;
      localStorage.setItem('houqin.language', chosenLanguage);
      localStorage.setItem('houqin.theme', chosenTheme);
    },
    [language, theme] as const,
  );
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  await page.goto(`${gateway.url}${path}`);
  return page;
}

/** Serious and critical violations on the page as it stands, one line each; none is the goal. */
export async function seriousViolations(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary ?? ''}`));
}

/** How many pixels the page is wider than its window: a reader would have to push it sideways. */
export async function overflow(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
}
