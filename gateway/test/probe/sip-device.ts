/** GB/T 28181 devices on the loopback, over UDP and TCP, as they log in and speak. */
import { createSocket } from 'node:dgram';
import { connect, type Socket } from 'node:net';
import { digestFields, digestResponse } from '../../src/probe/http-login.ts';

export const NVR = '34020000001110000001';
export const SERVER = '34020000002000000001';
export const DOMAIN = '3402000000';
export const PASSWORD = 'secret';

export interface Peer {
  /** Everything that came back, message by message. */
  readonly heard: string[];
  send(text: string | Buffer): void;
  close(): void;
}

export interface TcpPeer extends Peer {
  readonly socket: Socket;
  isClosed(): boolean;
}

/** @param from loopback address to send from */
export async function udpPeer(port: number, from = '127.0.0.1'): Promise<Peer & { readonly port: number }> {
  const socket = createSocket('udp4');
  const heard: string[] = [];
  socket.on('message', (bytes) => heard.push(bytes.toString()));
  await new Promise<void>((done) => socket.bind(0, from, () => done()));
  return {
    heard,
    port: socket.address().port,
    send: (text) => socket.send(text, port, '127.0.0.1'),
    close: () => socket.close(),
  };
}

export async function tcpPeer(port: number, from = '127.0.0.1'): Promise<TcpPeer> {
  const heard: string[] = [];
  const socket = connect({ port, host: '127.0.0.1', localAddress: from });
  let held = '';
  let closed = false;
  socket.on('error', () => {});
  socket.on('close', () => {
    closed = true;
  });
  socket.on('data', (bytes) => {
    held += bytes.toString();
    for (let end = endOf(held); end !== undefined; end = endOf(held)) {
      heard.push(held.slice(0, end));
      held = held.slice(end);
    }
  });
  await new Promise<void>((done, failed) => {
    socket.once('connect', () => done());
    socket.once('error', failed);
  });
  return {
    ...{ heard, socket },
    send: (text) => void socket.write(text),
    isClosed: () => closed,
    close: () => socket.destroy(),
  };
}

/** Where the first message ends that is all there. */
function endOf(text: string): number | undefined {
  const head = text.indexOf('\r\n\r\n');
  if (head < 0) return undefined;
  const end = head + 4 + Number(/^Content-Length: (\d+)/m.exec(text)?.[1] ?? 0);
  return text.length >= end ? end : undefined;
}

let calls = 0;

export interface Said {
  readonly id?: string;
  readonly body?: string | Buffer;
  /** What Content-Length says; the true number of bytes when absent, no such line when null. */
  readonly length?: number | null;
  readonly call?: string;
  readonly branch?: string | null;
  readonly more?: readonly string[];
  readonly via?: string;
  readonly contact?: string | null;
  readonly transport?: 'UDP' | 'TCP';
}

export function sip(method: string, said: Said = {}): Buffer {
  calls += 1;
  const { id = NVR, body = '', call = `call-${calls}`, branch = `z9hG4bK${call}`, more = [], transport = 'UDP' } = said;
  const bytes = Buffer.from(body);
  const { length = bytes.length, via = '192.168.1.20:5060', contact = `<sip:${id}@192.168.1.20:5060>` } = said;
  const lines = [
    `${method} sip:${SERVER}@${DOMAIN} SIP/2.0`,
    `Via: SIP/2.0/${transport} ${via};rport${branch === null ? '' : `;branch=${branch}`}`,
    `From: <sip:${id}@${DOMAIN}>;tag=t1`,
    `To: <sip:${method === 'REGISTER' ? id : SERVER}@${DOMAIN}>`,
    `Call-ID: ${call}`,
    `CSeq: 1 ${method}`,
    ...(contact === null ? [] : [`Contact: ${contact}`]),
    'Max-Forwards: 70',
    ...more,
    ...(length === null ? [] : [`Content-Length: ${length}`]),
  ];
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`), bytes]);
}

export interface Login {
  readonly password?: string;
  readonly realm?: string;
  readonly user?: string;
  readonly uri?: string;
}

/** The Authorization line that answers the challenge of a 401. */
export function authorization(challenge: string, id = NVR, login: Login = {}): string {
  const fields = digestFields(/WWW-Authenticate: Digest (.*)/.exec(challenge)?.[1] ?? '');
  const { password = PASSWORD, realm = fields.get('realm') ?? '', user = id } = login;
  const nonce = fields.get('nonce') ?? '';
  const { uri = `sip:${SERVER}@${DOMAIN}` } = login;
  const response = digestResponse({
    ...{ user, password, realm, nonce, method: 'REGISTER', uri },
    ...{ algorithm: '', qop: false, nc: '', cnonce: '' },
  });
  return `Authorization: Digest username="${user}", realm="${realm}", nonce="${nonce}", uri="${uri}", response="${response}", algorithm=MD5`;
}

export const catalogOf = (items: string, sender = NVR): string =>
  `<?xml version="1.0"?>\r\n<Response>\r\n<CmdType>Catalog</CmdType>\r\n<SN>7</SN>\r\n<DeviceID>${sender}</DeviceID>\r\n<DeviceList Num="1">\r\n${items}</DeviceList>\r\n</Response>\r\n`;

export const item = (id: string, name: string, rest = '<Status>ON</Status>'): string =>
  `<Item><DeviceID>${id}</DeviceID><Name>${name}</Name>${rest}</Item>\r\n`;

export const keepalive = (sender = NVR): string =>
  `<?xml version="1.0"?>\r\n<Notify>\r\n<CmdType>Keepalive</CmdType>\r\n<SN>1</SN>\r\n<DeviceID>${sender}</DeviceID>\r\n<Status>OK</Status>\r\n</Notify>\r\n`;
