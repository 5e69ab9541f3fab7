/** The event stream of a recorder against real sockets: logins, pieces, breaks and refusals. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { CHANNELS_PATH, type Following, followHikvision, STREAM_PATH } from '../../src/probe/follow-hikvision.ts';
import { digestFields, digestResponse } from '../../src/probe/http-login.ts';
import { waitFor } from '../wait-for.ts';
import { closedPort, type FakeDevice, httpDevice, tcpDevice } from './fake-camera.ts';

const credential = { user: 'admin', password: 'secret' };
const event = (n: number): string => `<EventNotificationAlert><channelID>${n}</channelID></EventNotificationAlert>`;

const open: (FakeDevice | Following)[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

interface Heard {
  readonly documents: { readonly path: string; readonly text: string }[];
  readonly states: { readonly open: boolean; readonly en: string }[];
}

function follow(port: number, more: object = {}): Heard {
  const heard: Heard = { documents: [], states: [] };
  const target = {
    host: '127.0.0.1',
    port,
    tls: false,
    timeoutMs: 300,
    credential,
    basic: false,
    channelsEveryMs: 60_000,
    ...more,
  };
  const following = followHikvision(
    target,
    {
      document: (path, body) => void heard.documents.push({ path, text: body.toString() }),
      state: (isOpen, said) => void heard.states.push({ open: isOpen, en: said.en }),
    },
    () => 0,
  );
  open.push(following);
  return heard;
}

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** A recorder that wants a digest login, and counts those that are wrong. */
async function recorder(stream: Answer, channels: Answer = (_request, response) => void response.writeHead(404).end()) {
  const wrong: string[] = [];
  const paths: string[] = [];
  const device = await httpDevice((request, response) => {
    const { url = '', method = '' } = request;
    paths.push(url);
    const fields = digestFields((request.headers.authorization ?? '').replace(/^Digest /, ''));
    const given = (name: string): string => fields.get(name) ?? '';
    const expected = digestResponse({
      ...{ ...credential, realm: 'NVR', nonce: 'n-1', method, uri: url, algorithm: '', qop: true },
      ...{ nc: given('nc'), cnonce: given('cnonce') },
    });
    if (given('response') !== expected) {
      if (fields.size > 0) wrong.push(url);
      response.writeHead(401, { 'www-authenticate': 'Digest qop="auth", realm="NVR", nonce="n-1"' }).end();
      return;
    }
    if (url === STREAM_PATH) stream(request, response);
    else if (url === CHANNELS_PATH) channels(request, response);
  });
  open.push(device);
  return { ...device, wrong, paths };
}

const MULTIPART = { 'content-type': 'multipart/mixed; boundary=boundary' };
const part = (document: string): string => `--boundary\r\nContent-Type: application/xml\r\n\r\n${document}\r\n`;

describe('an event stream', () => {
  it('logs in, and brings every event when it comes, however it is cut', async () => {
    let response: ServerResponse | undefined;
    const { port, wrong } = await recorder((_request, opened) => {
      response = opened.writeHead(200, MULTIPART);
      opened.flushHeaders();
    });
    const heard = follow(port);
    await waitFor(() => expect(heard.states.at(-1)?.open).toBe(true));
    const text = part(event(1)) + part(event(2));
    response?.write(text.slice(0, 60));
    response?.write(text.slice(60));
    await waitFor(() => expect(heard.documents.map(({ text: one }) => one)).toEqual([event(1), event(2)]));
    expect(heard.documents[0]?.path).toBe(STREAM_PATH);
    expect(wrong).toEqual([]);
  });

  it('stays open in silence: no heartbeat is no proof of anything', async () => {
    const { port, paths } = await recorder(
      (_request, response) => void response.writeHead(200, MULTIPART).flushHeaders(),
    );
    const heard = follow(port, { timeoutMs: 100 });
    await waitFor(() => expect(heard.states.at(-1)?.open).toBe(true));
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(heard.states.map((state) => state.open)).toEqual([true]);
    expect(paths.filter((path) => path === STREAM_PATH)).toHaveLength(2);
  });

  it('is opened again when it breaks', async () => {
    let times = 0;
    const { port } = await recorder((_request, response) => {
      times += 1;
      response.writeHead(200, MULTIPART);
      response.write(part(event(times)));
      if (times === 1) setTimeout(() => response.destroy(), 20);
    });
    const heard = follow(port);
    await waitFor(() => expect(heard.documents.map(({ text }) => text)).toEqual([event(1), event(2)]), 4_000);
    expect(heard.states.map((state) => state.open)).toEqual([true, false, true]);
  });

  it('asks once with a wrong password and then waits, so that the account is not locked', async () => {
    const { port, wrong } = await recorder(() => {});
    const heard = follow(port, { credential: { user: 'admin', password: 'guess' } });
    await waitFor(() => expect(heard.states).toHaveLength(1));
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    expect(heard.states.at(-1)).toMatchObject({ open: false, en: expect.stringContaining('wrong user or password') });
    expect(wrong.filter((path) => path === STREAM_PATH)).toHaveLength(1);
  });

  it.each([
    ['never sends the password in clear', false, 'enable Digest on the device, or set tls: true'],
    ['sends it in clear where devices.yaml says so', true, 'event stream open'],
  ])('%s to a device that only knows Basic', async (_what, basic, words) => {
    const given: string[] = [];
    const asked: string[] = [];
    const { port } = await keep(
      httpDevice(({ headers, url = '' }, response) => {
        asked.push(url);
        if (headers.authorization === undefined) {
          response.writeHead(401, { 'www-authenticate': 'Basic realm="DVR"' }).end();
          return;
        }
        given.push(headers.authorization);
        response.writeHead(200, MULTIPART).flushHeaders();
      }),
    );
    const heard = follow(port, { basic });
    await waitFor(() => expect(heard.states.at(-1)?.en).toContain(words));
    // The channels are asked for beside it: that request must not show the password either.
    await waitFor(() => expect(asked).toEqual(expect.arrayContaining([STREAM_PATH, CHANNELS_PATH])));
    const login = `Basic ${Buffer.from('admin:secret').toString('base64')}`;
    if (basic) await waitFor(() => expect(given).toContain(login));
    else expect(given).toEqual([]);
  });

  it.each([
    ['refuses', async () => closedPort(), 'cannot connect (ECONNREFUSED)'],
    ['stalls', async () => (await keep(tcpDevice(() => {}))).port, 'no answer'],
    [
      'is no recorder',
      async () => (await keep(httpDevice((_request, response) => void response.writeHead(404).end()))).port,
      'HTTP 404',
    ],
    [
      'speaks something else',
      async () => (await keep(tcpDevice((socket) => void socket.write('SSH-2.0-x\r\n')))).port,
      'cannot connect (HPE',
    ],
  ])('says so when the device %s', async (_what, portOf, words) => {
    const heard = follow(await portOf());
    await waitFor(() => expect(heard.states.at(-1)?.en).toContain(words), 3_000);
    expect(heard.documents).toEqual([]);
  });

  it('is not brought down by a challenge that fits into no header', async () => {
    const device = await keep(
      tcpDevice((socket) => {
        socket.on('data', () =>
          socket.end(
            'HTTP/1.1 401 No\r\nWWW-Authenticate: Digest realm="\x01\x7f", nonce="a\x02b", qop="auth"\r\n\r\n',
          ),
        );
      }),
    );
    const heard = follow(device.port);
    await waitFor(() => expect(heard.states.at(-1)?.open).toBe(false));
  });

  it('asks a recorder for its channels beside it, and hangs up when closed', async () => {
    const list =
      '<InputProxyChannelStatusList><InputProxyChannelStatus><id>1</id></InputProxyChannelStatus></InputProxyChannelStatusList>';
    const device = await recorder(
      (_request, response) => void response.writeHead(200, MULTIPART).flushHeaders(),
      (_request, response) => void response.writeHead(200).end(list),
    );
    const heard = follow(device.port, { channelsEveryMs: 50 });
    await waitFor(() => expect(heard.documents.length).toBeGreaterThan(1));
    expect(heard.documents[0]).toEqual({ path: CHANNELS_PATH, text: list });
    await open.pop()?.close();
    await waitFor(() => expect(device.open()).toBe(0));
  });
});

async function keep(device: Promise<FakeDevice>): Promise<FakeDevice> {
  open.push(await device);
  return device;
}
