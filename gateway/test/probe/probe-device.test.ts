/** Every question against real sockets: those that answer, stall, refuse and lie. */
import { afterEach, describe, expect, it } from 'vitest';
import { deviceProbe } from '#contract/config/devices.ts';
import { readOnvifTime } from '../../src/decode/codecs/onvif-time.ts';
import { failureOf } from '../../src/probe/probe-answer.ts';
import { type ProbeVerdict, probeDevice, verdictOf } from '../../src/probe/probe-device.ts';
import { waitFor } from '../wait-for.ts';
import {
  closedPort,
  type FakeDevice,
  httpDevice,
  onvifCamera,
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
  probeDevice(deviceProbe.parse({ host: '127.0.0.1', timeoutMs: 250, ...probe }), readOnvifTime, Date.now);

const onvifSaying = async (status: number, body: string | Buffer, headers: Record<string, string> = {}) => {
  const { port } = await opened(
    httpDevice((_request, response) =>
      response.writeHead(status, { 'content-type': 'application/soap+xml', ...headers }).end(body),
    ),
  );
  return ask({ onvif: { port } });
};

describe('ONVIF', () => {
  it('finds a camera and how far its clock is off', async () => {
    const { port } = await opened(onvifCamera(90_000));
    const verdict = await ask({ onvif: { port } });
    expect(verdict).toMatchObject({ online: true, heard: true, unreachable: false });
    expect(Math.abs((verdict.clockSkewS ?? 0) - 90)).toBeLessThanOrEqual(1);
  });

  it.each([
    ['a camera set to the year 2000', onvifTime({ utc: new Date('2000-01-01T00:00:00Z') }), -1],
    ['one that was never set', onvifTime({ utc: new Date(0), type: 'Manual' }), -1],
    ['one in the future', onvifTime({ utc: new Date('2099-01-01T00:00:00Z') }), 1],
  ])('tells the skew of %s', async (_what, body, sign) => {
    const { clockSkewS = 0 } = await onvifSaying(200, body);
    expect(Math.sign(clockSkewS)).toBe(sign);
    expect(Math.abs(clockSkewS)).toBeGreaterThan(1e8);
  });

  it('takes local time and zone where UTC is missing', async () => {
    const local = new Date(Date.now() + 8 * 3_600_000);
    const { clockSkewS } = await onvifSaying(200, onvifTime({ local, zone: 'CST-8:00:00' }));
    expect(Math.abs(clockSkewS ?? 99)).toBeLessThanOrEqual(1);
  });

  it('finds a camera that gives no time at all', async () => {
    expect(await onvifSaying(200, onvifTime({}))).toMatchObject({ online: true, clockSkewS: undefined });
  });

  it.each([400, 401, 500])('takes a SOAP fault with HTTP %i for an answer', async (status) => {
    expect(await onvifSaying(status, onvifFault)).toMatchObject({ online: true, clockSkewS: undefined });
  });

  it('takes a demand for a digest login for an answer', async () => {
    expect(await onvifSaying(401, '', { 'www-authenticate': 'Digest realm="IPC", nonce="1"' })).toMatchObject({
      online: true,
    });
  });

  it('believes the document, not its content type', async () => {
    expect(await onvifSaying(200, onvifTime({ utc: new Date() }), { 'content-type': 'text/html' })).toMatchObject({
      online: true,
    });
  });

  it.each([
    ['a login page', 200, '<!DOCTYPE html><html><body><form>Login</form></body></html>'],
    ['well-formed XHTML', 200, '<html><body><p>Router</p></body></html>'],
    ['a router that wants a password', 401, '<html>401</html>'],
    ['nothing', 200, ''],
    ['bytes', 200, Buffer.from(Array.from({ length: 4_000 }, (_, n) => (n * 7_919) % 256))],
    ['half a document', 200, onvifTime({ utc: new Date() }).slice(0, -30)],
    ['another SOAP answer', 200, onvifTime({}).replaceAll('GetSystemDateAndTimeResponse', 'GetUsersResponse')],
    ['JSON', 200, '{"online":true}'],
  ])('is not deceived by %s', async (_what, status, body) => {
    const verdict = await onvifSaying(status, body);
    expect(verdict).toMatchObject({ online: false, heard: true, unreachable: false });
    expect(verdict.evidence.zh).toContain('应答的不是它');
    expect(verdict.evidence.en).toContain('something else');
  });

  it('gives up on an answer without end', async () => {
    const { port } = await opened(
      httpDevice((_request, response) => {
        response.writeHead(200);
        const pour = (): void => {
          while (!response.destroyed && response.write('x'.repeat(16_384)));
        };
        response.on('drain', pour);
        response.on('error', () => {});
        pour();
      }),
    );
    const verdict = await ask({ onvif: { port }, timeoutMs: 5_000 });
    expect(verdict).toMatchObject({ online: false, heard: true });
    expect(verdict.evidence.en).toContain('no end');
  });
});

describe('RTSP', () => {
  it.each(['200 OK', '401 Unauthorized', '404 Not Found'])('takes %s for an answer', async (status) => {
    const { port } = await opened(rtspCamera(status));
    expect(await ask({ rtsp: { port, path: '/Streaming/Channels/101' } })).toMatchObject({
      online: true,
      clockSkewS: undefined,
    });
  });

  it('takes a status line that comes in pieces', async () => {
    const { port } = await opened(
      tcpDevice((socket) => {
        socket.setNoDelay(true);
        const pieces = ['RT', 'SP/1', '.0 2', '00 OK\r', '\n'];
        const timer = setInterval(() => {
          const piece = pieces.shift();
          if (piece === undefined) clearInterval(timer);
          else socket.write(piece);
        }, 5);
      }),
    );
    expect(await ask({ rtsp: { port }, timeoutMs: 2_000 })).toMatchObject({ online: true });
  });

  it.each([
    ['HTTP', 'HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n'],
    ['SSH', 'SSH-2.0-dropbear\r\n'],
    ['nonsense', '\r\n\r\n\0\0\0'],
  ])('is not deceived by a port that speaks %s', async (_what, text) => {
    const { port } = await opened(tcpDevice((socket) => void socket.write(text)));
    expect(await ask({ rtsp: { port } })).toMatchObject({ online: false, heard: true });
  });

  it('gives up on a line without end', async () => {
    const { port } = await opened(tcpDevice((socket) => void socket.write('RTSP/1.0 '.padEnd(9_000, '2'))));
    expect((await ask({ rtsp: { port } })).evidence.en).toContain('no end');
  });
});

describe.each(['onvif', 'rtsp'])('%s of what does not answer', (way) => {
  it('says that the port is open but nobody answers, and hangs up', async () => {
    const device = await opened(tcpDevice(() => {}));
    const verdict = await ask({ [way]: { port: device.port } });
    expect(verdict).toMatchObject({ online: false, heard: true, unreachable: false });
    expect(verdict.evidence.zh).toContain('端口开着，但没有应答');
    await waitFor(() => expect(device.open()).toBe(0));
  });

  it('waits no longer for half an answer', async () => {
    const half = way === 'onvif' ? 'HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n<?xml' : 'RTSP/1.0 20';
    const device = await opened(tcpDevice((socket) => void socket.write(half)));
    expect(await ask({ [way]: { port: device.port } })).toMatchObject({ online: false, heard: true });
    await waitFor(() => expect(device.open()).toBe(0));
  });

  it('says that the port is closed', async () => {
    const verdict = await ask({ [way]: { port: await closedPort() } });
    expect(verdict).toMatchObject({ online: false, heard: true });
    expect(verdict.evidence.en).toContain('the port is closed');
  });

  it('says that it hangs up', async () => {
    const device = await opened(tcpDevice((socket) => void socket.end()));
    expect((await ask({ [way]: { port: device.port } })).evidence.en).toContain('hangs up');
  });

  it('says that a name is none', async () => {
    expect(await ask({ host: 'no-such-camera.invalid', [way]: true, timeoutMs: 5_000 })).toMatchObject({
      online: false,
      heard: false,
    });
  });
});

describe('what the answers say together', () => {
  it('an open port speaks for a device only where nothing better is asked', async () => {
    const { port } = await opened(tcpDevice(() => {}));
    expect(await ask({ tcp: port })).toMatchObject({ online: true });
    const verdict = await ask({ tcp: port, onvif: { port } });
    expect(verdict.online).toBe(false);
    expect(verdict.evidence.zh).toMatch(/ONVIF \d+：端口开着，但没有应答；TCP \d+：端口开着/);
  });

  it('one right answer is enough', async () => {
    const { port } = await opened(onvifCamera());
    expect(await ask({ onvif: { port }, rtsp: { port: await closedPort() } })).toMatchObject({ online: true });
  });

  it('a recorder whose stream is read is asked for its port as well, for a stream may be silent', async () => {
    const { port } = await opened(tcpDevice(() => {}));
    expect(await ask({ hikvision: { port, credential: 'NVR' } })).toMatchObject({ online: true });
  });

  it('only where nothing at all came back may the network be to blame', () => {
    const said = { zh: '', en: '' };
    const unreachable = { ok: false, why: 'unreachable', said } as const;
    const silent = { ok: false, why: 'no-connect', said } as const;
    const refused = { ok: false, why: 'refused', said } as const;
    expect(verdictOf([unreachable, silent], [])).toMatchObject({ heard: false, unreachable: true });
    expect(verdictOf([silent], [silent])).toMatchObject({ heard: false, unreachable: false });
    expect(verdictOf([unreachable], [refused])).toMatchObject({ heard: true, unreachable: false });
  });

  it.each([
    ['ENETUNREACH', 'unreachable'],
    ['EHOSTUNREACH', 'unreachable'],
    ['EAI_AGAIN', 'unreachable'],
    ['ETIMEDOUT', 'no-connect'],
    ['ENOTFOUND', 'no-connect'],
    ['ECONNREFUSED', 'refused'],
    ['ECONNRESET', 'closed'],
    ['HPE_INVALID_CONSTANT', 'wrong-answer'],
  ])('%s means %s', (code, why) => {
    expect(failureOf(Object.assign(new Error(code), { code }), false)).toBe(why);
  });
});
