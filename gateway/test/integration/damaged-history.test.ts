/** A school whose data files are damaged: what the gateway, /readyz and houqin doctor say of it, and the repair. */
import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ReadyResponse } from '#contract/http/health.ts';
import { startGateway } from '../../src/gateway.ts';
import { type Environment, readEnvironment } from '../../src/shared/environment.ts';
import { openReadingStore } from '../../src/store/open-reading-store.ts';
import { createBench } from '../cli/run-houqin.ts';
import { rememberingLog } from './quiet-log.ts';

const HOUR = 3_600_000;
const T = Date.UTC(2026, 4, 4);

describe('a school whose readings.db is damaged', () => {
  let bench: Awaited<ReturnType<typeof createBench>>;
  beforeEach(async () => {
    bench = await createBench();
    const store = await openReadingStore({ dir: bench.dataDir, hourPhaseMs: 0, dayPhaseMs: 16 * HOUR });
    const minutes = Array.from({ length: 12 * 60 }, (_, i) => T + i * 60_000);
    await store.append(
      minutes.map((ts, i) => ({ device: 'meter-f1', metric: 'power_w', ts, value: i, flags: 0, receivedAt: ts })),
    );
    await store.release(await store.head());
    await store.seal(T + 48 * HOUR);
    await store.close();
  });
  afterEach(() => bench.remove());

  const file = (): string => join(bench.dataDir, 'readings.db');
  const sql = (text: string): void => {
    const db = new DatabaseSync(file());
    db.exec(text);
    db.close();
  };
  const environment = (): Environment => {
    const read = readEnvironment({
      HOUQIN_CONFIG: bench.configDir,
      HOUQIN_DATA: bench.dataDir,
      HOUQIN_HTTP: '127.0.0.1:0',
      HOUQIN_MQTT: '127.0.0.1:0',
      HOUQIN_DEVICE_AUTH: 'anonymous',
    });
    if (!read.ok) throw new Error(read.en);
    return read.environment;
  };
  const serve = async (log = rememberingLog()) => ({
    log,
    started: await startGateway({ environment: environment(), log, say: () => undefined }),
  });

  test('goes on acknowledging, and says on /readyz and in the log what is missing', async () => {
    sql('UPDATE chunks SET body = zeroblob(30) WHERE start = (SELECT min(start) FROM chunks)');
    const { log, started } = await serve();
    if (!started.ok) throw new Error(started.en);
    const { gateway } = started;
    try {
      const ready = async () => {
        const answer = await fetch(`${gateway.url}/readyz`);
        const { parts, status } = (await answer.json()) as ReadyResponse;
        return { http: answer.status, status, ...parts.store };
      };
      await expect.poll(ready, { timeout: 20_000 }).toMatchObject({ http: 200, status: 'ready', ok: false });
      expect((await ready()).detail).toMatch(
        /degraded: 1 damaged.*readings\.db chunks meter-f1 power_w 2026-05-0\dT.*houqin doctor/,
      );
      expect(log.lines.filter((line) => line.startsWith('damaged: readings.db chunks meter-f1 power_w'))).toHaveLength(
        1,
      );
      const refused = await bench.houqin('doctor', '--repair');
      expect([refused.code, refused.err.join('\n')]).toEqual([3, expect.stringContaining('is in use by process')]);
    } finally {
      await gateway.stop();
    }
  }, 60_000);

  test('is named by doctor line by line, repaired with the damaged file kept, and good afterwards', async () => {
    sql(
      "UPDATE chunks SET body = zeroblob(30) WHERE start = (SELECT min(start) FROM chunks); DELETE FROM rollups WHERE kind = 'd'",
    );
    const found = await bench.houqin('doctor');
    expect(found.code).toBe(1);
    const bad = found.out.filter((line) => line.startsWith('✗ data'));
    expect(bad).toContainEqual(expect.stringMatching(/readings\.db chunks meter-f1 power_w 2026-.* – 2026-/));
    expect(bad).toContainEqual(expect.stringContaining('rollups (days) meter-f1 power_w'));
    expect(bad.at(-1)).toContain('houqin doctor --repair');
    const repaired = await bench.houqin('doctor', '--repair');
    const said = repaired.out.join('\n');
    expect(said).toMatch(/damaged file is kept as readings\.db\.damaged-\d{8}T\d{6}/);
    expect(said).toMatch(/lost: readings\.db chunks meter-f1 power_w 2026-.* – 2026-/);
    expect(repaired.out).toContainEqual(expect.stringMatching(/^✓ data/));
    expect((await bench.houqin('doctor')).out).toContainEqual(expect.stringMatching(/^✓ data/));
    const again = await bench.houqin('doctor', '--repair');
    expect(again.out.join('\n')).toContain('nothing to repair');
  }, 60_000);

  test.each(['readings.db', 'records.db'])(
    'does not start over an emptied %s: it names the file and what to do',
    async (name) => {
      await bench.withInput('correct horse battery', 'user', 'add', 'admin', '--role', 'admin');
      const path = join(bench.dataDir, name);
      truncateSync(path);
      const { started } = await serve();
      if (started.ok) await started.gateway.stop();
      expect(started).toMatchObject({
        ...{ ok: false, exitCode: 3 },
        en: expect.stringMatching(
          new RegExp(`${name.replace('.', '\\.')} is empty.*Nothing was changed.*doctor --repair`),
        ),
        zh: expect.stringContaining(name),
      });
      expect(readFileSync(path)).toHaveLength(0);
      const found = await bench.houqin('doctor');
      expect(found.out).toContainEqual(expect.stringMatching(new RegExp(`^✗ data.*${name} is empty`)));
    },
    60_000,
  );

  test('does not start on a readings.db without its first page, and names it', async () => {
    const path = file();
    const whole = readFileSync(path);
    whole.fill(0xa5, 0, 4_096);
    writeFileSync(path, whole);
    const { started } = await serve();
    if (started.ok) await started.gateway.stop();
    expect(started).toMatchObject({ ok: false, exitCode: 3, en: expect.stringContaining('readings.db is damaged') });
  }, 60_000);
});
