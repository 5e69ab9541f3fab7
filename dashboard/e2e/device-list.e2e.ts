/** The list of devices as a file, and a campus that has none yet. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { parse } from 'yaml';
import { devicesConfig } from '#contract/config/devices.ts';
import type { TestGateway } from '../../gateway/test/run-gateway.ts';
import { seriousViolations } from './open-page.ts';
import { schoolTests } from './school.ts';
import { screenshot } from './screenshot.ts';

const DEVICES = `devices:
  - { id: plus-1, name: "+86 电表", kind: electricity-meter, place: room-101, ratio: { ct: 80 }, register: { digits: 6, ratedMax: 50 }, custodian: "@王老师" }
  - { id: equal-1, name: { zh: "=SUM(A1:A9)", en: "-Meter, main" }, kind: water-meter, place: floor-1, tags: ["=ac", 空调], serial: "+12345" }
  - { id: quote-1, name: "'=quoted", kind: door, place: gate-east, intervalS: 2.5 }
  - { id: plain-1, name: "门; \\"东\\"", kind: switch, place: gate-east, address: "=tele/plug" }
  - { id: below-1, name: "-下级", kind: camera, place: gate-east, dependsOn: [plain-1], ratio: { ct: 2, pt: 100 } }
  - { id: nvr-1, name: 录像机, kind: nvr, place: gate-east, model: "-M1", manufacturer: "@厂" }
  - { id: sensor-1, name: 温度, kind: sensor, place: gate-east, upTopic: a/up, downTopic: a/down }
  - { id: gone-1, name: 旧表, kind: sensor, place: gate-east, retired: 2026-01-01 }
`;
const { test } = schoolTests({ files: { 'devices.yaml': DEVICES, 'rules.yaml': 'rules: []\n' } });

const entriesOf = (yaml: string) =>
  devicesConfig
    .parse(parse(yaml))
    .devices.filter(({ retired }) => retired === undefined)
    .toSorted((a, b) => (a.id < b.id ? -1 : 1));

async function withoutDevices(gateway: TestGateway): Promise<void> {
  const { etag } = await gateway.api<{ etag: string }>('/config/devices');
  const body = JSON.stringify({ text: 'devices: []\n' });
  await gateway.api('/config/devices', { method: 'PUT', headers: { 'if-match': etag }, body });
}

async function exported(page: Page, format: string): Promise<Buffer> {
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: `导出清单（${format}）` }).click(),
  ]);
  return readFile(await file.path());
}

test('an exported list computes nothing in a spreadsheet, and imported again it makes the same devices', async ({
  gateway,
  open,
}) => {
  const page = await open('/devices');
  const csv = await exported(page, 'CSV');
  const excel = await exported(page, 'Excel');
  await page.getByText('已导出 7 台在用的设备').waitFor();
  await screenshot(page, 'devices-export');
  const cells = csv
    .toString('utf8')
    .replace('\ufeff', '')
    .split(/\r\n|,/);
  expect(cells.filter((cell) => /^"?[=+\-@\t]/.test(cell))).toEqual([]);
  expect(csv.toString('utf8')).not.toContain('gone-1');

  const path = join(gateway.configDir, 'devices.yaml');
  for (const [name, buffer] of [
    ['清单.csv', csv],
    ['清单.xlsx', excel],
  ] as const) {
    await withoutDevices(gateway);
    await page.goto(`${gateway.url}/devices/import`);
    await page.locator('input[type="file"]').setInputFiles({ name, mimeType: 'application/octet-stream', buffer });
    await page.getByRole('button', { name: '导入 7 台' }).click();
    await page.getByText('已导入 7 台设备。').waitFor();
    expect(entriesOf(await readFile(path, 'utf8'))).toEqual(entriesOf(DEVICES));
  }
});

test('where nothing is registered every page leads to the first device', async ({ gateway, open }) => {
  await withoutDevices(gateway);
  const page = await open('/devices');
  for (const path of ['/devices', '/doors', '/cameras', '/energy', '/energy?resource=water', '/']) {
    await page.goto(`${gateway.url}${path}`);
    const empty = page.locator('.empty');
    await empty.getByRole('link', { name: '导入清单' }).waitFor();
    if (path === '/cameras') {
      expect(await seriousViolations(page), path).toEqual([]);
      await screenshot(page, 'cameras-none');
    }
    await empty.getByRole('link', { name: '接入设备' }).click();
    await page.waitForURL((url) => url.pathname === '/devices/onboard');
  }
});
