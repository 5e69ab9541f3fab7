/** A stop comes to an end, whatever is under way, and what it cuts off is nobody's failure. */
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { connect } from 'mqtt';
import { expect, test } from 'vitest';
import type { Incident } from '#contract/http/alerts.ts';
import type { Device } from '#contract/http/campus.ts';
import { nativeTopic } from '#contract/topics.ts';
import { startGateway } from '../../src/gateway.ts';
import { readEnvironment } from '../../src/shared/environment.ts';
import { SITE, startTestGateway, type TestGateway } from '../run-gateway.ts';
import { rememberingLog } from './quiet-log.ts';

const root = resolve(import.meta.dirname, '../../..');
const LIMIT_MS = 10_000;

async function timed(gateway: TestGateway): Promise<void> {
  const begun = performance.now();
  expect(await gateway.terminate()).toBe(0);
  expect(performance.now() - begun, gateway.output()).toBeLessThan(LIMIT_MS);
}

test('with publishers held because the disk is nearly full: within 10 s, nothing acknowledged', async () => {
  const gateway = await startTestGateway();
  const held = connect(gateway.mqttUrl, { clientId: 'held', reconnectPeriod: 0 });
  held.on('error', () => undefined);
  try {
    await held.publishAsync(nativeTopic(SITE, 'cam-1', 'heartbeat'), '1', { qos: 1 });
    const file = join(gateway.configDir, 'gateway.yaml');
    const before = await readFile(file, 'utf8');
    await writeFile(file, 'demo: false\nstore: { minFreeMiB: 999999999 }\n');
    await expect.poll(async () => (await fetch(`${gateway.url}/readyz`)).status, { timeout: 15_000 }).toBe(503);
    expect((await fetch(`${gateway.url}/healthz`)).status).toBe(200);
    let acked = false;
    held.publish(nativeTopic(SITE, 'meter-f1', 'readings'), '{"power_w": 1}', { qos: 1 }, (error) => {
      acked = !error;
    });
    const causes = async (): Promise<string[]> =>
      (await gateway.api<{ items: Incident[] }>('/incidents?state=firing')).items.map((incident) => incident.cause);
    await expect.poll(causes).toContain('gateway');
    expect(await gateway.api<Device>('/devices/cam-1')).toMatchObject({ state: 'unknown', stateReason: 'store-down' });
    await timed(gateway);
    expect(acked).toBe(false);
    await writeFile(file, before);
    await gateway.start();
    expect(await causes()).not.toContain('gateway');
  } finally {
    held.end(true);
    await gateway.stop();
  }
}, 60_000);

test('while a camera is asked that takes the connection and says nothing: within 10 s', async () => {
  const camera = createServer();
  const asked = once(camera, 'connection');
  camera.listen(0, '127.0.0.1');
  await once(camera, 'listening');
  const address = camera.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const devices = await readFile(join(import.meta.dirname, '../campus-config/devices.yaml'), 'utf8');
  const probe = `{ host: 127.0.0.1, onvif: { port: ${port} }, rtsp: { port: ${port} }, timeoutMs: 30000, everyS: 1 }`;
  const hanging = `  - { id: cam-9, name: 九号, kind: camera, place: gate-east, intervalS: 60, probe: ${probe} }\n`;
  const gateway = await startTestGateway({ files: { 'devices.yaml': devices + hanging } });
  try {
    await asked;
    await timed(gateway);
  } finally {
    camera.close();
    await gateway.stop();
  }
}, 60_000);

test('while the demo writes its past: within 10 s', async () => {
  const gateway = await startTestGateway({ config: join(root, 'config'), env: { HOUQIN_DEVICE_AUTH: 'required' } });
  try {
    await timed(gateway);
    expect(gateway.output()).not.toContain('Demo history ready');
    expect(gateway.output()).not.toContain('could not be written');
  } finally {
    await gateway.stop();
  }
}, 90_000);

test('a start that finds its port taken leaves nothing behind: no owner, no lock, no listener', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'houqin-taken-'));
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const address = taken.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const started = async (http: string) => {
    const read = readEnvironment({
      ...{ HOUQIN_CONFIG: join(root, 'gateway/test/campus-config'), HOUQIN_DATA: dataDir },
      ...{ HOUQIN_HTTP: http, HOUQIN_MQTT: '127.0.0.1:0' },
    });
    if (!read.ok) throw new Error(read.en);
    return startGateway({ environment: read.environment, log: rememberingLog(), say: () => undefined });
  };
  const leftovers = async (): Promise<string[]> =>
    (await readdir(dataDir)).filter((name) => name === 'owner.json' || name === 'lock');
  try {
    const refused = await started(`127.0.0.1:${port}`);
    expect(refused).toMatchObject({ ok: false, exitCode: 3, zh: expect.stringContaining('占用') });
    expect(await leftovers()).toEqual([]);
    const again = await started('127.0.0.1:0');
    expect(again.ok).toBe(true);
    expect(await leftovers()).toHaveLength(2);
    if (again.ok) await again.gateway.stop();
    expect(await leftovers()).toEqual([]);
  } finally {
    taken.close();
    await rm(dataDir, { recursive: true, force: true });
  }
});
