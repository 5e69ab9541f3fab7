/** ONVIF and RTSP as real cameras answer them, over sockets: online with a word, not dead. */
import { afterEach, describe, expect, it } from 'vitest';
import { deviceProbe } from '#contract/config/devices.ts';
import { readOnvifTime } from '../../src/decode/codecs/onvif-time.ts';
import { type ProbeVerdict, probeDevice } from '../../src/probe/probe-device.ts';
import {
  closedPort,
  type FakeDevice,
  httpDevice,
  httpsDevice,
  onvifFault,
  onvifTime,
  rtspCamera,
  tcpDevice,
} from './fake-camera.ts';

const devices: FakeDevice[] = [];
afterEach(async () => {
  await Promise.all(devices.splice(0).map((device) => device.close()));
});
async function opened(device: Promise<FakeDevice>): Promise<FakeDevice> {
  devices.push(await device);
  return device;
}
const ask = (probe: object): Promise<ProbeVerdict> =>
  probeDevice(deviceProbe.parse({ host: '127.0.0.1', timeoutMs: 800, ...probe }), readOnvifTime, Date.now);

const inSync = (): string => onvifTime({ utc: new Date() });
const near = (value: number | undefined, wanted: number): void =>
  expect(Math.abs((value ?? Number.NaN) - wanted)).toBeLessThanOrEqual(2);

/** Answers the first request with these bytes, whatever it asked. */
const raw = (head: string, body: string | Buffer, closes: boolean) =>
  opened(
    tcpDevice((socket) => {
      socket.once('data', () => {
        socket.write(Buffer.concat([Buffer.from(`${head}\r\n\r\n`), Buffer.from(body)]));
        if (closes) socket.end();
      });
    }),
  );

describe('o01: a length that is wrong', () => {
  const chunked = (body: string): string => `${body.length.toString(16)}\r\n${body}\r\n`;
  it.each([
    ['larger than the body, then it closes', (body: string) => `Content-Length: ${body.length + 400}`, true],
    ['larger than the body, and it stays open', (body: string) => `Content-Length: ${body.length + 400}`, false],
    ['none, and it stays open', () => 'Content-Type: application/soap+xml', false],
    ['none, and it closes', () => 'Content-Type: application/soap+xml', true],
    ['smaller than the body', (body: string) => `Content-Length: ${body.length - 60}`, true],
    ['no number', () => 'Content-Length: many', false],
  ])('%s: online, with the skew', async (_what, header, closes) => {
    const body = inSync();
    const { port } = await raw(`HTTP/1.1 200 OK\r\n${header(body)}`, body, closes);
    const verdict = await ask({ onvif: { port } });
    expect(verdict).toMatchObject({ online: true });
    near(verdict.clockSkewS, 0);
  });

  it('chunks that never end: online', async () => {
    const { port } = await raw('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked', chunked(inSync()), false);
    near((await ask({ onvif: { port } })).clockSkewS, 0);
  });

  it('a length of characters in a fault with Chinese words, in two pieces: online', async () => {
    const fault = onvifFault.replace('Not Authorized', '没有权限，请登录后再试');
    const { port } = await opened(
      tcpDevice((socket) => {
        socket.setNoDelay(true).once('data', () => {
          const bytes = Buffer.from(`HTTP/1.1 400 Bad Request\r\nContent-Length: ${fault.length}\r\n\r\n${fault}`);
          socket.write(bytes.subarray(0, bytes.length - 20));
          setTimeout(() => socket.write(bytes.subarray(bytes.length - 20)), 40);
        });
      }),
    );
    expect(await ask({ onvif: { port } })).toMatchObject({ online: true, clockSkewS: undefined });
  });

  it('a document that is not whole stays none, whatever its length says', async () => {
    const body = inSync().slice(0, -30);
    const { port } = await raw(`HTTP/1.1 200 OK\r\nContent-Length: ${body.length + 100}`, body, true);
    expect(await ask({ onvif: { port } })).toMatchObject({ online: false });
  });
});

describe('o02: a password is asked first', () => {
  const basic = 'Basic realm="IPC"';
  const digest = 'Digest realm="IPC", nonce="1", qop="auth"';
  it.each([
    ['Basic', basic, '<html><body>401</body></html>', 'HTTP 401, Basic'],
    ['no challenge', undefined, '', 'HTTP 401'],
    ['Basic before Digest', [basic, digest], '', 'HTTP 401, Basic, Digest'],
    ['Digest', digest, '<html>401</html>', 'HTTP 401, Digest'],
  ])('401 with %s: there, and no password is sent', async (_what, challenge, body, words) => {
    const given: (string | undefined)[] = [];
    const { port } = await opened(
      httpDevice(({ headers }, response) => {
        given.push(headers.authorization);
        response.writeHead(401, challenge === undefined ? {} : { 'www-authenticate': challenge }).end(body);
      }),
    );
    const verdict = await ask({ onvif: { port } });
    expect(verdict).toMatchObject({ online: true, clockSkewS: undefined });
    expect(verdict.evidence.zh).toContain('要求登录');
    expect(verdict.evidence.en).toContain(`asks for a password before it tells its time (${words}); none was sent`);
    expect(given).toEqual([undefined]);
  });
});

describe('o03: https', () => {
  const answering = () => opened(httpsDevice((_request, response) => void response.end(inSync())));
  const redirecting = (to: string) =>
    opened(httpDevice((_request, response) => void response.writeHead(302, { location: to }).end()));

  it('with tls: true, whatever the certificate', async () => {
    const { port } = await answering();
    const verdict = await ask({ onvif: { port, tls: true } });
    expect(verdict).toMatchObject({ online: true });
    near(verdict.clockSkewS, 0);
  });

  it('a redirect to https of the same host is followed, and says what to write', async () => {
    const { port } = await answering();
    const first = await redirecting(`https://127.0.0.1:${port}/onvif/device_service`);
    const verdict = await ask({ onvif: { port: first.port } });
    expect(verdict).toMatchObject({ online: true });
    expect(verdict.evidence.en).toContain(`this device wants https: write onvif: { tls: true, port: ${port} }`);
    expect(verdict.evidence.zh).toContain('设备要求 https');
  });

  it('where https does not answer, the redirect is named all the same', async () => {
    const first = await redirecting(`https://127.0.0.1:${await closedPort()}/onvif/device_service`);
    const verdict = await ask({ onvif: { port: first.port } });
    expect(verdict).toMatchObject({ online: false, heard: true });
    expect(verdict.evidence.en).toContain('this device wants https: write onvif: { tls: true');
  });

  it('no other machine is asked in its place', async () => {
    const other = await answering();
    const first = await redirecting(`https://localhost.localdomain:${other.port}/onvif/device_service`);
    const verdict = await ask({ onvif: { port: first.port } });
    expect(verdict).toMatchObject({ online: false });
    expect(verdict.evidence.en).toContain('HTTP 302 → https://localhost.localdomain');
    expect(other.connections()).toBe(0);
  });

  it.each([
    ['itself', 'same'],
    ['a page of its own', '/login.html'],
  ])('a redirect to %s has an end', async (_what, to) => {
    const { port, connections } = await redirecting(to === 'same' ? '/onvif/device_service' : to);
    expect(await ask({ onvif: { port } })).toMatchObject({ online: false, heard: true });
    expect(connections()).toBeLessThanOrEqual(3);
  });

  it('tls where there is none is named', async () => {
    const { port } = await opened(httpDevice((_request, response) => void response.end(inSync())));
    expect((await ask({ onvif: { port, tls: true } })).evidence.en).toContain('speaks no https');
  });
});

const HOURS = 3_600_000;
const clock = async (answer: () => string): Promise<number | undefined> => {
  const { port } = await opened(httpDevice((_request, response) => void response.end(answer())));
  const verdict = await ask({ onvif: { port } });
  expect(verdict.online).toBe(true);
  return verdict.clockSkewS;
};
const ahead = (ms: number): Date => new Date(Date.now() + ms);

describe('o04: local time under a UTC name', () => {
  it.each([
    ['the clock is right', 8 * HOURS, 0],
    ['what is left counts', 8 * HOURS + 120_000, 120],
    ['UTC is right, and local time is called so', 0, 0],
  ])('%s', async (_what, ms, skew) => {
    near(await clock(() => onvifTime({ utc: ahead(ms), local: ahead(ms), zone: 'CST-8' })), skew);
  });

  it('a clock that really is wrong stays wrong', async () => {
    near(await clock(() => onvifTime({ utc: ahead(-90_000), local: ahead(8 * HOURS - 90_000), zone: 'CST-8' })), -90);
  });
});

describe('o05: zones that are not as POSIX has them', () => {
  it.each(['GMT+08:00', 'GMT+8', 'UTC+8', 'UTC+08:00', 'CST-8', 'GMT-8', '&lt;+08&gt;-8'])(
    '%s: no skew',
    async (zone) => {
      near(await clock(() => onvifTime({ local: ahead(8 * HOURS), zone })), 0);
    },
  );

  it('a text that is no zone tells no time', async () => {
    expect(await clock(() => onvifTime({ local: ahead(8 * HOURS), zone: 'Beijing' }))).toBeUndefined();
    expect(await clock(() => onvifTime({ utc: ahead(0), local: ahead(0), zone: 'Beijing' }))).toBeUndefined();
  });

  it('of a west and an east meaning the nearer one counts, and what is left of it', async () => {
    near(await clock(() => onvifTime({ local: ahead(8 * HOURS + 300_000), zone: 'GMT+08:00' })), 300);
  });
});

describe('RTSP', () => {
  it.each(['302 Moved Temporarily', '401 Unauthorized', '400 Bad Request', '505 RTSP Version Not Supported'])(
    '%s: there',
    async (status) => {
      const { port } = await opened(rtspCamera(status));
      expect(await ask({ rtsp: { port } })).toMatchObject({ online: true });
    },
  );

  it('a line that ends without CR: there', async () => {
    const { port } = await opened(tcpDevice((socket) => void socket.write('RTSP/1.0 200 OK\n\n')));
    expect(await ask({ rtsp: { port } })).toMatchObject({ online: true });
  });
});
