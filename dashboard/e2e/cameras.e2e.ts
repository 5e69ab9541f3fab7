import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Alert } from '#contract/http/alerts.ts';
import type { SeriesResponse } from '#contract/http/energy.ts';
import { httpDevice, onvifTime } from '../../gateway/test/probe/fake-camera.ts';
import type { TestGateway } from '../../gateway/test/run-gateway.ts';
import { openPage, overflow, seriousViolations } from './open-page.ts';
import { eventually, schoolTests } from './school.ts';
import { screenshot } from './screenshot.ts';

const { test } = schoolTests();
const minute = 60_000;
const slotMs = 15 * minute;
const cameras = Array.from({ length: 8 }, (_, i) => `cam-${i + 1}`);

/** Heartbeats of the last day, one in each quarter of an hour but those of `silent` (counted from now). */
async function fillDay(gateway: TestGateway, device: string, silent: readonly number[]): Promise<void> {
  const end = Math.floor(Date.now() / slotMs) * slotMs;
  const metric = device.startsWith('cam') ? 'camera_online' : 'online';
  const rows = Array.from({ length: 95 }, (_, i) => i + 1)
    .filter((ago) => !silent.includes(ago))
    .map((ago) => ({ ts: end - ago * slotMs + minute, [metric]: 1, ...(metric === 'online' ? {} : { online: 1 }) }));
  await gateway.publish(device, 'readings', rows);
}

/** Keeps devices alive until it is told to stop. */
function beating(gateway: TestGateway, devices: readonly string[]): () => void {
  const beat = (): void => {
    for (const device of devices)
      gateway
        .publish(device, 'heartbeat', device.startsWith('cam') ? { camera_online: 1, camera_recording: 1 } : '1')
        .catch(() => undefined);
  };
  beat();
  const timer = setInterval(beat, 500);
  return () => clearInterval(timer);
}

/** Heard quarters over those in which it could have been heard, by the raw counts of the API. */
async function uptime(gateway: TestGateway, camera: string): Promise<number> {
  const to = Math.floor(Date.now() / slotMs) * slotMs;
  const of = async (device: string, metric: string) => {
    const query = `device=${device}&metric=${metric}&from=${to - 95 * slotMs}&to=${to}&step=15m`;
    return (await gateway.api<SeriesResponse>(`/series?${query}`)).points.map(({ count }) => count > 0);
  };
  const [own, parent] = [await of(camera, 'camera_online'), await of('sw-east', 'online')];
  const counted = own.filter((heard, i) => heard || parent[i]);
  return counted.filter(Boolean).length / counted.length;
}

test('cameras of which nothing is known have no percentage', async ({ open }) => {
  const page = await open('/cameras?range=7d');
  const figures = page.locator('.camera-uptime');
  await eventually(async () => expect(await figures.count()).toBe(8));
  for (const said of await figures.allInnerTexts()) expect(said).toBe('没有记录，无法计算');
  expect(await page.locator('.page-sentence').innerText()).not.toContain('没有中断');
});

test('uptime leaves out what the dead switch hid, and is what the counts of the API say', async ({ gateway, open }) => {
  // Silent on its own in two quarters, and together with its switch in four others.
  await fillDay(gateway, 'sw-east', [40, 41, 42, 43]);
  await fillDay(gateway, 'cam-1', [20, 21, 40, 41, 42, 43]);
  const stop = beating(gateway, ['sw-east', ...cameras]);
  try {
    const page = await open('/cameras');
    const row = page.locator('.camera').filter({ hasText: '东门 1 号摄像头' });
    const bar = row.getByRole('img', { name: /在线率/ });
    await bar.waitFor();
    const expected = await uptime(gateway, 'cam-1');
    expect(expected).toBeCloseTo(89 / 91, 5);
    await eventually(async () => {
      const said = (await bar.getAttribute('aria-label')) ?? '';
      expect(Number(/在线率 ([\d.]+)/.exec(said)?.[1])).toBeCloseTo(expected * 100, 0);
      expect(said).toContain('离线共 30');
    });
    // Of how much time it is the share: nobody knows how it was while its switch was down, and before the first day.
    const figure = (await row.locator('.camera-uptime').innerText()).replaceAll(/\u202f/g, ' ');
    expect(figure).toMatch(/在线率\s*97\.\d+ %\s*有记录 (23 小时|22 小时 5\d 分钟)（共 24 小时）/);
    await eventually(async () => expect(await row.locator('.camera-now').innerText()).toMatch(/在线.*录像中/s));
    await bar.focus();
    for (const key of ['End', 'ArrowLeft']) await page.keyboard.press(key);
    expect(await row.locator('.beats-tip').innerText()).toMatch(/\d\d:\d\d–\d\d:\d\d 在线/);
    // Its row leads to its own page: a month, what it hangs on, its outages.
    await row.getByRole('link', { name: '东门 1 号摄像头' }).click();
    await page.waitForURL((url) => url.pathname === '/cameras/cam-1');
    const month = page.getByRole('img', { name: /东门 1 号摄像头，30 天：在线率/ });
    await month.waitFor();
    await eventually(async () => expect(await month.getAttribute('aria-label')).toMatch(/在线率 9\d/));
    const day = page.locator('.camera-figures li').first();
    await eventually(async () =>
      expect((await day.locator('.camera-uptime').innerText()).replaceAll(/\u202f/g, ' ')).toBe(figure),
    );
    // A month of which a day is known says so.
    expect(await page.locator('.camera-figures li').last().locator('.camera-thin').innerText()).toMatch(
      /有记录 .*（共 30 天）/,
    );
    expect(await page.locator('.page-sentence').innerText()).toMatch(/东门 1 号摄像头：位于东门，接在.*交换机上/);
    await page.getByRole('heading', { name: '中断记录（近 30 天）' }).waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    await screenshot(page, 'camera-page');
  } finally {
    stop();
  }
});

test('a camera that falls silent is offline alone; with its switch it only cannot be seen', async ({
  gateway,
  open,
}) => {
  const stopOthers = beating(gateway, ['sw-east', ...cameras.slice(1)]);
  const page = await open('/cameras');
  const row = page.locator('.camera').filter({ hasText: '东门 1 号摄像头' });
  try {
    await eventually(async () => expect(await row.locator('.camera-now').innerText()).toMatch(/离线.*已中断/s), 25_000);
    const alert = await eventually(async () => {
      const { items } = await gateway.api<{ items: Alert[] }>('/alerts?device=cam-1');
      const found = items.find(({ kind, state }) => kind === 'silent' && state === 'firing');
      if (!found) throw new Error('no alert yet');
      return found;
    }, 25_000);
    const listed = await open('/cameras');
    await listed.locator('.table tr').filter({ hasText: '东门 1 号摄像头' }).first().waitFor();
    expect(alert.sentence.zh).toContain('东门 1 号摄像头');
    // The row and the table tell one length: since the camera was last heard.
    await eventually(async () => {
      const [inRow, inTable] = await listed.evaluate(() =>
        ['.camera-now .small time', '.table td.figure time'].map((place) =>
          Math.floor(Date.parse(document.querySelector(place)?.getAttribute('datetime') ?? '') / 1_000),
        ),
      );
      expect(Math.abs((inRow ?? 0) - (inTable ?? 99))).toBeLessThanOrEqual(1);
    });
  } finally {
    stopOthers();
  }
  await eventually(
    async () => expect(await page.locator('.camera-explains').innerText()).toContain('东门交换机断线'),
    25_000,
  );
  expect(await page.locator('.page-sentence').innerText()).toContain('东门交换机断线，下面 8 路情况不明');
  await eventually(async () =>
    expect(await page.locator('.camera-now').last().innerText()).toContain('上级断线，情况不明'),
  );
  // The story of the incident has words for it, and lengths of time in people's units.
  const { items } = await gateway.api<{ items: Alert[] }>('/alerts?device=cam-1');
  const story = await open(`/alerts/${items[0]?.incidentId}`);
  await story.locator('.timeline').getByText('情况不明：上级断线').waitFor();
  const told = await story.locator('main').innerText();
  expect(told).toMatch(/没有信号 \d+ (秒|分钟)（超过允许的 \d+ (秒|分钟)）/);
  expect(told).not.toMatch(/parent-silent|\d (min|s)\b/);
});

test('a week says a week, on one axis; a dead switch is an outage of none of its cameras, and is named', async ({
  gateway,
  open,
}) => {
  const stop = beating(gateway, ['sw-east', ...cameras]);
  const page = await open('/cameras');
  try {
    await eventually(async () =>
      expect(await page.locator('.page-sentence').innerText()).toContain('8 路摄像头全部在线'),
    );
  } finally {
    stop();
  }
  const row = page.locator('.camera').filter({ hasText: '东门 3 号摄像头' });
  await eventually(
    async () =>
      expect(await page.locator('.page-sentence').innerText()).toMatch(/过去 24 小时.*上级断线 \d 次（涉及 8 路）/),
    40_000,
  );
  await eventually(
    async () => expect(await row.locator('.camera-uptime').innerText()).toMatch(/上级断线 \d 次/),
    40_000,
  );
  expect(await row.locator('.camera-uptime').innerText()).not.toContain('自身中断');
  await page.getByRole('button', { name: '7 天' }).click();
  await eventually(async () => expect(await page.locator('.page-sentence').innerText()).toContain('过去 7 天'));
  expect(await page.locator('.page-sentence').innerText()).not.toContain('24 小时');
  await page.getByRole('heading', { name: '中断记录（近 7 天）' }).waitFor();
  const line = page.locator('.table tbody tr').filter({ hasText: '上级断线' });
  await line.getByRole('link', { name: '东门交换机', exact: true }).first().waitFor();
  expect(await page.locator('.camera-axis .time-scale').count()).toBe(1);
  expect(await page.locator('.time-scale').count()).toBe(1);
  // Bars stand under the axis, to the pixel.
  const [axis, bar] = await Promise.all([
    page.locator('.camera-axis .time-scale').boundingBox(),
    row.locator('.beats canvas').boundingBox(),
  ]);
  expect([bar?.x, bar?.width]).toEqual([axis?.x, axis?.width]);
  // The camera's own page names the cause and leads to it.
  const own = await open('/cameras/cam-3');
  const outage = own.locator('.table tbody tr').first();
  expect(await outage.innerText()).toContain('上级断线');
  await outage.getByRole('link', { name: '东门交换机', exact: true }).click();
  await own.waitForURL((url) => url.pathname === '/devices/sw-east');
});

test('a camera that answers but is not recorded is a state of its own, and a wrong clock is said in words', async ({
  gateway,
  open,
}) => {
  const stop = beating(gateway, ['sw-east', ...cameras.slice(1)]);
  const beat = setInterval(() => {
    gateway
      .publish('cam-1', 'heartbeat', { camera_online: 1, camera_recording: 0, camera_clock_skew_s: -185 })
      .catch(() => undefined);
  }, 500);
  try {
    const page = await open('/cameras');
    const now = page.locator('.camera').filter({ hasText: '东门 1 号摄像头' }).locator('.camera-now');
    await eventually(async () => expect(await now.getAttribute('data-recording')).toBe('not-recording'), 25_000);
    await eventually(async () => expect(await now.getAttribute('data-reachable')).toBe('online'), 25_000);
    expect(await now.innerText()).toMatch(/在线但没有录像[\s\S]*时钟偏慢 3\s分钟[\s\S]*最近应答/);
    expect(await now.locator('.mark-good').count()).toBe(0);
    const other = page.locator('.camera').filter({ hasText: '东门 2 号摄像头' }).locator('.camera-now');
    await eventually(async () => expect(await other.innerText()).toMatch(/在线[\s\S]*录像中/), 25_000);
    expect(await other.innerText()).not.toContain('没有录像');
    // The outage of the switch is over, and is told so.
    await eventually(async () => {
      const outages = await page.locator('.table').innerText();
      expect(outages).toMatch(/东门交换机 (\d\d:\d\d 至 )?\d\d:\d\d 断线/);
      expect(outages).not.toContain('先查它的供电');
    }, 25_000);
    await eventually(async () =>
      expect(await page.locator('.page-sentence').innerText()).toMatch(/1 路在线但没有录像，1 路时钟不准/),
    );
    expect(await seriousViolations(page)).toEqual([]);
    await screenshot(page, 'cameras-blind');
  } finally {
    stop();
    clearInterval(beat);
  }
});

/** Probes of cameras that are added to the shipped ones for as long as `run` takes. */
async function withProbes(
  gateway: TestGateway,
  run: (probe: (probes: readonly object[]) => Promise<void>) => Promise<void>,
): Promise<void> {
  const file = join(gateway.configDir, 'devices.yaml');
  const before = await readFile(file, 'utf8');
  const entry = (probe: object, n: number) => ({
    ...{ id: `probed-${n + 1}`, name: { zh: `南门 ${n + 1} 号摄像头`, en: `South gate camera ${n + 1}` } },
    ...{ kind: 'camera', place: 'gate-east', intervalS: 1, probe: { everyS: 1, timeoutMs: 300, ...probe } },
  });
  const write = (probes: readonly object[]): Promise<void> =>
    writeFile(file, `${before}${probes.map((probe, n) => `  - ${JSON.stringify(entry(probe, n))}\n`).join('')}`);
  try {
    await run(write);
  } finally {
    await writeFile(file, before);
  }
}

test('a probed camera says what was asked and what came back, and that it is the gateway that is cut off', async ({
  gateway,
  open,
}) => {
  let answers = false;
  const onvif = await httpDevice((_request, response) => {
    if (answers) response.end(onvifTime({ utc: new Date() }));
  });
  try {
    await withProbes(gateway, async (probe) => {
      await probe([{ host: '127.0.0.1', onvif: { port: onvif.port } }]);
      const page = await open('/cameras');
      const now = page.locator('.camera').filter({ hasText: '南门 1 号摄像头' }).locator('.camera-now');
      const evidence = now.locator('details.camera-evidence');
      const openText = `ONVIF ${onvif.port}：端口开着，但没有应答`;
      await eventually(async () => expect(await now.getAttribute('data-reachable')).toBe('offline'));
      await eventually(async () => expect(await evidence.innerText()).toMatch(/探测结果 (刚刚|.*前)/));
      expect(await evidence.getByText(openText).isVisible()).toBe(true);
      expect(await now.innerText()).not.toContain('最近应答');
      await evidence.locator('summary').focus();
      await page.keyboard.press('Enter');
      expect(await evidence.getByText(openText).isVisible()).toBe(false);
      await page.keyboard.press('Enter');
      await screenshot(page, 'cameras-probed');
      const detail = await open('/devices/probed-1');
      await detail.locator('.device-facts').getByText(openText).waitFor();
      expect(await detail.locator('.device-facts').innerText()).toMatch(/探测结果[\s\S]*端口开着[\s\S]*(刚刚|前)/);

      answers = true;
      await eventually(async () => expect(await now.getAttribute('data-reachable')).toBe('online'));
      await eventually(async () => expect(await evidence.getAttribute('open')).toBeNull());
      expect(await evidence.getByText(/^ONVIF \d+：在线/).isVisible()).toBe(false);
      await evidence.locator('summary').focus();
      await page.keyboard.press('Enter');
      await evidence.getByText(/^ONVIF \d+：在线/).waitFor();

      // An address that nothing can be sent to, sixteen times: not a word from anybody.
      await probe(Array.from({ length: 16 }, (_, n) => ({ host: `fe80::${n + 1}`, tcp: 80 })));
      await eventually(async () => expect(await now.innerText()).toContain('系统自己的网络断了'));
      expect(await now.getAttribute('data-reachable')).toBe('unknown');
      expect(await now.locator('.mark-unknown').count()).toBe(1);
      expect(await now.locator('.mark-critical').count()).toBe(0);
      expect(await page.locator('.page-sentence').innerText()).toContain('系统自己的网络断了，探测不到摄像头');
      await detail.locator('.device-facts').getByText('系统自己的网络断了').waitFor();
      await screenshot(page, 'cameras-gateway-cut-off');
      await screenshot(detail, 'device-gateway-cut-off');
      expect(await seriousViolations(page)).toEqual([]);
    });
  } finally {
    await onvif.close();
  }
});

test('both languages and themes, wide and narrow, stand without serious barriers', async ({ gateway, browser }) => {
  for (const look of [{}, { language: 'en', theme: 'dark', width: 390, height: 844, touch: true }] as const) {
    const page = await openPage(browser, gateway, '/cameras?range=7d', look);
    await page.locator('.beats canvas').first().waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    expect(await overflow(page)).toBeLessThanOrEqual(0);
    await page.getByText('language' in look ? 'How uptime is counted' : '在线率怎么算').waitFor();
    await page.context().close();
  }
});

test('a killed gateway is said, and no camera looks watched', async ({ gateway, open }) => {
  const page = await open('/cameras');
  const camera = page.locator('.camera').first();
  await eventually(async () => expect(await camera.getAttribute('data-outdated')).toBe('false'));
  await gateway.kill();
  await page.locator('.connection-banner').waitFor();
  expect(await camera.getAttribute('data-outdated')).toBe('true');
  expect(await page.locator('.cameras-stale').count()).toBe(1);
  await gateway.start();
  await page.locator('.connection-banner').waitFor({ state: 'detached', timeout: 30_000 });
});
