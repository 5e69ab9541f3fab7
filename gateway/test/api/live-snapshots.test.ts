/** Snapshots of a campus too large to write in one go: whole, shared, and followed by everything that comes meanwhile. */
import { afterEach, expect, test } from 'vitest';
import type { LiveHello } from '#contract/live.ts';
import { createLiveSnapshots } from '../../src/api/live-snapshots.ts';
import { fakeDeps } from './fake-deps.ts';
import { deviceOf, fakeLive, latestOf } from './fake-live.ts';
import { eventually, type LivePeer, livePeer } from './live-peer.ts';
import { type TestApi, testApi } from './test-api.ts';

const DEVICES = Array.from({ length: 3_000 }, (_, n) => deviceOf(`d-${n}`, 'door', 'gate'));
const EVENT = { type: 'device', device: deviceOf('d-1', 'door', 'gate') } as const;

let running: TestApi | undefined;
const peers: LivePeer[] = [];
afterEach(async () => {
  for (const peer of peers.splice(0)) peer.close();
  await running?.close();
  running = undefined;
});

async function join(token: string): Promise<LivePeer> {
  const peer = livePeer(running?.api.url ?? '', { token });
  peers.push(peer);
  await peer.connected();
  return peer;
}

test('a large snapshot arrives whole, and events that happen while it is written follow it', async () => {
  const live = fakeLive(DEVICES);
  running = await testApi({ deps: { ...fakeDeps(), live } });
  const token = await running.person('guard');
  const peer = await join(token);
  const answer = peer.hello({});
  live.event(EVENT);
  const hello = (await answer) as Extract<LiveHello, { mode: 'snapshot' }>;
  expect(hello.mode).toBe('snapshot');
  expect(hello.devices).toEqual(DEVICES);
  expect(hello).toMatchObject({ incidents: live.currentIncidents(), alerts: live.currentAlerts() });
  live.event(EVENT);
  await eventually('the newest event', () => peer.position()?.seq === live.position().seq);
  // Nothing is missing between the snapshot and what followed it.
  const seqs = peer.events.map(({ seq }) => seq);
  expect(seqs).toEqual(seqs.map((_, n) => hello.position.seq + 1 + n));
});

test('those who ask in one turn share a snapshot; who asks while it is written gets the next one', async () => {
  let taken = 0;
  const live = fakeLive(DEVICES);
  const currentAlerts = () => {
    taken += 1;
    return live.currentAlerts();
  };
  const counted = { ...live, latest: () => [latestOf('d-1', 'door_open', 1, 1)], currentAlerts };
  const snapshots = createLiveSnapshots(counted);
  const first = Array.from({ length: 50 }, () => snapshots.shared(() => undefined));
  let late: Promise<string> | undefined;
  const asking = snapshots.shared(() => {
    late = snapshots.shared(() => undefined);
  });
  const texts = await Promise.all([...first, asking]);
  expect(new Set(texts).size).toBe(1);
  expect(JSON.parse(texts[0] ?? '')).toEqual(JSON.parse(JSON.stringify(snapshots.now())));
  await late;
  expect(taken).toBe(3);
});

test('other work gets its turn while one is written', async () => {
  const snapshots = createLiveSnapshots(fakeLive(Array.from({ length: 20_000 }, () => DEVICES[0] ?? EVENT.device)));
  let turns = 0;
  let isOver = false;
  const count = (): void => {
    turns += 1;
    if (!isOver) setImmediate(count);
  };
  count();
  await snapshots.shared(() => {
    turns = 0;
  });
  isOver = true;
  expect(turns).toBeGreaterThan(1);
});
