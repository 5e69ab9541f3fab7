/** GB/T 28181 as real devices speak it, over sockets: what was lost of them must not be lost again. */
import { afterEach, describe, expect, it } from 'vitest';
import { waitFor } from '../wait-for.ts';
import { answerTo, camera, type Rig, receiverRig, register } from './gb28181-receiver.ts';
import {
  authorization,
  catalogOf,
  item,
  keepalive,
  NVR,
  SERVER,
  sip,
  type TcpPeer,
  tcpPeer,
  udpPeer,
} from './sip-device.ts';

const GATE = '34020000001320000001';
const HALL = '34020000001320000002';

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});
function keep<T extends { close(): unknown }>(one: T): T {
  open.push(one);
  return one;
}
async function rig(...args: Parameters<typeof receiverRig>): Promise<Rig> {
  const made = await receiverRig(...args);
  let closing: Promise<void> | undefined;
  const { close } = made.receiver;
  const closeOnce = (): Promise<void> => {
    closing ??= close();
    return closing;
  };
  keep({ close: closeOnce });
  return {
    ...made,
    receiver: { ...made.receiver, close: closeOnce },
    get registrations() {
      return made.registrations;
    },
  };
}
const udp = async (to: Rig, from?: string) => keep(await udpPeer(to.receiver.port, from));
const tcp = async (to: Rig, from?: string): Promise<TcpPeer> => keep(await tcpPeer(to.receiver.port, from));

describe('g01: SIP over TCP, on the same port', () => {
  it('registers, and takes two messages in one piece and one in two', async () => {
    const one = await rig([camera('gate', GATE)]);
    const peer = await tcp(one);
    expect(await register(peer, { transport: 'TCP' })).toMatch(/^SIP\/2\.0 200 OK/);
    const beat = sip('MESSAGE', { body: keepalive(), transport: 'TCP' });
    peer.send(Buffer.concat([beat, Buffer.from('\r\n\r\n'), sip('MESSAGE', { body: catalogOf(item(GATE, '门')) })]));
    await waitFor(() => expect(one.readings).toContainEqual({ device: 'gate', metric: 'camera_online', value: 1 }));
    expect(peer.heard.filter((text) => text.startsWith('SIP/2.0 200'))).toHaveLength(3);
    const off = sip('MESSAGE', { body: catalogOf(item(GATE, '门', '<Status>OFF</Status>')) });
    peer.socket.setNoDelay(true);
    peer.send(off.subarray(0, 40));
    await waitFor(() => expect(one.receiver.figures().connections).toBe(1));
    peer.send(off.subarray(40, off.length - 9));
    setTimeout(() => peer.send(off.subarray(off.length - 9)), 20);
    await waitFor(() => expect(one.readings).toContainEqual({ device: 'gate', metric: 'camera_online', value: 0 }));
    expect(one.quarantine).toEqual([]);
    expect(one.notes).toEqual([]);
  });

  it('asks for the channels over that connection, and takes the answer', async () => {
    const one = await rig([], { catalogEveryMs: 30 });
    const peer = await tcp(one);
    await register(peer, { transport: 'TCP' });
    await waitFor(() => expect(peer.heard.some((text) => text.includes('<CmdType>Catalog</CmdType>'))).toBe(true));
    expect(peer.heard.find((text) => text.startsWith('MESSAGE'))).toContain('Via: SIP/2.0/TCP');
    peer.close();
    const again = await tcp(one);
    await answerTo(again, sip('MESSAGE', { body: keepalive(), transport: 'TCP' }));
    await waitFor(() => expect(again.heard.some((text) => text.includes('<CmdType>Catalog</CmdType>'))).toBe(true));
  });

  it('says so when the port cannot be had for TCP, and goes on over UDP', async () => {
    const first = await rig();
    const { createServer } = await import('node:net');
    const blocker = createServer();
    await first.receiver.close();
    await new Promise<void>((done) => blocker.listen(first.receiver.port, '127.0.0.1', () => done()));
    keep({ close: () => new Promise((done) => blocker.close(done)) });
    const told: (string | undefined)[] = [];
    const one = await rig([], {
      listen: { host: '127.0.0.1', port: first.receiver.port },
      onTcp: (error) => told.push(error?.code),
    });
    expect(told).toEqual(['EADDRINUSE']);
    expect(await register(await udp(one))).toMatch(/^SIP\/2\.0 200 OK/);
  });
});

describe('g02: the port changes between two keepalives', () => {
  it('the next question goes where the last accepted message came from, also after a restart', async () => {
    const one = await rig([], { catalogEveryMs: 40 });
    const [before, after] = [await udp(one), await udp(one)];
    await register(before);
    await waitFor(() => expect(before.heard.some((text) => text.startsWith('MESSAGE'))).toBe(true));
    expect(await answerTo(after, sip('MESSAGE', { body: keepalive() }))).toContain('200 OK');
    await waitFor(() => expect(after.heard.some((text) => text.includes('Catalog'))).toBe(true));
    const asked = before.heard.length;
    await waitFor(() => expect(after.heard.filter((text) => text.includes('Catalog')).length).toBeGreaterThan(2));
    expect(before.heard).toHaveLength(asked);
    await one.receiver.close();
    const restarted = await rig([], { catalogEveryMs: 40, known: one.registrations });
    expect(restarted.receiver.port).not.toBe(0);
    const count = after.heard.length;
    await waitFor(() => expect(after.heard.length).toBeGreaterThan(count));
    expect(before.heard).toHaveLength(asked);
  });

  it('what is refused moves nothing', async () => {
    const one = await rig();
    const peer = await udp(one);
    await register(peer);
    const stranger = await udp(one, '127.0.0.2');
    expect(await answerTo(stranger, sip('MESSAGE', { body: keepalive() }))).toContain('403');
    expect(one.registrations[0]?.source).toMatchObject({ address: '127.0.0.1', port: peer.port });
  });
});

describe('g03: Call-ID, CSeq and branch of the second REGISTER are those of the first', () => {
  it.each([
    ['with a branch', 'z9hG4bKsame'],
    ['without any', null],
  ])('%s: it is taken, and a true repetition gets the same answer', async (_what, branch) => {
    const one = await rig();
    const peer = await udp(one);
    const said = { call: `same-${branch}`, branch };
    const challenge = await answerTo(peer, sip('REGISTER', said));
    expect(challenge).toContain('401');
    const second = sip('REGISTER', { ...said, more: [authorization(challenge)] });
    const answer = await answerTo(peer, second);
    expect(answer).toContain('200 OK');
    expect(await answerTo(peer, second)).toBe(answer);
    expect(await answerTo(peer, sip('REGISTER', said))).toBe(challenge);
    expect(one.frames).toEqual([`sip:REGISTER/${NVR}`]);
  });
});

describe('g04: a length that counts characters', () => {
  const body = catalogOf(item(GATE, '教学楼一层走廊摄像头'));
  const said = { body, length: body.length };

  it('over UDP the rest of the datagram is the body', async () => {
    const one = await rig([camera('gate', GATE)]);
    const peer = await udp(one);
    await register(peer);
    expect(Buffer.byteLength(body)).toBeGreaterThan(body.length);
    await answerTo(peer, sip('MESSAGE', said));
    await waitFor(() => expect(one.readings).toContainEqual({ device: 'gate', metric: 'camera_online', value: 1 }));
    expect(one.quarantine).toEqual([]);
  });

  it.each([
    ['of characters', body.length],
    ['too long', Buffer.byteLength(body) + 40],
    ['of nothing', 0],
    ['that is missing', null],
  ])('over TCP the element ends the message with a length %s, and the next one is read', async (_what, length) => {
    const one = await rig([camera('gate', GATE)]);
    const peer = await tcp(one);
    await register(peer);
    const second = catalogOf(item(GATE, '门', '<Status>OFF</Status>'));
    peer.send(Buffer.concat([sip('MESSAGE', { body, length }), sip('MESSAGE', { body: second })]));
    await waitFor(() =>
      expect(one.readings.map(({ value, metric }) => [metric, value]).slice(1)).toEqual([
        ['camera_online', 1],
        ['camera_online', 0],
      ]),
    );
    expect(one.quarantine).toEqual([]);
  });
});

describe('g05: one broken item costs no list', () => {
  const broken: [string, string][] = [
    ['an </Item> too many', `${item(GATE, '门')}</Item>${item(HALL, '厅')}`],
    ['an </Item> too few', `${item(GATE, '门')}<Item><DeviceID>9</DeviceID>${item(HALL, '厅')}`],
    ['a < in a name', `${item(GATE, '门')}${item('34020000001320000009', '3<5号楼')}${item(HALL, '厅')}`],
    ['an </DeviceList> too early', `${item(GATE, '门')}</DeviceList>${item(HALL, '厅')}`],
    ['a NUL', `${item(GATE, '门\0')}${item(HALL, '厅')}`],
  ];
  it.each(broken)('%s: the good ones count', async (_what, items) => {
    const one = await rig([camera('gate', GATE), camera('hall', HALL)]);
    const peer = await udp(one);
    await register(peer);
    await answerTo(peer, sip('MESSAGE', { body: catalogOf(items) }));
    await waitFor(() => {
      expect(one.readings).toContainEqual({ device: 'gate', metric: 'camera_online', value: 1 });
      expect(one.readings).toContainEqual({ device: 'hall', metric: 'camera_online', value: 1 });
    });
  });

  it('what is cut off costs what is behind it, and a row says where', async () => {
    const one = await rig([camera('gate', GATE), camera('hall', HALL)]);
    const peer = await udp(one);
    await register(peer);
    const whole = catalogOf(item(GATE, '门') + item(HALL, '厅'));
    await answerTo(peer, sip('MESSAGE', { body: whole.slice(0, whole.indexOf('厅')) }));
    await waitFor(() => expect(one.quarantine.map(({ reason }) => reason)).toContain('bad-payload'));
    expect(one.readings).toContainEqual({ device: 'gate', metric: 'camera_online', value: 1 });
    expect(one.readings.map(({ device }) => device)).not.toContain('hall');
    expect(one.quarantine[0]?.detail).toMatch(/XML 第 \d+ 个字符处没有结尾 \/ the XML has no end at character \d+/);
  });

  it('a keepalive that is cut off says of no channel that it has come back', async () => {
    const one = await rig([camera('gate', GATE)]);
    const peer = await udp(one);
    await register(peer);
    const info = `<Info><DeviceID>${GATE}</DeviceID></Info></Notify>`;
    const faulty = keepalive().replace('</Notify>', info);
    await answerTo(peer, sip('MESSAGE', { body: faulty }));
    await answerTo(peer, sip('MESSAGE', { body: faulty.slice(0, faulty.indexOf('<Info>') + 8) }));
    await waitFor(() => expect(one.readings.filter(({ metric }) => metric === 'online').length).toBeGreaterThan(2));
    expect(one.readings.filter(({ device }) => device === 'gate').map(({ value }) => value)).toEqual([0]);
  });
});

describe('g06: an item without a Status', () => {
  it.each([
    ['without', ''],
    ['with an empty', '<Status/>'],
  ])('%s one: offered with what the recorder said, its state unknown in words', async (_what, status) => {
    const one = await rig([camera('hall', HALL)]);
    const peer = await udp(one);
    await register(peer);
    const rest = `<Manufacturer>HIK</Manufacturer>${status}`;
    await answerTo(peer, sip('MESSAGE', { body: catalogOf(item(GATE, '东门', rest) + item(HALL, '厅', status)) }));
    await waitFor(() =>
      expect(one.proposals).toContainEqual(
        expect.objectContaining({
          profile: 'gb28181',
          address: GATE,
          name: '东门',
          kind: 'camera',
          manufacturer: 'HIK',
        }),
      ),
    );
    const row = one.quarantine.find(({ reason }) => reason === 'bad-value');
    expect(row?.detail).toContain(`${GATE} 东门`);
    expect(row?.detail).toMatch(/情况不明[\s\S]*their state is unknown; give them a probe/);
    expect(one.readings.filter(({ metric }) => metric === 'camera_online')).toEqual([]);
  });
});

describe('g07: channel numbers that are none of a camera', () => {
  it('what devices.yaml calls a camera is one; strangers are offered; directories and what else hangs there are not', async () => {
    const [odd, short, contact] = ['34020000009990000001', '340200000013200001', '34020000001340000001'];
    const one = await rig([camera('odd', odd), camera('short', short), camera('contact', contact, 'sensor')]);
    const peer = await udp(one);
    await register(peer);
    const strangers = ['34020000009990000002', '340200000013200002'];
    const places = ['34020000002150000001', '34020000002160000001', '340200', '34'];
    const ids = [odd, short, contact, ...strangers, ...places];
    await answerTo(peer, sip('MESSAGE', { body: catalogOf(ids.map((id) => item(id, '道')).join('')) }));
    await waitFor(() => expect(one.proposals.length).toBeGreaterThan(0));
    expect(one.readings.filter(({ metric }) => metric === 'camera_online').map(({ device }) => device)).toEqual([
      'odd',
      'short',
    ]);
    expect(one.proposals.map(({ address }) => address)).toEqual([odd, short, ...strangers]);
    expect(one.quarantine).toEqual([]);
  });
});

describe('g08: a login of another realm or user', () => {
  it.each([
    ['the platform’s number as realm', { realm: SERVER }],
    ['admin as user', { user: 'admin' }],
  ])('%s: taken when the password is right for it', async (_what, login) => {
    const one = await rig();
    expect(await register(await udp(one), login)).toContain('200 OK');
  });

  it('a wrong password leaves a row that says what to enter, and what else is unusual', async () => {
    const one = await rig();
    expect(await register(await udp(one), { user: 'admin', password: 'guess' })).toContain('403');
    expect(one.notes).toHaveLength(1);
    expect(one.notes[0]).toMatchObject({ reason: 'refused', address: NVR, frame: { topic: `sip:udp/${NVR}` } });
    expect(one.notes[0]?.detail).toMatch(/HOUQIN_GB28181_PASSWORD[\s\S]*username="admin"[\s\S]* \/ wrong password/);
    expect(one.notes[0]?.detail).not.toContain('guess');
  });
});

describe('g09: the bindings of a 200', () => {
  it.each([
    ['its own Contact', undefined, `<sip:${NVR}@192.168.1.20:5060>`],
    ['none sent', null, `<sip:${NVR}@127.0.0.1:`],
  ])('%s, with what is left of it', async (_what, contact, told) => {
    const one = await rig();
    const answer = await register(await udp(one), { ...(contact === null && { contact }), more: ['Expires: 120'] });
    expect(answer).toContain(`Contact: ${told}`);
    expect(answer).toMatch(/Contact: <[^>]+>;expires=120\r\n/);
  });

  it('none after Expires 0', async () => {
    const one = await rig();
    const answer = await register(await udp(one), { more: ['Expires: 0'] });
    expect(answer).toContain('200 OK');
    expect(answer).not.toContain('Contact');
  });
});

describe('what is heard and not understood leaves a row', () => {
  it.each([
    ['no SIP', 'GET / HTTP/1.1\r\n\r\n', 'bad-payload', '不是 SIP'],
    ['an INVITE', sip('INVITE'), 'refused', 'INVITE'],
    [
      'a message without having registered',
      sip('MESSAGE', { body: keepalive() }),
      'refused',
      'without having registered',
    ],
  ])('%s', async (_what, text, reason, words) => {
    const one = await rig();
    (await udp(one)).send(text);
    await waitFor(() => expect(one.notes).toHaveLength(1));
    expect(one.notes[0]).toMatchObject({ reason, detail: expect.stringContaining(words) });
  });

  it('a recorder that refuses the question for its channels', async () => {
    const one = await rig();
    const peer = await udp(one);
    await register(peer);
    peer.send(
      `SIP/2.0 403 Forbidden\r\nVia: SIP/2.0/UDP 1.2.3.4\r\nFrom: <sip:${SERVER}@x>\r\nTo: <sip:${NVR}@x>\r\n\r\n`,
    );
    await waitFor(() => expect(one.notes).toHaveLength(1));
    expect(one.notes[0]).toMatchObject({ address: NVR, detail: expect.stringContaining('(403)') });
  });
});

describe('answers behind a router', () => {
  it('go where the question came from when Via names an address that is not that one', async () => {
    const one = await rig();
    const peer = await udp(one);
    const asked = sip('REGISTER').toString().replace(';rport', '');
    expect(await answerTo(peer, Buffer.from(asked))).toContain('401');
  });
});
