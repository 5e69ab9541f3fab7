/** Logins made on the page and used at the real MQTT door; who was turned away, as the page shows it. */
import { connect, type MqttClient } from 'mqtt';
import type { Page } from 'playwright-core';
import { afterAll, expect } from 'vitest';
import type { Credential } from '#contract/http/credentials.ts';
import { REFUSAL_REASONS, refusalWords } from '#contract/refusals.ts';
import type { TestGateway } from '../../gateway/test/run-gateway.ts';
import { type Look, overflow, seriousViolations } from './open-page.ts';
import { eventually, schoolTests } from './school.ts';
import { screenshot } from './screenshot.ts';

const { test } = schoolTests();
const clients: MqttClient[] = [];
afterAll(async () => {
  for (const client of clients) await client.endAsync(true);
});

/** @returns the client, or why it was refused. */
function logIn(gateway: TestGateway, username: string, password: string): Promise<MqttClient | string> {
  const client = connect(gateway.mqttUrl, { username, password, clientId: username, reconnectPeriod: 0 });
  clients.push(client);
  return new Promise((done) => {
    client.once('connect', () => done(client));
    client.once('error', (error) => done(error.message));
  });
}

async function isFine(page: Page, at: string): Promise<void> {
  expect(await seriousViolations(page), at).toEqual([]);
  expect(await overflow(page), at).toBeLessThanOrEqual(0);
}

const logins = async (gateway: TestGateway) => (await gateway.api<{ items: Credential[] }>('/credentials')).items;

const words = {
  zh: {
    product: '产品',
    user: '用户名',
    prefixes: '主题前缀，每行一个',
    make: '建立登录',
    bad: '用户名 1 到 128 字节',
    password: '口令',
    rotate: '换口令',
    revoke: '删除',
    done: '记下了，关闭',
    connected: '1 个连接',
    uses: '现在有 1 个连接在用它',
    cut: '旧口令已失效，1 个连接已断开',
    revoked: '已删除，1 个连接已断开',
    loopback: '只有系统所在的电脑',
  },
  en: {
    product: 'Product',
    user: 'User name',
    prefixes: 'Topic prefixes, one a line',
    make: 'Make the login',
    bad: 'A user name has 1 to 128 bytes',
    password: 'Password',
    rotate: 'New password',
    revoke: 'Delete',
    done: 'Noted, close',
    connected: '1 connection',
    uses: '1 connection uses it now',
    cut: 'no longer works; 1 connection was ended',
    revoked: 'was deleted; 1 connection was ended',
    loopback: 'Only the gateway’s own computer',
  },
} as const;

const looks = {
  zh: {},
  en: { language: 'en', theme: 'dark', width: 390, height: 844, touch: true },
} as const satisfies Record<string, Look>;

test('without refusals both pages say so', async ({ open }) => {
  const onboard = await open('/devices/onboard');
  await onboard.locator('.refusals').getByText('没有：最近没有设备被拒绝').waitFor();
  const devices = await open('/devices');
  await devices.locator('.refusals summary').click();
  await devices.locator('.refusals').getByText('没有：最近没有设备被拒绝').waitFor();
});

test('who is refused is on both pages, with why and what to change', async ({ gateway, open }) => {
  const page = await open('/devices/onboard');
  expect(await logIn(gateway, 'nobody at all', 'wrong')).toMatch(/refused/);
  const stranger = page.locator('[data-refusal="unknown-login"]');
  await stranger.getByText('nobody at all').first().waitFor();
  await stranger.getByText('没有这个用户名').first().waitFor();
  const devices = await open('/devices');
  await devices.locator('.refusals summary').click();
  await devices.locator('[data-refusal="unknown-login"]').getByText('核对设备里的用户名').waitFor();
});

for (const language of ['zh', 'en'] as const) {
  const w = words[language];
  const name = language === 'zh' ? 'DVES_USER' : 'it\'s "plug" & #1';
  test(`a login for a product is made, used, changed and revoked: ${language}`, async ({ gateway, open }) => {
    const page = await open('/devices/onboard', looks[language]);
    const maker = page.locator('.login-maker');
    const port = new URL(gateway.mqttUrl).port;
    await maker.getByText(w.loopback).waitFor();
    // Where the gateway listens, not where gateways usually do.
    expect(await maker.locator('.login-loopback').innerText()).toContain(`HOUQIN_MQTT=0.0.0.0:${port}`);
    expect(await maker.innerText()).not.toContain('1883');
    await maker.getByLabel(w.product).selectOption('tasmota');
    expect(await maker.getByLabel(w.prefixes).inputValue()).toBe('tele/\nstat/\ncmnd/\ntasmota/');
    await isFine(page, 'form');
    await screenshot(page, `login-form-${language}`);
    await maker.getByLabel(w.user).fill(' x');
    await maker.getByRole('button', { name: w.make }).click();
    await maker.getByText(w.bad).waitFor();
    await maker.getByLabel(w.user).fill(name);
    await maker.getByRole('button', { name: w.make }).click();

    const made = page.locator(`[data-made=${JSON.stringify(name)}]`);
    await made.waitFor();
    expect(await made.locator('h3').evaluate((heading) => heading === document.activeElement)).toBe(true);
    const secretRow = made.locator('.made-login-fields > div', { hasText: w.password });
    const secret = await secretRow.locator('code').innerText();
    expect(await made.locator('pre').innerText()).toBe(
      `Backlog MqttHost 127.0.0.1; MqttPort ${port}; MqttUser ${name}; MqttPassword ${secret}`,
    );
    await isFine(page, 'made');
    await screenshot(page, `login-made-${language}`);
    await made.locator('.made-login-text').getByRole('button').click();
    await eventually(async () => expect(await made.locator('.made-login-text [role=status]').innerText()).not.toBe(''));

    const client = await logIn(gateway, name, secret);
    if (typeof client === 'string') throw new Error(client);
    await client.publishAsync('tele/plug-1/SENSOR', '{}', { qos: 1 });
    const row = page.locator('.login-row', { hasText: name });
    await row.getByText(w.connected).waitFor();
    await made.getByRole('button', { name: w.done }).click();
    await maker.getByRole('button', { name: w.make }).waitFor();

    await row.getByRole('button', { name: w.rotate }).click();
    // Who is cut off is said before, and what to do afterwards.
    await page.locator('dialog[open] .login-connected').getByText(w.uses).waitFor();
    expect(await page.locator('dialog[open] .login-connected li').innerText()).toContain(`${name} · 127.0.0.1 · `);
    await screenshot(page, `login-rotate-${language}`);
    await isFine(page, 'dialog');
    await page.getByRole('dialog').getByRole('button', { name: w.rotate }).click();
    await made.getByText(w.cut).waitFor();
    await screenshot(page, `login-rotated-${language}`);
    const next = await secretRow.locator('code').innerText();
    expect(next).not.toBe(secret);
    expect(await made.locator('pre').innerText()).toContain(`MqttPassword ${next}`);
    expect(typeof (await logIn(gateway, name, secret))).toBe('string');
    expect(typeof (await logIn(gateway, name, next))).toBe('object');

    await row.getByText(w.connected).waitFor();
    await row.getByRole('button', { name: w.revoke }).click();
    await page.locator('dialog[open] .login-connected').getByText(w.uses).waitFor();
    await page.getByRole('dialog').getByRole('button', { name: w.revoke }).click();
    await row.waitFor({ state: 'detached' });
    await page.locator('.login-revoked').getByText(w.revoked).waitFor();
    expect((await logins(gateway)).map(({ username }) => username)).not.toContain(name);
    expect(typeof (await logIn(gateway, name, next))).toBe('string');
  });
}

test('the topics of a login are changed in the list', async ({ gateway, open }) => {
  const body = { kind: 'bridge', username: 'old topics', prefixes: ['a/'] };
  await gateway.api('/credentials', { method: 'POST', body: JSON.stringify(body) });
  const page = await open('/devices/onboard');
  await page.getByRole('button', { name: '改主题 old topics' }).click();
  const dialog = page.locator('dialog[open]');
  await dialog.getByLabel('主题前缀').fill('a/#');
  await dialog.getByRole('button', { name: '保存' }).click();
  await dialog.getByText('前缀不含').waitFor();
  await dialog.getByLabel('主题前缀').fill('a/\nb/');
  await dialog.getByRole('button', { name: '保存' }).click();
  await page.locator('[data-login="old topics"]').getByText('a/ b/').waitFor();
  expect(await logins(gateway)).toContainEqual({ ...body, prefixes: ['a/', 'b/'], sessions: 0, connections: [] });
});

test('what a product needs besides is asked for, and what it may have is offered', async ({ gateway, open }) => {
  const page = await open('/devices/onboard');
  const maker = page.locator('.login-maker');
  await maker.getByLabel('产品').selectOption('esphome');
  await maker.getByLabel('节点名').fill('kitchen');
  expect(await maker.getByLabel('主题前缀，每行一个').inputValue()).toBe('kitchen/\nesphome/');
  await maker.getByRole('checkbox').check();
  await maker.getByRole('button', { name: '建立登录' }).click();
  expect(await page.locator('[data-made="esphome"] pre').innerText()).toContain('  discovery: true');
  expect(await logins(gateway)).toContainEqual({
    ...{
      username: 'esphome',
      kind: 'bridge',
      prefixes: ['kitchen/', 'esphome/', 'homeassistant/'],
      sessions: 0,
      connections: [],
    },
  });
  await page.getByRole('button', { name: '记下了，关闭' }).click();
  await maker.getByLabel('产品').selectOption('esphome');
  await maker.getByRole('button', { name: '建立登录' }).click();
  await maker.getByText('已有登录“esphome”').waitFor();
  await maker.getByLabel('产品').selectOption('native');
  expect(await maker.getByRole('alert').count()).toBe(0);
  await maker.locator('select[name=device]').selectOption('meter-101');
  await maker.getByRole('button', { name: '建立登录' }).click();
  await page
    .locator('[data-made="meter-101"]')
    .getByText('campus/v1/main/meter-101/readings', { exact: true })
    .waitFor();
});

/** One of every reason: only the answer of the gateway is replaced, since most of these take a client that misbehaves for long. */
async function withRefusals(page: Page): Promise<void> {
  const now = Date.now();
  const items = REFUSAL_REASONS.map((reason, n) => ({
    ...{ login: n % 3 === 0 ? null : `plug-${n}`, clientId: n % 2 === 0 ? `DVES_${n}` : '', address: `10.0.0.${n}` },
    ...{ reason, detail: n % 2 === 0 ? `${'a/long/topic'.repeat(12)}/${n}` : null, count: n + 1 },
    ...{ firstAt: now - 3_600_000, lastAt: now - n * 1_000, ...refusalWords(reason) },
  }));
  await page.route('**/api/v1/refusals', (route) => route.fulfill({ json: { items, nextCursor: null } }));
  await page.reload();
}

for (const language of ['zh', 'en'] as const) {
  test(`every reason says who, why, what to change, how often and since when: ${language}`, async ({ open }) => {
    for (const path of ['/devices/onboard', '/devices']) {
      const page = await open(path, looks[language]);
      await withRefusals(page);
      if (path === '/devices') {
        expect(await page.locator('.refusals-count').innerText()).toBe(String(REFUSAL_REASONS.length));
        await page.locator('.refusals summary').click();
      }
      const rows = page.locator('.refused');
      await eventually(async () => expect(await rows.count()).toBe(20));
      await page.locator('.refusals-more').click();
      expect(await rows.count()).toBe(REFUSAL_REASONS.length);
      for (const [n, reason] of REFUSAL_REASONS.entries()) {
        const text = await page.locator(`[data-refusal="${reason}"]`).innerText();
        const { why, change } = refusalWords(reason);
        for (const part of [why[language], change[language], `10.0.0.${n}`]) expect(text).toContain(part);
        if (n % 3 !== 0) expect(text).toContain(`plug-${n}`);
        if (n % 2 === 0) expect(text).toContain(`DVES_${n}`);
        if (n > 0) expect(text).toContain(language === 'zh' ? `${n + 1} 次` : `${n + 1} times`);
      }
      if (language === 'en') expect(await page.locator('.refusals').innerText()).not.toMatch(/\p{Script=Han}/u);
      await isFine(page, path);
      await screenshot(page, `refusals-${path.length > 8 ? 'onboard' : 'devices'}-${language}`);
      await page.context().close();
    }
  });
}
