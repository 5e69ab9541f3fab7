/** One stranger at the HTTP listener, over real sockets: it fills its own share, and everybody else still gets in. */
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { ApiOptions } from '../../src/api/start-api.ts';
import { askFrom, closedBy, type Held, holdSockets } from './hold-sockets.ts';
import { eventually, type LivePeer, livePeer } from './live-peer.ts';
import { fakeDist, type TestApi, testApi } from './test-api.ts';

const HEADERS = 'GET / HTTP/1.1\r\nHost: x\r\n';
const BODY =
  'POST /api/v1/session HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 40\r\n\r\n{';
const UPGRADE =
  'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n';
const LIVE = `GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\n${UPGRADE}`;
const SMALL = { total: 40, strangers: 30, perAddress: () => 10, knownAddresses: 10 } as const;

let running: TestApi;
const held: Held[] = [];
const sockets: Socket[] = [];
afterEach(async () => {
  for (const one of held.splice(0)) one.close();
  for (const socket of sockets.splice(0)) socket.destroy();
  await running.close();
});

async function hold(localAddress: string, count: number, bytes: string): Promise<Held> {
  const opened = await holdSockets(running.api.port, { localAddress, count, bytes });
  held.push(opened);
  return opened;
}

const page = async (localAddress: string): Promise<number> =>
  (await askFrom(running.api.port, localAddress, { path: '/' })).status;

async function closedFor(reason: string): Promise<number> {
  const { text } = await askFrom(running.api.port, '127.0.0.1', { path: '/metrics' });
  return Number(new RegExp(`^houqin_http_closed_total\\{reason="${reason}"\\} (\\d+)$`, 'm').exec(text)?.[1] ?? 0);
}

/** A connection that stays open between requests. */
function keptOpen(localAddress: string): {
  readonly socket: Socket;
  ask(path: string, token?: string): Promise<number>;
} {
  const socket = connect({ host: '127.0.0.1', port: running.api.port, localAddress });
  socket.on('error', () => undefined);
  sockets.push(socket);
  return {
    socket,
    ask: async (path, token) => {
      const said = once(socket, 'data');
      socket.write(
        `GET ${path} HTTP/1.1\r\nHost: x\r\n${token === undefined ? '' : `Authorization: Bearer ${token}\r\n`}\r\n`,
      );
      const [data] = await said;
      return Number(/^HTTP\/1\.1 (\d+)/.exec(String(data))?.[1] ?? 0);
    },
  };
}

test('4,300 unfinished headers from one address shut out no page, of another address or of its own', async () => {
  running = await testApi();
  await hold('127.0.0.2', 4_300, HEADERS);
  expect(await page('127.0.0.1')).toBe(200);
  expect(await page('127.0.0.2')).toBe(200);
}, 60_000);

test('an unfinished header is closed at the 10 s that are stated, and so is a socket that says nothing', async () => {
  running = await testApi();
  const header = await hold('127.0.0.2', 1, HEADERS);
  const silent = await hold('127.0.0.2', 1, '');
  await Promise.all([closedBy(header), closedBy(silent)]);
  expect(await closedFor('headers')).toBe(2);
}, 20_000);

test('an unfinished body is closed at its limit too; until then others are served', async () => {
  running = await testApi({ limits: { headersMs: 500, requestMs: 1_500, checkMs: 50 } });
  const bodies = await hold('127.0.0.2', 300, BODY);
  expect(await page('127.0.0.1')).toBe(200);
  expect(await page('127.0.0.2')).toBe(200);
  await closedBy(bodies);
  expect(await closedFor('body')).toBeGreaterThan(0);
});

function withBigFile(): Pick<ApiOptions, 'staticDir'> {
  const staticDir = fakeDist();
  // More than the kernel takes of an answer that nobody reads.
  writeFileSync(join(staticDir, 'assets', 'big.js'), Buffer.alloc(24 * 1024 * 1024, 0x20));
  return { staticDir };
}

function slowReader(localAddress: string): Socket {
  const socket = connect({ host: '127.0.0.1', port: running.api.port, localAddress });
  sockets.push(socket.on('error', () => undefined));
  socket.write('GET /assets/big.js HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
  return socket;
}

test('an answer of which nothing is taken is given up; one that is taken slowly arrives whole', async () => {
  running = await testApi({ ...withBigFile(), limits: { stallMs: 400 } });
  const stalled = Array.from({ length: 20 }, () => slowReader('127.0.0.2').pause());
  const steady = slowReader('127.0.0.3');
  let bytes = 0;
  steady.on('data', (data) => {
    bytes += data.length;
    steady.pause();
    setTimeout(() => steady.resume(), 2);
  });
  expect(await page('127.0.0.1')).toBe(200);
  while ((await closedFor('stalled')) < stalled.length) expect(await page('127.0.0.1')).toBe(200);
  if (!steady.closed) await once(steady, 'close');
  expect(bytes).toBeGreaterThan(24 * 1024 * 1024);
});

test('when room is short the oldest of the address that holds most goes, and no newcomer is turned away', async () => {
  running = await testApi({ limits: SMALL });
  const few = await hold('127.0.0.3', 3, HEADERS);
  for (const address of ['127.0.0.4', '127.0.0.5', '127.0.0.6', '127.0.0.7']) await hold(address, 15, HEADERS);
  for (let newcomer = 10; newcomer < 20; newcomer += 1) expect(await page(`127.0.0.${newcomer}`)).toBe(200);
  expect(few.open()).toBe(3);
  expect(await closedFor('share')).toBeGreaterThan(0);
  expect(await closedFor('room')).toBeGreaterThan(0);
  expect(await closedFor('full')).toBe(0);
});

test('who has signed in keeps the connection while strangers fight for theirs, and the place it came from has room', async () => {
  running = await testApi({ limits: SMALL });
  const { secret } = await running.token('read');
  const known = keptOpen('127.0.0.3');
  expect(await known.ask('/api/v1/me', secret)).toBe(200);
  for (let address = 20; address < 40; address += 1) await hold(`127.0.0.${address}`, 8, HEADERS);
  expect(await known.ask('/api/v1/me', secret)).toBe(200);
  expect(known.socket.destroyed).toBe(false);
  expect(await page('127.0.0.3')).toBe(200);
});

test('answers that are not read make no room for their reader: it goes when others need it', async () => {
  running = await testApi({ ...withBigFile(), limits: SMALL });
  for (const address of ['127.0.0.4', '127.0.0.5', '127.0.0.6', '127.0.0.7'])
    for (let i = 0; i < 10; i += 1) slowReader(address).pause();
  for (let newcomer = 10; newcomer < 15; newcomer += 1) expect(await page(`127.0.0.${newcomer}`)).toBe(200);
  expect(await closedFor('full')).toBe(0);
});

test('WebSockets that never sign in share like other strangers and are closed; live pages stay', async () => {
  running = await testApi({ limits: { ...SMALL, upgradeMs: 3_000 } });
  const peer = livePeer(running.api.url, { token: (await running.token('kiosk')).secret });
  await peer.connected();
  const upgrades = await hold('127.0.0.2', 60, LIVE);
  for (let address = 20; address < 30; address += 1) await hold(`127.0.0.${address}`, 8, LIVE);
  const other = livePeer(running.api.url, { token: (await running.token('kiosk')).secret });
  await other.connected();
  expect((await other.hello()).mode).toBe('snapshot');
  await closedBy(upgrades);
  expect(await closedFor('upgrade')).toBeGreaterThan(0);
  expect(peer.endings).toEqual([]);
  expect(peer.socket.connected).toBe(true);
  peer.close();
  other.close();
});

test('live places are shared by sign-in: the one that has most makes room for another, and none for itself', async () => {
  running = await testApi({ limits: { liveClients: 4 } });
  const [greedy, modest] = await Promise.all(['kiosk', 'read'].map((scope) => running.token(scope)));
  const peers: LivePeer[] = [];
  const join = async (token: string | undefined): Promise<LivePeer> => {
    const peer = livePeer(running.api.url, { token: token ?? '' });
    peers.push(peer);
    await peer.connected();
    return peer;
  };
  for (let i = 0; i < 4; i += 1) await join(greedy?.secret);
  await expect(join(greedy?.secret)).rejects.toThrow('too-many-clients');
  const other = await join(modest?.secret);
  expect((await other.hello()).mode).toBe('snapshot');
  await eventually('the oldest goes', () => peers[0]?.endings.length === 1);
  await join(modest?.secret);
  await expect(join(modest?.secret)).rejects.toThrow('too-many-clients');
  expect(other.endings).toEqual([]);
  expect(peers.slice(2, 4).flatMap(({ endings }) => endings)).toEqual([]);
  for (const peer of peers) peer.close();
});

test('an upgrade that was refused is closed although the other side keeps its half open', async () => {
  running = await testApi();
  await closedBy(await hold('127.0.0.2', 20, `GET /nothing HTTP/1.1\r\nHost: x\r\n${UPGRADE}`));
});

test('a hundred requests in one breath are not worked on at the same time', async () => {
  running = await testApi();
  const burst = await hold('127.0.0.2', 1, 'GET /readyz HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(100));
  await closedBy(burst);
  expect(await closedFor('pipelined')).toBeGreaterThan(0);
});

test('however many ask whether the gateway is ready, it looks once at a time', async () => {
  running = await testApi();
  const { deps } = running;
  const { ready } = deps;
  let now = 0;
  let most = 0;
  deps.ready = async () => {
    now += 1;
    most = Math.max(most, now);
    await new Promise((resolve) => setTimeout(resolve, 50));
    now -= 1;
    return ready();
  };
  const asked = Array.from({ length: 20 }, (_, i) =>
    askFrom(running.api.port, `127.0.0.${2 + i}`, { path: '/readyz' }),
  );
  expect((await Promise.all(asked)).map(({ status }) => status)).toEqual(new Array(20).fill(200));
  expect(most).toBe(1);
});

test('MQTT over WebSocket has room of its own, and its handler is told who asks', async () => {
  const handed: string[] = [];
  running = await testApi({
    limits: { ...SMALL, devices: 20 },
    onUpgrade: {
      path: '/mqtt',
      handle: (_request, socket, _head, address) => {
        handed.push(address);
        socket.write('HTTP/1.1 101 Switching Protocols\r\n\r\n');
      },
    },
  });
  const asDevice = `GET /mqtt HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 10.0.0.7\r\n${UPGRADE}`;
  const devices = await hold('127.0.0.2', 20, asDevice);
  await closedBy(await hold('127.0.0.2', 3, asDevice));
  expect(handed).toEqual(new Array(20).fill('10.0.0.7'));
  expect(await closedFor('devices')).toBe(3);
  for (let address = 20; address < 30; address += 1) await hold(`127.0.0.${address}`, 8, HEADERS);
  expect(await page('127.0.0.3')).toBe(200);
  expect(devices.open()).toBe(20);
});
