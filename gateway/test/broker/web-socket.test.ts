/** MQTT over WebSocket on a path of the HTTP server. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { connectAsync } from 'mqtt';
import { afterEach, beforeEach, expect, test } from 'vitest';
import WebSocket from 'ws';
import { isAllowedOrigin } from '../../src/broker/web-socket-door.ts';
import { SECRETS, type TestBroker, testBroker, until } from './test-broker.ts';
import { packet } from './wire.ts';

let broker: TestBroker;
let http: Server;
let url: string;

beforeEach(async () => {
  broker = await testBroker({
    limits: { connectMs: 400, preAuthPerAddress: 4 },
    wsOrigins: () => ['https://wall.example.edu'],
  });
  http = createServer();
  http.on('upgrade', (request, socket, head) => broker.handleWebSocket(request, socket, head));
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  const address = http.address();
  url = `ws://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}/mqtt`;
});

afterEach(async () => {
  await broker.close();
  http.closeAllConnections();
  http.close();
});

const closeOf = (socket: WebSocket): Promise<unknown> => new Promise((resolve) => socket.once('close', resolve));

/** @returns the HTTP status of a refusal, or `open` */
async function knock(origin?: string): Promise<number | 'open'> {
  const socket = new WebSocket(url, 'mqtt', origin === undefined ? {} : { origin });
  return new Promise((resolve) => {
    socket.on('error', () => {});
    socket.once('open', () => {
      resolve('open');
      socket.terminate();
    });
    socket.once('unexpected-response', (request, response) => {
      resolve(response.statusCode ?? 0);
      request.destroy();
    });
  });
}

test('Origin: our own pages, configured ones and devices without any may; foreign pages may not', async () => {
  const own = url.replace('ws:', 'http:').replace('/mqtt', '');
  expect(await knock()).toBe('open');
  expect(await knock(own)).toBe('open');
  expect(await knock('https://wall.example.edu')).toBe('open');
  for (const foreign of [
    'https://evil.example',
    'http://127.0.0.1:1',
    'https://wall.example.edu.evil.example',
    'null',
    `${own}.evil.example`,
  ]) {
    expect([foreign, await knock(foreign)]).toEqual([foreign, 403]);
  }
  expect(broker.stats().refused).toEqual({ 'websocket-origin': 5 });
});

test('without passwords a page must come from this machine, whatever name it resolved to', () => {
  const request = (origin: string, host: string) => ({ headers: { origin, host } });
  const rebound = request('http://evil.example:8080', 'evil.example:8080');
  expect(isAllowedOrigin(rebound, 'required', [])).toBe(true);
  expect(isAllowedOrigin(rebound, 'anonymous', [])).toBe(false);
  expect(isAllowedOrigin(request('http://localhost:8080', 'localhost:8080'), 'anonymous', [])).toBe(true);
  expect(isAllowedOrigin(request('http://[::1]:8080', '[::1]:8080'), 'anonymous', [])).toBe(true);
});

test('a session over WebSocket: rights and acknowledgements as over TCP', async () => {
  const client = await connectAsync(url, {
    clientId: 'meter-1',
    username: 'meter-1',
    password: SECRETS['meter-1'] ?? '',
    reconnectPeriod: 0,
  });
  await client.subscribeAsync('campus/v1/main/meter-1/cmd');
  const command = new Promise<string>((resolve) =>
    client.once('message', (_topic, payload) => resolve(payload.toString())),
  );
  await client.publishAsync('campus/v1/main/meter-1/readings', '{"power_w":3}', { qos: 1 });
  expect(broker.frames[0]).toMatchObject({ topic: 'campus/v1/main/meter-1/readings', username: 'meter-1' });
  broker.publish('campus/v1/main/meter-1/cmd', 'reboot');
  expect(await command).toBe('reboot');
  await client.publishAsync('campus/v1/main/meter-2/readings', '{"power_w":666}', { qos: 1 });
  expect(broker.frames).toHaveLength(1);
  await client.endAsync(true);
});

test('before CONNECT: large messages, silence and too many are closed', async () => {
  const open = async (): Promise<WebSocket> => {
    const socket = new WebSocket(url, 'mqtt');
    socket.on('error', () => {});
    await new Promise((resolve) => socket.once('open', resolve));
    return socket;
  };
  const large = await open();
  const largeClosed = closeOf(large);
  large.send(Buffer.concat([packet(0x10, Buffer.alloc(100)).subarray(0, 2), Buffer.alloc(900_000)]));
  await largeClosed;
  const declared = await open();
  const declaredClosed = closeOf(declared);
  declared.send(Buffer.from([0x10, 0xff, 0xff, 0xff, 0x7f]));
  await declaredClosed;
  await until(() => broker.stats().preAuthClosed.oversize === 2, 'two too large');

  const silent = [await open(), await open(), await open(), await open()];
  const closed = silent.map(closeOf);
  // The oldest that says nothing gives way to a newcomer.
  const fifth = await open();
  const fifthClosed = closeOf(fifth);
  await closed[0];
  expect(broker.stats().preAuthClosed).toMatchObject({ 'too-many': 1 });
  expect(broker.stats().preAuthClosed.timeout).toBeUndefined();
  await Promise.all([...closed, fifthClosed]);
  await until(() => broker.stats().preAuth === 0, 'nobody waits');
  expect(broker.stats().preAuthClosed.timeout).toBe(4);
});
