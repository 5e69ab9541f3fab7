/**
 * Codec `gb28181`: MANSCDP bodies of SIP messages (GB/T 28181-2016, annex A), or a whole SIP message with one.
 * Document: `{kind, sender, online, camera?, status?, channels: [{id, online}], others: [{id, online}], devices}`.
 * `others` are channels whose number does not say that they are cameras: devices.yaml decides. `devices` are offered.
 *
 * A keepalive lists the channels that have failed. One that was listed and is no longer has come back, and goes on being
 * said to be there, for this recorder does keep such a list; a channel that never was listed is not vouched for.
 *
 * Whoever registered (`sip:MESSAGE/<number>`) speaks for itself. Of cameras it may speak as of its channels, save those
 * that speak for themselves from another address. The receiver has made sure that the number and its address belong
 * together; here it is kept whether what the message is about is the sender's to tell.
 */
import type { Codec, CodecRead } from '../codec.ts';
import type { Fault } from '../run.ts';
import { type Catalog, type Channel, catalogued, idOf, isCamera, isRecorder, ONLINE_WORDS } from './gb28181-catalog.ts';
import { readXmlSoFar, type XmlNode, xmlAll, xmlPath, xmlText, xmlTextOf } from './xml-reader.ts';

const MAX_SENDERS = 1_000;
/** Three keepalives and a little: who has not spoken for so long may have moved behind a recorder. */
const AT_HOME_MS = 300_000;
const MAX_CHANNELS = 512;

export function gb28181Messages(): Codec {
  /** Channels that a sender has ever listed as faulty. */
  const listed = new Map<string, Set<string>>();
  const channelsOf = (sender: string, faulty: readonly string[]): Channel[] => {
    const known = listed.get(sender) ?? new Set<string>();
    for (const id of faulty) if (known.size < MAX_CHANNELS) known.add(id);
    listed.delete(sender);
    if (known.size > 0) listed.set(sender, known);
    if (listed.size > MAX_SENDERS) for (const oldest of [...listed.keys()].slice(0, 1)) listed.delete(oldest);
    return [...known].map((id) => ({ id, online: faulty.includes(id) ? 0 : 1 }));
  };

  /** Where who speaks for himself was heard from, and when; the one heard last stands last. */
  const homes = new Map<string, { readonly from: string; readonly at: number }>();
  const live = (id: string, from: string, at: number): void => {
    homes.delete(id);
    homes.set(id, { from, at });
    if (homes.size > MAX_SENDERS) for (const oldest of [...homes.keys()].slice(0, 1)) homes.delete(oldest);
  };
  const isElsewhere = (id: string, from: string | undefined, at: number): boolean => {
    const home = homes.get(id);
    return home !== undefined && home.from !== from && at - home.at < AT_HOME_MS;
  };

  const keepalive = (root: XmlNode, sender: string, isBroken: boolean) => {
    const faulty = xmlAll(xmlPath(root, 'Info'), 'DeviceID').flatMap((node) => idOf(node.text) ?? []);
    return {
      ...{ kind: 'keepalive', sender, online: 1, ...(isCamera(sender) ? { camera: 1 } : {}) },
      status: xmlText(root, 'Status')?.toUpperCase() ?? null,
      // A list that is not all there says of no channel that it has come back.
      channels: isBroken ? [] : channelsOf(sender, faulty.slice(0, MAX_CHANNELS)),
    };
  };

  return ({ payload, topic, at, from }): CodecRead => {
    const body = bodyOf(payload);
    const read = body === undefined ? undefined : readXmlSoFar(xmlTextOf(body));
    if (read === undefined) return { ok: false, detail: NO_DOCUMENT };
    const { root, fault } = read;
    const command = xmlText(root, 'CmdType');
    const sender = idOf(xmlText(root, 'DeviceID'));
    const faults = fault === undefined ? [] : [byDevice('bad-payload', `${fault}; ${REST_TAKEN}`, sender)];
    if (command === undefined)
      return fault === undefined ? { ok: true, value: undefined } : { ok: false, detail: fault };
    if (sender === undefined) return { ok: false, detail: 'no DeviceID' };
    const speaker = topic.split('/')[1];
    const isOwn = speaker === undefined || speaker === sender;
    const isState = ['Keepalive', 'DeviceStatus', 'Catalog'].includes(command);
    const mayTell =
      isOwn || !isState || (command === 'DeviceStatus' && isCamera(sender) && !isElsewhere(sender, from, at));
    if (!mayTell) return { ok: false, detail: `${command} of ${sender} sent by ${speaker}` };
    if (speaker === sender && from !== undefined) live(sender, from, at);
    const told = (channels: readonly Channel[]): Channel[] => channels.filter(({ id }) => !isElsewhere(id, from, at));
    if (command === 'Keepalive') {
      const said = keepalive(root, sender, fault !== undefined);
      return { ok: true, faults, value: { ...said, channels: told(said.channels) } };
    }
    if (command === 'DeviceStatus' && root.name === 'Response')
      return { ok: true, faults, value: deviceStatus(root, sender) };
    if (command === 'Catalog' && root.name !== 'Query') {
      const { channels, others, devices, unclear } = catalogued(root);
      if (unclear.length > 0) faults.push(byDevice('bad-value', unclearWords(unclear), undefined));
      const value = { kind: 'catalog', sender, channels: told(channels), others: told(others), devices };
      return { ok: true, faults, value };
    }
    return { ok: true, faults, value: { kind: 'other', sender, channels: [] } };
  };
}

const NO_DOCUMENT = 'no MANSCDP document';
const REST_TAKEN = '能读的部分已采用 / what could be read of it was taken';

const byDevice = (reason: Fault['reason'], detail: string, address: string | undefined): Fault => ({
  ...{ reason, detail, address, byDevice: true },
});

function unclearWords(unclear: Catalog['unclear']): string {
  const named = unclear.slice(0, 5).map(({ id, name, word }) => [id, name, word].filter(Boolean).join(' '));
  const more = unclear.length > named.length ? ' …' : '';
  const list = `${named.join(', ')}${more}`;
  return `录像机列出了 ${unclear.length} 个通道，但没有说在不在线（${list}），情况不明；要看在不在线，请给它写 probe / the recorder lists ${unclear.length} channels without a Status that is known (${list}): their state is unknown; give them a probe`;
}

function deviceStatus(root: XmlNode, sender: string): object {
  const online = ONLINE_WORDS[xmlText(root, 'Online')?.toUpperCase() ?? ''];
  if (online === undefined) return { kind: 'other', sender, channels: [] };
  return isRecorder(sender)
    ? { kind: 'recorder-status', sender, online, channels: [] }
    : { kind: 'camera-status', sender, online, channels: [] };
}

/** The payload itself, or what follows the head when it is a whole SIP message. */
function bodyOf(payload: Buffer): Buffer | undefined {
  if (!/^[A-Z]{3,16} sips?:/.test(payload.toString('latin1', 0, 24))) return payload;
  const end = payload.indexOf('\r\n\r\n');
  return end < 0 ? undefined : payload.subarray(end + 4);
}
