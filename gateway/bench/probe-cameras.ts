/** The cameras of bench/probe.ts, on all addresses of 127/8. */
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer, type Server } from 'node:net';

const part = (name: string, value: number): string => `<tt:${name}>${value}</tt:${name}>`;

const onvif = createHttpServer((request, response) => {
  const now = new Date();
  const time =
    part('Hour', now.getUTCHours()) + part('Minute', now.getUTCMinutes()) + part('Second', now.getUTCSeconds());
  const date =
    part('Year', now.getUTCFullYear()) + part('Month', now.getUTCMonth() + 1) + part('Day', now.getUTCDate());
  request.resume();
  response.writeHead(200, { 'content-type': 'application/soap+xml' });
  response.end(
    '<env:Envelope xmlns:env="http://www.w3.org/2003/05/soap-envelope" xmlns:tds="http://www.onvif.org/ver10/device/wsdl" ' +
      'xmlns:tt="http://www.onvif.org/ver10/schema"><env:Body><tds:GetSystemDateAndTimeResponse><tds:SystemDateAndTime>' +
      `<tt:UTCDateTime><tt:Time>${time}</tt:Time><tt:Date>${date}</tt:Date></tt:UTCDateTime>` +
      '</tds:SystemDateAndTime></tds:GetSystemDateAndTimeResponse></env:Body></env:Envelope>',
  );
});
const rtsp = createServer((socket) => {
  socket.on('error', () => {});
  socket.on('data', () => socket.write('RTSP/1.0 401 Unauthorized\r\nCSeq: 1\r\n\r\n'));
});
const stalled = createServer((socket) => {
  socket.on('error', () => {});
  socket.resume();
});

async function portOf(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '0.0.0.0', () => resolve()));
  return (server.address() as AddressInfo).port;
}

process.send?.({ onvif: [await portOf(onvif)], rtsp: [await portOf(rtsp)], stalled: [await portOf(stalled)] });
process.on('disconnect', () => process.exit(0));
