/**
 * Homie 4 (`base/device/…`, attributes one topic each) and 5 (`base/5/device/…`, one description). To the profile:
 *
 *   {device, online?: 0|1, alert?: 0|1, children?: {device: 0|1}, name?, quantity?, value?}
 * or, of a description, {announced: [{address, name, kind}]}.
 * No document: attributes, commands, targets, and states that say neither that a device is there nor that it is gone:
 * `init`, `sleeping` (how long it may sleep is its intervalS in devices.yaml).
 */
import type { Codec, CodecRead } from '../codec.ts';
import { type Read, readJson, textOf, toNumber } from '../payload.ts';
import { isObject } from '../value-path.ts';
import {
  createHomieBook,
  type HomieBook,
  type HomieDevice,
  MAX_ALERTS,
  MAX_PATH,
  quantityOf,
  takeAttribute,
  takeDescription,
} from './homie-memory.ts';
import { inOurUnit } from './named-quantity.ts';

interface Said {
  readonly online?: 0 | 1;
  readonly alert?: 0 | 1;
  readonly children?: Readonly<Record<string, 0 | 1>>;
  readonly name?: string;
  readonly quantity?: string;
  readonly value?: number | boolean | string;
}

/** As `propose` of a profile takes it. */
function announcementOf(device: HomieDevice, id: string, description: unknown): object {
  const words = [...device.properties.keys()].map((path) => quantityOf(device, path, undefined)?.word ?? '');
  const has = (start: string): boolean => words.some((word) => word.startsWith(start));
  const kind = has('kWh') ? 'electricity-meter' : has('m³') ? 'water-meter' : has('open') ? 'door' : 'sensor';
  return { address: id, name: isObject(description) ? description['name'] : undefined, kind };
}

interface Place {
  /** `homie/` or `homie/5/`: two bases, or two versions, are two worlds. */
  readonly base: string;
  readonly isV5: boolean;
  readonly id: string;
  readonly tail: readonly string[];
}

const NOTHING: CodecRead = { ok: true, value: null };
const MAX_KEYS = 1_024;
const MAX_TEXT = 64;
const MAX_READ = 4_096;
const NOT_MEASURED = new Set<string | undefined>(['string', 'color', 'datetime', 'duration', 'json']);

export function createHomieCodec(): Codec {
  const book = createHomieBook();
  return ({ payload, topic }) => {
    const place = placeOf(topic);
    if (place === undefined) return NOTHING;
    const { base, id, tail } = place;
    const [first = '', second = ''] = tail;
    if (tail.length === 1 && first === '$description' && place.isV5) {
      // An empty payload takes the topic back.
      const read: Read = payload.length === 0 ? { ok: true, value: undefined } : readJson(payload, MAX_KEYS);
      if (!read.ok) return read;
      const device = book.device(base + id);
      takeDescription(device, read.value);
      return payload.length === 0
        ? NOTHING
        : { ok: true, value: { announced: [announcementOf(device, id, read.value)] } };
    }
    // Blank is not empty: only the latter takes a topic back.
    const text = payload.length === 0 ? '' : textOf(payload.subarray(0, MAX_READ)) || ' ';
    const said = hear(book, place, first, second, text);
    if (said === undefined) return NOTHING;
    const device = book.device(base + id);
    const clear = device.owesAllClear && said.alert === undefined ? { alert: 0 } : {};
    device.owesAllClear = false;
    return { ok: true, value: { device: id, ...said, ...clear } };
  };
}

function placeOf(topic: string): Place | undefined {
  const [root = '', ...rest] = topic.split('/');
  const isV5 = rest[0] === '5';
  const [id = '', ...tail] = isV5 ? rest.slice(1) : rest;
  // `$broadcast`, and what comes before a device has a name.
  if (id === '' || id.startsWith('$') || tail.length === 0) return undefined;
  if (tail.slice(0, 2).join('/').length > MAX_PATH) return undefined;
  return { base: isV5 ? `${root}/5/` : `${root}/`, isV5, id, tail };
}

function hear(book: HomieBook, place: Place, first: string, second: string, text: string): Said | undefined {
  const { base, isV5, id, tail } = place;
  if (first === '$state' && tail.length === 1) return stateOf(book, place, text);
  if (first === '$alert' && tail.length === 2 && isV5) return alertOf(book.device(base + id), second, text);
  if (first.startsWith('$') || first === '' || second === '' || second.startsWith('$')) return undefined;
  const path = `${first}/${second}`;
  if (tail.length === 3 && !isV5) takeAttribute(book.device(base + id), path, tail[2] ?? '', text);
  // An empty payload takes the topic back; an empty text is said otherwise.
  if (tail.length !== 2 || text === '') return undefined;
  return saidBy(book.device(base + id), path, text);
}

/** The last will names the root alone, and the whole tree is lost with it (Homie 5, device lifecycle). */
function stateOf(book: HomieBook, { base, isV5, id }: Place, text: string): Said | undefined {
  if (text === '') {
    book.forget(base + id);
    return undefined;
  }
  const device = book.device(base + id);
  device.state = text;
  const treeOf = (): readonly string[] => (isV5 ? book.treeOf(base, id) : []);
  switch (text) {
    case 'lost':
      device.wasLost = true;
      return { online: 0, children: Object.fromEntries(treeOf().map((child) => [child, 0])) };
    case 'disconnected':
      return { online: 0 };
    case 'alert':
      return { online: 1, alert: 1 };
    case 'ready': {
      if (device.root !== undefined && book.known(base + device.root)?.state === 'lost') return { online: 0 };
      const back = device.wasLost ? treeOf() : [];
      device.wasLost = false;
      const ready = back.filter((child) => book.known(base + child)?.state === 'ready');
      const children = Object.fromEntries(ready.map((child): [string, 1] => [child, 1]));
      // In version 4 `alert` is a state, so that `ready` is its end.
      return { online: 1, ...(isV5 ? {} : { alert: 0 }), children };
    }
    default:
      return undefined;
  }
}

/** Every alert is a retained topic of its own until it is taken back. */
function alertOf(device: HomieDevice, id: string, text: string): Said | undefined {
  if (text !== '') {
    if (device.alerts.size < MAX_ALERTS) device.alerts.add(id);
    device.owesAllClear = false;
    return { alert: 1 };
  }
  device.alerts.delete(id);
  // The clearing itself says nothing that could be dated: the device's next word carries the all-clear.
  if (device.alerts.size === 0) device.owesAllClear = true;
  return undefined;
}

function saidBy(device: HomieDevice, path: string, text: string): Said {
  const property = device.properties.get(path);
  const quantity = quantityOf(device, path, text);
  if (text.length > MAX_TEXT || NOT_MEASURED.has(property?.datatype)) return {};
  const value = text === 'true' || text === 'false' ? text === 'true' : (toNumber(text) ?? text);
  if (quantity === undefined) return { name: path, value };
  // `closed,open` are the words for false and true; a property may well be named the other way round.
  const words = property?.format?.toLowerCase().split(',');
  const isTurned =
    typeof value === 'boolean' && words?.length === 2 && words[quantity.word.endsWith('closed') ? 1 : 0] === 'open';
  return { name: path, quantity: quantity.word, value: isTurned ? !value : inOurUnit(quantity, value) };
}
