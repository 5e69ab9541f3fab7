import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { waitFor } from '../../gateway/test/wait-for.ts';
import { startBroker } from './test-broker.ts';

const ROOT = new URL('../..', import.meta.url).pathname;
const MAIN = `${ROOT}/device-sim/main.ts`;

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

function tracked(child: ChildProcess): Promise<Ended> {
  onTestFinished(() => void child.kill('SIGKILL'));
  const out = child.stdout === null ? Promise.resolve('') : text(child.stdout);
  const err = child.stderr === null ? Promise.resolve('') : text(child.stderr);
  return once(child, 'exit').then(async ([code]) => ({ code, out: await out, err: await err }));
}

function run(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const child = spawn(process.execPath, [MAIN, ...args], { cwd: ROOT, env: { ...process.env, ...env } });
  return { child, ended: tracked(child) };
}

const all = { timeout: 15_000, interval: 50 };

test('plays the shipped campus, prints its ledger, and ends on SIGTERM', async () => {
  const broker = await startBroker();
  const { child, ended } = run(['--mqtt', broker.url, '--seed', '3'], { HOUQIN_SIM_PASSWORD: 'from-the-gateway' });
  await waitFor(() => expect(broker.clients()).toBe(49), all);
  child.kill('SIGTERM');
  const { code, out, err } = await ended;
  expect([code, err.includes('stopping: SIGTERM')]).toEqual([0, true]);
  const lines = out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines[0]).toMatchObject({ event: 'started', seed: 3, devices: 49, sessions: 49 });
  expect(lines[1]).toMatchObject({ event: 'faults-http', port: expect.any(Number) });
  expect(lines.at(-1)).toMatchObject({ event: 'summary', published: expect.any(Number) });
  expect(lines.filter(({ device }) => device !== undefined).length).toBeGreaterThan(49);
  expect(new Set(broker.logins.map(({ password }) => password))).toEqual(new Set(['from-the-gateway']));
  await waitFor(() => expect(broker.sockets()).toBe(0), all);
});

test('ends when its parent closes the channel', async () => {
  const broker = await startBroker();
  const child = fork(MAIN, ['--mqtt', broker.url, '--ledger', 'none'], { cwd: ROOT, silent: true });
  const ended = tracked(child);
  await waitFor(() => expect(broker.clients()).toBe(49), all);
  child.disconnect();
  expect(await ended).toMatchObject({ code: 0, out: '' });
});

test('a scenario that waits begins when the parent says so, once', async () => {
  const broker = await startBroker();
  const args = ['--mqtt', broker.url, '--ledger', 'events', '--scenario', 'demo', '--wait', '--duration', '10'];
  const child = fork(MAIN, args, { cwd: ROOT, silent: true });
  const ended = tracked(child);
  await waitFor(() => expect(broker.clients()).toBe(49), all);
  const toldAt = Date.now();
  child.send('begin');
  child.send('begin');
  const { out } = await ended;
  const lines = out.trim().split('\n');
  const started = lines.map((line) => JSON.parse(line)).filter(({ event }) => event === 'story-started');
  expect(started.map(({ story }) => story)).toEqual(['room-left-on', 'door-in-closed-hours']);
  expect(started[0].at - toldAt).toBeGreaterThan(4_500);
});

test('ends when its parent is killed', async () => {
  const broker = await startBroker();
  const script = `require('node:child_process').spawn(process.execPath, ${JSON.stringify([MAIN, '--mqtt', broker.url])}, { stdio: 'ignore' }); setInterval(() => {}, 1000);`;
  const parent = spawn(process.execPath, ['-e', script], { cwd: ROOT, stdio: 'ignore' });
  const gone = tracked(parent);
  await waitFor(() => expect(broker.clients()).toBe(49), all);
  parent.kill('SIGKILL');
  await gone;
  await waitFor(() => expect(broker.sockets()).toBe(0), all);
});

test('stops after its duration', async () => {
  const { code, err } = await run(['--mqtt', 'mqtt://127.0.0.1:1', '--duration', '0.2']).ended;
  expect([code, err.includes('stopping: duration over')]).toEqual([0, true]);
});

test('prints history as an import file', async () => {
  const { code, out } = await run(['history', '--days', '2', '--to', '2026-11-23T00:00:00+08:00', '--seed', '4']).ended;
  const [header, first] = out.split('\n');
  expect([code, header]).toEqual([0, 'device,metric,ts,value']);
  expect(first).toMatch(/^elec-campus,energy_total_kwh,\d{13},\d+(\.\d+)?$/);
  expect(out.endsWith('\n')).toBe(true);
});

test.each([
  [['--config', 'config'], '--mqtt is missing'],
  [['--mqtt', 'mqtt://127.0.0.1:1', '--seed', 'x'], '--seed needs a number'],
  [['--mqtt', 'mqtt://127.0.0.1:1', '--config', 'nowhere'], 'nowhere/'],
  [['--mqtt', 'mqtt://127.0.0.1:1', '--scenario', 'nowhere.yaml'], 'nowhere.yaml'],
])('%j is refused with a sentence', async (args, sentence) => {
  const { code, err, out } = await run(args).ended;
  expect([code, out]).toEqual([2, '']);
  expect(err).toContain(sentence);
});
