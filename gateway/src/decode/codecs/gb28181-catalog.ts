/**
 * The directory of a GB/T 28181 recorder (2016, A.2.6): which channels it lists, and what it says of each. What is no
 * channel (areas, groups, servers) is left out; one item that cannot be read costs no other.
 */
import { type XmlNode, xmlText } from './xml-reader.ts';

export interface Channel {
  readonly id: string;
  readonly online: 0 | 1;
}

export interface Catalog {
  /** Cameras by their number. */
  readonly channels: readonly Channel[];
  /** Numbers that say nothing of a camera; devices.yaml may call them one. */
  readonly others: readonly Channel[];
  /** Listed without a word that tells whether they are on; `word` is what stands there instead. */
  readonly unclear: readonly { readonly id: string; readonly name: string; readonly word: string }[];
  /** To be offered to whoever adds devices. */
  readonly devices: readonly object[];
}

const MAX_CHANNELS = 512;
export const ONLINE_WORDS: Readonly<Record<string, 0 | 1>> = {
  ...{ ONLINE: 1, ON: 1, OK: 1 },
  ...{ OFFLINE: 0, OFF: 0, VLOST: 0, DEFECT: 0 },
};
/** Events of a directory that changes: they tell of the list, not of the camera. */
const LIST_EVENTS = new Set(['ADD', 'DEL', 'UPDATE']);

export function catalogued(root: XmlNode): Catalog {
  const items = itemsOf(root).slice(0, MAX_CHANNELS);
  const found = items.flatMap((item) => {
    const id = idOf(xmlText(item, 'DeviceID'));
    if (id === undefined || isDirectory(id)) return [];
    const event = (xmlText(item, 'Event') ?? '').toUpperCase();
    const word = (xmlText(item, 'Status') ?? '').toUpperCase() || event;
    return [{ id, word, online: ONLINE_WORDS[word], name: xmlText(item, 'Name') ?? '', item }];
  });
  const told = found.flatMap(({ id, online }) => (online === undefined ? [] : [{ id, online }]));
  return {
    channels: told.filter(({ id }) => isCamera(id)),
    others: told.filter(({ id }) => !isCamera(id)),
    unclear: found.filter(({ id, online, word }) => online === undefined && !LIST_EVENTS.has(word) && !isAppliance(id)),
    devices: found.flatMap(({ id, name, item }) => (isAppliance(id) ? [] : [offered(id, name, item)])),
  };
}

function offered(address: string, name: string, item: XmlNode): object {
  const kind = isRecorder(address) ? 'nvr' : 'camera';
  return { address, kind, name, manufacturer: xmlText(item, 'Manufacturer'), model: xmlText(item, 'Model') };
}

/** Wherever they stand: one that was never closed has the next ones inside it. */
function itemsOf(node: XmlNode): XmlNode[] {
  return node.children.flatMap((child) => (child.name === 'Item' && child.isCut !== true ? [child] : itemsOf(child)));
}

/** Digits 11 to 13 of an id say what it is (annex D): 111 to 130 recorders and encoders, 131 and 132 cameras. */
const typeOf = (id: string): number => (/^\d{20}$/.test(id) ? Number(id.slice(10, 13)) : 0);
export const isCamera = (id: string): boolean => typeOf(id) === 131 || typeOf(id) === 132;
export const isRecorder = (id: string): boolean => typeOf(id) >= 111 && typeOf(id) <= 130;
/** Displays, alarm contacts, microphones, loudspeakers and the like of a recorder. */
const isAppliance = (id: string): boolean => typeOf(id) >= 133 && typeOf(id) <= 199;
/** An area (2 to 10 digits of an administrative code), a server or a group (200 to 299). */
const isDirectory = (id: string): boolean => /^\d{1,10}$/.test(id) || (typeOf(id) >= 200 && typeOf(id) <= 299);

export const idOf = (text: string | undefined): string | undefined =>
  text !== undefined && /^[A-Za-z0-9]{1,32}$/.test(text) ? text : undefined;
