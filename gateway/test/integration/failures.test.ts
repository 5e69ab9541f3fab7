/** When it goes wrong: one sentence, an exit code, nothing half-started, nothing acknowledged that is not stored. */
import { spawn } from 'node:child_process';
import { cp, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { connect } from 'mqtt';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SeriesResponse } from '#contract/http/energy.ts';
import { nativeTopic } from '#contract/topics.ts';
import { SITE, startTestGateway, type TestGateway } from '../run-gateway.ts';
import { itNeeds } from '../skip.ts';
import { diskMissing, type SmallDisk, smallDisk } from '../small-disk.ts';

const root = resolve(import.meta.dirname, '../../..');
let base: string;
let taken: Server;
let takenPort = 0;

beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'houqin-failures-'));
  await cp(join(root, 'gateway/test/campus-config'), join(base, 'config'), { recursive: true });
  taken = createServer().listen(0, '127.0.0.1');
  await new Promise((done) => taken.once('listening', done));
  const address = taken.address();
  takenPort = typeof address === 'object' && address ? address.port : 0;
});
afterAll(async () => {
  taken.close();
  await rm(base, { recursive: true, force: true });
});

/** Runs `serve` to its end; a gateway that does start is ended and reported as such. */
function serve(env: Record<string, string>): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, [join(root, 'gateway/src/main.ts'), 'serve'], {
    cwd: root,
    env: {
      ...process.env,
      HOUQIN_CONFIG: join(base, 'config'),
      HOUQIN_DATA: join(base, 'data'),
      HOUQIN_HTTP: '127.0.0.1:0',
      HOUQIN_MQTT: '127.0.0.1:0',
      HOUQIN_DEVICE_AUTH: 'anonymous',
      NO_COLOR: '1',
      ...env,
    },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  const timer = setTimeout(() => child.kill('SIGTERM'), 15_000);
  return new Promise((done) => {
    child.once('exit', (code) => {
      clearTimeout(timer);
      done({ code, output });
    });
  });
}

describe('does not start', () => {
  test('on a bad config: file, line and what to write instead; no data folder is left behind', async () => {
    const config = join(base, 'bad-config');
    await cp(join(base, 'config'), config, { recursive: true });
    await writeFile(
      join(config, 'rules.yaml'),
      'rules:\n  - { id: a, name: A, kind: treshold, metric: power_w, above: 3 }\n',
    );
    const { code, output } = await serve({ HOUQIN_CONFIG: config, HOUQIN_DATA: join(base, 'never') });
    expect(code).not.toBe(0);
    expect(output).toMatch(/rules\.yaml:2/);
    expect(output).toContain('threshold');
    expect(await readdir(base)).not.toContain('never');
  });

  test.each([
    ['HOUQIN_HTTP', () => `127.0.0.1:${takenPort}`],
    ['HOUQIN_MQTT', () => `127.0.0.1:${takenPort}`],
  ])('when the port of %s is taken', async (name, address) => {
    const { code, output } = await serve({ [name]: address(), HOUQIN_DATA: join(base, `port-${name}`) });
    expect(code).not.toBe(0);
    expect(output).toContain(String(takenPort));
    expect(output).toMatch(/占用/);
    expect(output).not.toMatch(/\n\s+at /);
  });

  test('when the data folder cannot be written', async () => {
    const { code, output } = await serve({ HOUQIN_DATA: '/proc/houqin' });
    expect(code).not.toBe(0);
    expect(output).toContain('/proc/houqin');
  });

  test.each([
    ['anonymous devices', { HOUQIN_MQTT: '0.0.0.0:0' }, 'HOUQIN_DEVICE_AUTH'],
    ['a wrong variable', { HOUQIN_HTTP: 'everywhere' }, 'HOUQIN_HTTP'],
    ['a secret in a file that is not there', { HOUQIN_ADMIN_FILE: '/nowhere/admin' }, 'HOUQIN_ADMIN_FILE'],
  ])('with %s', async (_, env, named) => {
    const { code, output } = await serve({ ...env, HOUQIN_DATA: join(base, 'env') });
    expect(code).not.toBe(0);
    expect(output).toContain(named);
    expect(output).not.toMatch(/\n\s+at /);
  });
});

describe('while it runs', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startTestGateway();
  }, 60_000);
  afterAll(() => gateway.stop(), 30_000);

  test('a second owner of the data folder is refused with the pid of the first', async () => {
    const { code, output } = await serve({ HOUQIN_CONFIG: gateway.configDir, HOUQIN_DATA: gateway.dataDir });
    expect(code).not.toBe(0);
    expect(output).toContain(String(gateway.pid));
  });

  test('SIGTERM under load: gone within 10 s, exit code 0, every acknowledged reading stored', async () => {
    const acked: number[] = [];
    const client = connect(gateway.mqttUrl, { clientId: 'load', reconnectPeriod: 0 });
    client.on('error', () => {});
    let sending = true;
    const sender = (async () => {
      for (let n = 0; sending; n += 1) {
        const ts = Date.now() - 3_600_000 + n;
        await client
          .publishAsync(nativeTopic(SITE, 'meter-f2', 'readings'), JSON.stringify({ ts, power_w: n }), { qos: 1 })
          .then(
            () => acked.push(ts),
            () => {
              sending = false;
            },
          );
      }
    })();
    await expect.poll(() => acked.length, { timeout: 15_000 }).toBeGreaterThan(50);
    const begun = performance.now();
    expect(await gateway.terminate()).toBe(0);
    expect(performance.now() - begun).toBeLessThan(10_000);
    sending = false;
    client.end(true);
    await Promise.race([sender, new Promise((done) => setTimeout(done, 500))]);
    await gateway.start();
    const stored = await gateway.api<SeriesResponse>(
      `/series?device=meter-f2&metric=power_w&from=${Date.now() - 2 * 3_600_000}&to=${Date.now()}&limit=10000`,
    );
    const have = new Set(stored.points.map((point) => point.ts));
    expect(acked.filter((ts) => !have.has(ts))).toEqual([]);
  }, 60_000);
});

describe('disk full', () => {
  itNeeds(
    diskMissing(),
    'nothing is acknowledged that is not stored, /readyz turns red, and it resumes by itself',
    async () => {
      const disk = await smallDisk(24);
      try {
        await fillAndFree(disk);
      } finally {
        disk.remove();
      }
    },
    120_000,
  );
});

async function fillAndFree(disk: SmallDisk): Promise<void> {
  const gateway = await startTestGateway({
    files: { 'gateway.yaml': 'demo: false\nstore: { minFreeMiB: 1 }\n' },
    dataDir: join(disk.dir, 'data'),
  });
  const client = connect(gateway.mqttUrl, { clientId: 'filler', reconnectPeriod: 200, connectTimeout: 5_000 });
  client.on('error', () => {});
  try {
    const publish = (ts: number) =>
      client.publishAsync(nativeTopic(SITE, 'meter-main', 'readings'), JSON.stringify({ ts, power_w: 1 }), { qos: 1 });
    const start = Date.now() - 3_600_000;
    await publish(start);
    disk.fill();
    let acked = false;
    const held = publish(start + 1).then(() => {
      acked = true;
    });
    await expect.poll(async () => (await fetch(`${gateway.url}/readyz`)).status, { timeout: 20_000 }).toBe(503);
    expect((await fetch(`${gateway.url}/healthz`)).status).toBe(200);
    expect(acked).toBe(false);
    disk.free();
    await held;
    await expect.poll(async () => (await fetch(`${gateway.url}/readyz`)).status, { timeout: 20_000 }).toBe(200);
    const stored = await gateway.api<SeriesResponse>(
      `/series?device=meter-main&metric=power_w&from=${start}&to=${start + 10}`,
    );
    expect(stored.points.map((point) => point.ts)).toEqual([start, start + 1]);
  } finally {
    await client.endAsync(true);
    await gateway.stop();
  }
}
