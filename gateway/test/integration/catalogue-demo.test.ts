/** A demo plays whatever devices.yaml names, also devices of other ecosystems and meters that are asked. */
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { LatestValue } from '#contract/http/campus.ts';
import { startTestGateway } from '../run-gateway.ts';
import { waitFor } from '../wait-for.ts';

const root = resolve(import.meta.dirname, '../../..');
const meter = (id: string, profile: string, more: object = {}): object => ({
  ...{ id, name: id, kind: 'electricity-meter', place: 'building-1', intervalS: 2, profile, ...more },
});
const DEVICES = [
  meter('d-native', 'native'),
  meter('d-tasmota', 'tasmota'),
  meter('d-esphome', 'esphome'),
  meter('d-sparkplug', 'sparkplug-b', { address: 'gw/meter' }),
  meter('d-cloud', 'huawei-iotda', { fields: { 'Meter.totalEnergy': 'energy_total_kwh' } }),
  meter('d-modbus', 'modbus-sdm', { address: '1', downTopic: 'dtu/a/down' }),
  meter('d-dlt645', 'dlt645', { address: '202503150088', downTopic: 'dtu/b/down' }),
];

test('the energy of each meter arrives, over connections that log in', async () => {
  const config = await mkdtemp(join(tmpdir(), 'houqin-demo-'));
  await cp(join(root, 'gateway/test/campus-config'), config, { recursive: true });
  await cp(join(root, 'config/profiles'), join(config, 'profiles'), { recursive: true });
  await writeFile(join(config, 'devices.yaml'), JSON.stringify({ devices: DEVICES }));
  await writeFile(join(config, 'gateway.yaml'), 'demo: true\n');
  await writeFile(join(config, 'rules.yaml'), 'rules: []\n');
  const gateway = await startTestGateway({ config, env: { HOUQIN_DEVICE_AUTH: 'required' } });
  onTestFinished(async () => {
    await gateway.stop();
    await rm(config, { recursive: true, force: true });
  });
  const live = async (): Promise<string[]> => {
    const { items } = await gateway.api<{ items: readonly LatestValue[] }>('/latest');
    const known = items.filter(({ metric, freshness }) => metric === 'energy_total_kwh' && freshness === 'live');
    return known.map(({ device }) => device).toSorted();
  };
  const ids = DEVICES.map((device) => ('id' in device ? String(device.id) : '')).toSorted();
  await waitFor(async () => expect(await live()).toEqual(ids), { timeout: 30_000, interval: 200 });
}, 90_000);
