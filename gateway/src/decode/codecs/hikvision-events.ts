/**
 * Codec `hikvision`: events of an ISAPI alertStream, and the answer to /ISAPI/ContentMgmt/InputProxy/channels/status.
 * Document: `{kind: heartbeat|event|channels, address, recorder: {online?, fault?}, channels: [{address, online?, recording?}]}`.
 *
 * The heartbeat is a "videoloss" that is "inactive" with activePostCount 0 and no channel. Times in it are not read:
 * firmwares write offsets that are no offsets, and it is of now in any case.
 */
import type { Codec } from '../codec.ts';
import { readXml, type XmlNode, xmlAll, xmlText, xmlTextOf } from './xml-reader.ts';

/** Faults of the recorder's own store; event types as pyHik and ISAPI name them. */
const STORE_FAULTS = new Set(['diskfull', 'diskerror', 'diskunformat', 'nodisk', 'raidexception']);
/** Nothing is recorded of the channel. */
const RECORDING_FAULTS = new Set(['recordingfailure', 'recordexception']);

const MAX_RECORDERS = 1_000;
const MAX_CHANNELS = 512;

interface Channel {
  readonly address: string;
  readonly online?: 0 | 1;
  readonly recording?: 0 | 1;
}

export function hikvisionEvents(): Codec {
  /** Store faults that are active, by recorder: one that ends does not end the others. */
  const faults = new Map<string, Set<string>>();
  const storeFault = (address: string, type: string, isActive: boolean): 0 | 1 => {
    const active = faults.get(address) ?? new Set<string>();
    if (isActive) active.add(type);
    else active.delete(type);
    faults.delete(address);
    if (active.size > 0) faults.set(address, active);
    if (faults.size > MAX_RECORDERS) for (const oldest of [...faults.keys()].slice(0, 1)) faults.delete(oldest);
    return active.size > 0 ? 1 : 0;
  };

  return ({ payload, from }) => {
    const root = readXml(xmlTextOf(payload));
    if (root === undefined) return { ok: false, detail: 'not an XML document' };
    // We opened the stream, so we know whose it is; the address in it may be that of another interface.
    const address = from ?? xmlText(root, 'ipAddress') ?? xmlText(root, 'ipv6Address');
    if (address === undefined || address === '') return { ok: false, detail: 'the event names no address' };
    if (root.name === 'InputProxyChannelStatusList')
      return { ok: true, value: { kind: 'channels', address, channels: statusOf(root, address) } };
    if (root.name !== 'EventNotificationAlert') return { ok: true, value: undefined };
    const type = (xmlText(root, 'eventType') ?? '').toLowerCase();
    const isActive = (xmlText(root, 'eventState') ?? '').toLowerCase() === 'active';
    const channel = channelOf(root);
    if (type === 'videoloss' && !isActive && channel === undefined)
      return { ok: true, value: { kind: 'heartbeat', address, recorder: { online: 1 }, channels: [] } };
    const recorder = STORE_FAULTS.has(type) ? { fault: storeFault(address, type, isActive) } : {};
    const channels = channel === undefined ? [] : said(type, isActive, `${address}/ch${channel}`);
    return { ok: true, value: { kind: 'event', address, type, recorder, channels } };
  };
}

function said(type: string, isActive: boolean, address: string): Channel[] {
  if (type === 'videoloss') return [{ address, online: isActive ? 0 : 1 }];
  return RECORDING_FAULTS.has(type) ? [{ address, recording: isActive ? 0 : 1 }] : [];
}

/** Some firmwares say dynChannelID for the cameras of an NVR, and 0 for the recorder itself. */
function channelOf(event: XmlNode): number | undefined {
  const found = [xmlText(event, 'dynChannelID'), xmlText(event, 'channelID')].find((text) => isChannel(text ?? ''));
  return found === undefined ? undefined : Number(found);
}

const isChannel = (text: string): boolean => /^[1-9]\d{0,3}$/.test(text);

/** A channel without `online` is unknown, not offline. */
function statusOf(list: XmlNode, address: string): Channel[] {
  return xmlAll(list, 'InputProxyChannelStatus')
    .slice(0, MAX_CHANNELS)
    .flatMap((entry) => {
      const id = xmlText(entry, 'id') ?? '';
      const online = xmlText(entry, 'online');
      if (!isChannel(id) || (online !== 'true' && online !== 'false')) return [];
      return [{ address: `${address}/ch${id}`, online: online === 'true' ? 1 : 0 }];
    });
}
