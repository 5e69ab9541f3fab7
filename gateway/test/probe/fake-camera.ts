/** Devices on the loopback that answer, stall, refuse and lie, for tests of probes. */
import { createServer as createHttpServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { createServer, type Socket } from 'node:net';
import { ownCertificate } from './own-certificate.ts';

export interface FakeDevice {
  readonly port: number;
  /** Connections taken so far. */
  connections(): number;
  /** Connections that are open now. */
  open(): number;
  close(): Promise<void>;
}

export async function tcpDevice(talk: (socket: Socket) => void, port = 0): Promise<FakeDevice> {
  const server = createServer((socket) => {
    talk(socket);
    // What is not read would hide that the other side hung up.
    socket.resume();
  });
  return listening(server, port);
}

/** Speaks HTTP; `answer` gets the whole body of the request. */
export async function httpDevice(
  answer: (request: IncomingMessage, response: ServerResponse, body: string) => void,
  port = 0,
): Promise<FakeDevice> {
  const server = createHttpServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => {
      body += text;
    });
    request.on('end', () => answer(request, response, body));
  });
  return listening(server, port);
}

/** As `httpDevice`, over TLS with a certificate of its own. */
export async function httpsDevice(
  answer: (request: IncomingMessage, response: ServerResponse, body: string) => void,
): Promise<FakeDevice> {
  const server = createHttpsServer(ownCertificate(), (request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => {
      body += text;
    });
    request.on('end', () => answer(request, response, body));
  });
  return listening(server, 0);
}

async function listening(server: ReturnType<typeof createServer> | Server, port: number): Promise<FakeDevice> {
  const sockets = new Set<Socket>();
  let count = 0;
  server.on('connection', (socket: Socket) => {
    count += 1;
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', () => resolve()));
  return {
    port: (server.address() as AddressInfo).port,
    connections: () => count,
    open: () => sockets.size,
    close: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/** A port that nobody listens on. */
export async function closedPort(): Promise<number> {
  const device = await tcpDevice(() => {});
  await device.close();
  return device.port;
}

const part = (name: string, value: number): string => `<tt:${name}>${value}</tt:${name}>`;

export interface OnvifClock {
  readonly utc?: Date;
  /** Wall clock of the camera, given as if it were UTC. */
  readonly local?: Date;
  readonly zone?: string;
  readonly summer?: boolean;
  readonly type?: 'NTP' | 'Manual';
}

/** The answer to GetSystemDateAndTime. */
export function onvifTime({ utc, local, zone = 'CST-8', summer = false, type = 'NTP' }: OnvifClock): string {
  return soap(
    `<tds:GetSystemDateAndTimeResponse><tds:SystemDateAndTime><tt:DateTimeType>${type}</tt:DateTimeType>` +
      `<tt:DaylightSavings>${summer}</tt:DaylightSavings><tt:TimeZone><tt:TZ>${zone}</tt:TZ></tt:TimeZone>` +
      `${moment('UTCDateTime', utc)}${moment('LocalDateTime', local)}` +
      '</tds:SystemDateAndTime></tds:GetSystemDateAndTimeResponse>',
  );
}

function moment(name: string, at: Date | undefined): string {
  if (at === undefined) return '';
  const time = part('Hour', at.getUTCHours()) + part('Minute', at.getUTCMinutes()) + part('Second', at.getUTCSeconds());
  const date = part('Year', at.getUTCFullYear()) + part('Month', at.getUTCMonth() + 1) + part('Day', at.getUTCDate());
  return `<tt:${name}><tt:Time>${time}</tt:Time><tt:Date>${date}</tt:Date></tt:${name}>`;
}

export const onvifFault = soap(
  '<s:Fault><s:Code><s:Value>s:Sender</s:Value></s:Code><s:Reason><s:Text xml:lang="en">Not Authorized</s:Text></s:Reason></s:Fault>',
);

function soap(body: string): string {
  return (
    '<?xml version="1.0" encoding="UTF-8"?><s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" ' +
    'xmlns:tds="http://www.onvif.org/ver10/device/wsdl" xmlns:tt="http://www.onvif.org/ver10/schema">' +
    `<s:Body>${body}</s:Body></s:Envelope>`
  );
}

/** A camera that answers ONVIF as it should, `skewMs` ahead of the real time. */
export function onvifCamera(skewMs = 0, port = 0): Promise<FakeDevice> {
  return httpDevice((request, response, body) => {
    const isAsked =
      request.method === 'POST' && request.url === '/onvif/device_service' && body.includes('GetSystemDateAndTime');
    response.writeHead(isAsked ? 200 : 404, { 'content-type': 'application/soap+xml; charset=utf-8' });
    response.end(isAsked ? onvifTime({ utc: new Date(Date.now() + skewMs) }) : '');
  }, port);
}

export function rtspCamera(status = '200 OK', port = 0): Promise<FakeDevice> {
  return tcpDevice((socket) => {
    socket.on('data', (text) => {
      if (/^OPTIONS rtsp:\/\/\S+ RTSP\/1\.0\r\n/.test(text.toString()))
        socket.write(`RTSP/1.0 ${status}\r\nCSeq: 1\r\n\r\n`);
    });
  }, port);
}
