import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll } from 'vitest';
import { startTestGateway, type TestGateway, type TestGatewayOptions } from '../../gateway/test/run-gateway.ts';
import { itNeeds } from '../../gateway/test/skip.ts';
import { browserMissing, launchBrowser } from './browser.ts';
import { freshDashboard, type Look, openPage } from './open-page.ts';

export interface School {
  readonly gateway: TestGateway;
  readonly browser: Browser;
  /** A page at `path`, closed after its test. */
  open(path: string, look?: Look): Promise<Page>;
}

/**
 * One gateway and one browser for the tests of a file. Call it once at the top; `test` is an `it` which is skipped, with the
 * reason, where no browser can run.
 */
export function schoolTests(options: TestGatewayOptions = {}): {
  readonly school: () => School;
  readonly test: (name: string, run: (school: School) => Promise<void>) => void;
} {
  const missing = browserMissing();
  let running: { gateway: TestGateway; browser: Browser } | undefined;
  const pages: Page[] = [];
  beforeAll(async () => {
    if (missing !== undefined) return;
    await freshDashboard();
    const gateway = await startTestGateway(options);
    running = { gateway, browser: await launchBrowser() };
  });
  afterAll(async () => {
    await running?.browser.close();
    await running?.gateway.stop();
  });
  const school = (): School => {
    if (!running) throw new Error('the gateway of this file has not started');
    const { gateway, browser } = running;
    const open = async (path: string, look?: Look): Promise<Page> => {
      const page = await openPage(browser, gateway, path, look);
      pages.push(page);
      return page;
    };
    return { gateway, browser, open };
  };
  const test = (name: string, run: (of: School) => Promise<void>): void =>
    itNeeds(missing, name, async () => {
      try {
        await run(school());
      } finally {
        for (const page of pages.splice(0)) await page.context().close();
      }
    });
  return { school, test };
}

/** Repeats `look` until it no longer throws; the last failure is thrown after `ms`. */
export async function eventually<T>(look: () => Promise<T>, ms = 15_000): Promise<T> {
  const deadline = performance.now() + ms;
  for (;;) {
    try {
      return await look();
    } catch (error) {
      if (performance.now() > deadline) throw error;
    }
    await new Promise((done) => setTimeout(done, 100));
  }
}
