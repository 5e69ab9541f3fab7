import { expect } from 'vitest';
import type { Incident } from '#contract/http/alerts.ts';
import { ADMIN } from '../../gateway/test/run-gateway.ts';
import { overflow, seriousViolations } from './open-page.ts';
import { eventually, schoolTests } from './school.ts';

const { test } = schoolTests();

/** Both themes, both languages, both widths. */
const looks = [
  { language: 'zh', theme: 'light' },
  { language: 'en', theme: 'dark', width: 390, height: 844 },
] as const;

/** Every page of mine with the words that show that it is there, whatever the language. */
const pages = [
  { path: '/', ready: '.strip .tile-figure' },
  { path: '/alerts?tab=all', ready: '.incident' },
  { path: '/alerts/:incident', ready: '.timeline li' },
  { path: '/wall', ready: '.wtile' },
];

test('no page has a serious barrier, in both themes and languages, wide and narrow', async ({ gateway, open }) => {
  await gateway.publish('door-east', 'readings', { door_open: 1 });
  const incident = await eventually(async () => {
    const { items } = await gateway.api<{ items: Incident[] }>('/incidents?state=firing');
    if (!items[0]) throw new Error('no incident yet');
    return items[0];
  });
  for (const look of looks) {
    for (const { path, ready } of pages) {
      const page = await open(path.replace(':incident', incident.id), look);
      await page.locator(ready).first().waitFor();
      const name = `${path} ${JSON.stringify(look)}`;
      expect(await seriousViolations(page), name).toEqual([]);
      expect(await overflow(page), name).toBeLessThanOrEqual(0);
      await page.context().close();
    }
  }
});

test('the doors have no serious barrier either, and say what is wrong', async ({ open }) => {
  for (const look of looks) {
    const login = await open('/login', { ...look, stranger: true });
    await login.getByRole('textbox').first().waitFor();
    expect(await seriousViolations(login)).toEqual([]);
    const setup = await open('/setup#token=abcdefgh', { ...look, stranger: true });
    await setup.locator('a[href="/login"]').waitFor();
    expect(await seriousViolations(setup)).toEqual([]);
  }
  const page = await open('/setup#token=abcdefgh', { stranger: true });
  await page.getByText('首次设置已经完成，这个链接不再有效。').waitFor();
  await page.getByRole('link', { name: '去登录' }).click();
  await page.getByRole('button', { name: '登录' }).waitFor();
  await page.goto(`${new URL(page.url()).origin}/assets/gone-after-the-upgrade.js`);
  await page.getByRole('heading', { name: '没有这个页面' }).waitFor();
  expect(await seriousViolations(page)).toEqual([]);
});

test('a stranger is asked to sign in and then stands where he wanted to go', async ({ open }) => {
  const page = await open('/alerts?tab=all', { stranger: true });
  await page.waitForURL((url) => url.pathname === '/login');
  await page.getByLabel('用户名').fill(ADMIN.name);
  await page.getByLabel('密码').fill('wrong password');
  await page.getByRole('button', { name: '登录' }).click();
  await page.getByRole('alert').getByText('用户名或密码不正确。').waitFor();
  await page.getByLabel('密码').fill(ADMIN.password);
  await page.getByRole('button', { name: '登录' }).click();
  await page.waitForURL((url) => url.pathname === '/alerts' && url.searchParams.get('tab') === 'all');
  await page.locator('.menu summary').click();
  await page.getByRole('button', { name: '退出登录' }).click();
  await page.waitForURL((url) => url.pathname === '/login');
});

test('the language changes without a reload, and the page says which it is', async ({ open }) => {
  const page = await open('/');
  await page.getByRole('link', { name: '总览' }).waitFor();
  await page.evaluate(() => Object.assign(window, { notReloaded: true }));
  await page.getByRole('button', { name: 'English' }).click();
  await page.getByRole('link', { name: 'Overview' }).waitFor();
  await page.getByText('Electricity today').waitFor();
  expect(await page.locator('html').getAttribute('lang')).toBe('en');
  expect(await page.evaluate(() => Reflect.get(window, 'notReloaded'))).toBe(true);
  await page.reload();
  await page.getByText('Electricity today').waitFor();
  await page.getByRole('button', { name: '中文' }).click();
  expect(await page.locator('html').getAttribute('lang')).toBe('zh-CN');
});

test('the chosen theme is there before the first paint', async ({ gateway, open }) => {
  const page = await open('/', { theme: 'dark' });
  await page.addInitScript(() => {
    const seen: string[] = [];
    Object.assign(window, { seen });
    new MutationObserver(() => seen.push(document.documentElement.dataset['theme'] ?? 'none')).observe(document, {
      attributes: true,
      subtree: true,
      attributeFilter: ['data-theme'],
    });
  });
  await page.goto(`${gateway.url}/`);
  await page.locator('.strip').waitFor();
  const seen = await page.evaluate(() => Reflect.get(window, 'seen'));
  expect(new Set(seen as string[])).toEqual(new Set(['dark']));
  const ground = await page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  expect(ground).toBe('rgb(13, 19, 26)');
  expect(await page.evaluate(() => getComputedStyle(document.documentElement).colorScheme)).toBe('dark');
});

test('`?` shows the keys, and `g e` goes to the energy', async ({ open }) => {
  const page = await open('/');
  await page.locator('.strip').waitFor();
  await page.keyboard.press('?');
  const help = page.getByRole('dialog', { name: '键盘快捷键' });
  await help.waitFor();
  await page.keyboard.press('Escape');
  await help.waitFor({ state: 'hidden' });
  // Two keys within a second: on a machine with much to do it takes more than one try.
  await eventually(async () => {
    await page.keyboard.press('g');
    await page.keyboard.press('e');
    expect(new URL(page.url()).pathname).toBe('/energy');
  });
});

test('an address that leads nowhere says so', async ({ open }) => {
  const page = await open('/nothing-here');
  await page.getByText('没有这个页面').waitFor();
  await page.getByRole('link', { name: '回到总览' }).click();
  await page.locator('.strip').waitFor();
});
