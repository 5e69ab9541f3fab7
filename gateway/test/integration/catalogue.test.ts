/**
 * One device of every entry of the catalogue against one running gateway: played by the simulator, whose encoders were
 * written from the papers of the ecosystems, or by a fake camera; a profile without a device here fails the test.
 */
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { connectAsync } from 'mqtt';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { deviceProbe } from '#contract/config/devices.ts';
import type { Device, LatestValue, ProfileInfo, Quarantined } from '#contract/http/campus.ts';
import type { SeriesResponse } from '#contract/http/energy.ts';
import { metricInfo } from '#contract/metrics.ts';
import { sparkplugBytes } from '../../../device-sim/encoders/sparkplug-payload.ts';
import { hashToken } from '../../src/shared/token-hash.ts';
import { startTestGateway, type TestGateway } from '../run-gateway.ts';
import { waitFor } from '../wait-for.ts';
import { CAMERA_ENV, type Cameras, startCameras } from './catalogue-cameras.ts';
import { ENTRIES, later, type Played, type Told } from './catalogue-entries.ts';
import { BRIDGE, createPlayer, type Player, PREFIXES, SECRET } from './catalogue-player.ts';

const root = resolve(import.meta.dirname, '../../..');
const ALL: readonly Played[] = ENTRIES.flatMap(({ played }) => played);
/** What Frigate says of itself in the statistics of its cameras. */
const FRIGATE = { id: 'frigate', name: 'Frigate', kind: 'nvr', profile: 'frigate', place: 'campus' };
/** All talk at once, so all have arrived by then; a fault of many is then told soon. */
const PATIENCE_MS = 15_000;

const COPIES = { 'dlt645-phases': ['00010000', '0201FF00', '0202FF00', '02060000'], 'dlt645-old': ['9010', 'B611'] };

let config: string;
let gateway: TestGateway;
let player: Player;
let cameras: Cameras;
let deadline = 0;

beforeAll(async () => {
  cameras = await startCameras();
  config = await mkdtemp(join(tmpdir(), 'houqin-catalogue-'));
  await cp(join(root, 'gateway/test/campus-config'), config, { recursive: true });
  await cp(join(root, 'config/profiles'), join(config, 'profiles'), { recursive: true });
  await copyProfiles(join(config, 'profiles'));
  const tokenHash = hashToken(SECRET);
  const devices = [...ALL.map(({ device }) => ({ ...device, tokenHash })), FRIGATE, ...cameras.devices];
  const credentials = [{ username: BRIDGE, kind: 'bridge', prefixes: PREFIXES, tokenHash }];
  await writeFile(join(config, 'devices.yaml'), JSON.stringify({ devices, credentials }));
  await writeFile(join(config, 'gateway.yaml'), JSON.stringify({ demo: false, ...cameras.settings }));
  await writeFile(join(config, 'rules.yaml'), 'rules: []\n');
  gateway = await startTestGateway({ config, env: { HOUQIN_DEVICE_AUTH: 'required', ...CAMERA_ENV } });
  player = createPlayer(gateway.mqttUrl);
  for (const one of ALL) player.play(one);
  deadline = performance.now() + PATIENCE_MS;
}, 60_000);

afterAll(async () => {
  await player?.close();
  await gateway?.stop();
  await cameras?.close();
  await rm(config, { recursive: true, force: true });
}, 30_000);

/** What the shipped profile says to do for other data and for older meters: a copy under another id. */
async function copyProfiles(folder: string): Promise<void> {
  const shipped = await readFile(join(folder, 'dlt645.yaml'), 'utf8');
  for (const [id, read] of Object.entries(COPIES)) {
    const copy = shipped
      .replace('id: dlt645\n', `id: ${id}\n`)
      .replace(/^(poll: .*read: )\[.*?\]/m, `$1${JSON.stringify(read)}`);
    await writeFile(join(folder, `${id}.yaml`), copy);
  }
}

async function latest(device: string): Promise<Record<string, number>> {
  const { items } = await gateway.api<{ items: readonly LatestValue[] }>(`/latest?device=${device}`);
  return Object.fromEntries(items.map(({ metric, value }) => [metric, value]));
}

/** float32 on the wire keeps seven digits. */
const near = (value: number): unknown => (Number.isInteger(value) ? value : expect.closeTo(value, 3));

async function shows(device: string, values: Told): Promise<void> {
  const wanted = Object.fromEntries(Object.entries(values).map(([metric, value]) => [metric, near(value)]));
  const timeout = Math.max(500, deadline - performance.now());
  await waitFor(async () => expect(await latest(device)).toMatchObject(wanted), { timeout, interval: 100 });
}

describe('a device of every profile', () => {
  for (const { profile, played } of ENTRIES) {
    for (const { device, told, more } of played) {
      const values = { ...told, ...more };
      test(`${profile}: ${device.id} has ${Object.keys(values).join(' ')}`, async () => {
        await shows(device.id, values);
        const [metric = 'online'] = Object.keys(values);
        const span = `from=${Date.now() - 600_000}&to=${Date.now() + 60_000}&step=60s`;
        const series = await gateway.api<SeriesResponse>(`/series?device=${device.id}&metric=${metric}&${span}`);
        expect(series.unit).toBe(metricInfo(metric)?.unit);
      });
    }
  }
});

describe('then with other values', () => {
  beforeAll(() => {
    deadline = performance.now() + PATIENCE_MS;
    // Some of them send seconds: two seconds on, no two values of a device have one time.
    for (const { device, told } of ALL) player.tell(device.id, later(told), Date.now() + 2_000);
  });
  for (const { profile, played } of ENTRIES) {
    for (const { device, told } of played) {
      test(`${profile}: ${device.id}`, () => shows(device.id, later(told)));
    }
  }
});

describe('devices on sockets of their own', () => {
  test('a recorder registers and sends its heartbeat, both answered with 200; a camera says Hello', async () => {
    expect(await cameras.speak()).toEqual(['SIP/2.0 200 OK', 'SIP/2.0 200 OK']);
    deadline = performance.now() + PATIENCE_MS;
    for (const { device, shows: values } of cameras.entries) await shows(device, values);
    expect(Math.abs((await latest('ca-onvif'))['camera_clock_skew_s'] ?? 99)).toBeLessThanOrEqual(2);
  });
});

test('an edge node that missed a message is told to be born again, and is', async () => {
  const before = player.heard('sp-node');
  const node = await gateway.api<Device>('/devices/sp-node');
  const client = await connectAsync(gateway.mqttUrl, { clientId: `${BRIDGE}.gap`, username: BRIDGE, password: SECRET });
  await client.publishAsync('spBv1.0/Campus/NDATA/B7-gw', sparkplugBytes({ timestamp: Date.now(), seq: 200 }), {
    qos: 1,
  });
  await client.endAsync();
  await waitFor(() => expect(player.heard('sp-node')).toBe(before + 1), 5_000);
  await waitFor(async () => {
    const { lastSeenAt } = await gateway.api<Device>('/devices/sp-node');
    expect(lastSeenAt).toBeGreaterThan(node.lastSeenAt ?? 0);
  }, 5_000);
});

test('nothing of all this is in the quarantine', async () => {
  const { items } = await gateway.api<{ items: readonly Quarantined[] }>('/quarantine');
  expect(items.map(({ topic, reason, detail }) => `${topic}: ${reason}: ${detail}`)).toEqual([]);
});

test('without a farewell, wills speak: ESPHome, Homie, Sparkplug and Home Assistant are offline, and come back', async () => {
  const willed = ['es-meter', 'ho-meter', 'ho-old', 'sp-node', 'ha-meter'];
  player.cut();
  deadline = performance.now() + PATIENCE_MS;
  for (const device of willed) await shows(device, { online: 0 });
  player.reopen();
  for (const device of [...willed, 'sp-meter']) await shows(device, { online: 1 });
});

test('the catalogue: every profile of the gateway and every way to probe has a device here', async () => {
  const { items } = await gateway.api<{ items: readonly ProfileInfo[] }>('/profiles');
  const { host: _host, everyS: _every, timeoutMs: _timeout, ...ways } = deviceProbe.shape;
  const catalogue = ['native', ...items.map(({ id }) => id), ...Object.keys(ways).map((way) => `probe: ${way}`)];
  const played = [...ENTRIES.map(({ profile }) => profile), ...cameras.entries.map(({ entry }) => entry)];
  expect([...new Set(played)].toSorted()).toEqual(catalogue.toSorted());
});
