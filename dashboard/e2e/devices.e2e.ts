import { connect } from 'mqtt';
import { expect } from 'vitest';
import type { Alert } from '#contract/http/alerts.ts';
import type { Device, LatestValue, Quarantined } from '#contract/http/campus.ts';
import type { TestGateway } from '../../gateway/test/run-gateway.ts';
import { createFormat } from '../src/lib/format.ts';
import { overflow, seriousViolations } from './open-page.ts';
import { eventually, schoolTests } from './school.ts';
import { screenshot } from './screenshot.ts';

const { test } = schoolTests();
const format = createFormat('zh', 'Asia/Shanghai');
/** Why a login is refused. */
function refusalOf(url: string, username: string): Promise<string> {
  const client = connect(url, { username, password: 'any', reconnectPeriod: 0 });
  return new Promise((done) => {
    client.once('connect', () => done('connected'));
    client.once('error', (error) => done(error.message));
  }).finally(() => client.end(true)) as Promise<string>;
}

const words = { online: '在线', suspect: '可疑', offline: '离线', unknown: '情况不明' } as const;

async function devicesOf(gateway: TestGateway): Promise<Device[]> {
  return (await gateway.api<{ items: Device[] }>('/devices')).items;
}

test('every device stands in the list with the state the API gives it, and the sentence counts them', async ({
  gateway,
  open,
}) => {
  await gateway.publish('meter-101', 'readings', { power_w: 120, energy_total_kwh: 7 });
  await gateway.publish('door-east', 'readings', { door_open: 0 });
  const page = await open('/devices');
  await eventually(async () => {
    const devices = await devicesOf(gateway);
    expect(await page.locator('tr[data-device]').count()).toBe(devices.length);
    for (const { id, state, custodian } of devices) {
      const row = await page.locator(`[data-device="${id}"]`).innerText();
      expect(row, id).toContain(words[state]);
      if (custodian !== null) expect(row).toContain(custodian);
    }
    const online = devices.filter(({ state }) => state === 'online').length;
    expect(await page.locator('.page-sentence').innerText()).toContain(`${devices.length} 台：${online} 正常`);
  });
  const meter = page.locator('[data-device="meter-101"]');
  expect(await meter.locator('.mark').innerText()).toBe('在线');
  expect(await meter.innerText()).toContain('本系统格式');
  expect(await page.locator('[data-device="meter-f2"] .device-age').innerText()).toBe('从未');
  const age = async (): Promise<number> =>
    Number(/^(\d+)\s*秒前$/.exec(await meter.locator('.device-age').innerText())?.[1] ?? 0);
  await eventually(async () => expect(await age()).toBeGreaterThanOrEqual(2));
  await gateway.publish('meter-101', 'readings', { power_w: 130 });
  await eventually(async () => expect(await age()).toBeLessThan(2));
});

test('filters stand in the address, and a shared one shows the same', async ({ gateway, open }) => {
  const page = await open('/devices');
  await page.locator('tr[data-device]').first().waitFor();
  await page.getByLabel('类型').selectOption({ label: '摄像头' });
  await page.getByLabel('地点', { exact: true }).selectOption({ label: '东门' });
  const cameras = (await devicesOf(gateway)).filter(({ kind }) => kind === 'camera').length;
  await eventually(async () => expect(await page.locator('tr[data-device]').count()).toBe(cameras));
  const query = new URL(page.url()).searchParams;
  expect([query.get('kind'), query.get('place')]).toEqual(['camera', 'gate-east']);
  await page.reload();
  await eventually(async () => expect(await page.locator('tr[data-device]').count()).toBe(cameras));
  await page.getByRole('searchbox').fill('没有这样的设备');
  await page.getByText('没有符合筛选条件的设备。').waitFor();
  await page.getByRole('button', { name: '清除筛选' }).click();
  await eventually(async () => expect(await page.locator('tr[data-device]').count()).toBeGreaterThan(cameras));
});

test('a device shows its newest value as the API has it, the next one at once, and its readings', async ({
  gateway,
  open,
}) => {
  const page = await open('/devices/meter-101');
  const power = page.locator('[data-metric="power_w"]');
  await power.waitFor();
  const { items } = await gateway.api<{ items: LatestValue[] }>('/latest?device=meter-101');
  const latest = items.find(({ metric }) => metric === 'power_w');
  expect(await power.locator('.figure').innerText()).toContain(format.power(latest?.value));
  expect(await power.innerText()).toContain('实测');
  await gateway.publish('meter-101', 'readings', { power_w: 2_345 });
  await eventually(async () => expect(await power.locator('.figure').innerText()).toBe(format.power(2_345)));
  expect(await page.locator('.page-sentence').innerText()).toMatch(/^101 电表 在线，最近上报：/);
  // One unit for the whole axis, and round steps.
  const ticks = page.locator('.chart .recharts-yAxis-tick-labels .recharts-cartesian-axis-tick-value');
  await eventually(async () =>
    expect(await ticks.allTextContents()).toEqual(['0', '1', '2', '3'].map((tick) => `${tick}\u202fkW`)),
  );
  await page.getByLabel('指标').selectOption('energy_total_kwh');
  await page.getByLabel('时间范围').selectOption('7d');
  expect(new URL(page.url()).search).toBe('?metric=energy_total_kwh&range=7d');
});

test('what a device depends on explains its state, and its alerts lead to their incident', async ({
  gateway,
  open,
}) => {
  await gateway.publish('cam-1', 'heartbeat', '1');
  await gateway.publish('sw-east', 'heartbeat', '1');
  await eventually(async () => {
    expect(await gateway.api<Device>('/devices/cam-1')).toMatchObject({ state: 'unknown', parentDown: 'sw-east' });
  });
  const page = await open('/devices/cam-1');
  await eventually(async () =>
    expect(await page.locator('.page-sentence').innerText()).toBe(
      '东门 1 号摄像头 情况不明：上级 东门交换机 断线，情况不明。',
    ),
  );
  await page.getByRole('link', { name: '东门交换机' }).first().click();
  await page.waitForURL((url) => url.pathname === '/devices/sw-east');
  const alert = await eventually(async () => {
    const { items } = await gateway.api<{ items: Alert[] }>('/alerts?device=sw-east');
    if (!items[0]) throw new Error('no alert yet');
    return items[0];
  });
  await page.locator('.device-alert').getByRole('link', { name: '东门交换机' }).click();
  await page.waitForURL((url) => url.pathname === `/alerts/${alert.incidentId}`);
});

test('the list is sorted by a column and grouped by place, and says tags and parents', async ({ gateway, open }) => {
  await gateway.api('/devices/cam-1', { method: 'PATCH', body: JSON.stringify({ change: { tags: ['围墙'] } }) });
  const page = await open('/devices');
  await page.locator('[data-device="cam-1"] .device-tag').getByText('围墙').waitFor();
  expect(await page.locator('[data-device="cam-1"]').innerText()).toContain('上级：东门交换机');
  const names = async () => page.locator('tr[data-device] th a').allInnerTexts();
  await page.getByRole('button', { name: '名称' }).click();
  const sorted = (await names()).toSorted(new Intl.Collator('zh', { numeric: true }).compare);
  expect(await names()).toEqual(sorted);
  await page.getByRole('button', { name: '名称' }).click();
  await eventually(async () => expect(await names()).toEqual(sorted.toReversed()));
  expect(new URL(page.url()).searchParams.get('sort')).toBe('-name');
  await page.getByLabel('按地点分组').check();
  const groups = page.locator('.device-group');
  await groups.first().waitFor();
  expect((await groups.allInnerTexts()).join()).toContain('东门');
  await screenshot(page, 'devices-list');
  expect(await seriousViolations(page)).toEqual([]);
});

test('an administrator edits a device on its page, with a new place; what does not fit is told at its field', async ({
  gateway,
  open,
}) => {
  const page = await open('/devices/meter-f2');
  await page.getByRole('button', { name: '编辑' }).click();
  const dialog = page.locator('dialog[open]');
  await dialog.getByLabel('上报间隔（秒）').fill('0');
  await dialog.getByRole('button', { name: '保存' }).click();
  await dialog.locator('[data-field="intervalS"] .field-problem').waitFor();
  await dialog.getByLabel('上报间隔（秒）').fill('120');
  await dialog.getByLabel('名称（中文）').fill('二层空调电表');
  await dialog.getByLabel('责任人').fill('赵工');
  await dialog.getByLabel('标签').fill('空调，备用');
  await dialog.getByLabel('上级设备').selectOption('meter-main');
  await dialog.getByRole('button', { name: '＋ 新地点' }).click();
  await dialog.getByRole('button', { name: '取消' }).first().click();
  await dialog.getByRole('button', { name: '＋ 新地点' }).click();
  // Enter adds the place; the form around it is not saved.
  await page.keyboard.type('210 教室');
  await page.keyboard.press('Enter');
  await eventually(async () => expect(await dialog.getByLabel('地点', { exact: true }).inputValue()).toBe('210'));
  await dialog.getByText('没有规则看管这样的设备').waitFor();
  expect(await seriousViolations(page)).toEqual([]);
  await screenshot(page, 'device-edit');
  await dialog.getByRole('button', { name: '保存' }).click();
  await dialog.waitFor({ state: 'detached' });
  await page.getByRole('heading', { name: '设备 · 二层空调电表' }).waitFor();
  expect(await gateway.api<Device>('/devices/meter-f2')).toMatchObject({
    ...{ name: { zh: '二层空调电表' }, custodian: '赵工', intervalS: 120, tags: ['空调', '备用'] },
    ...{ dependsOn: ['meter-main'], place: '210' },
  });
  await page.getByRole('button', { name: '编辑' }).click();
  await gateway.api('/devices/meter-f2', { method: 'PATCH', body: JSON.stringify({ change: { custodian: '别人' } }) });
  await dialog.getByLabel('责任人').fill('我');
  await dialog.getByRole('button', { name: '保存' }).click();
  await dialog.getByRole('alert').getByText('已被别人修改').first().waitFor();
});

test('a device is retired and taken into use again; its password comes with the true address', async ({
  gateway,
  open,
}) => {
  const page = await open('/devices/meter-f1');
  const port = new URL(gateway.mqttUrl).port;
  await page.getByText(`HOUQIN_MQTT=0.0.0.0:${port}`).waitFor();
  // It reports without a password: whom the new one shuts out is said before.
  await gateway.publish('meter-f1', 'readings', { power_w: 120 });
  await page.locator('.page-head').getByText('在线').first().waitFor();
  await page.getByRole('button', { name: '生成口令' }).click();
  const ask = page.locator('dialog[open]');
  await ask.getByText(/前还上报过。生成口令以后，没有这个口令的连接会断开/).waitFor();
  await ask.getByRole('button', { name: '生成口令' }).click();
  const made = page.locator('[data-made="meter-f1"]');
  const secret = await made.locator('.made-login-fields code').nth(3).innerText();
  expect(await made.locator('pre').last().innerText()).toBe(
    `mosquitto_pub -h 127.0.0.1 -p ${port} -u meter-f1 -P ${secret} -q 1 -t campus/v1/main/meter-f1/readings -m '{"energy_total_kwh": 1234.5, "power_w": 812}'`,
  );
  expect(await page.locator('main').innerText()).not.toContain('1883');
  await screenshot(page, 'device-login');
  expect(await seriousViolations(page)).toEqual([]);
  await made.getByRole('button', { name: '记下了，关闭' }).click();
  await page.locator('[data-login="meter-f1"]').getByRole('button', { name: '删除' }).click();
  await page.locator('dialog[open]').getByRole('button', { name: '删除' }).click();
  await page.getByRole('button', { name: '生成口令' }).waitFor();

  await page.getByRole('button', { name: '停用' }).click();
  await page.locator('dialog[open]').getByRole('button', { name: '停用' }).click();
  await page.locator('.device-retired').getByText('已停用').waitFor();
  await screenshot(page, 'device-retired');
  expect((await gateway.api<Device>('/devices/meter-f1')).stateReason).toBe('retired');
  const list = await open('/devices');
  await list.getByText('另有 1 台已停用').waitFor();
  expect(await list.locator('[data-device="meter-f1"]').count()).toBe(0);
  await list.getByLabel('是否在用').selectOption('1');
  await list.locator('[data-device="meter-f1"]').waitFor();
  expect(await list.locator('tr[data-device]').count()).toBe(1);
  await page.getByRole('button', { name: '恢复使用' }).click();
  await page.locator('.device-retired').waitFor({ state: 'detached' });
  expect((await gateway.api<Device>('/devices/meter-f1')).retired).toBeNull();
});

test('an address that names no device says so in words', async ({ open }) => {
  const page = await open('/devices/nothing');
  await page.getByRole('alert').getByText('没有').waitFor();
});

test('what cannot be read appears in the quarantine with its reason, its bytes and what to do', async ({
  gateway,
  open,
}) => {
  const page = await open('/devices/quarantine');
  await page.getByText('没有未识别的报文：收到的都能识别。').first().waitFor();
  await gateway.publish('meter-f2', 'readings', '{"power_w": oops');
  await gateway.publish('meter-f2', 'readings', '{"power_w": oops');
  await gateway.publish('stranger-1', 'readings', { power_w: 5 });
  const items = await eventually(async () => {
    const kept = (await gateway.api<{ items: Quarantined[] }>('/quarantine')).items;
    expect(kept.map(({ reason }) => reason).sort()).toEqual(['bad-payload', 'unknown-device']);
    return kept;
  });
  // By itself: the page asks again every few seconds.
  await page.locator('.quarantined').first().waitFor();
  for (const { id, topic, count } of items) {
    const entry = page.locator(`[data-quarantined="${id}"]`);
    await entry.getByText(topic).waitFor();
    expect(await entry.locator('.quarantined-count').innerText()).toContain(`${count} 次`);
  }
  const bad = page.locator('.quarantined', { hasText: '内容无法解析' });
  await bad.locator('summary').click();
  expect(
    await bad
      .locator('pre')
      .first()
      .evaluate((pre) => getComputedStyle(pre).fontFamily),
  ).toContain('monospace');
  expect(await bad.locator('pre').allInnerTexts()).toEqual([
    '{"power_w": oops',
    '7b 22 70 6f 77 65 72 5f 77 22 3a 20 6f 6f 70 73',
  ]);
  const stranger = page.locator('.quarantined', { hasText: '没有登记的设备' });
  expect(await stranger.locator('pre').first().innerText()).toContain('- { id: stranger-1,');
  expect(await page.locator('.page-sentence').innerText()).toBe('2 类报文无法识别，共 3 次，没有计入任何数值。');
  // Those that nothing uses are folded away.
  expect(await page.locator('[data-profile]:visible').count()).toBeLessThan(5);
  expect(await page.locator('[data-profile]').count()).toBe(
    (await gateway.api<{ items: unknown[] }>('/profiles')).items.length,
  );
});

test('what a retired device still tries is told on its page and wherever it is refused, with what to do', async ({
  gateway,
  open,
}) => {
  const retire = (retired: boolean) =>
    gateway.api('/devices/meter-f2', { method: 'PATCH', body: JSON.stringify({ change: { retired } }) });
  await retire(true);
  const page = await open('/devices/meter-f2');
  await page.locator('.device-retired').getByText('已停用').waitFor();
  expect(await refusalOf(gateway.mqttUrl, 'meter-f2')).toMatch(/refused/);
  await gateway.publish('meter-f2', 'readings', { power_w: 1 });
  await page.locator('[data-still="connects"]').getByText('已拒绝 1 次（来自 127.0.0.1）').waitFor();
  await page.locator('[data-still="sends"]').getByText('1 条没有记录').waitFor();
  await page.locator('.device-retired').getByText('可以不理会').waitFor();
  expect(await seriousViolations(page)).toEqual([]);
  const onboard = await open('/devices/onboard');
  const refused = onboard.locator('[data-refusal="device-retired"]');
  await refused.getByText('这台设备已停用').waitFor();
  await screenshot(onboard, 'refused-retired');
  expect(await onboard.locator('[data-refusal="unknown-login"]').count()).toBe(0);
  await refused.getByRole('link', { name: '打开设备页' }).click();
  await onboard.waitForURL((url) => url.pathname === '/devices/meter-f2');
  const kept = await open('/devices/quarantine');
  await kept.locator('.quarantined', { hasText: '设备已停用' }).getByRole('link', { name: '打开设备页' }).waitFor();
  await retire(false);
});

for (const look of [{}, { language: 'en', theme: 'dark', width: 390, height: 844 }] as const) {
  const name = JSON.stringify(look);
  test(`no page of devices has a serious barrier: ${name}`, async ({ open }) => {
    const pages = [
      { path: '/devices', ready: 'tr[data-device]' },
      { path: '/devices/meter-101', ready: '.chart' },
      { path: '/devices/quarantine', ready: '.quarantined' },
    ];
    for (const { path, ready } of pages) {
      const page = await open(path, look);
      await page.locator(ready).first().waitFor();
      expect(await seriousViolations(page), path).toEqual([]);
      expect(await overflow(page), path).toBeLessThanOrEqual(0);
      if ('language' in look) expect(await page.locator('main').innerText()).not.toMatch(/设备|隔离|最近/);
      await page.context().close();
    }
  });
}

test('a killed gateway is said and greys what it told; when it is back all is fresh', async ({ gateway, open }) => {
  const list = await open('/devices');
  const device = await open('/devices/meter-101');
  const quarantine = await open('/devices/quarantine');
  const pages = [list, device, quarantine];
  await list.locator('tr[data-device]').first().waitFor();
  await device.locator('[data-metric="power_w"]').waitFor();
  await quarantine.locator('.quarantined').first().waitFor();
  await gateway.kill();
  for (const page of pages) {
    await page.locator('.connection-banner').getByText('实时连接中断').waitFor();
    expect(await page.locator('.page-sentence').innerText()).toContain('实时连接中断');
    expect(await page.locator('main [data-outdated="true"]').count()).toBeGreaterThan(0);
  }
  await gateway.start();
  for (const page of pages) {
    await page.locator('.connection-banner').waitFor({ state: 'detached', timeout: 30_000 });
    expect(await page.locator('.device-stale').count()).toBe(0);
  }
});
