/** Commands that find the folder's owner work through it; replay and simulate speak MQTT to it like any device. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Alert } from '#contract/http/alerts.ts';
import type { ConsumptionResponse, SeriesResponse } from '#contract/http/energy.ts';
import { hashToken } from '../../src/shared/token-hash.ts';
import { startTestGateway, type TestGateway } from '../run-gateway.ts';
import { type Ran, runHere } from './run-houqin.ts';

const BRIDGE = { name: 'replayer', secret: 'the secret of the bridge' };
const FROM = Date.parse('2026-03-02T00:00:00+08:00');
const HOUR = 3_600_000;

let gateway: TestGateway;
beforeAll(async () => {
  const devices = await readFile(join(import.meta.dirname, '../campus-config/devices.yaml'), 'utf8');
  const stranger = { username: 'stranger', kind: 'bridge', prefixes: ['other/'], tokenHash: hashToken(BRIDGE.secret) };
  const credential = {
    username: BRIDGE.name,
    kind: 'bridge',
    prefixes: ['campus/v1/'],
    tokenHash: hashToken(BRIDGE.secret),
  };
  gateway = await startTestGateway({
    files: { 'devices.yaml': `${devices}credentials: ${JSON.stringify([credential, stranger])}\n` },
    env: { HOUQIN_DEVICE_AUTH: 'required' },
  });
}, 90_000);
afterAll(() => gateway.stop());

const houqin = (argv: readonly string[], input = ''): Promise<Ran> =>
  runHere(
    { HOUQIN_CONFIG: gateway.configDir, HOUQIN_DATA: gateway.dataDir, HOUQIN_MQTT_PASSWORD: BRIDGE.secret },
    input,
    argv,
  );

async function csv(name: string, rows: readonly string[]): Promise<string> {
  const path = join(dirname(gateway.configDir), name);
  await writeFile(path, `${rows.join('\n')}\n`);
  return path;
}

describe('commands beside a running gateway', () => {
  const hourly = Array.from({ length: 30 * 24 }, (_, hour) => `old_hall,${FROM + hour * HOUR},${(hour % 24) + 0.1}`);

  it('imports through it, makes devices through it, and fires no alert', async () => {
    const file = await csv('hall.csv', ['device,ts,value', ...hourly, 'nobody at all,soon,1']);
    const options = ['--metric', 'energy_kwh', '--interval', '1h', '--create', '--device', 'old_hall', '--json'];
    const first = (await houqin(['import', file, ...options])).json<{
      sum: number;
      accepted: number;
      stored: number;
    }>();
    expect(first).toMatchObject({
      accepted: 720,
      stored: 720,
      created: ['old-hall'],
      rejectedCount: 0,
      otherDevices: 1,
    });
    const again = (await houqin(['import', file, ...options])).json<{ sum: number }>();
    expect(again).toMatchObject({ accepted: 720, stored: 0, duplicates: 720, sum: first.sum });
    const query = `device=old-hall&resource=electricity&from=${FROM}&to=${FROM + 31 * 24 * HOUR}&step=day`;
    const books = await gateway.api<ConsumptionResponse>(`/consumption?${query}`);
    expect(books.total).toBeCloseTo(first.sum, 6);
    const alerts = await gateway.api<{ items: Alert[] }>('/alerts');
    expect(alerts.items.filter(({ device }) => device === 'old-hall')).toEqual([]);
  }, 60_000);

  it('lists what the gateway rejects at the lines of the file', async () => {
    const file = await csv('mixed.csv', [
      ...['device,metric,ts,value', `meter-main,energy_kwh,${FROM},1`, `meter-main,energy_kwh,${FROM},2`],
      ...[`meter-main,energy_kwh,${FROM + 60_000},-1`, `ghost,energy_kwh,${FROM},1`],
    ]);
    const { code, json } = await houqin(['import', file, '--json']);
    const report = json<{ rejected: { line: number; reason: string }[] }>();
    expect([code, report]).toMatchObject([1, { accepted: 1, stored: 1, duplicates: 0, sum: 1 }]);
    const lines = report.rejected.map(({ line, reason }) => `${line} ${reason}`);
    expect(lines.sort()).toEqual(['3 conflict', '4 out-of-range', '5 unknown-device']);
  });

  it('back-tests through it, over all that is stored', async () => {
    const days = Array.from(
      { length: 5 * 24 },
      (_, hour) => `water-1,flow_lph,${FROM + hour * HOUR},${hour < 90 ? 300 : 0}`,
    );
    await houqin(['import', await csv('water.csv', ['device,metric,ts,value', ...days])]);
    const rules = await csv('try.yaml', [
      'rules:',
      '  - { id: flow-high, name: 大流量, kind: threshold, metric: flow_lph, above: 100, select: { devices: [water-1] } }',
    ]);
    const { code, json } = await houqin(['backtest', '--rules', rules, '--json']);
    const { episodes } = json<{ episodes: Record<string, unknown>[] }>();
    expect(code).toBe(0);
    expect(episodes).toMatchObject([
      { rule: 'flow-high', kind: 'threshold', device: 'water-1', from: FROM, unit: 'L/h' },
    ]);
    expect(Object.keys(episodes[0] ?? {}).sort()).toEqual([
      ...[
        'device',
        'excess',
        'firedAt',
        'from',
        'kind',
        'place',
        'reason',
        'rule',
        'sentence',
        'severity',
        'to',
        'unit',
        'yuan',
      ],
    ]);
    const text = await houqin(['backtest', '--rules', rules, '--from', '2026-03-02', '--to', '2026-03-03 12:00']);
    expect(text.out.at(-1)).toBe('1 次告警 / episodes');
    const wrong = await houqin(['backtest', '--rules', await csv('bad.yaml', ['rules:', '  - { id: a }'])]);
    expect([wrong.code, wrong.err.join('\n')]).toEqual([2, expect.stringMatching(/bad\.yaml:2:5/)]);
  }, 60_000);

  it('keeps users and tokens and verifies the audit through it', async () => {
    expect(
      (await houqin(['user', 'add', 'wang', '--role', 'office', '--json'], 'a long enough password')).json(),
    ).toMatchObject({ user: { name: 'wang' } });
    expect((await houqin(['user', 'list', '--json'])).json()).toMatchObject({
      users: [{ name: 'admin' }, { name: 'wang' }],
    });
    expect((await houqin(['user', 'disable', 'admin'])).err.join()).toContain('last administrator');
    const made = (await houqin(['token', 'create', 'wall', '--scope', 'kiosk', '--json'])).json<{
      token: { id: string };
    }>();
    expect((await houqin(['token', 'revoke', made.token.id])).code).toBe(0);
    expect((await houqin(['audit', 'verify', '--json'])).json()).toMatchObject({ ok: true });
    expect((await houqin(['demo', 'status', '--json'])).json()).toMatchObject({ demo: false, running: gateway.pid });
    const { code, json } = await houqin(['doctor', '--json']);
    const { checks } = json<{ checks: { id: string }[] }>();
    expect([code, checks.map(({ id }) => id)]).toMatchObject([
      0,
      ['node', 'clock', 'config', 'data folder', 'disk', 'gateway', 'store', 'broker', 'config', 'disk'],
    ]);
  }, 60_000);

  it('replays over MQTT, every row acknowledged and believed, at the distance they had', async () => {
    const rows = Array.from({ length: 50 }, (_, n) => [
      `meter-f2,power_w,${FROM + n * 60_000},${n}`,
      `meter-f2,voltage_v,${FROM + n * 60_000},230`,
    ]).flat();
    const file = await csv('day.csv', ['device,metric,ts,value', ...rows]);
    const login = ['--username', BRIDGE.name];
    const started = Date.now();
    const { code, json } = await houqin(['replay', file, '--speed', '3000', ...login, '--json']);
    expect([code, json()]).toEqual([
      0,
      { published: 100, acknowledged: 100, messages: 50, rejectedCount: 0, rejected: [] },
    ]);
    const query = `device=meter-f2&metric=power_w&from=${started - 2 * HOUR}&to=${Date.now() + HOUR}`;
    const { points } = await gateway.api<SeriesResponse>(`/series?${query}`);
    expect(points.map(({ value }) => value)).toEqual(Array.from({ length: 50 }, (_, n) => n));
    expect(points.every(({ flags }) => !flags.includes('clock'))).toBe(true);
    expect((points.at(-1)?.ts ?? 0) - (points[0]?.ts ?? 0)).toBe(49 * 60_000);
    expect(points.at(-1)?.ts).toBeGreaterThan(started);
    expect(points.at(-1)?.ts).toBeLessThan(Date.now() + 1_000);
  }, 60_000);

  it('refuses a wrong password, and years that cannot be moved to now', async () => {
    const years = [`meter-f2,power_w,${FROM - 400 * 24 * HOUR},1`, `meter-f2,power_w,${FROM},1`];
    const long = await houqin([
      'replay',
      await csv('years.csv', ['device,metric,ts,value', ...years]),
      '--speed',
      '1000',
    ]);
    expect([long.code, long.err.join()]).toEqual([2, expect.stringContaining('The file spans 400 days')]);
    const short = await csv('one.csv', ['device,metric,ts,value', `meter-f2,power_w,${FROM},1`]);
    const refused = await houqin(['replay', short, '--username', BRIDGE.name, '--password', 'wrong']);
    expect([refused.code, refused.err.join()]).toEqual([
      3,
      expect.stringContaining('No connection to mqtt://127.0.0.1'),
    ]);
    const denied = await houqin(['replay', short, '--username', 'stranger']);
    expect([denied.code, denied.err.join()]).toEqual([3, expect.stringContaining('may this login publish there?')]);
  }, 30_000);

  it('simulates devices in a process of its own; the ledger is all of standard output', async () => {
    const main = resolve(import.meta.dirname, '../../src/main.ts');
    const child = spawn(
      process.execPath,
      [main, 'simulate', '--scenario', 'quiet', '--seed', '7', '--duration', '2s'],
      {
        env: {
          ...process.env,
          HOUQIN_CONFIG: gateway.configDir,
          HOUQIN_DATA: gateway.dataDir,
          HOUQIN_SIM_PASSWORD: 'x',
        },
        stdio: ['ignore', 'pipe', 'ignore'],
      },
    );
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
    const [code] = await once(child, 'exit');
    const events = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { event?: string; seed?: number });
    expect(code).toBe(0);
    expect(events[0]).toMatchObject({ event: 'started', seed: 7 });
    expect(events.at(-1)).toMatchObject({ event: 'summary' });
  }, 60_000);
});
