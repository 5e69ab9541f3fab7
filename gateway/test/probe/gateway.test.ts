/** Cameras and recorders against the running gateway, over sockets of their own, as GET /latest shows them. */
import { createSocket } from 'node:dgram';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LatestValue } from '#contract/http/campus.ts';
import type { ProbeState } from '#contract/http/probes.ts';
import { startTestGateway, type TestGateway } from '../run-gateway.ts';
import { itNeeds } from '../skip.ts';
import { waitFor } from '../wait-for.ts';
import { closedPort, type FakeDevice, httpDevice, onvifCamera, rtspCamera, tcpDevice } from './fake-camera.ts';

const root = resolve(import.meta.dirname, '../../..');

interface Sent {
  readonly id: string;
  readonly topic: string;
  readonly payload: string;
  readonly expect: readonly { readonly device: string; readonly metric: string; readonly value: number | boolean }[];
}

const data = process.env['HOUQIN_TEST_DATA'];
const folder = data === undefined ? undefined : join(data, '../fixtures');
const captured = new Map<string, readonly Sent[]>(
  ['gb28181', 'hikvision-isapi', 'onvif'].map((name) => {
    const dir = folder === undefined ? '' : join(folder, name);
    const files = existsSync(dir) ? readdirSync(dir) : [];
    return [name, files.flatMap((file) => JSON.parse(readFileSync(join(dir, file), 'utf8')).messages as Sent[])];
  }),
);
const missing = (name: string): string | undefined =>
  (captured.get(name)?.length ?? 0) > 0 ? undefined : 'HOUQIN_TEST_DATA names no folder with ../fixtures beside it';

const RECORDER = '34020000001110000001';
const CHANNELS = ['34020000001320000002', '34020000001320000003'];
const SERVER = '34020000002000000001';
const NVR = '192.168.1.12';
const NAME = { zh: '试验设备', en: 'Device' };

const device = (id: string, kind: string, more: object): object => ({
  ...{ id, name: NAME, kind, place: 'gate-east', intervalS: 3_600, ...more },
});

let config: string;
let gateway: TestGateway;
let sip = 0;
let discovery = 0;
let onvif: FakeDevice;
let slow: FakeDevice;
let rtsp: FakeDevice;
let stalled: FakeDevice;
let nvr: FakeDevice;
/** Writes a part of the alertStream to whoever reads it. */
let tell: (document: string) => void = () => {};

beforeAll(async () => {
  sip = await freeUdpPort();
  discovery = await freeUdpPort();
  [onvif, slow, rtsp, stalled] = await Promise.all([
    onvifCamera(),
    onvifCamera(-3_600_000),
    rtspCamera('401 Unauthorized'),
    tcpDevice(() => {}),
  ]);
  nvr = await httpDevice((request, response) => {
    const isStream = request.url === '/ISAPI/Event/notification/alertStream';
    if (!isStream || request.headers.authorization === undefined) {
      const challenge = { 'www-authenticate': 'Digest qop="auth", realm="NVR", nonce="n1"' };
      response.writeHead(isStream ? 401 : 404, isStream ? challenge : {}).end();
      return;
    }
    response.writeHead(200, { 'content-type': 'multipart/mixed; boundary=boundary' });
    response.flushHeaders();
    tell = (document) =>
      void response.write(`--boundary\r\nContent-Type: application/xml; charset="UTF-8"\r\n\r\n${document}\r\n`);
  });
  const host = '127.0.0.1';
  const devices = [
    device('recorder', 'nvr', { profile: 'gb28181', address: RECORDER }),
    ...CHANNELS.map((address, n) => device(`channel-${n + 1}`, 'camera', { profile: 'gb28181', address })),
    device('nvr', 'nvr', {
      ...{ profile: 'hikvision-isapi', address: NVR },
      probe: { host, hikvision: { port: nvr.port, credential: 'NVR' }, everyS: 3_600 },
    }),
    device('nvr-ch3', 'camera', { profile: 'hikvision-isapi', address: `${NVR}/ch3` }),
    device('onvif', 'camera', {
      ...{ profile: 'onvif', address: '192.168.1.64' },
      probe: { host, onvif: { port: onvif.port }, everyS: 1 },
    }),
    device('slow-clock', 'camera', { probe: { host, onvif: { port: slow.port }, everyS: 1 } }),
    device('no-password', 'nvr', {
      ...{ profile: 'hikvision-isapi', address: '192.168.1.13' },
      probe: { host, hikvision: { port: slow.port, credential: 'NOBODY' }, everyS: 1 },
    }),
    device('rtsp', 'camera', { probe: { host, rtsp: { port: rtsp.port }, everyS: 1 } }),
    device('hung', 'camera', {
      probe: { host, onvif: { port: stalled.port }, tcp: stalled.port, everyS: 1, timeoutMs: 300 },
    }),
    device('dead', 'camera', { probe: { host, tcp: await closedPort(), everyS: 1 } }),
    device('switch', 'switch', { probe: { host, tcp: [await closedPort(), stalled.port], everyS: 1 } }),
  ];
  config = await mkdtemp(join(tmpdir(), 'houqin-cameras-'));
  await cp(join(root, 'gateway/test/campus-config'), config, { recursive: true });
  await cp(join(root, 'config/profiles'), join(config, 'profiles'), { recursive: true });
  gateway = await startTestGateway({
    config,
    files: {
      'gateway.yaml': JSON.stringify({
        demo: false,
        gb28181: { listen: `127.0.0.1:${sip}`, serverId: SERVER },
        onvif: { listen: `127.0.0.1:${discovery}` },
      }),
      'devices.yaml': JSON.stringify({ devices }),
      'rules.yaml': 'rules: []\n',
    },
    env: { HOUQIN_PROBE_NVR: 'admin:secret' },
  });
}, 60_000);

afterAll(async () => {
  await gateway?.stop();
  await Promise.all([onvif, slow, rtsp, stalled, nvr].map((one) => one?.close()));
  if (config !== undefined) await rm(config, { recursive: true, force: true });
}, 30_000);

async function latest(id: string, metric: string): Promise<LatestValue | undefined> {
  const { items } = await gateway.api<{ items: readonly LatestValue[] }>(`/latest?device=${id}`);
  return items.find((item) => item.metric === metric);
}

async function shows(id: string, metric: string, value: number, since = 0): Promise<void> {
  await waitFor(
    async () => {
      const found = await latest(id, metric);
      expect(found === undefined || found.ts < since ? undefined : found.value).toBe(value);
    },
    { timeout: 8_000, interval: 50 },
  );
}

const idOf: Readonly<Record<string, string>> = {
  ...{ [RECORDER]: 'recorder', [NVR]: 'nvr', [`${NVR}/ch3`]: 'nvr-ch3', '192.168.1.64': 'onvif' },
  ...Object.fromEntries(CHANNELS.map((address, n) => [address, `channel-${n + 1}`])),
};

/** Sends one message over the socket it belongs to. */
async function send({ topic, payload }: Sent): Promise<void> {
  if (topic === 'udp:3702') return udp(discovery, payload);
  if (topic === 'udp:5060') return udp(sip, payload);
  if (topic === 'sip:MESSAGE') return udp(sip, sipMessage(payload));
  await waitFor(() => expect(nvr.open()).toBeGreaterThan(0), 5_000);
  tell(payload);
}

function sipMessage(body: string): string {
  const call = Math.random().toString(36).slice(2);
  const head = [
    `MESSAGE sip:${SERVER}@3402000000 SIP/2.0`,
    `Via: SIP/2.0/UDP 127.0.0.1:5060;rport;branch=z9hG4bK${call}`,
    `From: <sip:${RECORDER}@3402000000>;tag=t1`,
    `To: <sip:${SERVER}@3402000000>`,
    `Call-ID: ${call}@127.0.0.1`,
    'CSeq: 20 MESSAGE',
    'Content-Type: Application/MANSCDP+xml',
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  return `${head.join('\r\n')}\r\n\r\n${body}`;
}

function udp(port: number, datagram: string): Promise<void> {
  const socket = createSocket('udp4');
  return new Promise((done) => socket.send(datagram, port, '127.0.0.1', () => socket.close(() => done())));
}

function freeUdpPort(): Promise<number> {
  const socket = createSocket('udp4');
  return new Promise((done) =>
    socket.bind(0, '127.0.0.1', () => {
      const { port } = socket.address();
      socket.close(() => done(port));
    }),
  );
}

describe('captured messages over their own sockets', () => {
  for (const [name, messages] of captured) {
    itNeeds(
      missing(name),
      `${name}: ${messages.length} messages`,
      async () => {
        for (const message of messages) {
          const since = Date.now();
          // The answer to GetSystemDateAndTime comes from the camera that is probed.
          if (!message.topic.startsWith('http:/onvif')) await send(message);
          for (const { device: address, metric, value } of message.expect)
            await shows(idOf[address] ?? address, metric, Number(value), since);
        }
      },
      60_000,
    );
  }
});

describe('probes of the running gateway', () => {
  it('shows a camera that answers ONVIF, and what its clock says', async () => {
    await shows('onvif', 'camera_online', 1);
    expect(Math.abs((await latest('onvif', 'camera_clock_skew_s'))?.value ?? 99)).toBeLessThanOrEqual(2);
    await waitFor(async () => {
      const skew = (await latest('slow-clock', 'camera_clock_skew_s'))?.value ?? 0;
      expect(Math.abs(skew + 3_600)).toBeLessThanOrEqual(2);
    }, 5_000);
  });

  it('shows a camera that answers RTSP, a password asked for included', () => shows('rtsp', 'camera_online', 1));

  it('is not deceived by an open port behind which nobody answers', () => shows('hung', 'camera_online', 0));

  it('shows what refuses as away, and a switch with one open port as there', async () => {
    await shows('dead', 'camera_online', 0);
    await shows('switch', 'online', 1);
    expect(await latest('switch', 'camera_online')).toBeUndefined();
  });

  it('tells why: the port is open, but nobody answers ONVIF', async () => {
    const { items } = await gateway.api<{ items: readonly ProbeState[] }>('/probes');
    const state = items.find(({ device: id }) => id === 'hung');
    expect(state?.evidence.zh).toMatch(/ONVIF \d+：端口开着，但没有应答；TCP \d+：端口开着/);
    expect(items.find(({ device: id }) => id === 'slow-clock')).toMatchObject({
      online: true,
      clockSkewS: expect.any(Number),
    });
  });

  it('tells that a password is missing, and under which name', async () => {
    await shows('no-password', 'online', 1);
    const { items } = await gateway.api<{ items: readonly ProbeState[] }>('/probes');
    expect(items.find(({ device: id }) => id === 'no-password')?.evidence.zh).toContain('HOUQIN_PROBE_NOBODY');
    expect(items.find(({ device: id }) => id === 'nvr')?.evidence.en).toContain('event stream open');
    expect(gateway.output()).not.toContain('secret');
  });

  it('asks the changed device otherwise when the config changes', async () => {
    const file = join(gateway.configDir, 'devices.yaml');
    const before = JSON.parse(readFileSync(file, 'utf8')) as { devices: { id: string; probe?: object }[] };
    const probe = { host: '127.0.0.1', rtsp: { port: rtsp.port }, everyS: 1 };
    const devices = before.devices.map((one) => (one.id === 'dead' ? { ...one, probe } : one));
    const connections = nvr.connections();
    writeFileSync(file, JSON.stringify({ devices }));
    await shows('dead', 'camera_online', 1);
    // The stream of a device that stayed as it was is not opened anew.
    expect(nvr.connections()).toBe(connections);
  });

  it('never says that a camera records', async () => {
    for (const id of ['onvif', 'rtsp', 'hung', 'dead']) expect(await latest(id, 'camera_recording')).toBeUndefined();
  });

  it('keeps a recorder that is not in devices.yaml aside with its number', async () => {
    const stranger = '34020000001180000777';
    const by = (text: string): string => text.replaceAll(`sip:${RECORDER}@`, `sip:${stranger}@`);
    await udp(
      sip,
      by(sipMessage(''))
        .replace(`To: <sip:${SERVER}@`, `To: <sip:${stranger}@`)
        .replace(/MESSAGE/g, 'REGISTER'),
    );
    // What it says is heard by nobody: it could be about the devices of others.
    const forged = `<Response><CmdType>DeviceStatus</CmdType><SN>1</SN><DeviceID>${CHANNELS[0]}</DeviceID><Online>OFFLINE</Online></Response>`;
    await udp(sip, by(sipMessage(forged)));
    await waitFor(async () => {
      const { items } = await gateway.api<{ items: readonly { reason: string; address: string | null }[] }>(
        '/quarantine',
      );
      expect(items).toContainEqual(expect.objectContaining({ reason: 'unknown-device', address: stranger }));
      expect(items.filter(({ address }) => address === CHANNELS[0])).toEqual([]);
    }, 5_000);
  });
});
