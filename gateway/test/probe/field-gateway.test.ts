/** Cameras, recorders and meters as real ones answer, against the running gateway, as the API shows them. */
import { createSocket } from 'node:dgram';
import { readFileSync } from 'node:fs';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { LatestValue, Quarantined } from '#contract/http/campus.ts';
import type { ProbeState } from '#contract/http/probes.ts';
import { dlt645Answer } from '../decode/codecs/meter-frames.ts';
import { fakeDtu } from '../integration/fake-dtu.ts';
import { startTestGateway, type TestGateway } from '../run-gateway.ts';
import { waitFor } from '../wait-for.ts';
import { type FakeDevice, httpDevice, httpsDevice, onvifTime } from './fake-camera.ts';
import { answerTo, register } from './gb28181-receiver.ts';
import { catalogOf, item, keepalive, NVR, PASSWORD, SERVER, sip, tcpPeer, udpPeer } from './sip-device.ts';

const root = resolve(import.meta.dirname, '../../..');
const NAME = { zh: '试验设备', en: 'Device' };
const GATE = '34020000001320000001';
const ODD = '34020000009990000001';
const STRANGER = '34020000001320000777';
const CAMERA = '192.168.1.203';
const soon = { timeout: 10_000, interval: 50 };

let config: string;
let gateway: TestGateway;
let sipPort = 0;
const fakes: FakeDevice[] = [];
let tell: (document: string) => void = () => {};

const device = (id: string, kind: string, more: object): object => ({
  ...{ id, name: NAME, kind, place: 'gate-east', intervalS: 3_600, ...more },
});

beforeAll(async () => {
  sipPort = await freePort();
  const [asking, secure, camera] = await Promise.all([
    httpDevice((_request, response) =>
      response.writeHead(401, { 'www-authenticate': 'Basic realm="IPC"' }).end('<html>401</html>'),
    ),
    httpsDevice((_request, response) => void response.end(onvifTime({ utc: new Date() }))),
    httpDevice(({ url }, response) => {
      if (url !== '/ISAPI/Event/notification/alertStream') return void response.writeHead(404).end();
      response.writeHead(200, { 'content-type': 'multipart/mixed; boundary=b' }).flushHeaders();
      tell = (document) => void response.write(`--b\r\n\r\n${document}\r\n`);
    }),
  ]);
  fakes.push(asking, secure, camera);
  const host = '127.0.0.1';
  const devices = [
    device('recorder', 'nvr', { profile: 'gb28181', address: NVR }),
    device('gate', 'camera', { profile: 'gb28181', address: GATE }),
    device('odd', 'camera', { profile: 'gb28181', address: ODD }),
    device('asking', 'camera', { probe: { host, onvif: { port: asking.port }, everyS: 1 } }),
    device('secure', 'camera', { probe: { host, onvif: { port: secure.port, tls: true }, everyS: 1 } }),
    device('hik', 'camera', {
      ...{ profile: 'hikvision-isapi', address: CAMERA },
      probe: { host, hikvision: { port: camera.port, credential: 'CAM' }, everyS: 3_600 },
    }),
    device('meter', 'electricity-meter', {
      ...{ profile: 'dlt645', address: '12345678', downTopic: 'dtu/field/down', intervalS: 1 },
    }),
  ];
  config = await mkdtemp(join(tmpdir(), 'houqin-field-'));
  await cp(join(root, 'gateway/test/campus-config'), config, { recursive: true });
  await cp(join(root, 'config/profiles'), join(config, 'profiles'), { recursive: true });
  const gb28181 = { listen: `127.0.0.1:${sipPort}`, serverId: SERVER, catalogEveryS: 1 };
  gateway = await startTestGateway({
    config,
    files: {
      'gateway.yaml': JSON.stringify({ demo: false, gb28181 }),
      'devices.yaml': JSON.stringify({ devices }),
      'rules.yaml': 'rules: []\n',
    },
    env: { HOUQIN_PROBE_CAM: 'admin:secret', HOUQIN_GB28181_PASSWORD: PASSWORD },
  });
}, 60_000);

afterAll(async () => {
  await gateway?.stop();
  await Promise.all(fakes.map((one) => one.close()));
  if (config !== undefined) await rm(config, { recursive: true, force: true });
}, 30_000);

function freePort(): Promise<number> {
  const socket = createSocket('udp4');
  return new Promise((done) =>
    socket.bind(0, '127.0.0.1', () => {
      const { port } = socket.address();
      socket.close(() => done(port));
    }),
  );
}

async function shows(id: string, metric: string, value: number): Promise<void> {
  await waitFor(async () => {
    const { items } = await gateway.api<{ items: readonly LatestValue[] }>(`/latest?device=${id}`);
    expect(items.find((one) => one.metric === metric)?.value).toBe(value);
  }, soon);
}

async function rows(): Promise<readonly Quarantined[]> {
  return (await gateway.api<{ items: readonly Quarantined[] }>('/quarantine')).items;
}

it('GB/T 28181 over TCP: one broken list of a recorder shows its cameras, and strangers are offered', async () => {
  await using peer = Object.assign(await tcpPeer(sipPort), { [Symbol.asyncDispose]: async () => peer.close() });
  expect(await register(peer, { transport: 'TCP', user: 'admin' })).toContain('200 OK');
  await waitFor(() => expect(peer.heard.some((text) => text.includes('<CmdType>Catalog</CmdType>'))).toBe(true), soon);
  const list = `${item(GATE, '教学楼一层走廊摄像头')}</Item>${item(ODD, '东')}${item(STRANGER, '操场', '')}`;
  const body = catalogOf(list);
  await answerTo(peer, sip('MESSAGE', { body, length: body.length, transport: 'TCP' }));
  await shows('gate', 'camera_online', 1);
  await shows('odd', 'camera_online', 1);
  await waitFor(async () => {
    const { items } = await gateway.api<{ items: readonly { address: string; name: string }[] }>('/onboarding/devices');
    expect(items).toContainEqual(expect.objectContaining({ address: STRANGER, name: '操场' }));
    expect((await rows()).find(({ reason }) => reason === 'bad-value')?.detail).toContain(STRANGER);
  }, soon);
});

it('a wrong password and what is no SIP leave rows that say what to change', async () => {
  const peer = await udpPeer(sipPort);
  expect(await register(peer, { password: 'guess' })).toContain('403');
  peer.send('hello there, who are you');
  await waitFor(async () => {
    const all = await rows();
    expect(all).toContainEqual(
      expect.objectContaining({
        reason: 'refused',
        address: NVR,
        detail: expect.stringContaining('HOUQIN_GB28181_PASSWORD'),
      }),
    );
    expect(all).toContainEqual(expect.objectContaining({ topic: 'sip:udp/127.0.0.1', reason: 'bad-payload' }));
  }, soon);
  peer.close();
  expect(gateway.output()).not.toContain('guess');
});

it('cameras that ask for a password, or want https, are online with a word', async () => {
  await shows('asking', 'camera_online', 1);
  await shows('secure', 'camera_online', 1);
  const { items } = await gateway.api<{ items: readonly ProbeState[] }>('/probes');
  expect(items.find(({ device: id }) => id === 'asking')?.evidence.zh).toContain('要求登录');
});

it('the heartbeat of a camera counts for the camera', async () => {
  await waitFor(() => expect(fakes[2]?.open()).toBeGreaterThan(0), soon);
  await waitFor(() => {
    tell(
      '<EventNotificationAlert><channelID>1</channelID><activePostCount>0</activePostCount><eventType>videoloss</eventType><eventState>inactive</eventState></EventNotificationAlert>',
    );
    return shows('hik', 'online', 1);
  }, soon);
  expect((await rows()).filter(({ address }) => address?.startsWith(CAMERA))).toEqual([]);
});

it('a meter with eight digits on it, behind a DTU that writes hex text, is read', async () => {
  const answer = dlt645Answer('000012345678', '00010000', '00123456').toString('hex').toUpperCase();
  await using dtu = await fakeDtu(gateway.mqttUrl, 'dtu/field', () => [Buffer.from(answer)]);
  await shows('meter', 'energy_total_kwh', 1234.56);
  expect(dtu.requests.length).toBeGreaterThan(0);
});

it('after a kill the recorder is asked where it last spoke, though its port had changed', async () => {
  const [before, after] = [await udpPeer(sipPort), await udpPeer(sipPort)];
  await register(before);
  await answerTo(after, sip('MESSAGE', { body: keepalive() }));
  const file = join(gateway.dataDir, 'gb28181-registrations.json');
  await waitFor(() => expect(readFileSync(file, 'utf8')).toContain(`"port":${after.port}`), soon);
  await gateway.kill();
  await gateway.start();
  const count = after.heard.length;
  await waitFor(() => expect(after.heard.slice(count).some((text) => text.includes('Catalog'))).toBe(true), soon);
  before.close();
  after.close();
}, 60_000);
