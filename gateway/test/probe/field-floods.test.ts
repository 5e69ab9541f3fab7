/** One stranger, or many, who sends without end: what it costs devices that are registered, and what it costs us. */
import { createSocket } from 'node:dgram';
import { afterEach, describe, expect, it } from 'vitest';
import { createFairMemory, createFairRoom } from '../../src/probe/fair-room.ts';
import type { HeardNote } from '../../src/probe/heard-notes.ts';
import { receiveDiscovery } from '../../src/probe/receive-discovery.ts';
import { createFairLimit } from '../../src/probe/source-limit.ts';
import type { Frame } from '../../src/shared/frame.ts';
import { waitFor } from '../wait-for.ts';
import { answerTo, type Rig, receiverRig, register } from './gb28181-receiver.ts';
import { keepalive, NVR, sip, type TcpPeer, tcpPeer, udpPeer } from './sip-device.ts';

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});
function keep<T extends { close(): unknown }>(one: T): T {
  open.push(one);
  return one;
}
async function rig(...args: Parameters<typeof receiverRig>): Promise<Rig> {
  const made = await receiverRig(...args);
  keep(made.receiver);
  return made;
}
const beat = (): Buffer => sip('MESSAGE', { body: keepalive() });

/** Sends so many datagrams from an address, a few in every turn, so that it is not the system that drops them. */
async function flood(port: number, from: string, count: number, of: (n: number) => string | Buffer): Promise<void> {
  const socket = createSocket('udp4');
  await new Promise<void>((done) => socket.bind(0, from, () => done()));
  for (let n = 0; n < count; n += 16) {
    const some = Array.from({ length: Math.min(16, count - n) }, (_, k) => of(n + k));
    await Promise.all(
      some.map((text) => new Promise<void>((done) => socket.send(text, port, '127.0.0.1', () => done()))),
    );
    await new Promise((done) => setImmediate(done));
  }
  await new Promise<void>((done) => socket.close(() => done()));
}

describe('SIP over UDP', () => {
  it('a stranger that floods is not answered, fills no quarantine, and keeps no registered device waiting', async () => {
    const one = await rig();
    const peer = keep(await udpPeer(one.receiver.port));
    await register(peer);
    const pour = flood(one.receiver.port, '127.0.0.9', 3_000, (n) =>
      n % 2 === 0 ? 'x'.repeat(200) : sip('REGISTER', { id: `3402000000132000${String(n).padStart(4, '0')}` }),
    );
    for (let n = 0; n < 20; n += 1) expect(await answerTo(peer, beat())).toContain('200 OK');
    await pour;
    expect(await answerTo(peer, beat())).toContain('200 OK');
    await waitFor(() => expect(one.receiver.figures().refused['too-often'] ?? 0).toBeGreaterThan(2_000));
    expect(one.notes.length).toBeLessThanOrEqual(60);
    expect(new Set(one.notes.map(({ frame }) => frame.topic)).size).toBeLessThanOrEqual(3);
    expect(one.frames.filter((topic) => !topic.endsWith(NVR))).toEqual([]);
  });

  it('strangers of many addresses share one turn; a known number still gets in', async () => {
    const one = await rig();
    for (let n = 1; n <= 60; n += 1)
      await flood(one.receiver.port, `127.0.1.${n}`, 20, () => sip('REGISTER', { id: '1' }));
    await waitFor(() => expect(one.receiver.figures().refused['too-often'] ?? 0).toBeGreaterThan(300));
    expect(await register(keep(await udpPeer(one.receiver.port)))).toContain('200 OK');
  });

  it('strange numbers get few rows, whoever knows the password or needs none', async () => {
    const one = await rig([], { password: undefined });
    for (let from = 20; from < 30; from += 1)
      await flood(one.receiver.port, `127.0.0.${from}`, 30, (n) => sip('REGISTER', { id: `${from}00${n}` }));
    await waitFor(() => expect(one.receiver.figures().datagrams).toBe(300));
    expect(one.frames.length).toBeLessThanOrEqual(64);
    expect(one.frames.length).toBeGreaterThan(10);
  });
});

describe('SIP over TCP', () => {
  const limits = { strangers: 24, strangersOfOne: 8, unfinishedMs: 150, strangerMs: 400 };
  const half = sip('REGISTER').subarray(0, 60);
  const opened = async (one: Rig, from: string, count: number): Promise<TcpPeer[]> => {
    const peers: TcpPeer[] = [];
    for (let n = 0; n < count; n += 1) peers.push(keep(await tcpPeer(one.receiver.port, from)));
    return peers;
  };

  it('one address that opens connections without end only ever closes its own', async () => {
    const one = await rig([], { tcpLimits: { ...limits, unfinishedMs: 5_000, strangerMs: 5_000 } });
    const device = keep(await tcpPeer(one.receiver.port));
    await register(device, { transport: 'TCP' });
    const others = await opened(one, '127.0.0.3', 4);
    const flood = await opened(one, '127.0.0.9', 60);
    for (const peer of flood) peer.send(half);
    await waitFor(() => expect(flood.filter((peer) => !peer.isClosed())).toHaveLength(8));
    expect(one.receiver.figures().connections).toBe(13);
    expect([device, ...others].map((peer) => peer.isClosed())).toEqual([false, false, false, false, false]);
    expect(await answerTo(device, beat())).toContain('200 OK');
  });

  it('where strangers of many addresses have all the room, a newcomer still registers', async () => {
    const one = await rig([], { tcpLimits: { ...limits, unfinishedMs: 5_000, strangerMs: 5_000 } });
    for (let n = 1; n <= 10; n += 1) for (const peer of await opened(one, `127.0.2.${n}`, 6)) peer.send(half);
    expect(one.receiver.figures().connections).toBeLessThanOrEqual(24);
    expect(await register(keep(await tcpPeer(one.receiver.port)), { transport: 'TCP' })).toContain('200 OK');
  });

  it('a head that is never finished is closed in time, however slowly it comes, and leaves a row', async () => {
    const one = await rig([], { tcpLimits: limits });
    const peer = keep(await tcpPeer(one.receiver.port, '127.0.0.9'));
    const text = half.toString();
    let sent = 0;
    const timer = setInterval(() => peer.send(text[sent++ % text.length] ?? ''), 20);
    keep({ close: () => clearInterval(timer) });
    await waitFor(() => expect(peer.isClosed()).toBe(true), 3_000);
    await waitFor(() => expect(one.notes.map(({ detail }) => detail)[0]).toContain('the message was never finished'));
    expect(one.receiver.figures().connections).toBe(0);
  });

  it('who says nothing, or nothing of SIP, or too much, is closed', async () => {
    const one = await rig([], { tcpLimits: limits });
    const [silent, web, large] = await opened(one, '127.0.0.9', 3);
    web?.send('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    large?.send(Buffer.concat([sip('REGISTER', { length: 90_000 }), Buffer.alloc(70_000, 'x')]));
    await waitFor(
      () => expect([silent, web, large].map((peer) => peer?.isClosed())).toEqual([true, true, true]),
      3_000,
    );
    expect(one.notes.map(({ reason }) => reason).sort()).toEqual(['bad-payload', 'too-large']);
  });

  it('a registered device that sends without pause is read at its pace, and nothing of it is lost', async () => {
    const one = await rig([], { tcpLimits: { restMs: 20 } });
    const device = keep(await tcpPeer(one.receiver.port));
    await register(device, { transport: 'TCP' });
    device.send(Buffer.concat(Array.from({ length: 230 }, beat)));
    await waitFor(() => expect(device.heard.filter((text) => text.includes('200 OK'))).toHaveLength(231), 8_000);
    expect(one.receiver.figures().refused).toEqual({});
  });
});

describe('ONVIF announcements', () => {
  it('a stranger that floods costs a camera of ours no announcement, and is told once', async () => {
    const frames: Frame[] = [];
    const notes: HeardNote[] = [];
    const receiver = keep(
      await receiveDiscovery({
        ...{ listen: { host: '127.0.0.1', port: 0 }, now: Date.now, isHome: (address) => address === '127.0.0.5' },
        onFrame: async (frame) => void frames.push(frame),
        onNote: (note) => notes.push(note),
      }),
    );
    await Promise.all([
      flood(receiver.port, '127.0.0.9', 1_000, () => '<Envelope/>'),
      flood(receiver.port, '127.0.0.5', 10, () => '<Envelope/>'),
    ]);
    await waitFor(() => expect(frames.filter(({ from }) => from === '127.0.0.5')).toHaveLength(10));
    await waitFor(() => expect(receiver.dropped()).toBeGreaterThan(900));
    expect(frames.filter(({ from }) => from === '127.0.0.9').length).toBeLessThanOrEqual(40);
    expect(new Set(notes.map(({ frame, detail }) => `${frame.topic} ${detail}`)).size).toBe(1);
    expect(notes[0]).toMatchObject({ reason: 'refused', frame: { topic: 'onvif/127.0.0.9' } });
  });
});

describe('shares', () => {
  it('of a room: one that takes all it can leaves as much for the next', () => {
    const room = createFairRoom(100);
    const takes = (key: string): number => Array.from({ length: 200 }, () => room.enter(key)).filter(Boolean).length;
    expect(takes('a')).toBe(50);
    expect(takes('b')).toBe(25);
    room.leave('a');
    expect(room.enter('c')).toBe(true);
  });

  it('of a memory: the one that has most is forgotten first', () => {
    const memory = createFairMemory<number>(10);
    memory.set('device', 'k', 1);
    for (let n = 0; n < 1_000; n += 1) memory.set('stranger', String(n), n);
    expect(memory.get('device', 'k')).toBe(1);
    expect(memory.get('stranger', '0')).toBeUndefined();
    expect(memory.get('stranger', '999')).toBe(999);
  });

  it('of a second: a home has its own, strangers one together and a small one for known numbers', () => {
    const shares = { perSecond: 1, burst: 5, strangersPerSecond: 1, strangersBurst: 20 };
    const limit = createFairLimit({ ...shares, isHome: (address) => address === 'home' });
    const taken = Array.from({ length: 100 }, (_, n) => limit.take(`s${n}`, 0)).filter(Boolean);
    expect(taken).toHaveLength(20);
    expect(limit.take('home', 0)).toBe(true);
    expect(limit.take('s200', 0, () => true)).toBe(true);
    expect(limit.take('s201', 0, () => false)).toBe(false);
  });
});
