/** Registrations and keepalives: who is heard, who is answered and how. */
import { createSocket, type Socket } from 'node:dgram';
import { afterEach, describe, expect, it } from 'vitest';
import { digestFields, digestResponse } from '../../src/probe/http-login.ts';
import { type Gb28181Receiver, receiveGb28181 } from '../../src/probe/receive-gb28181.ts';
import { readSip, type SipRequest } from '../../src/probe/sip-message.ts';
import { SIP_WORDS } from '../../src/probe/sip-refusals.ts';
import { createSipRegistrar, type SipDecision, type SipRegistrar } from '../../src/probe/sip-registrar.ts';
import { createSourceLimit } from '../../src/probe/source-limit.ts';
import type { Frame } from '../../src/shared/frame.ts';
import { waitFor } from '../wait-for.ts';

const NVR = '34020000001110000001';
const SERVER = '34020000002000000001';
const DOMAIN = '3402000000';
const HOME = { address: '192.168.1.20', port: 5_060 };
const AT = Date.parse('2026-03-02T08:00:00+08:00');

let calls = 0;
const nextCall = (): string => {
  calls += 1;
  return `call-${calls}`;
};
function sip(
  method: 'REGISTER' | 'MESSAGE' | 'INVITE',
  more: readonly string[] = [],
  { id = NVR, body = '', call = nextCall() } = {},
): string {
  const lines = [
    `${method} sip:${SERVER}@${DOMAIN} SIP/2.0`,
    `Via: SIP/2.0/UDP ${HOME.address}:${HOME.port};rport;branch=z9hG4bK${call}`,
    `From: <sip:${id}@${DOMAIN}>;tag=t1`,
    `To: <sip:${method === 'REGISTER' ? id : SERVER}@${DOMAIN}>`,
    `Call-ID: ${call}`,
    `CSeq: 1 ${method}`,
    `Contact: <sip:${id}@${HOME.address}:${HOME.port}>`,
    'Max-Forwards: 70',
    ...more,
    `Content-Length: ${body.length}`,
  ];
  return `${lines.join('\r\n')}\r\n\r\n${body}`;
}

function request(text: string): SipRequest {
  const read = readSip(Buffer.from(text));
  if (read?.kind !== 'request') throw new Error('no request');
  return read.request;
}

const registrar = (password?: string, isRetired = false): SipRegistrar =>
  createSipRegistrar({
    domain: DOMAIN,
    password,
    secret: 's',
    wallTime: () => '2026-03-02T08:00:00.000',
    isKnown: (id) => id === NVR && !isRetired,
    isRetired: (id) => id === NVR && isRetired,
  });
const statusOf = ({ answer }: SipDecision): string | undefined => answer?.toString().split('\r\n')[0]?.slice(8);

it('a device that is out of use is turned away as such, not as one that nobody knows', () => {
  const one = registrar(undefined, true);
  const why = (method: 'REGISTER' | 'MESSAGE', id?: string): string | undefined =>
    one.decide(request(sip(method, [], id === undefined ? {} : { id })), HOME, AT).refused?.why;
  expect([why('REGISTER'), why('MESSAGE')]).toEqual(['device-retired', 'device-retired']);
  expect(why('REGISTER', '34020000001110000099')).toBe('unknown-device');
  expect(SIP_WORDS['device-retired'][0]).toMatch(/已停用.*恢复使用.*不理会/);
});

/** REGISTER with the answer to the challenge of a first one. */
function login(
  to: SipRegistrar,
  { password = 'secret', id = NVR, at = AT, expires = 3_600, source = HOME, qop = false } = {},
): SipDecision {
  const challenge = to.decide(request(sip('REGISTER', [], { id })), source, at).answer?.toString() ?? '';
  const fields = digestFields(/WWW-Authenticate: Digest (.*)/.exec(challenge)?.[1] ?? '');
  const parts = {
    user: id,
    password,
    realm: fields.get('realm') ?? '',
    nonce: fields.get('nonce') ?? '',
    method: 'REGISTER',
    uri: `sip:${SERVER}@${DOMAIN}`,
    algorithm: '',
    qop,
    nc: '00000001',
    cnonce: 'c',
  };
  const header = `Authorization: Digest username="${id}", realm="${parts.realm}", nonce="${parts.nonce}", uri="${parts.uri}", response="${digestResponse(parts)}", algorithm=MD5${qop ? ', qop=auth, nc=00000001, cnonce="c"' : ''}`;
  return to.decide(request(sip('REGISTER', [header, `Expires: ${expires}`], { id })), source, at);
}

describe('with a password', () => {
  it('challenges, then answers with the time of the site and how long it holds', () => {
    const one = registrar('secret');
    expect(statusOf(one.decide(request(sip('REGISTER')), HOME, AT))).toBe('401 Unauthorized');
    const decision = login(one);
    expect(decision.answer?.toString()).toMatch(/200 OK[\s\S]*Date: 2026-03-02T08:00:00\.000\r\nExpires: 3600/);
    expect(decision.heard).toEqual({ kind: 'registered', id: NVR, seconds: 3_600 });
    expect(statusOf(login(registrar('secret'), { qop: true }))).toBe('200 OK');
  });

  it.each([
    ['a wrong password', { password: 'guess' }, '403 Forbidden'],
    ['a number that is not in devices.yaml', { id: '34020000001110000099' }, '403 Forbidden'],
  ])('refuses %s', (_what, options, status) => expect(statusOf(login(registrar('secret'), options))).toBe(status));

  it('shows a stranger who knows the password, so that it can be taken in', () => {
    expect(login(registrar('secret'), { id: '34020000001110000099' }).heard).toMatchObject({
      id: '34020000001110000099',
    });
    expect(login(registrar('secret'), { id: '34020000001110000099', password: 'guess' }).heard).toBeUndefined();
  });

  it('hears a device only from the address it registered from, and only while that holds', () => {
    const one = registrar('secret');
    const beat = (source: typeof HOME, at = AT): string | undefined =>
      statusOf(one.decide(request(sip('MESSAGE')), source, at));
    expect(beat(HOME)).toBe('403 Forbidden');
    login(one);
    expect(beat(HOME)).toBe('200 OK');
    expect(beat({ address: '192.168.1.66', port: 5_060 })).toBe('403 Forbidden');
    expect(beat(HOME, AT + 3_600_001)).toBe('403 Forbidden');
    expect(one.refused()).toMatchObject({ 'not-registered': 2, 'other-address': 1 });
  });

  it('still knows after a restart who had registered', () => {
    const before = registrar('secret');
    login(before);
    const known = before.registrations(AT);
    const setup = { domain: DOMAIN, password: 'secret', wallTime: () => '', isKnown: () => true };
    const after = createSipRegistrar({ ...setup, secret: 'another', known });
    expect(statusOf(after.decide(request(sip('MESSAGE')), HOME, AT + 60_000))).toBe('200 OK');
    expect(statusOf(after.decide(request(sip('MESSAGE')), HOME, AT + 4_000_000))).toBe('403 Forbidden');
  });

  it('lets a device leave, and says so', () => {
    const one = registrar('secret');
    login(one);
    expect(login(one, { expires: 0 }).heard).toMatchObject({ kind: 'registered', seconds: 0 });
    expect(one.registrations(AT)).toEqual([]);
  });

  it('believes no challenge that is old, another address’s or not its own', () => {
    const one = registrar('secret');
    const challenge = one.decide(request(sip('REGISTER')), HOME, AT).answer?.toString() ?? '';
    const nonce = /nonce="([^"]+)"/.exec(challenge)?.[1] ?? '';
    const tries = (given: string, source: typeof HOME, at: number): string | undefined => {
      const parts = {
        user: NVR,
        password: 'secret',
        realm: DOMAIN,
        nonce: given,
        method: 'REGISTER',
        uri: 'sip:x',
        algorithm: '',
        qop: false,
        nc: '',
        cnonce: '',
      };
      const header = `Authorization: Digest username="${NVR}", realm="${DOMAIN}", nonce="${given}", uri="sip:x", response="${digestResponse(parts)}"`;
      return statusOf(one.decide(request(sip('REGISTER', [header])), source, at));
    };
    expect(tries(nonce, HOME, AT + 1_000)).toBe('200 OK');
    expect(tries(nonce, HOME, AT + 300_001)).toBe('401 Unauthorized');
    expect(tries(nonce, { address: '192.168.1.66', port: 5_060 }, AT)).toBe('401 Unauthorized');
    expect(tries('made-up', HOME, AT)).toBe('401 Unauthorized');
  });
});

describe('without a password', () => {
  it('hears a known number, and answers others that it does not know them', () => {
    const one = registrar();
    const known = one.decide(request(sip('MESSAGE', [], { body: '<a/>' })), HOME, AT);
    expect(statusOf(known)).toBe('200 OK');
    expect(known.heard).toMatchObject({ kind: 'message', id: NVR });
    const other = one.decide(request(sip('MESSAGE', [], { id: '34020000001110000099' })), HOME, AT);
    expect(statusOf(other)).toBe('404 Not Found');
    expect(other.heard).toBeUndefined();
    const registers = one.decide(request(sip('REGISTER', [], { id: '34020000001110000099' })), HOME, AT);
    expect(registers.heard).toMatchObject({ kind: 'registered', id: '34020000001110000099' });
  });

  it('holds a number that registered to its address', () => {
    const one = registrar();
    one.decide(request(sip('REGISTER')), HOME, AT);
    expect(statusOf(one.decide(request(sip('MESSAGE')), { address: '192.168.1.66', port: 5_060 }, AT))).toBe(
      '403 Forbidden',
    );
  });
});

describe('answers', () => {
  it('are the same to a question that comes again, and nothing happens twice', () => {
    const one = registrar();
    const text = sip('MESSAGE', [], { call: 'again' });
    const first = one.decide(request(text), HOME, AT);
    const second = one.decide(request(text), HOME, AT + 500);
    expect(second.answer).toEqual(first.answer);
    expect(second.heard).toBeUndefined();
    expect(one.decide(request(text), HOME, AT + 40_000).heard).toBeDefined();
  });

  it('are hardly longer than the question, whoever asks', () => {
    const via = `Via: SIP/2.0/UDP 1.2.3.4;branch=1`;
    const short = `REGISTER sip:1@2 SIP/2.0\r\n${via}\r\nf:<sip:1@2>\r\nt:<sip:1@2>\r\ni:1\r\nCSeq:1\r\n\r\n`;
    for (const password of [undefined, 'secret']) {
      const answer = registrar(password).decide(request(short), HOME, AT).answer;
      expect(answer?.length ?? 0).toBeLessThanOrEqual(short.length + 300);
    }
  });

  it('refuse what is neither a registration nor a message', () => {
    expect(statusOf(registrar().decide(request(sip('INVITE')), HOME, AT))).toBe('405 Method Not Allowed');
  });

  it('are only so many a second for one source, and its flood costs no other', () => {
    const limit = createSourceLimit(20, 200);
    const taken = Array.from({ length: 1_000 }, () => limit.take('10.0.0.1', 0)).filter(Boolean);
    expect(taken).toHaveLength(200);
    expect(limit.take('10.0.0.2', 0)).toBe(true);
    expect(limit.take('10.0.0.1', 100)).toBe(true);
  });
});

describe('over a socket', () => {
  const open: { close(): unknown }[] = [];
  afterEach(async () => {
    for (const one of open.splice(0)) await one.close();
  });

  async function receiver(more: object = {}): Promise<{ receiver: Gb28181Receiver; frames: Frame[] }> {
    const frames: Frame[] = [];
    const made = await receiveGb28181({
      ...{ listen: { host: '127.0.0.1', port: 0 }, serverId: SERVER, domain: DOMAIN, password: undefined },
      ...{
        catalogEveryMs: 0,
        now: Date.now,
        wallTime: () => '2026-03-02T08:00:00.000',
        isKnown: (id: string) => id === NVR,
      },
      onFrame: async (frame: Frame) => void frames.push(frame),
      ...more,
    });
    open.push(made);
    return { receiver: made, frames };
  }

  async function device(): Promise<{ socket: Socket; answers: string[] }> {
    const socket = createSocket('udp4');
    const answers: string[] = [];
    socket.on('message', (text) => answers.push(text.toString()));
    await new Promise<void>((done) => socket.bind(0, '127.0.0.1', () => done()));
    open.push({ close: () => socket.close() });
    return { socket, answers };
  }

  it('answers at once, though nothing is stored yet, and brings the message on', async () => {
    const {
      receiver: { port },
      frames,
    } = await receiver({ onFrame: () => new Promise(() => {}) });
    const { socket, answers } = await device();
    socket.send(sip('MESSAGE', [], { body: '<Notify/>' }), port, '127.0.0.1');
    await waitFor(() => expect(answers[0]).toMatch(/^SIP\/2\.0 200 OK/));
    expect(frames).toEqual([]);
  });

  it('makes a frame of a registration and of a message', async () => {
    const {
      receiver: { port, figures },
      frames,
    } = await receiver();
    const { socket, answers } = await device();
    socket.send(sip('REGISTER', ['Expires: 60']), port, '127.0.0.1');
    await waitFor(() => expect(answers).toHaveLength(1));
    socket.send(sip('MESSAGE', [], { body: '<Notify/>' }), port, '127.0.0.1');
    await waitFor(() => expect(frames).toHaveLength(2));
    expect(frames.map(({ topic, payload, from, credential }) => [topic, payload.toString(), from, credential])).toEqual(
      [
        [`sip:REGISTER/${NVR}`, '60', '127.0.0.1', 'probe'],
        [`sip:MESSAGE/${NVR}`, '<Notify/>', '127.0.0.1', 'probe'],
      ],
    );
    expect(figures().registered).toBe(1);
  });

  it('gives no answer to what is no request, and goes on', async () => {
    const {
      receiver: { port, figures },
      frames,
    } = await receiver();
    const { socket, answers } = await device();
    for (const text of [
      '',
      '\r\n\r\n',
      'GET / HTTP/1.1\r\n\r\n',
      'MESSAGE sip:1@2 SIP/2.0\r\n\r\n',
      'SIP/2.0 200 OK\r\nVia: x\r\n\r\n',
      '\0'.repeat(2_000),
    ])
      socket.send(text, port, '127.0.0.1');
    socket.send(sip('MESSAGE'), port, '127.0.0.1');
    await waitFor(() => expect(frames).toHaveLength(1));
    expect(answers).toHaveLength(1);
    expect(figures().refused).toMatchObject({ 'no-sip': 3 });
  });

  it('asks a registered recorder for its channels', async () => {
    const {
      receiver: { port },
    } = await receiver({ catalogEveryMs: 50 });
    const { socket, answers } = await device();
    socket.send(sip('REGISTER'), port, '127.0.0.1');
    await waitFor(() => expect(answers.some((text) => text.includes('<CmdType>Catalog</CmdType>'))).toBe(true));
    const question = answers.find((text) => text.startsWith('MESSAGE')) ?? '';
    expect(request(question)).toMatchObject({ method: 'MESSAGE', uri: `sip:${NVR}@${DOMAIN}` });
  });
});
