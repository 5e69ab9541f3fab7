import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import type { ApiToken, User } from '#contract/http/session.ts';
import type { TestGateway } from '../../gateway/test/run-gateway.ts';
import { overflow, seriousViolations } from './open-page.ts';
import { scanned } from './scanned.ts';
import { eventually, schoolTests } from './school.ts';
import { screenshot } from './screenshot.ts';

const { test } = schoolTests();
const guard = { name: '李门卫', password: 'gate keys on hook' };

async function userOf(gateway: TestGateway, name: string): Promise<User | undefined> {
  return (await gateway.api<{ items: User[] }>('/users')).items.find((user) => user.name === name);
}

async function addGuard(page: Page): Promise<void> {
  await page.getByRole('button', { name: '添加用户' }).first().click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('用户名').fill(guard.name);
  await dialog.getByLabel('密码').fill(guard.password);
  await dialog.getByRole('radio', { name: /门卫/ }).check();
  await dialog.getByRole('button', { name: '添加用户' }).click();
}

async function signIn(page: Page): Promise<void> {
  await page.getByLabel('用户名').fill(guard.name);
  await page.getByLabel('密码').fill(guard.password);
  await page.getByRole('button', { name: '登录' }).click();
}

test('a guard is added, signs in, and the pages of the office and the administrator are refused', async ({
  gateway,
  open,
}) => {
  const page = await open('/users');
  await page.locator('[data-user="admin"]').waitFor();
  const users = (await gateway.api<{ items: User[] }>('/users')).items;
  expect(await page.locator('tr[data-user]').count()).toBe(users.length);
  expect(await page.locator('.page-sentence').innerText()).toBe(`${users.length} 个用户可以登录。`);
  await addGuard(page);
  const row = page.locator(`[data-user="${guard.name}"]`);
  await row.waitFor();
  expect(await row.innerText()).toContain('门卫');
  expect(await userOf(gateway, guard.name)).toMatchObject({ role: 'guard', disabled: false });
  await addGuard(page);
  await page.getByRole('dialog').getByRole('alert').getByText('该用户名已存在。').waitFor();

  const duty = await open('/users', { stranger: true });
  await signIn(duty);
  await duty.waitForURL((url) => url.pathname === '/users');
  await duty.getByText('只有管理员可以管理用户和接入密钥。').first().waitFor();
  expect(await duty.getByRole('button', { name: '添加用户' }).count()).toBe(0);
  const navigation = await duty.locator('.nav').innerText();
  expect(navigation).not.toMatch(/规则|用户/);
  await duty.goto(`${gateway.url}/rules`);
  await duty.getByText('只有管理员和总务可以查看规则。').waitFor();
  await duty.goto(`${gateway.url}/devices/quarantine`);
  await duty.getByText('只有管理员和总务可以查看未识别报文。').waitFor();
  await duty.goto(`${gateway.url}/devices`);
  await duty.locator('tr[data-device]').first().waitFor();
  expect(await duty.getByRole('link', { name: '未识别报文' }).count()).toBe(0);
  const refused = await duty.evaluate(async () =>
    Promise.all(['users', 'rules', 'quarantine'].map(async (path) => (await fetch(`/api/v1/${path}`)).status)),
  );
  expect(refused).toEqual([403, 403, 403]);
});

test('role, password and disabling are changed, and the last administrator is kept', async ({ gateway, open }) => {
  const page = await open('/users');
  const change = async (button: string, fill: () => Promise<void>, action = '保存'): Promise<void> => {
    await page.getByRole('button', { name: `${button} ${guard.name}` }).click();
    await fill();
    await page.getByRole('dialog').getByRole('button', { name: action, exact: true }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  };
  const row = page.locator(`[data-user="${guard.name}"]`);
  await change('改角色', () => page.getByRole('radio', { name: /总务/ }).check());
  await row.getByText('总务').waitFor();
  expect((await userOf(gateway, guard.name))?.role).toBe('office');

  const office = await open('/rules', { stranger: true });
  await signIn(office);
  await office.locator('[data-rule]').first().waitFor();
  await change('重设密码', () => page.getByLabel('新密码').fill('another long one'));
  await office.waitForURL((url) => url.pathname === '/login');
  await signIn(office);
  await office.getByRole('alert').getByText('用户名或密码不正确。').waitFor();

  await change('停用', async () => undefined, '停用');
  await row.getByText('已停用').waitFor();
  expect((await userOf(gateway, guard.name))?.disabled).toBe(true);
  expect(await page.locator('.page-sentence').innerText()).toContain('1 个已停用');
  await change('启用', async () => undefined, '启用');
  await row.getByText('可登录').waitFor();

  await page.getByRole('button', { name: '停用 admin' }).click();
  await page.getByRole('dialog').getByRole('button', { name: '停用', exact: true }).click();
  await page.getByRole('dialog').getByRole('alert').getByText('这是最后一位管理员').waitFor();
});

test('a kiosk token is shown once, its link opens the wall, and revoking it ends it', async ({ gateway, open }) => {
  const page = await open('/users');
  await page.getByText('还没有接入密钥。').waitFor();
  await page.getByRole('button', { name: '新建接入密钥' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('名称').fill('门卫室大屏');
  await dialog.getByRole('radio', { name: /大屏/ }).check();
  await dialog.getByRole('button', { name: '创建' }).click();
  const link = await page.getByLabel('值班大屏链接').inputValue();
  expect(link).toMatch(new RegExp(`^${gateway.url}/wall#token=\\S{20,}$`));
  expect(await scanned(page, '.new-token-code svg')).toBe(link);
  await screenshot(page, 'wall-link');
  const [token] = (await gateway.api<{ items: ApiToken[] }>('/tokens')).items;
  expect(token).toMatchObject({ name: '门卫室大屏', scope: 'kiosk', createdBy: 'admin' });
  await page.getByRole('button', { name: '复制' }).click();
  await page.getByText(/已复制|Ctrl-C/).waitFor();
  await page.getByRole('button', { name: '我已保存，关闭' }).click();
  expect(await page.content()).not.toContain(new URL(link).hash.replace('#token=', ''));

  const wall = await open(link.slice(gateway.url.length), { stranger: true });
  await wall.locator('.wtile').first().waitFor();
  await page.getByRole('button', { name: '撤销 门卫室大屏' }).click();
  await dialog.getByRole('button', { name: '撤销', exact: true }).click();
  await page.getByText('还没有接入密钥。').waitFor();
  expect((await gateway.api<{ items: ApiToken[] }>('/tokens')).items).toEqual([]);
  const secret = decodeURIComponent(new URL(link).hash.replace('#token=', ''));
  const answer = await fetch(`${gateway.url}/api/v1/me`, { headers: { authorization: `Bearer ${secret}` } });
  expect(answer.status).toBe(401);
});

test('no serious barrier, in both languages and themes, wide and narrow, in the dialogs too', async ({ open }) => {
  for (const look of [{}, { language: 'en', theme: 'dark', width: 390, height: 844 }] as const) {
    const page = await open('/users', look);
    await page.locator('tr[data-user]').first().waitFor();
    const name = JSON.stringify(look);
    expect(await seriousViolations(page), name).toEqual([]);
    expect(await overflow(page), name).toBeLessThanOrEqual(0);
    if ('language' in look) expect(await page.locator('main').innerText()).not.toMatch(/用户|接入密钥|管理员/);
    await page.getByRole('button', { name: /新建接入密钥|New access key/ }).click();
    expect(await seriousViolations(page), `${name} dialog`).toEqual([]);
  }
});

test('a killed gateway is said, the list greys, and an action fails in words and stays open', async ({
  gateway,
  open,
}) => {
  const page = await open('/users');
  await page.locator('[data-user="admin"]').waitFor();
  await page.getByRole('button', { name: '添加用户' }).click();
  await gateway.kill();
  await page.locator('.connection-banner').getByText('实时连接中断').waitFor();
  expect(await page.locator('main [data-outdated="true"]').count()).toBe(1);
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('用户名').fill('王师傅');
  await dialog.getByLabel('密码').fill('long enough by far');
  await dialog.getByRole('button', { name: '添加用户' }).click();
  await dialog.getByRole('alert').getByText('系统没有应答').waitFor();
  await gateway.start();
  await page.locator('.connection-banner').waitFor({ state: 'detached', timeout: 30_000 });
  await dialog.getByRole('button', { name: '添加用户' }).click();
  await page.locator('[data-user="王师傅"]').waitFor();
  await eventually(async () => expect(await userOf(gateway, '王师傅')).toMatchObject({ role: 'guard' }));
});
