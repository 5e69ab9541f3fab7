/** A dashboard that stops reading, on a real socket: others do not notice, it gets merged values, and is cut off in the end. */
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { NOON } from './fake-deps.ts';
import { deviceOf, latestOf } from './fake-live.ts';
import { eventually, type LivePeer, livePeer } from './live-peer.ts';
import { type TestApi, testApi } from './test-api.ts';

const DEVICE = { type: 'device', device: deviceOf('door-1', 'door', 'gate') } as const;
const SERIES = 500;
let running: TestApi;
let checkClients: () => void;
let slow: LivePeer;
let well: LivePeer;

beforeAll(async () => {
  const timers = vi.spyOn(globalThis, 'setInterval');
  running = await testApi();
  const everySecond = timers.mock.calls.flatMap(([callback, length]) => (length === 1_000 ? [callback] : []));
  timers.mockRestore();
  checkClients = () => {
    for (const callback of everySecond) callback();
  };
  const token = await running.cliToken();
  slow = livePeer(running.api.url, { token, reconnection: true });
  well = livePeer(running.api.url, { token });
  for (const peer of [slow, well]) {
    await peer.connected();
    await peer.hello();
  }
});
afterAll(() => {
  slow.close();
  well.close();
});

const stream = (peer: LivePeer) => Object(peer.socket.io.engine).transport.ws._socket;

async function metric(name: string): Promise<number> {
  const { body } = await running.client.request('GET', '/metrics');
  return Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(String(body))?.[1] ?? 0);
}

/** Sends rounds of values of 500 series, each seen by the healthy client, and one event per round. */
async function rounds(from: number, to: number): Promise<void> {
  for (let round = from; round < to; round += 1) {
    running.deps.live.values(
      Array.from({ length: SERIES }, (_, i) => latestOf(`meter-${i}`, 'power_w', NOON + round, round)),
    );
    running.deps.live.event(DEVICE);
    await eventually(`round ${round}`, () => well.values.at(-1)?.values[0]?.value === round);
  }
}

test('it gets what it missed when it reads again: every event, the newest value of each series', async () => {
  stream(slow).pause();
  // The kernel's buffers take some megabytes before the line is full.
  await rounds(0, 250);
  expect(well.events).toHaveLength(250);
  const got = slow.values.length;
  stream(slow).resume();
  await eventually('the newest value', () => slow.values.at(-1)?.values.some(({ value }) => value === 249) === true);
  await eventually('all events', () => slow.events.length === 250);
  expect(slow.values.length - got).toBeLessThan(250);
  expect(slow.values.reduce((sum, { merged }) => sum + merged, 0)).toBeGreaterThan(SERIES);
  expect(await metric('houqin_live_merged_total')).toBeGreaterThan(SERIES);
  expect(slow.events.map(({ seq }) => seq)).toEqual(well.events.map(({ seq }) => seq));
  expect(slow.endings).toEqual([]);
});

test('it is cut off when it stays behind, and comes back to where it was', async () => {
  stream(slow).pause();
  await rounds(250, 500);
  const { clock } = running.deps;
  checkClients();
  expect(await metric('houqin_live_cut_total\\{reason="behind"\\}')).toBe(0);
  clock.set(clock.now() + 15_001);
  checkClients();
  expect(await metric('houqin_live_cut_total\\{reason="behind"\\}')).toBe(1);
  stream(slow).resume();
  await eventually('the cut', () => slow.endings.length > 0);
  expect(slow.endings[0]).toMatch(/^transport/);
  await slow.connected();
  expect((await slow.hello()).mode).toBe('resume');
  expect(slow.events.map(({ seq }) => seq)).toEqual(Array.from({ length: 500 }, (_, i) => i + 1));
  expect(well.endings).toEqual([]);
});

test('a client that reads no more does not keep the gateway from closing', async () => {
  stream(slow).pause();
  await running.close();
  await expect(fetch(`${running.api.url}/healthz`)).rejects.toThrow();
});
