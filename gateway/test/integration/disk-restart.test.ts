/** Starting on a disk that takes nothing: people get in and look, no reading is acknowledged, and all goes on by itself. */
import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { connect } from 'mqtt';
import { describe, expect } from 'vitest';
import type { Incident } from '#contract/http/alerts.ts';
import type { SeriesResponse } from '#contract/http/energy.ts';
import type { ReadyResponse } from '#contract/http/health.ts';
import { nativeTopic } from '#contract/topics.ts';
import { ADMIN, SITE, startTestGateway, type TestGateway } from '../run-gateway.ts';
import { itNeeds } from '../skip.ts';
import { diskMissing, type SmallDisk, smallDisk } from '../small-disk.ts';

const root = resolve(import.meta.dirname, '../../..');
const LOW = { 'gateway.yaml': 'demo: false\nstore: { minFreeMiB: 2 }\n' };

/** Runs `serve` to its end. */
async function serve(configDir: string, dataDir: string): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, [join(root, 'gateway/src/main.ts'), 'serve'], {
    cwd: root,
    env: {
      ...process.env,
      ...{ HOUQIN_CONFIG: configDir, HOUQIN_DATA: dataDir, HOUQIN_HTTP: '127.0.0.1:0', HOUQIN_MQTT: '127.0.0.1:0' },
      ...{ HOUQIN_DEVICE_AUTH: 'anonymous', NO_COLOR: '1' },
    },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  const timer = setTimeout(() => child.kill('SIGTERM'), 20_000);
  const code = await new Promise<number | null>((done) => child.once('exit', done));
  clearTimeout(timer);
  return { code, output };
}

async function signIn(gateway: TestGateway): Promise<string> {
  const response = await fetch(`${gateway.url}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(ADMIN),
  });
  expect(response.status).toBe(201);
  return ((await response.json()) as { token: string }).token;
}

const ready = async (gateway: TestGateway): Promise<ReadyResponse> =>
  (await (await fetch(`${gateway.url}/readyz`)).json()) as ReadyResponse;

interface Spoilt {
  readonly reason: string;
  /** Waits until publishers are closed, which takes the 10 s of the hold. */
  readonly untilClosed: boolean;
  mend(): void;
}

/** What an existing campus can do on a disk that takes nothing, and that it goes on once that is mended. */
async function livesOn(gateway: TestGateway, stored: number, { reason, untilClosed, mend }: Spoilt): Promise<void> {
  const series = (): Promise<SeriesResponse> =>
    gateway.api(`/series?device=meter-main&metric=power_w&from=${stored - 1}&to=${stored + 1_000}`);
  const token = await signIn(gateway);
  const me = await fetch(`${gateway.url}/api/v1/me`, { headers: { authorization: `Bearer ${token}` } });
  expect(me.status).toBe(200);
  expect((await series()).points.map(({ value }) => value)).toEqual([7]);
  expect(await ready(gateway)).toMatchObject({ status: 'not-ready', storage: [{ reason, folder: gateway.dataDir }] });
  const { items } = await gateway.api<{ items: Incident[] }>('/incidents?state=firing');
  expect(items.filter(({ cause }) => cause === 'gateway')).toHaveLength(1);
  expect(gateway.output()).toContain(`"reason":"${reason}"`);
  const second = await serve(gateway.configDir, gateway.dataDir);
  expect(second).toMatchObject({ code: 3, output: expect.stringContaining(String(gateway.pid)) });

  const client = connect(gateway.mqttUrl, { clientId: 'meter', reconnectPeriod: 200, connectTimeout: 5_000 });
  client.on('error', () => {});
  try {
    let acked = false;
    let closed = false;
    client.once('close', () => {
      closed = true;
    });
    const topic = nativeTopic(SITE, 'meter-main', 'readings');
    const sent = client.publishAsync(topic, JSON.stringify({ ts: stored + 1, power_w: 8 }), { qos: 1 }).then(() => {
      acked = true;
    });
    // Held, then closed: the meter keeps it and sends it again.
    if (untilClosed) await expect.poll(() => closed, { timeout: 20_000 }).toBe(true);
    expect(acked).toBe(false);
    mend();
    await sent;
    await expect.poll(async () => ready(gateway), { timeout: 20_000 }).toMatchObject({ status: 'ready', storage: [] });
    expect((await series()).points.map(({ value }) => value)).toEqual([7, 8]);
    // Commands of this machine find it again, without a restart.
    const said = async (file: string): Promise<string> => readFile(join(gateway.dataDir, file), 'utf8').catch(() => '');
    await expect.poll(() => said('owner.json')).toContain(`"pid":${gateway.pid},`);
    const known = async (): Promise<number> => {
      const authorization = `Bearer ${(await said('cli-token')).trim()}`;
      return (await fetch(`${gateway.url}/api/v1/me`, { headers: { authorization } })).status;
    };
    await expect.poll(known).toBe(200);
    await gateway.api('/tokens', {
      method: 'POST',
      body: JSON.stringify({ name: 'after it', scope: 'read', days: 1 }),
    });
  } finally {
    await client.endAsync(true);
  }
}

async function restarted(
  how: 'terminate' | 'kill',
  spoil: (disk: SmallDisk) => void,
  mend: (disk: SmallDisk) => void,
  reason: string,
): Promise<void> {
  const disk = await smallDisk(24);
  const gateway = await startTestGateway({ files: LOW, dataDir: join(disk.dir, 'data') });
  try {
    const stored = Date.now() - 3_600_000;
    await gateway.publish('meter-main', 'readings', { ts: stored, power_w: 7 });
    await gateway[how]();
    spoil(disk);
    await gateway.start('answering');
    await livesOn(gateway, stored, { reason, untilClosed: how === 'terminate', mend: () => mend(disk) });
    // Nothing is left of the emergency: the next start is as any other.
    await gateway[how]();
    await gateway.start();
  } finally {
    await gateway.stop();
    disk.remove();
  }
}

describe('a restart', () => {
  for (const how of ['terminate', 'kill'] as const) {
    itNeeds(
      diskMissing(),
      `on a full disk (${how})`,
      () =>
        restarted(
          how,
          (disk) => disk.fill(),
          (disk) => disk.free(),
          'full',
        ),
      120_000,
    );
    itNeeds(
      diskMissing(),
      `on a read-only disk (${how})`,
      () =>
        restarted(
          how,
          (disk) => disk.remount('ro'),
          (disk) => disk.remount('rw'),
          'read-only',
        ),
      120_000,
    );
  }
});

describe('a first start', () => {
  const cases = [
    ['full', (disk: SmallDisk) => disk.fill(), /清理|腾出/, /[Ff]ree/],
    ['read-only', (disk: SmallDisk) => disk.remount('ro'), /挂载/, /mount it writable/],
  ] as const;
  for (const [name, spoil, zh, en] of cases)
    itNeeds(
      diskMissing(),
      `on a ${name} disk ends with a sentence that names the folder and what to do`,
      async () => {
        const base = await mkdtemp(join(tmpdir(), 'houqin-first-'));
        await cp(join(root, 'gateway/test/campus-config'), join(base, 'config'), { recursive: true });
        const disk = await smallDisk(4);
        try {
          const dataDir = join(disk.dir, 'data');
          mkdirSync(dataDir);
          spoil(disk);
          const { code, output } = await serve(join(base, 'config'), dataDir);
          expect(code).toBe(3);
          expect(output).toContain(dataDir);
          expect(output).toMatch(zh);
          expect(output).toMatch(en);
          expect(output).not.toMatch(/\n\s+at /);
        } finally {
          disk.remove();
          await rm(base, { recursive: true, force: true });
        }
      },
      60_000,
    );
});
