import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import type { Incident } from '#contract/http/alerts.ts';
import type { TestGateway } from '../../gateway/test/run-gateway.ts';
import { eventually, type School, schoolTests } from './school.ts';

const { test } = schoolTests();

const phone = { width: 390, height: 844, touch: true, stranger: true } as const;
const word = (page: Page): Promise<string | null> => page.locator('.wall').getAttribute('data-word');

async function kioskPath(gateway: TestGateway): Promise<string> {
  const body = JSON.stringify({ name: 'wall', scope: 'kiosk', days: 1 });
  const { secret } = await gateway.api<{ secret: string }>('/tokens', { method: 'POST', body });
  return `/wall#token=${secret}`;
}

/** Listens to what leaves for the loudspeaker, so that a test hears the tone and not only the intention. */
async function listen(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const connect = AudioNode.prototype.connect;
    AudioNode.prototype.connect = function (this: AudioNode, ...to: unknown[]): AudioNode {
      const [target] = to;
      if (target instanceof AudioDestinationNode) {
        const ear = new AnalyserNode(this.context, { fftSize: 2048 });
        Reflect.apply(connect, this, [ear]);
        Object.assign(window, { ear });
      }
      return Reflect.apply(connect, this, to);
    };
  });
  await page.reload();
}

const loudness = (page: Page): Promise<number> =>
  page.evaluate(() => {
    const ear: unknown = Reflect.get(window, 'ear');
    if (!(ear instanceof AnalyserNode)) return 0;
    const samples = new Float32Array(ear.fftSize);
    ear.getFloatTimeDomainData(samples);
    return Math.max(...samples.map(Math.abs));
  });

async function firing(gateway: TestGateway): Promise<Incident[]> {
  return (await gateway.api<{ items: Incident[] }>('/incidents?state=firing')).items;
}

test('the guard arms the sound with a tap, hears the tone and acknowledges by touch at 390 px', async ({
  gateway,
  open,
}) => {
  await gateway.publish('door-east', 'readings', { door_open: 0 });
  const page = await open(await kioskPath(gateway), phone);
  await listen(page);
  await eventually(async () => expect(await word(page)).toBe('partly'));
  // Most of this campus was never heard: what is not known is not said to be well.
  expect(await page.locator('.wall-word').innerText()).toContain('部分不明');
  expect(await page.locator('.wall-head .wall-unknown').innerText()).toMatch(/\d+ 台设备情况不明，其余正常/);
  const wall = page.locator('.wall');
  expect(await wall.getAttribute('data-audio')).toBe('suspended');
  await page.getByRole('button', { name: '声音未开，点此打开' }).tap();
  await page.getByRole('button', { name: /声音已开/ }).waitFor();
  expect(await wall.getAttribute('data-audio')).toBe('running');
  expect(await wall.getAttribute('data-tone')).toBe('off');

  await gateway.publish('door-east', 'readings', { door_open: 1 });
  const banner = page.locator('.call');
  await banner.waitFor();
  const [incident] = await firing(gateway);
  expect(await banner.locator('.call-sentence').innerText()).toBe(incident?.sentence.zh);
  expect(await page.locator('.wall-word').innerText()).toContain('需处理 1');
  expect(await wall.getAttribute('data-tone')).toBe('on');
  await eventually(async () => expect(await loudness(page)).toBeGreaterThan(0.1));

  const button = banner.getByRole('button', { name: '确认' });
  const box = await button.boundingBox();
  expect(box?.height).toBeGreaterThanOrEqual(44);
  expect((box?.y ?? 0) + (box?.height ?? 0)).toBeLessThanOrEqual(phone.height);
  await button.tap();
  await banner.waitFor({ state: 'detached' });
  expect(await wall.getAttribute('data-tone')).toBe('off');
  await eventually(async () => expect(await loudness(page)).toBeLessThan(0.001));
  expect((await firing(gateway))[0]?.ackedAt).not.toBeNull();
  expect(await word(page)).toBe('inHand');
  await gateway.publish('door-east', 'readings', { door_open: 0 });
  await eventually(async () => expect(await word(page)).toBe('partly'));
  // Over before anybody took it: it stays in sight until somebody says that it was seen.
  await gateway.publish('door-east', 'readings', { door_open: 1 });
  await banner.waitFor();
  await gateway.publish('door-east', 'readings', { door_open: 0 });
  await eventually(async () => expect(await word(page)).toBe('toSee'));
  expect(await page.locator('.wall-word').innerText()).toContain('待确认 1');
  const { items } = await gateway.api<{ items: Incident[] }>('/incidents?acked=false');
  for (const { id } of items) await gateway.api(`/incidents/${id}/ack`, { method: 'POST', body: '{}' });
});

test('what ended before anybody looked stays in sight until it is acknowledged, beside all that is fine', async ({
  gateway,
  open,
}) => {
  const page = await open(await kioskPath(gateway), { width: 1920, height: 1080, stranger: true });
  await gateway.publish('door-east', 'readings', { door_open: 1 });
  await eventually(async () => expect(await word(page)).toBe('act'));
  await gateway.publish('door-east', 'readings', { door_open: 0 });
  await eventually(async () => expect(await word(page)).toBe('toSee'));
  expect(await page.locator('.wall-word').innerText()).toContain('待确认 1');
  const row = page.locator('.wrow', { has: page.getByText('已恢复', { exact: true }) });
  await row.getByRole('button', { name: '确认' }).click();
  await eventually(async () => expect(await word(page)).toBe('partly'));
  await row.waitFor({ state: 'detached' });
  // A dot for every door and every camera, also for those with which nothing is wrong.
  expect(await page.getByRole('list', { name: '所有的门' }).getByRole('listitem').allInnerTexts()).toEqual([
    '东门门磁 关',
  ]);
  expect(await page.getByRole('list', { name: '所有监控' }).getByRole('listitem').count()).toBe(8);
  await page.getByRole('region', { name: '近 24 小时' }).locator('.ribbon-act').first().waitFor();
  await page.getByRole('heading', { name: /今夜|昨夜/ }).waitFor();
  expect(await page.locator('.wnight-sentence').innerText()).toMatch(/^(今夜至此|昨夜)/);
  expect(await page.evaluate(() => document.documentElement.scrollHeight)).toBeLessThanOrEqual(1080);
});

test('the age of the data is seen and grows while nothing comes', async ({ gateway, open }) => {
  await gateway.publish('door-east', 'readings', { door_open: 0 });
  const page = await open(await kioskPath(gateway), phone);
  const age = page.locator('.wall-age');
  await eventually(async () => expect(await age.innerText()).toMatch(/^数据 \d+\u202f秒前$/));
  const before = Number(await age.getAttribute('data-age-ms'));
  await eventually(async () => expect(Number(await age.getAttribute('data-age-ms'))).toBeGreaterThan(before + 2_000));
  await gateway.publish('door-east', 'readings', { door_open: 0 });
  await eventually(async () => expect(Number(await age.getAttribute('data-age-ms'))).toBeLessThan(2_000));
  const onScreen = await age.boundingBox();
  expect((onScreen?.y ?? phone.height) + (onScreen?.height ?? 0)).toBeLessThan(phone.height);
});

test('a gateway that falls silent is a red bar, and so is one that is gone', async ({ gateway, open }) => {
  const page = await open(await kioskPath(gateway), { width: 1920, height: 1080, stranger: true });
  await eventually(async () => expect(await page.locator('.wall').getAttribute('data-connection')).toBe('live'));
  const bar = page.locator('.wall-broken[role="alert"]');
  process.kill(gateway.pid, 'SIGSTOP');
  try {
    await bar.getByText('系统超过 10 秒没有消息').waitFor({ timeout: 20_000 });
    expect(await word(page)).not.toBe('fine');
  } finally {
    process.kill(gateway.pid, 'SIGCONT');
  }
  await bar.waitFor({ state: 'detached' });
  await gateway.kill();
  await bar.getByText(/实时连接中断，数据截至/).waitFor();
  expect(await page.locator('.wall-word').innerText()).toContain('连接中断');
  await gateway.start();
  await bar.waitFor({ state: 'detached', timeout: 30_000 });
});

const switchWords = {
  zh: { sentence: '8 路监控', word: '需处理 1', taken: '连带 8 路', acknowledge: '确认' },
  en: { sentence: '8 cameras', word: 'Act 1', taken: '8 behind it', acknowledge: 'Acknowledge' },
} as const;

async function switchStory({ gateway, open }: School, language: 'zh' | 'en'): Promise<void> {
  const said = switchWords[language];
  const fleet = ['sw-east', ...Array.from({ length: 8 }, (_, i) => `cam-${i + 1}`)];
  let isAlive = true;
  const beat = async (): Promise<void> => {
    if (isAlive) await Promise.all(fleet.map((device) => gateway.publish(device, 'heartbeat', '1')));
  };
  const others = ['meter-main', 'meter-f1', 'meter-101', 'meter-f2', 'water-1', 'temp-1'];
  await Promise.all(others.map((device) => gateway.publish(device, 'heartbeat', '1')));
  await gateway.publish('door-east', 'readings', { door_open: 0 });
  await beat();
  const beating = setInterval(() => void beat(), 700);
  try {
    const page = await open(await kioskPath(gateway), { language, width: 1920, height: 1080, stranger: true });
    await eventually(async () => expect(await word(page)).toBe('fine'));
    isAlive = false;
    await eventually(async () => {
      expect(await page.locator('.call-sentence').innerText()).toContain(said.sentence);
      expect(await page.locator('.wall-word').innerText()).toContain(said.word);
    });
    expect(await firing(gateway)).toHaveLength(1);
    await page.locator('.wtile').getByText(said.taken).waitFor();
    await page.getByRole('button', { name: said.acknowledge }).click();
    await eventually(async () => expect(await word(page)).toBe('inHand'));
    isAlive = true;
    await eventually(async () => expect(await word(page)).toBe('fine'));
    expect(await firing(gateway)).toHaveLength(0);
  } finally {
    clearInterval(beating);
  }
}

for (const language of ['zh', 'en'] as const) {
  test(`a switch that takes eight cameras is one incident; the guard takes it; it comes back and is over (${language})`, (school) =>
    switchStory(school, language));
}

test('everything on the big screen can be read from three metres', async ({ gateway, open }) => {
  const page = await open(await kioskPath(gateway), { width: 1920, height: 1080, stranger: true });
  await page.locator('.wall-clock').waitFor();
  const sizes = await page.evaluate(() =>
    [...document.querySelectorAll('.wall *')]
      .filter((element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent?.trim()))
      .map((element) => Number.parseFloat(getComputedStyle(element).fontSize)),
  );
  expect(sizes.length).toBeGreaterThan(5);
  expect(await page.evaluate(() => document.documentElement.scrollHeight)).toBeLessThanOrEqual(1080);
  expect(Math.min(...sizes)).toBeGreaterThanOrEqual(28);
  for (const figure of ['.wall-clock', '.wtile-count', '.wall-word'])
    expect(
      await page
        .locator(figure)
        .first()
        .evaluate((element) => Number.parseFloat(getComputedStyle(element).fontSize)),
    ).toBeGreaterThanOrEqual(64);
});

test('without a session the wall says how to get one, and a wrong token is called wrong', async ({ open }) => {
  const stranger = await open('/wall', { stranger: true });
  await stranger.getByRole('heading', { name: '大屏需要登录' }).waitFor();
  expect(await stranger.getByRole('link', { name: '去登录' }).getAttribute('href')).toBe('/login?next=/wall');
  const wrong = await open('/wall#token=not-a-token', { stranger: true });
  await wrong.getByRole('heading', { name: '大屏链接无效或已过期' }).waitFor();
});

test('a wall whose key is revoked says so and what to do, not that the line is down', async ({ gateway, open }) => {
  const body = JSON.stringify({ name: 'old wall', scope: 'kiosk', days: 1 });
  const made = await gateway.api<{ secret: string; token: { id: string } }>('/tokens', { method: 'POST', body });
  const page = await open(`/wall#token=${made.secret}`, { width: 1920, height: 1080, stranger: true });
  await eventually(async () => expect(await page.locator('.wall').getAttribute('data-connection')).toBe('live'));
  await gateway.api(`/tokens/${made.token.id}`, { method: 'DELETE' });
  const bar = page.locator('.wall-broken[role="alert"]');
  await bar.getByText(/接入密钥已失效（过期或被停用）。 请管理员在“用户”页新建接入密钥/).waitFor();
  expect(await page.locator('.wall-word').innerText()).toContain('密钥失效');
  expect(await bar.innerText()).not.toContain('正在重连');
});

test('whoever is signed in on the dashboard sees the wall too', async ({ open }) => {
  const page = await open('/wall', { language: 'en' });
  await page.locator('.wall-clock').waitFor();
  expect(await page.locator('html').getAttribute('lang')).toBe('en');
  await page.getByRole('heading', { name: /Open doors/ }).waitFor();
});
