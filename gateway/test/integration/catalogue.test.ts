/**
 * One device of every entry of the catalogue against one running gateway: played by the simulator, whose encoders were
 * written from the papers of the ecosystems, or by a fake camera; a profile without a device here fails the test.
 */
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { LatestValue, ProfileInfo } from '#contract/http/campus.ts';
import type { SeriesResponse } from '#contract/http/energy.ts';
import { metricInfo } from '#contract/metrics.ts';
import { hashToken } from '../../src/shared/token-hash.ts';
import { startTestGateway, type TestGateway } from '../run-gateway.ts';
import { ENTRIES } from './catalogue-entries.ts';
import { BRIDGE, createPlayer, PREFIXES, SECRET } from './catalogue-player.ts';

const root = resolve(import.meta.dirname, '../../..');

let config: string;
let gateway: TestGateway;
let player: ReturnType<typeof createPlayer>;
/** All talk at once, so all have arrived by then; a fault of many is then told soon. */
let deadline = 0;

beforeAll(async () => {
  config = await mkdtemp(join(tmpdir(), 'houqin-catalogue-'));
  await cp(join(root, 'gateway/test/campus-config'), config, { recursive: true });
  await cp(join(root, 'config/profiles'), join(config, 'profiles'), { recursive: true });
  const tokenHash = hashToken(SECRET);
  const devices = ENTRIES.flatMap(({ played }) => played.map(({ device }) => ({ ...device, tokenHash })));
  const credentials = [{ username: BRIDGE, kind: 'bridge', prefixes: PREFIXES, tokenHash }];
  await writeFile(join(config, 'devices.yaml'), JSON.stringify({ devices, credentials }));
  await writeFile(join(config, 'rules.yaml'), 'rules: []\n');
  gateway = await startTestGateway({ config, env: { HOUQIN_DEVICE_AUTH: 'required' } });
  player = createPlayer(gateway.mqttUrl);
  for (const { played } of ENTRIES) for (const one of played) player.play(one);
  deadline = performance.now() + 15_000;
}, 60_000);

afterAll(async () => {
  await player?.close();
  await gateway?.stop();
  await rm(config, { recursive: true, force: true });
}, 30_000);

async function latest(device: string): Promise<Record<string, number>> {
  const { items } = await gateway.api<{ items: readonly LatestValue[] }>(`/latest?device=${device}`);
  return Object.fromEntries(items.map(({ metric, value }) => [metric, value]));
}

/** float32 on the wire keeps seven digits. */
const near = (value: number): unknown => (Number.isInteger(value) ? value : expect.closeTo(value, 3));

describe('a device of every profile', () => {
  for (const { profile, played } of ENTRIES) {
    for (const { device, told, more } of played) {
      test(`${profile}: ${device.id} has ${Object.keys({ ...told, ...more }).join(' ')}`, async () => {
        const wanted = Object.entries({ ...told, ...more }).map(([metric, value]) => [metric, near(value)]);
        await vi.waitFor(
          async () => expect(await latest(device.id)).toMatchObject(Object.fromEntries(wanted)),
          { timeout: Math.max(500, deadline - performance.now()), interval: 100 },
        );
        const [metric = 'online'] = Object.keys({ ...told, ...more });
        const span = `from=${Date.now() - 600_000}&to=${Date.now() + 60_000}&step=60s`;
        const series = await gateway.api<SeriesResponse>(`/series?device=${device.id}&metric=${metric}&${span}`);
        expect(series.unit).toBe(metricInfo(metric)?.unit);
      });
    }
  }
});

test('the catalogue: every profile of the gateway has a device here', async () => {
  const { items } = await gateway.api<{ items: readonly ProfileInfo[] }>('/profiles');
  const played = ENTRIES.map(({ profile }) => profile);
  expect(played.toSorted()).toEqual(items.map(({ id }) => id).toSorted());
});
