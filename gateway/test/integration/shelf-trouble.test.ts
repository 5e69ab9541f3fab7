/** broker.db alone cannot be written, or came back older than it was: people are told, and of the former also when it is over. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectAsync, type MqttClient } from 'mqtt';
import { expect, test } from 'vitest';
import type { Incident } from '#contract/http/alerts.ts';
import { type ReadyResponse, readyResponse } from '#contract/http/health.ts';
import { nativeTopic } from '#contract/topics.ts';
import { SITE, startTestGateway, type TestGateway } from '../run-gateway.ts';
import { itNeeds } from '../skip.ts';

const TOLD_MS = 10_000;

const ready = async (gateway: TestGateway): Promise<ReadyResponse> =>
  readyResponse.parse(await (await fetch(`${gateway.url}/readyz`)).json());
const ofGateway = async (gateway: TestGateway, state: 'firing' | 'resolved'): Promise<Incident[]> =>
  (await gateway.api<{ items: Incident[] }>(`/incidents?state=${state}`)).items.filter(
    ({ cause }) => cause === 'gateway',
  );
const sender = (gateway: TestGateway): Promise<MqttClient> =>
  connectAsync(gateway.mqttUrl, { clientId: 'door-east', reconnectPeriod: 0 });
const retain = (client: MqttClient, payload: string): Promise<unknown> =>
  client.publishAsync(nativeTopic(SITE, 'door-east', 'status'), payload, { qos: 1, retain: true });

function lock(gateway: TestGateway, flag: '+i' | '-i'): void {
  for (const name of ['broker.db', 'broker.db-wal']) {
    const file = join(gateway.dataDir, name);
    if (existsSync(file)) execFileSync('chattr', [flag, file], { stdio: 'ignore' });
  }
}

/** Why no file can be made immutable here; undefined when one can. */
function lockMissing(): string | undefined {
  const dir = mkdtempSync(join(tmpdir(), 'houqin-lock-'));
  const file = join(dir, 'file');
  try {
    writeFileSync(file, '');
    execFileSync('chattr', ['+i', file], { stdio: 'ignore' });
    execFileSync('chattr', ['-i', file], { stdio: 'ignore' });
    return undefined;
  } catch {
    return 'a file that root cannot write needs chattr, its rights and a file system that knows it';
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

itNeeds(
  lockMissing(),
  'broker.db that alone cannot be written is told on /readyz and as an incident, readings go on, and it is over by itself',
  async () => {
    const gateway = await startTestGateway();
    const client = await sender(gateway);
    try {
      await retain(client, '{"state":"online"}');
      lock(gateway, '+i');
      await retain(client, '{"state":"offline"}');
      await expect.poll(async () => (await ready(gateway)).storage, { timeout: TOLD_MS }).toHaveLength(1);
      const { status, parts, storage } = await ready(gateway);
      expect({ status, disk: parts.disk.ok, storage }).toMatchObject({
        ...{ status: 'ready', disk: false },
        storage: [{ reason: 'failing', refuses: ['retained'], folder: gateway.dataDir }],
      });
      expect(storage[0]?.sentence.zh).toMatch(/读数仍在保存.*保留消息.*存不下.*请检查/);
      expect(storage[0]?.sentence.en).toMatch(/Readings are still stored.*retained messages.*bridges and integrations/);
      expect(storage[0]?.sentence.en).not.toContain('anything new');
      await expect.poll(() => ofGateway(gateway, 'firing'), { timeout: TOLD_MS }).toHaveLength(1);
      await gateway.publish('meter-main', 'readings', { power_w: 2 });
      await gateway.api('/tokens', {
        method: 'POST',
        body: JSON.stringify({ name: 'still-kept', scope: 'read', days: 1 }),
      });
      expect((await ready(gateway)).storage).toMatchObject([{ refuses: ['retained'] }]);

      lock(gateway, '-i');
      await expect.poll(async () => (await ready(gateway)).storage, { timeout: 2 * TOLD_MS }).toEqual([]);
      await expect.poll(() => ofGateway(gateway, 'resolved'), { timeout: TOLD_MS }).toHaveLength(1);
    } finally {
      lock(gateway, '-i');
      await client.endAsync(true);
      await gateway.stop();
    }
  },
  90_000,
);

test('messages lost to one flipped bit in the log of broker.db are told on /readyz and as an incident', async () => {
  const gateway = await startTestGateway();
  const client = await sender(gateway);
  try {
    for (let i = 0; i < 20; i += 1) await retain(client, `{"state":"online","n":${i}}`);
    await expect.poll(() => existsSync(join(gateway.dataDir, 'broker.db-wal'))).toBe(true);
    await client.endAsync(true);
    await gateway.kill();
    const log = join(gateway.dataDir, 'broker.db-wal');
    const bytes = readFileSync(log);
    // The header of the log is 32 bytes; the first frame goes, and with it all after it.
    bytes[100] = (bytes[100] ?? 0) ^ 1;
    writeFileSync(log, bytes);
    await gateway.start();
    const [trouble] = (await ready(gateway)).storage;
    expect(trouble).toMatchObject({ reason: 'damaged', refuses: [] });
    expect(trouble?.sentence.en).toMatch(/broker\.db: is older than it was: \d+ of its \d+ commits are missing/);
    await expect.poll(() => ofGateway(gateway, 'firing'), { timeout: TOLD_MS }).toHaveLength(1);
  } finally {
    await client.endAsync(true);
    await gateway.stop();
  }
}, 90_000);

test('a damaged broker.db is told on /readyz and as an incident until the next start', async () => {
  const gateway = await startTestGateway();
  try {
    await gateway.terminate();
    writeFileSync(
      join(gateway.dataDir, 'broker.db'),
      'not a database, but long enough for a header of one. '.repeat(99),
    );
    await gateway.start();
    expect((await ready(gateway)).storage).toMatchObject([{ reason: 'damaged', refuses: [] }]);
    expect((await ready(gateway)).storage[0]?.sentence.en).toContain('broker.db: set aside as broker.db.damaged-');
    await expect.poll(() => ofGateway(gateway, 'firing'), { timeout: TOLD_MS }).toHaveLength(1);
    await gateway.terminate();
    await gateway.start();
    expect((await ready(gateway)).storage).toEqual([]);
    await expect.poll(() => ofGateway(gateway, 'firing'), { timeout: TOLD_MS }).toEqual([]);
  } finally {
    await gateway.stop();
  }
}, 90_000);
