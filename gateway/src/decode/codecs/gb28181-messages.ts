/**
 * Codec `gb28181`: MANSCDP bodies of SIP messages (GB/T 28181-2016, annex A), or a whole SIP message with one.
 * Document: `{kind, sender, online, camera?, status?, channels: [{id, online}]}`.
 *
 * A keepalive lists the channels that have failed. One that was listed and is no longer has come back, and goes on being
 * said to be there, for this recorder does keep such a list; a channel that never was listed is not vouched for.
 *
 * Whoever registered (`sip:MESSAGE/<number>`) speaks for itself. Of cameras it may speak as of its channels, save those
 * that speak for themselves from another address. The receiver has made sure that the number and its address belong
 * together; here it is kept whether what the message is about is the sender's to tell.
 */
import type { Codec } from '../codec.ts';
import { readXml, type XmlNode, xmlAll, xmlPath, xmlText, xmlTextOf } from './xml-reader.ts';

interface Channel {
  readonly id: string;
  readonly online: 0 | 1;
}

const MAX_SENDERS = 1_000;
/** Three keepalives and a little: who has not spoken for so long may have moved behind a recorder. */
const AT_HOME_MS = 300_000;
const MAX_CHANNELS = 512;
const ONLINE_WORDS: Readonly<Record<string, 0 | 1>> = { ONLINE: 1, OFFLINE: 0, ON: 1, OFF: 0, OK: 1 };

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

  return ({ payload, topic, at, from }) => {
    const body = bodyOf(payload);
    const root = body === undefined ? undefined : readXml(xmlTextOf(body));
    if (root === undefined) return { ok: false, detail: 'no MANSCDP document' };
    const command = xmlText(root, 'CmdType');
    const sender = idOf(xmlText(root, 'DeviceID'));
    if (command === undefined) return { ok: true, value: undefined };
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
      const faulty = xmlAll(xmlPath(root, 'Info'), 'DeviceID').flatMap((node) => idOf(node.text) ?? []);
      return {
        ok: true,
        value: {
          ...{ kind: 'keepalive', sender, online: 1, ...(isCamera(sender) ? { camera: 1 } : {}) },
          status: xmlText(root, 'Status')?.toUpperCase() ?? null,
          channels: told(channelsOf(sender, faulty.slice(0, MAX_CHANNELS))),
        },
      };
    }
    if (command === 'DeviceStatus' && root.name === 'Response') return { ok: true, value: deviceStatus(root, sender) };
    if (command === 'Catalog' && root.name !== 'Query')
      return { ok: true, value: { kind: 'catalog', sender, channels: told(catalogued(root)) } };
    return { ok: true, value: { kind: 'other', sender, channels: [] } };
  };
}

function deviceStatus(root: XmlNode, sender: string): object {
  const online = ONLINE_WORDS[xmlText(root, 'Online')?.toUpperCase() ?? ''];
  if (online === undefined) return { kind: 'other', sender, channels: [] };
  return isRecorder(sender)
    ? { kind: 'recorder-status', sender, online, channels: [] }
    : { kind: 'camera-status', sender, online, channels: [] };
}

/** Items of a directory: cameras only, and only those that say whether they are on. */
function catalogued(root: XmlNode): Channel[] {
  return xmlAll(xmlPath(root, 'DeviceList'), 'Item')
    .slice(0, MAX_CHANNELS)
    .flatMap((item) => {
      const id = idOf(xmlText(item, 'DeviceID'));
      const word = xmlText(item, 'Status')?.toUpperCase() ?? xmlText(item, 'Event')?.toUpperCase() ?? '';
      const online = ONLINE_WORDS[word];
      return id === undefined || online === undefined || !isCamera(id) ? [] : [{ id, online }];
    });
}

/** Digits 11 to 13 of an id say what it is (annex D): 111 to 130 recorders and encoders, 131 and 132 cameras. */
const typeOf = (id: string): number => (/^\d{20}$/.test(id) ? Number(id.slice(10, 13)) : 0);
const isCamera = (id: string): boolean => typeOf(id) === 131 || typeOf(id) === 132;
const isRecorder = (id: string): boolean => typeOf(id) >= 111 && typeOf(id) <= 130;

const idOf = (text: string | undefined): string | undefined =>
  text !== undefined && /^[A-Za-z0-9]{1,32}$/.test(text) ? text : undefined;

/** The payload itself, or what follows the head when it is a whole SIP message. */
function bodyOf(payload: Buffer): Buffer | undefined {
  if (!/^[A-Z]{3,16} sips?:/.test(payload.toString('latin1', 0, 24))) return payload;
  const end = payload.indexOf('\r\n\r\n');
  return end < 0 ? undefined : payload.subarray(end + 4);
}
