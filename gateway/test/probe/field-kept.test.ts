/** What GB/T 28181 devices do that was understood all along, and has to go on being understood: over UDP and over TCP. */
import { afterEach, describe, expect, it } from 'vitest';
import { waitFor } from '../wait-for.ts';
import { answerTo, camera, type Rig, receiverRig, register } from './gb28181-receiver.ts';
import {
  authorization,
  catalogOf,
  item,
  keepalive,
  NVR,
  type Peer,
  SERVER,
  sip,
  tcpPeer,
  udpPeer,
} from './sip-device.ts';

const GATE = '34020000001320000001';
const HALL = '34020000001320000002';

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});
async function pair(transport: 'UDP' | 'TCP'): Promise<{ one: Rig; peer: Peer }> {
  const one = await receiverRig([camera('gate', GATE), camera('hall', HALL)]);
  open.push(one.receiver);
  const { port } = one.receiver;
  const peer = transport === 'UDP' ? await udpPeer(port) : await tcpPeer(port);
  open.push(peer);
  return { one, peer };
}

describe.each(['UDP', 'TCP'] as const)('over %s', (transport) => {
  it('a login without qop, with an nc all the same, and with any uri', async () => {
    const { peer } = await pair(transport);
    const challenge = await answerTo(peer, sip('REGISTER', { transport }));
    expect(challenge).toMatch(/WWW-Authenticate: Digest (?!.*qop)/);
    const login = `${authorization(challenge)}, nc=00000001`;
    expect(await answerTo(peer, sip('REGISTER', { transport, more: [login] }))).toContain('200 OK');
    const other = authorization(await answerTo(peer, sip('REGISTER', { transport })), NVR, {
      uri: `sip:${SERVER}@10.0.0.1:5060`,
    });
    const answer = await answerTo(peer, sip('REGISTER', { transport, more: [other] }));
    expect(answer).toContain('200 OK');
    expect(answer).toContain('Date: 2026-03-02T08:00:00.000');
  });

  it('a device that takes its leave is told to register anew when it goes on', async () => {
    const { one, peer } = await pair(transport);
    await register(peer, { transport });
    expect(await register(peer, { transport, more: ['Expires: 0'] })).toContain('200 OK');
    await waitFor(() => expect(one.readings.map(({ value }) => value)).toEqual([1, 0]));
    expect(await answerTo(peer, sip('MESSAGE', { transport, body: keepalive() }))).toContain('403');
  });

  it.each([
    ['On', 1],
    ['ONLINE', 1],
    ['OFFLINE', 0],
  ])('a channel that is %s', async (word, value) => {
    const { one, peer } = await pair(transport);
    await register(peer, { transport });
    await answerTo(peer, sip('MESSAGE', { transport, body: catalogOf(item(GATE, '门', `<Status>${word}</Status>`)) }));
    await waitFor(() => expect(one.readings).toContainEqual({ device: 'gate', metric: 'camera_online', value }));
  });

  it('names in GB 18030, a NUL behind the document', async () => {
    const { one, peer } = await pair(transport);
    await register(peer, { transport });
    const east = Buffer.from([0xb6, 0xab, 0xc3, 0xc5]);
    const [before = '', after = ''] = catalogOf(item(GATE, 'NAME')).split('NAME');
    const body = Buffer.concat([Buffer.from(before), east, Buffer.from(`${after}\0`)]);
    const stranger = catalogOf(item('34020000001320000009', 'NAME')).split('NAME');
    await answerTo(peer, sip('MESSAGE', { transport, body }));
    await waitFor(() => expect(one.readings).toContainEqual({ device: 'gate', metric: 'camera_online', value: 1 }));
    const named = Buffer.concat([Buffer.from(stranger[0] ?? ''), east, Buffer.from(stranger[1] ?? '')]);
    await answerTo(peer, sip('MESSAGE', { transport, body: named }));
    await waitFor(() => expect(one.proposals.map(({ name }) => name)).toContain('东门'));
  });

  it('a length of 0 with a body', async () => {
    const { one, peer } = await pair(transport);
    await register(peer, { transport });
    await answerTo(peer, sip('MESSAGE', { transport, body: catalogOf(item(HALL, '厅')), length: 0 }));
    await waitFor(() => expect(one.readings).toContainEqual({ device: 'hall', metric: 'camera_online', value: 1 }));
  });
});
