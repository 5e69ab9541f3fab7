/**
 * Codec `hikvision`: events of an ISAPI alertStream, and the answer to /ISAPI/ContentMgmt/InputProxy/channels/status.
 * Document: `{kind: heartbeat|event|ended|open|channels, address, recorder: {online?, fault?}, channels: [{address,
 * online?, recording?}], maybe: [{address, online}]}`. `maybe` counts where devices.yaml has such a channel.
 *
 * The heartbeat is a "videoloss" that is "inactive" with activePostCount 0: of a recorder it names no channel, of a camera
 * its own. Times in it are not read: firmwares write offsets that are no offsets, and it is of now in any case.
 */
import type { Codec } from '../codec.ts';
import { type StandingEvents, standingEvents } from './hikvision-standing.ts';
import { readXml, type XmlNode, xmlAll, xmlText, xmlTextOf } from './xml-reader.ts';

/** Faults of the recorder's own store; event types as pyHik and ISAPI name them. */
const STORE_FAULTS = new Set(['diskfull', 'diskerror', 'diskunformat', 'nodisk', 'raidexception']);
/** Nothing is recorded of the channel. */
const RECORDING_FAULTS = new Set(['recordingfailure', 'recordexception']);

const MAX_CHANNELS = 512;
const LOST = 'videoloss';

interface Channel {
  readonly address: string;
  readonly online?: 0 | 1;
  readonly recording?: 0 | 1;
}

interface Said {
  readonly recorder: { readonly online?: 1; readonly fault?: 0 | 1 };
  readonly channels: readonly Channel[];
  readonly maybe?: readonly Channel[];
}

export function hikvisionEvents(): Codec {
  const standing = standingEvents();
  /** Channels that were said to be lost, so that they can be said to be back. */
  const lost = standingEvents();
  return ({ payload, from, at }) => {
    const root = readXml(xmlTextOf(payload));
    if (root === undefined) return { ok: false, detail: 'not an XML document' };
    // We opened the stream, so we know whose it is; the address in it may be that of another interface.
    const address = from ?? xmlText(root, 'ipAddress') ?? xmlText(root, 'ipv6Address');
    if (address === undefined || address === '') return { ok: false, detail: 'the event names no address' };
    const over = endOf(standing, address, standing.pass(address, at));
    const answer = (kind: string, said: Said): { readonly ok: true; readonly value: unknown } => {
      const recorder = { ...over.recorder, ...said.recorder };
      const channels = [...over.channels, ...said.channels];
      return { ok: true, value: { kind, address, recorder, channels, maybe: said.maybe ?? [] } };
    };
    if (root.name === 'InputProxyChannelStatusList')
      return answer('channels', { recorder: {}, channels: statusOf(root, address) });
    // A sign of our own that the stream is open: it speaks of the device only when something has ended.
    if (root.name === 'EventNotificationStream') {
      if (!over.isNothing) return answer('ended', NOTHING);
      adopt(standing, address, root, at);
      return { ok: true, value: { kind: 'open' } };
    }
    if (root.name !== 'EventNotificationAlert') return { ok: true, value: undefined };
    const type = (xmlText(root, 'eventType') ?? '').toLowerCase();
    const isActive = (xmlText(root, 'eventState') ?? '').toLowerCase() === 'active';
    const channel = channelOf(root);
    const own = `${address}/ch${channel}`;
    if (type === LOST && !isActive && isHeartbeat(root, channel, lost.stands(address, own)))
      return answer('heartbeat', {
        ...{ recorder: { online: 1 }, channels: [] },
        maybe: channel === undefined ? [] : [{ address: own, online: 1 }],
      });
    if (type === LOST && channel !== undefined) note(lost, address, own, isActive, at);
    const name = nameOf(type, channel === undefined ? undefined : own);
    if (name !== undefined) note(standing, address, name, isActive, at);
    return answer('event', {
      recorder: STORE_FAULTS.has(type) ? { fault: faultOf(standing, address) } : {},
      channels: channel === undefined ? [] : told(type, isActive, own),
    });
  };
}

const NOTHING: Said = { recorder: {}, channels: [] };
const RECORDING = 'recording ';
/** A fault of the store of which only that is known: it was said before a restart. */
const STORE = 'store';

/** What was said before a restart and still counts ends by silence as well. */
function adopt(standing: StandingEvents, address: string, sign: XmlNode, at: number): void {
  for (const { text } of xmlAll(sign, 'standing')) {
    const isThere = text === STORE ? faultOf(standing, address) === 1 : standing.stands(address, text);
    if (!isThere && (text === STORE || text.startsWith(RECORDING))) standing.active(address, text, at);
  }
}

/** What stands until it ends: faults of the store by their type, of recording by the channel. */
function nameOf(type: string, channel: string | undefined): string | undefined {
  if (STORE_FAULTS.has(type)) return type;
  return RECORDING_FAULTS.has(type) && channel !== undefined ? `${RECORDING}${channel}` : undefined;
}

function note(events: StandingEvents, address: string, name: string, isActive: boolean, at: number): void {
  if (STORE_FAULTS.has(name)) events.ended(address, STORE);
  if (isActive) events.active(address, name, at);
  else events.ended(address, name);
}

/** One fault that ends does not end the others. */
function faultOf(standing: StandingEvents, address: string): 0 | 1 {
  return standing.names(address).some(isOfStore) ? 1 : 0;
}

const isOfStore = (name: string): boolean => name === STORE || STORE_FAULTS.has(name);

function endOf(
  standing: StandingEvents,
  address: string,
  over: readonly string[],
): Said & { readonly isNothing: boolean } {
  const isFault = over.some(isOfStore);
  return {
    isNothing: over.length === 0,
    recorder: isFault ? { fault: faultOf(standing, address) } : {},
    channels: over.flatMap((name) =>
      name.startsWith(RECORDING) ? [{ address: name.slice(RECORDING.length), recording: 1 as const }] : [],
    ),
  };
}

/** A camera names its one channel in every heartbeat; only what was lost before can be back. */
function isHeartbeat(event: XmlNode, channel: number | undefined, wasLost: boolean): boolean {
  return channel === undefined || (xmlText(event, 'activePostCount') === '0' && !wasLost);
}

function told(type: string, isActive: boolean, address: string): Channel[] {
  if (type === LOST) return [{ address, online: isActive ? 0 : 1 }];
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
