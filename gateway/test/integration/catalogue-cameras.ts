/** Cameras, a recorder and a switch for the entries of the catalogue that do not come over MQTT. */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { httpDevice, onvifCamera, rtspCamera, tcpDevice } from '../probe/fake-camera.ts';

export interface CameraEntry {
  /** Profile, or `probe: <way>` of devices.yaml. */
  readonly entry: string;
  readonly device: string;
  readonly shows: Readonly<Record<string, number>>;
}

export interface Cameras {
  /** For devices.yaml. */
  readonly devices: readonly object[];
  /** For gateway.yaml. */
  readonly settings: object;
  readonly entries: readonly CameraEntry[];
  /** What devices say by themselves: announcement, registration, heartbeat. @returns status lines of the SIP answers */
  speak(): Promise<readonly string[]>;
  close(): Promise<void>;
}

const CREDENTIAL = 'CATALOGUE';
export const CAMERA_ENV = { [`HOUQIN_PROBE_${CREDENTIAL}`]: 'admin:secret' };
const SERVER = '34020000002000000001';
const RECORDER = '34020000001110000001';
const FAULTY = '34020000001320000002';
const NVR = '192.168.1.12';
const CAMERA = '192.168.1.64';

export async function startCameras(): Promise<Cameras> {
  const [sip, discovery] = [await freeUdpPort(), await freeUdpPort()];
  const [onvif, rtsp, open] = await Promise.all([onvifCamera(), rtspCamera('401 Unauthorized'), tcpDevice(() => {})]);
  const nvr = await recorder();
  const host = '127.0.0.1';
  const device = (id: string, kind: string, more: object): object => ({
    ...{ id, name: id, kind, place: 'campus', intervalS: 60, ...more },
  });
  return {
    devices: [
      device('ca-onvif', 'camera', { probe: { host, onvif: { port: onvif.port }, everyS: 1 } }),
      device('ca-rtsp', 'camera', { probe: { host, rtsp: { port: rtsp.port }, everyS: 1 } }),
      device('ca-switch', 'switch', { probe: { host, tcp: open.port, everyS: 1 } }),
      device('ca-nvr', 'nvr', {
        ...{ profile: 'hikvision-isapi', address: NVR },
        probe: { host, hikvision: { port: nvr.port, credential: CREDENTIAL }, everyS: 60 },
      }),
      device('ca-nvr-ch3', 'camera', { profile: 'hikvision-isapi', address: `${NVR}/ch3` }),
      device('ca-hello', 'camera', { profile: 'onvif', address: CAMERA }),
      device('ca-gb', 'nvr', { profile: 'gb28181', address: RECORDER }),
      device('ca-gb-faulty', 'camera', { profile: 'gb28181', address: FAULTY }),
    ],
    settings: {
      gb28181: { listen: `127.0.0.1:${sip}`, serverId: SERVER },
      onvif: { listen: `127.0.0.1:${discovery}` },
    },
    entries: [
      { entry: 'probe: onvif', device: 'ca-onvif', shows: { camera_online: 1 } },
      { entry: 'probe: rtsp', device: 'ca-rtsp', shows: { camera_online: 1 } },
      { entry: 'probe: tcp', device: 'ca-switch', shows: { online: 1 } },
      { entry: 'probe: hikvision', device: 'ca-nvr', shows: { online: 1 } },
      { entry: 'hikvision-isapi', device: 'ca-nvr-ch3', shows: { camera_online: 0 } },
      { entry: 'onvif', device: 'ca-hello', shows: { online: 1 } },
      { entry: 'gb28181', device: 'ca-gb', shows: { online: 1 } },
      { entry: 'gb28181', device: 'ca-gb-faulty', shows: { camera_online: 0 } },
    ],
    speak: async () => {
      const socket = createSocket('udp4');
      await new Promise<void>((done) => socket.bind(0, host, () => done()));
      socket.send(hello(), discovery, host);
      const answers = [await asked(socket, sip, register()), await asked(socket, sip, keepalive())];
      socket.close();
      return answers;
    },
    close: async () => {
      await Promise.all([onvif, rtsp, open, nvr].map((one) => one.close()));
    },
  };
}

/** A recorder whose event stream begins with its heartbeat and a channel without a picture. ISAPI, Event/notification/alertStream. */
function recorder() {
  const event = (channel: number, state: string): string =>
    `<EventNotificationAlert version="2.0" xmlns="http://www.hikvision.com/ver20/XMLSchema"><ipAddress>${NVR}</ipAddress>` +
    `<channelID>${channel}</channelID><dateTime>${new Date().toISOString()}</dateTime>` +
    `<activePostCount>${state === 'active' ? 1 : 0}</activePostCount><eventType>videoloss</eventType>` +
    `<eventState>${state}</eventState><eventDescription>videoloss alarm</eventDescription></EventNotificationAlert>`;
  return httpDevice((request, response) => {
    if (request.headers.authorization === undefined) {
      response.writeHead(401, { 'www-authenticate': 'Digest qop="auth", realm="NVR", nonce="n1"' }).end();
      return;
    }
    response.writeHead(200, { 'content-type': 'multipart/mixed; boundary=boundary' });
    for (const body of [event(0, 'inactive'), event(3, 'active')])
      response.write(`--boundary\r\nContent-Type: application/xml; charset="UTF-8"\r\n\r\n${body}\r\n`);
    response.write('--boundary\r\n');
  });
}

/** WS-Discovery, section 4.1. */
function hello(): string {
  return (
    '<?xml version="1.0" encoding="UTF-8"?><s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" ' +
    'xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing" xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery" ' +
    'xmlns:dn="http://www.onvif.org/ver10/network/wsdl"><s:Header><a:MessageID>urn:uuid:1</a:MessageID>' +
    '<a:Action>http://schemas.xmlsoap.org/ws/2005/04/discovery/Hello</a:Action></s:Header><s:Body><d:Hello>' +
    '<a:EndpointReference><a:Address>urn:uuid:4d454930-0000-1000-8000-00805f9b34fb</a:Address></a:EndpointReference>' +
    `<d:Types>dn:NetworkVideoTransmitter</d:Types><d:XAddrs>http://${CAMERA}/onvif/device_service</d:XAddrs>` +
    '<d:MetadataVersion>10</d:MetadataVersion></d:Hello></s:Body></s:Envelope>'
  );
}

function sipRequest(method: string, more: readonly string[], body = ''): string {
  return [
    `${method} sip:${SERVER}@3402000000 SIP/2.0`,
    'Via: SIP/2.0/UDP 127.0.0.1:5060;rport;branch=z9hG4bK-catalogue',
    `From: <sip:${RECORDER}@3402000000>;tag=t1`,
    `To: <sip:${method === 'REGISTER' ? RECORDER : SERVER}@3402000000>`,
    `Call-ID: ${method}-1@127.0.0.1`,
    `CSeq: 1 ${method}`,
    'Max-Forwards: 70',
    ...more,
    `Content-Length: ${Buffer.byteLength(body)}`,
    '',
    body,
  ].join('\r\n');
}

const register = (): string => sipRequest('REGISTER', [`Contact: <sip:${RECORDER}@127.0.0.1:5060>`, 'Expires: 3600']);

/** GB/T 28181-2016 A.2.5: the list names channels that are out of order. */
const keepalive = (): string =>
  sipRequest(
    'MESSAGE',
    ['Content-Type: Application/MANSCDP+xml'],
    `<?xml version="1.0" encoding="GB2312"?>\r\n<Notify>\r\n<CmdType>Keepalive</CmdType>\r\n<SN>2</SN>\r\n` +
      `<DeviceID>${RECORDER}</DeviceID>\r\n<Status>OK</Status>\r\n<Info>\r\n<DeviceID>${FAULTY}</DeviceID>\r\n</Info>\r\n</Notify>\r\n`,
  );

async function asked(socket: Socket, port: number, request: string): Promise<string> {
  const answer = once(socket, 'message');
  socket.send(request, port, '127.0.0.1');
  const [datagram] = (await answer) as [Buffer];
  return datagram.toString().split('\r\n')[0] ?? '';
}

async function freeUdpPort(): Promise<number> {
  const socket = createSocket('udp4');
  await new Promise<void>((done) => socket.bind(0, '127.0.0.1', () => done()));
  const { port } = socket.address();
  await new Promise<void>((done) => socket.close(() => done()));
  return port;
}
