/** The live socket over real connections: who gets in, what a hello brings, and that no event is lost or doubled. */
import fc from 'fast-check';
import { io } from 'socket.io-client';
import { afterEach, beforeEach, expect, type MockInstance, test, vi } from 'vitest';
import { startApi } from '../../src/api/start-api.ts';
import { fullDisk } from '../integration/disk-trouble.ts';
import { fakeDeps, NOON } from './fake-deps.ts';
import { deviceOf, INCIDENT, latestOf } from './fake-live.ts';
import { eventually, type LivePeer, livePeer, type PeerOptions } from './live-peer.ts';
import { fakeDist, quietLog, type TestApi, testApi } from './test-api.ts';

const DEVICE = { type: 'device', device: deviceOf('door-1', 'door', 'gate') } as const;
let running: TestApi;
let guard: string;
let timers: MockInstance<typeof setInterval>;
const peers: LivePeer[] = [];

beforeEach(async () => {
  timers = vi.spyOn(globalThis, 'setInterval');
  running = await testApi();
  guard = await running.person('guard', '门卫');
});
afterEach(async () => {
  for (const peer of peers.splice(0)) peer.close();
  await running.close();
  timers.mockRestore();
  expect(running.errors).toEqual([]);
});

function join(options: PeerOptions = { token: guard }): LivePeer {
  const peer = livePeer(running.api.url, options);
  peers.push(peer);
  return peer;
}

/** Lets the timer of this length strike now. */
function strike(lengthMs: number): void {
  for (const [callback, length] of timers.mock.calls) if (length === lengthMs) callback();
}

const refusal = async (options: PeerOptions): Promise<string> =>
  join(options)
    .connected()
    .then(
      () => 'connected',
      (error: Error) => error.message,
    );

test('who may listen', async () => {
  const leader = await running.person('guard', 'leader');
  await running.deps.records.write([{ sql: "UPDATE users SET role = 'leader' WHERE name = 'leader'" }]);
  const tokens = await Promise.all(
    ['read', 'kiosk', 'write'].map(async (scope) => (await running.token(scope)).secret),
  );
  for (const token of [guard, ...tokens, await running.cliToken()]) expect(await refusal({ token })).toBe('connected');
  expect(await refusal({ token: leader })).toBe('forbidden');
  expect(await refusal({})).toBe('sign-in-needed');
  expect(await refusal({ token: 'hs_forged' })).toBe('sign-in-needed');
  expect(await refusal({ token: `${guard}x` })).toBe('sign-in-needed');
});

test('the cookie counts only with our own origin, a foreign origin not even with a token', async () => {
  const cookie = `houqin=${guard}`;
  const origin = running.api.url;
  expect(await refusal({ headers: { cookie, origin } })).toBe('connected');
  expect(await refusal({ headers: { cookie } })).toBe('sign-in-needed');
  expect(await refusal({ headers: { cookie, origin: 'http://evil.example' } })).toBe('websocket error');
  expect(await refusal({ token: guard, headers: { origin: 'http://evil.example' } })).toBe('websocket error');
  expect(await refusal({ token: guard, headers: { origin: 'null' } })).toBe('websocket error');
});

test('there is no other namespace, and no polling', async () => {
  for (const name of ['', '/admin']) {
    const socket = io(`${running.api.url}${name}`, {
      transports: ['websocket'],
      forceNew: true,
      reconnection: false,
      auth: { token: guard },
    });
    const error = await new Promise<Error>((resolve) => socket.once('connect_error', resolve));
    expect(error.message).toMatch(/no-such-namespace|Invalid namespace/);
    socket.close();
  }
  expect((await fetch(`${running.api.url}/socket.io/?EIO=4&transport=polling`)).status).toBe(400);
});

test('before the set-up nobody listens', async () => {
  const api = await startApi({
    deps: fakeDeps(),
    host: '127.0.0.1',
    port: 0,
    staticDir: fakeDist(),
    log: quietLog([]),
  });
  const peer = livePeer(api.url, { token: 'x' });
  await expect(peer.connected()).rejects.toThrow('setup-needed');
  await api.close();
});

test('a first hello brings everything, then events follow its position', async () => {
  const { live } = running.deps;
  live.event(DEVICE);
  live.values([latestOf('meter-1', 'power_w', NOON, 5)]);
  const peer = join();
  await peer.connected();
  // Nothing is sent before the hello.
  live.event(DEVICE);
  const hello = await peer.hello();
  expect(hello).toMatchObject({
    mode: 'snapshot',
    position: { epoch: 'epoch-1', seq: 2 },
    incidents: [{ id: INCIDENT.id }],
    alerts: [{ id: 'alert-1' }],
    values: [latestOf('meter-1', 'power_w', NOON, 5)],
  });
  expect(Object(hello).devices).toHaveLength(4);
  live.event({ type: 'incident', incident: INCIDENT });
  await eventually('event 3', () => peer.events.length > 0);
  expect(peer.events).toEqual([
    { type: 'incident', incident: INCIDENT, epoch: 'epoch-1', seq: 3, at: expect.any(Number) },
  ]);
});

test('a later hello brings what was missed and then the newest values', async () => {
  const { live } = running.deps;
  for (let i = 0; i < 5; i += 1) live.event(DEVICE);
  live.values([latestOf('meter-1', 'power_w', NOON, 5)]);
  const peer = join();
  await peer.connected();
  const hello = await peer.hello({ epoch: 'epoch-1', seq: 2 });
  expect(hello).toMatchObject({ mode: 'resume', position: { epoch: 'epoch-1', seq: 5 } });
  expect(peer.events.map(({ seq }) => seq)).toEqual([3, 4, 5]);
  await eventually('values', () => peer.values.length > 0);
  expect(peer.values[0]).toMatchObject({ values: [latestOf('meter-1', 'power_w', NOON, 5)], merged: 0 });
});

test('another epoch, events no longer kept, or a position from the future: a snapshot', async () => {
  const { live } = running.deps;
  for (let i = 0; i < 5; i += 1) live.event(DEVICE);
  live.forgetBefore(4);
  const peer = join();
  await peer.connected();
  for (const asked of [
    { epoch: 'epoch-0', seq: 5 },
    { epoch: 'epoch-1', seq: 1 },
    { epoch: 'epoch-1', seq: 99 },
    { epoch: 'epoch-1' },
    {},
  ]) {
    expect((await peer.hello(asked)).mode, JSON.stringify(asked)).toBe('snapshot');
  }
  expect((await peer.hello({ epoch: 'epoch-1', seq: 3 })).mode).toBe('resume');
});

test('events that arrive while the missed ones are read follow them, none twice', async () => {
  const { live } = running.deps;
  for (let i = 0; i < 3; i += 1) live.event(DEVICE);
  live.delayMs = 50;
  const peer = join();
  await peer.connected();
  const answered = peer.hello({ epoch: 'epoch-1', seq: 0 });
  await eventually('the hello to be read', () => Object(peer.socket.io.engine).readyState === 'open');
  for (let i = 0; i < 10; i += 1) {
    live.event(DEVICE);
    await new Promise((resolve) => setTimeout(resolve, 8));
  }
  await answered;
  await eventually('13 events', () => peer.events.length >= 13);
  live.event(DEVICE);
  await eventually('14 events', () => peer.events.length >= 14);
  expect(peer.events.map(({ seq }) => seq)).toEqual(Array.from({ length: 14 }, (_, i) => i + 1));
});

test('values of one turn are one message, newest per series', async () => {
  const peer = join();
  await peer.connected();
  await peer.hello();
  const { live } = running.deps;
  for (let i = 0; i < 10; i += 1)
    live.values([latestOf('meter-1', 'power_w', NOON + i, i), latestOf('meter-1', 'voltage_v', NOON + i, 220)]);
  await eventually('values', () => peer.values.length > 0);
  expect(peer.values).toEqual([
    {
      at: NOON,
      merged: 18,
      values: [latestOf('meter-1', 'power_w', NOON + 9, 9), latestOf('meter-1', 'voltage_v', NOON + 9, 220)],
    },
  ]);
});

test('a tick names the position, also when nothing happens', async () => {
  const peer = join();
  await peer.connected();
  await peer.hello();
  running.deps.live.event(DEVICE);
  strike(5_000);
  await eventually('a tick', () => peer.ticks.length > 0);
  expect(peer.ticks).toEqual([{ at: NOON, seq: 1, epoch: 'epoch-1' }]);
  expect(peer.events).toHaveLength(1);
});

test('signing out, a removed token and a changed role end the connection for good', async () => {
  const kiosk = await running.token('kiosk');
  const office = await running.person('office', '办公室');
  const [one, two, three, other] = [
    join(),
    join({ token: kiosk.secret }),
    join({ token: office }),
    join({ token: await running.cliToken() }),
  ];
  await Promise.all([one, two, three, other].map((peer) => peer.connected()));
  await running.client.as(guard).request('DELETE', '/api/v1/session');
  await running.admin.request('DELETE', `/api/v1/tokens/${kiosk.id}`);
  const users: { id: string; name: string }[] = Object(
    (await running.admin.request('GET', '/api/v1/users')).body,
  ).items;
  await running.admin.request('PATCH', `/api/v1/users/${users.find(({ name }) => name === '办公室')?.id}`, {
    body: { role: 'guard' },
  });
  await eventually('three endings', () => [one, two, three].every((peer) => peer.endings.length > 0));
  expect([one, two, three].flatMap(({ endings }) => endings)).toEqual(Array(3).fill('io server disconnect'));
  expect(other.endings).toEqual([]);
});

test('a session that runs out ends its connection at the next check', async () => {
  const peer = join();
  await peer.connected();
  strike(60_000);
  running.deps.clock.set(NOON + 8 * 3_600_000);
  await peer.hello();
  expect(peer.endings).toEqual([]);
  strike(60_000);
  await eventually('the end', () => peer.endings.length > 0);
  expect(peer.endings).toEqual(['io server disconnect']);
});

test.each([
  ['a negative seq', { epoch: 'e', seq: -1 }],
  ['an unknown key', { epoch: 'e', seq: 1, x: 1 }],
  ['no object', 5],
])('a hello with %s ends the connection', async (_name, asked) => {
  const peer = join();
  await peer.connected();
  Reflect.apply(peer.socket.emit, peer.socket, ['hello', asked, () => undefined]);
  await eventually('the end', () => peer.endings.length > 0);
  expect(peer.endings).toEqual(['io server disconnect']);
});

test('a message over 64 KiB ends the connection', async () => {
  const peer = join();
  await peer.connected();
  Reflect.apply(peer.socket.emit, peer.socket, ['hello', { epoch: 'x'.repeat(70_000) }, () => undefined]);
  await eventually('the end', () => peer.endings.length > 0);
});

test('100 reconnects at random moments: no event is missing, none comes twice', async () => {
  const { live } = running.deps;
  const seed = Date.now() % 0x7fffffff;
  const [plan] = fc.sample(
    fc.array(fc.record({ before: fc.nat(4), during: fc.nat(4), after: fc.nat(4), slow: fc.boolean() }), {
      minLength: 100,
      maxLength: 100,
    }),
    { numRuns: 1, seed },
  );
  let peer = join();
  await peer.connected();
  await peer.hello();
  const first = peer.position()?.seq ?? 0;
  const seen: number[] = [];
  for (const { before, during, after, slow } of plan ?? []) {
    for (let i = 0; i < before; i += 1) live.event(DEVICE);
    // Cut without warning: what was under way is lost.
    Object(peer.socket.io.engine).transport.ws.terminate();
    seen.push(...peer.events.map(({ seq }) => seq));
    const from = peer.position();
    live.delayMs = slow ? 3 : 0;
    peer = join({ token: guard, from });
    await peer.connected();
    const answered = peer.hello();
    for (let i = 0; i < during; i += 1) live.event(DEVICE);
    expect((await answered).mode).toBe('resume');
    for (let i = 0; i < after; i += 1) live.event(DEVICE);
  }
  const last = live.position().seq;
  await eventually(`event ${last}`, () => peer.position()?.seq === last);
  seen.push(...peer.events.map(({ seq }) => seq));
  expect(seen, `seed ${seed}`).toEqual(Array.from({ length: last - first }, (_, i) => first + i + 1));
});

test('what the disk does not take is told beside the events: to those who are there, and to those who come', async () => {
  const { live } = running.deps;
  const peer = join();
  await peer.connected();
  const first = await peer.hello();
  const campus = { site: '示范中学', demo: true };
  expect(first.gateway).toEqual({ at: expect.any(Number), ...campus, storage: [], off: [] });
  live.event(DEVICE);
  live.storage([fullDisk(NOON)]);
  live.hold([{ type: 'incident', incident: INCIDENT }]);
  live.event(DEVICE);
  await eventually('both, and the events around them', () => peer.unsaved.length === 1 && peer.events.length === 2);
  expect(peer.gateways).toMatchObject([{ storage: [{ reason: 'full' }] }]);
  expect(peer.unsaved).toEqual([{ type: 'incident', incident: INCIDENT }]);
  expect(peer.events.map(({ seq }) => seq)).toEqual([1, 2]);

  const newcomer = join();
  await newcomer.connected();
  expect(await newcomer.hello()).toMatchObject({ mode: 'snapshot', gateway: { storage: [{ reason: 'full' }] } });
  const back = join({ token: guard, from: { epoch: 'epoch-1', seq: 1 } });
  await back.connected();
  expect(await back.hello()).toMatchObject({ mode: 'resume', gateway: { storage: [{ reason: 'full' }] } });
  await eventually('what waits', () => back.unsaved.length === 1);
  live.storage([]);
  await eventually('the end of it', () => back.gateways.at(-1)?.storage.length === 0);
});
