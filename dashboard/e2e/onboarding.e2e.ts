/** A device nobody knows, from its first message to its chart; device lists; what a bridge announces. */
import { copyFile, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { connect, type MqttClient } from 'mqtt';
import type { Page } from 'playwright-core';
import { afterAll, expect } from 'vitest';
import type { Device, ProfileInfo } from '#contract/http/campus.ts';
import type { SeriesResponse } from '#contract/http/energy.ts';
import type { TestGateway } from '../../gateway/test/run-gateway.ts';
import { overflow, seriousViolations } from './open-page.ts';
import { eventually, schoolTests } from './school.ts';
import { screenshot } from './screenshot.ts';

const { test } = schoolTests();
const clients: MqttClient[] = [];
afterAll(async () => {
  for (const client of clients) await client.endAsync(true);
});

/** Publishes on any topic as a stranger would, QoS 1. */
async function stranger(gateway: TestGateway, topic: string, ...payloads: readonly unknown[]): Promise<void> {
  const client = connect(gateway.mqttUrl, { clientId: `stranger-${clients.length}`, reconnectPeriod: 0 });
  clients.push(client);
  for (const payload of payloads) await client.publishAsync(topic, JSON.stringify(payload), { qos: 1 });
}

const minute = 60_000;

interface Words {
  readonly add: string;
  readonly metric: string;
  readonly search: string;
  readonly add_: string;
  readonly next: string;
  readonly name: string;
  readonly place: string;
  readonly placeName: string;
  readonly save: string;
  readonly recovered: RegExp;
  readonly open: string;
}

const words: Readonly<Record<'zh' | 'en', Words>> = {
  zh: {
    add: '接入',
    metric: '湿度 %',
    search: '湿度',
    add_: '加入',
    next: '下一步：登记设备',
    name: '名称',
    place: '地点',
    placeName: '101 教室',
    save: '保存并接入',
    recovered: /(\d+) 条已收到的数值已补入历史/,
    open: '看它的曲线',
  },
  en: {
    add: 'Add',
    metric: 'Humidity %',
    search: 'humid',
    add_: 'Add',
    next: 'Next: register the device',
    name: 'Name',
    place: 'Place',
    placeName: 'Room 101',
    save: 'Save and add',
    recovered: /(\d+) values that had arrived before/,
    open: 'See its chart',
  },
};

async function pickValue(page: Page, path: string, { search, metric, add_ }: Words): Promise<void> {
  await page.locator(`[data-path="${path}"]`).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('searchbox').fill(search);
  await dialog.getByRole('radio', { name: metric }).check();
  await dialog.getByRole('button', { name: add_, exact: true }).click();
  await dialog.waitFor({ state: 'detached' });
}

for (const language of ['zh', 'en'] as const) {
  const w = words[language];
  const device = `th-${language}-07`;
  const topic = `lab-${language}/${device}/report`;
  test(`an unknown device is on the chart a minute after its first message: ${language}`, async ({ gateway, open }) => {
    const phone = language === 'en' ? ({ theme: 'dark', width: 390, height: 844, touch: true } as const) : {};
    const page = await open('/devices/onboard', { language, ...phone });
    await page.locator('.page-sentence').waitFor();
    await page.evaluate(() => Object.assign(window, { notReloaded: true }));
    const now = Date.now();
    const message = (n: number) => ({
      ts: Math.floor((now - n * 20 * minute) / 1_000),
      env: { temp: 20 + n, rh: 0.4 + n / 100 },
      lid: n % 2 === 1,
    });
    await stranger(gateway, topic, message(3), message(2), message(1));
    const row = page.locator(`[data-topic="${topic}"]`);
    await row.waitFor();
    expect(await row.innerText()).toContain('"rh"');
    expect(await seriousViolations(page)).toEqual([]);
    expect(await overflow(page)).toBeLessThanOrEqual(0);
    await screenshot(page, `onboard-list-${language}`);

    await row.getByRole('link', { name: w.add }).click();
    // The gateway proposes the temperature; humidity is a share here, which a person has to say.
    await page.locator('[data-path="env.temp"]').click();
    expect(await page.getByRole('dialog').getByRole('radio', { checked: true }).count()).toBe(1);
    await screenshot(page, `onboard-pick-${language}`);
    expect(await seriousViolations(page)).toEqual([]);
    await page.getByRole('dialog').getByRole('button', { name: w.add_, exact: true }).click();
    await pickValue(page, 'env.rh', w);
    await page.locator('[data-picked="env.rh"]').getByRole('button').first().click();
    await page.getByRole('dialog').locator('.unit-choice select').selectOption('100');
    await page.getByRole('dialog').getByRole('button').last().click();
    const preview = page.locator('.preview tbody tr');
    await eventually(async () => expect(await preview.count()).toBe(3));
    await eventually(async () => expect(await preview.first().innerText()).toMatch(/21\s°C[\s\S]*41\s%/));
    expect(await seriousViolations(page)).toEqual([]);
    expect(await overflow(page)).toBeLessThanOrEqual(0);
    await screenshot(page, `onboard-fields-${language}`);

    await page.getByRole('link', { name: w.next }).click();
    await page.getByLabel(w.name, { exact: true }).fill(language === 'zh' ? '实验室温湿度' : 'Lab climate');
    // Nothing is lost by going back and forth.
    await page.goBack();
    await page.locator('[data-picked="env.rh"]').waitFor();
    await page.goForward();
    expect(await page.getByLabel(w.name, { exact: true }).inputValue()).not.toBe('');
    await page.getByRole('button', { name: w.save }).click();
    await page.locator('[data-field="place"] .field-problem').waitFor();
    await page.getByLabel(w.place).selectOption({ label: `${'\u3000'.repeat(3)}${w.placeName}` });
    expect(await seriousViolations(page)).toEqual([]);
    expect(await overflow(page)).toBeLessThanOrEqual(0);
    await screenshot(page, `onboard-device-${language}`);
    await page.getByRole('button', { name: w.save }).click();
    const saved = page.locator('.onboard-saved');
    await saved.waitFor();
    expect(Number(w.recovered.exec(await saved.innerText())?.[1])).toBe(6);
    expect(await page.evaluate(() => Reflect.get(window, 'notReloaded'))).toBe(true);

    await page.getByRole('link', { name: w.open }).click();
    await page.waitForURL((url) => url.pathname === `/devices/${device}`);
    await stranger(gateway, topic, { ...message(0), env: { temp: 27.5, rh: 0.5 } });
    await eventually(async () =>
      expect(await page.locator('[data-metric="temperature_c"] .figure').innerText()).toContain('27.5'),
    );
    await page.locator('.chart').waitFor();
    const query = `device=${device}&metric=temperature_c&from=${now - 90 * minute}&to=${now + minute}`;
    const { points } = await gateway.api<SeriesResponse>(`/series?${query}`);
    expect(points.map(({ value }) => value)).toEqual([23, 22, 21, 27.5]);
    await page.locator('.chart-table summary').click();
    await eventually(async () => {
      const cells = await page.locator('.chart-table tbody').innerText();
      for (const value of ['23', '22', '21', '27.5']) expect(cells).toContain(value);
    });
    expect(await overflow(page)).toBeLessThanOrEqual(0);
    await screenshot(page, `onboard-chart-${language}`);
    const profiles = (await gateway.api<{ items: ProfileInfo[] }>('/profiles')).items;
    expect(profiles.some(({ matches }) => matches.includes(`lab-${language}/{device}/report`))).toBe(true);
  });
}

test('a second device of the same kind needs only its name and place', async ({ gateway, open }) => {
  await stranger(gateway, 'lab-zh/th-zh-08/report', { env: { temp: 18.5, rh: 0.6 }, lid: false });
  const page = await open('/devices/onboard');
  const row = page.locator('[data-topic="lab-zh/th-zh-08/report"]');
  await row.getByText('只差登记设备').waitFor();
  await row.getByRole('link', { name: '接入' }).click();
  await eventually(async () =>
    expect(await page.locator('.preview tbody tr').innerText()).toMatch(/18\.5\s°C[\s\S]*60\s%/),
  );
  await page.getByLabel('名称', { exact: true }).fill('准备室温湿度');
  await page.getByLabel('地点', { exact: true }).selectOption('room-101');
  await page.getByText('没有规则看管这样的设备').waitFor();
  await page.getByLabel('类型').selectOption('electricity-meter');
  await page.getByText('将由这些规则看管：人走灯灭').waitFor();
  await page.getByLabel('类型').selectOption('sensor');
  await page.getByLabel('标签').fill('实验室');
  await page.getByLabel('上级设备').selectOption('sw-east');
  await page.getByRole('button', { name: '＋ 新地点' }).click();
  await page.getByLabel('新地点的名称').fill('准备室');
  await page.getByRole('button', { name: '添加地点' }).click();
  await eventually(async () => expect(await page.getByLabel('地点', { exact: true }).inputValue()).toBe('room-1'));
  await screenshot(page, 'onboard-form');
  await page.getByLabel('编号', { exact: true }).fill('meter-101');
  await page.getByRole('button', { name: '保存并接入' }).click();
  await page.getByText('编号已被“101 电表”使用。').waitFor();
  await page.getByLabel('编号', { exact: true }).fill('th-zh-08');
  await page.getByRole('button', { name: '保存并接入' }).click();
  await page.getByText('2 条已收到的数值已补入历史').waitFor();
  expect(await gateway.api<Device>('/devices/th-zh-08')).toMatchObject({
    profile: 'lab-zh-report',
    name: { zh: '准备室温湿度' },
    ...{ tags: ['实验室'], dependsOn: ['sw-east'], place: 'room-1' },
  });
});

test('a device that speaks the native protocol is found from the quarantine and needs no values picked', async ({
  gateway,
  open,
}) => {
  await gateway.publish('meter-new', 'readings', { energy_total_kwh: 12.5, power_w: 40 });
  const page = await open('/devices/quarantine');
  await page.getByRole('link', { name: '去接入 campus/v1/main/meter-new/readings' }).click();
  await eventually(async () => expect(await page.locator('.preview tbody tr').innerText()).toMatch(/12\.5\s*kWh/));
  await page.getByLabel('名称', { exact: true }).fill('新电表');
  expect(await page.getByLabel('类型').inputValue()).toBe('electricity-meter');
  await page.getByLabel('地点').selectOption('room-101');
  await page.getByLabel('表盘整数位数').fill('6');
  await page.getByRole('button', { name: '保存并接入' }).click();
  await page.getByText('2 条已收到的数值已补入历史').waitFor();
  expect(await gateway.api<Device>('/devices/meter-new')).toMatchObject({
    kind: 'electricity-meter',
    profile: 'native',
  });
});

test('a profile that switched itself off says why, and is switched on again by hand', async ({ gateway, open }) => {
  const client = connect(gateway.mqttUrl, { clientId: 'stranger-broken', reconnectPeriod: 0 });
  clients.push(client);
  // Both devices of that profile: one alone would not cost the other its profile.
  for (let n = 0; n < 105; n++)
    await client.publishAsync(`lab-zh/th-zh-0${7 + (n % 2)}/report`, '{"env": broken', { qos: 1 });
  const page = await open('/devices/quarantine');
  const row = page.locator('[data-profile="lab-zh-report"]');
  await row.getByText('已停用').waitFor();
  expect(await row.innerText()).toContain('最近一次失败');
  expect(await seriousViolations(page)).toEqual([]);
  await screenshot(page, 'profile-disabled');
  await row.getByRole('button', { name: '启用' }).click();
  await row.getByText('已停用').waitFor({ state: 'detached' });
  const { items } = await gateway.api<{ items: ProfileInfo[] }>('/profiles');
  expect(items.find(({ id }) => id === 'lab-zh-report')).toMatchObject({ disabled: false });
});

test('words of a door become open and closed, and what the words mean can be turned round', async ({
  gateway,
  open,
}) => {
  await stranger(gateway, 'gate/d-1/state', { contact: true }, { contact: false });
  const page = await open('/devices/onboard?topic=gate/d-1/state');
  await page.locator('[data-path="contact"]').click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('searchbox').fill('门');
  await dialog.getByRole('radio', { name: /^门开/ }).check();
  for (const [word, meaning] of [
    ['true', '关'],
    ['false', '开'],
  ] as const)
    await dialog
      .getByRole('group', { name: `${word} 表示` })
      .getByRole('radio', { name: meaning })
      .check();
  await dialog.getByRole('button', { name: '加入' }).click();
  await eventually(async () =>
    expect((await page.locator('.preview tbody td.figure').allInnerTexts()).sort()).toEqual(['关', '开']),
  );
  expect(await page.locator('.preview tbody tr').first().innerText()).toContain('开');
});

test('power in kW is doubted: when it is proposed, when it is taken for watts, and on the page of the device', async ({
  gateway,
  open,
}) => {
  const message = { power_delivered: 0.687, voltage_l1: 229, current_l1: 3, energy_delivered_tariff1: 1234.5 };
  await stranger(gateway, 'meters/p1-1/data', message);
  const page = await open('/devices/onboard?topic=meters/p1-1/data');
  await page.getByRole('button', { name: /全部采用建议/ }).click();
  const power = page.locator('[data-picked="power_delivered"]');
  expect(await power.innerText()).toContain('kW');
  expect(await power.locator('.picked-doubt').innerText()).toContain('电压 × 电流');
  expect(await page.locator('[data-left="energy_delivered_tariff1"]').innerText()).toContain('费率');
  await eventually(async () => expect(await page.locator('.preview tbody tr').first().innerText()).toMatch(/687\s*W/));
  expect(await page.locator('.preview-doubt').count()).toBe(0);
  await screenshot(page, 'onboard-doubt');
  await power.getByRole('button', { name: /修改/ }).click();
  await page.getByRole('dialog').locator('.unit-choice select').selectOption('1');
  await page.getByRole('dialog').getByRole('button').last().click();
  await page.locator('.preview-doubt').waitFor();
  expect(await page.locator('.preview-doubt').innerText()).toContain('千分之一');
  expect(await page.locator('.picked-doubt').count()).toBe(0);
  expect(await seriousViolations(page)).toEqual([]);

  await gateway.publish('meter-101', 'readings', { power_w: 0.687, voltage_v: 229, current_a: 3 });
  const device = await open('/devices/meter-101');
  await device.locator('.device-hint').waitFor();
  expect(await device.locator('.device-hint').innerText()).toContain('像是 kW');
  expect(await seriousViolations(device)).toEqual([]);
  await gateway.publish('meter-101', 'readings', { power_w: 687, voltage_v: 229, current_a: 3 });
});

test('what a bridge announces is registered with a place and nothing else', async ({ gateway, open }) => {
  const profiles = path.join(gateway.configDir, 'profiles');
  await mkdir(profiles, { recursive: true });
  await copyFile(
    path.join(import.meta.dirname, '../../config/profiles/zigbee2mqtt.yaml'),
    `${profiles}/zigbee2mqtt.yaml`,
  );
  await eventually(async () => {
    const { items } = await gateway.api<{ items: ProfileInfo[] }>('/profiles');
    expect(items.map(({ id }) => id)).toContain('zigbee2mqtt');
  });
  const definition = { model: 'MCCGQ11LM', vendor: 'Aqara', description: 'Door sensor', exposes: [] };
  await stranger(gateway, 'zigbee2mqtt/bridge/devices', [
    { ieee_address: '0x1', type: 'Coordinator', friendly_name: 'Coordinator', supported: true },
    {
      ...{ ieee_address: '0x00158d0001a2b3c4', type: 'EndDevice', friendly_name: '图书馆后门', supported: true },
      definition: { ...definition, exposes: [{ type: 'binary', name: 'contact', property: 'contact' }] },
    },
  ]);
  const page = await open('/devices/onboard');
  const announced = page.locator('[data-announced="图书馆后门"]');
  await announced.waitFor();
  await screenshot(page, 'onboard-announced');
  await announced.getByRole('link', { name: '登记' }).click();
  await page.getByLabel('地点').selectOption('building-1');
  await page.getByRole('button', { name: '保存并接入' }).click();
  await page.getByText('图书馆后门 已接入。').waitFor();
  const { items } = await gateway.api<{ items: Device[] }>('/devices');
  expect(items.find(({ address }) => address === '图书馆后门')).toMatchObject({ profile: 'zigbee2mqtt', kind: 'door' });
});

test('what a registered device says and nobody records is listed, picked on its page, and recorded from then on', async ({
  gateway,
  open,
}) => {
  const topic = 'zigbee2mqtt/图书馆后门';
  const message = { contact: true, linkquality: 80, hatch: 'OPEN', device_temperature: 31, presses: 3 };
  await stranger(gateway, topic, message);
  await stranger(gateway, `${topic}/contact`, true);
  await stranger(gateway, 'zigbee2mqtt/attic', { contact: true, linkquality: 80 });
  await stranger(gateway, 'zigbee2mqtt/attic/availability', { state: 'online' });
  const { items } = await gateway.api<{ items: Device[] }>('/devices');
  const { id } = items.find(({ address }) => address === '图书馆后门') ?? { id: '' };

  const page = await open('/devices/onboard');
  // Two topics of one device that nobody has registered are one row; the attribute of a registered one is none.
  await page.locator('[data-topic="zigbee2mqtt/attic"] [data-others="1"]').waitFor();
  expect(await page.locator('[data-topic^="zigbee2mqtt/"]').count()).toBe(1);
  const listed = page.locator(`[data-unread="${id}"]`);
  await listed.getByText('3 个数值未记录').waitFor();
  await listed.getByRole('link', { name: '选择' }).click();

  await page.locator('[data-member="hatch"]').waitFor();
  expect(await seriousViolations(page)).toEqual([]);
  await page.locator('[data-pick="hatch"]').click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('searchbox').fill('tamper');
  await dialog.getByRole('radio', { name: /tamper|拆/ }).check();
  await dialog.getByRole('group', { name: 'OPEN 表示' }).getByRole('radio').first().check();
  await dialog.getByRole('group', { name: 'CLOSED 表示' }).getByRole('radio').nth(1).check();
  await dialog.getByRole('button', { name: '加入' }).click();
  await page.locator('[data-member="presses"]').getByRole('button', { name: '不需要' }).click();
  await screenshot(page, 'device-unread');
  expect(await overflow(page)).toBeLessThanOrEqual(0);
  await page.getByRole('button', { name: '保存 2 项' }).click();
  await page.getByText('1 个数值未记录：').waitFor();
  await stranger(gateway, topic, message);
  await page.locator('[data-metric="tamper"]').waitFor();
  expect(await page.locator('[data-member]').count()).toBe(1);
});

test('with nothing to be seen the page says how to make a device send', async ({ open }) => {
  const page = await open('/devices/onboard?topic=never/seen');
  await page.getByRole('alert').or(page.getByText('这个主题没有留下报文')).first().waitFor();
});
