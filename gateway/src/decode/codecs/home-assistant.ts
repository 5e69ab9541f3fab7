/**
 * Home Assistant's MQTT discovery, from the side of the listener: one codec reads the configs, the other finds the
 * values on whatever topics those name. They share what they have learnt.
 */
import type { Codec, CodecRead } from '../codec.ts';
import { excerpt, isUnknown, readJson, toNumber } from '../payload.ts';
import type { Fault } from '../run.ts';
import { isObject } from '../value-path.ts';
import { type Entity, readDiscovery } from './home-assistant-discovery.ts';
import { rendered } from './home-assistant-keys.ts';
import { createHomeAssistantMemory, type HomeAssistantMemory, type TopicUse } from './home-assistant-memory.ts';
import { type Message, messageOf } from './home-assistant-template.ts';

/** A metric, or a name of the entity's own; a number, null for unknown, or a word that is no value. */
interface Item {
  readonly device: string;
  readonly metric?: string;
  readonly own?: string;
  readonly value: number | string | null;
}

const MAX_KEYS = 1_024;
const MAX_FAULTS = 8;
/** No state that a rule for every topic should parse. */
const MAX_STATE_BYTES = 65_536;

/**
 * `home-assistant-config` gives `{devices}`, or `{}` for what holds nothing to read. `home-assistant-state` gives
 * `{device, items}` where one device sends on the topic, else `{items, several}`, and nothing for topics of no config.
 */
export function createHomeAssistant(): { readonly config: Codec; readonly state: Codec } {
  const memory = createHomeAssistantMemory();
  return {
    config: ({ topic, payload }) => readConfig(memory, topic, payload),
    state: ({ topic, payload }) => {
      const use = memory.use(topic);
      if (use === undefined || payload.length > MAX_STATE_BYTES) return { ok: true, value: undefined };
      return payload.length === 0 ? { ok: true, value: { items: [] } } : readState(use, messageOf(payload));
    },
  };
}

function readConfig(memory: HomeAssistantMemory, topic: string, payload: Buffer): CodecRead {
  const object = topic.split('/').at(-2);
  // An empty payload removes what was announced there.
  const read = payload.length === 0 ? undefined : readJson(payload, MAX_KEYS);
  if (read?.ok === false)
    return { ok: true, value: NO_DEVICES, faults: faultsOf('bad-payload', [read.detail], object) };
  if (read !== undefined && !isObject(read.value))
    return { ok: true, value: NO_DEVICES, faults: faultsOf('bad-payload', ['a config is an object'], object) };
  const announcement = read === undefined ? undefined : readDiscovery(topic, read.value);
  const before = memory.announced(topic);
  const isRoom = memory.put(topic, announcement);
  if (announcement === undefined) return { ok: true, value: read === undefined ? NO_DEVICES : {} };
  const { address, entities } = announcement;
  // Bridges say the same config again and again: what is wrong with it is told once.
  const news = announcement.refused.filter((why) => before?.refused.includes(why) !== true);
  const faults = isRoom
    ? faultsOf('bad-value', news, address)
    : faultsOf('too-large', ['more entities are announced than can be remembered'], address);
  if (entities.length === 0 && faults.length === 0) return { ok: true, value: {} };
  const device = memory.device(address);
  return { ok: true, value: device === undefined ? NO_DEVICES : { devices: [device] }, faults };
}

const NO_DEVICES = { devices: null };

function faultsOf(reason: Fault['reason'], details: readonly string[], address: string | undefined): readonly Fault[] {
  return details.slice(0, MAX_FAULTS).map((detail) => ({ reason, detail, address }));
}

function readState(use: TopicUse, message: Message): CodecRead {
  const items: Item[] = [];
  let isSilent = false;
  for (const { address, entity, metric } of use.entities) {
    const raw = entity.extract(message);
    isSilent ||= raw === undefined;
    const value = raw === undefined ? undefined : itemValue(entity, raw, metric !== undefined);
    if (value !== undefined)
      items.push({ device: address, value, ...(metric === undefined ? { own: entity.name } : { metric }) });
  }
  for (const { address, said } of use.availability) {
    const raw = said.extract(message);
    const word = rendered(raw);
    if (word === said.on || word === said.off)
      items.push({ device: address, metric: 'online', value: word === said.on ? 1 : 0 });
    else if (!isUnknown(raw)) items.push({ device: address, metric: 'online', value: neither(said, raw) });
  }
  const [first] = use.entities;
  const isOne = first !== undefined && use.entities.every(({ address }) => address === first.address);
  const isBroken = isSilent && message.json() === undefined;
  return {
    ok: true,
    value: { items, ...(isOne ? { device: first.address } : isBroken || items.length > 0 ? { several: true } : {}) },
    faults: isBroken ? faultsOf('bad-payload', ['not JSON, which its value_template reads'], first?.address) : [],
  };
}

const neither = ({ on, off }: { readonly on: string; readonly off: string }, raw: unknown): string =>
  `neither ${on} nor ${off}: ${excerpt(raw)}`;

/** @returns undefined for a text of an entity that is none of our metrics: nobody could say what it means */
function itemValue({ words, target }: Entity, raw: unknown, isMetric: boolean): Item['value'] | undefined {
  const text = typeof raw === 'string' ? raw.trim() : raw;
  if (isUnknown(text)) return isMetric ? null : undefined;
  if (words !== undefined) {
    const word = rendered(text);
    if (word === words.on || word === words.off) return word === words.on ? 1 : 0;
    return isMetric ? neither(words, text) : undefined;
  }
  const number = toNumber(text);
  if (number === undefined) return isMetric ? `no number: ${excerpt(text)}` : undefined;
  if (target === undefined) return number;
  const value = (number + target.offset) * target.scale;
  if (!Number.isFinite(value)) return undefined;
  return Math.abs(value) < 1e6 ? Math.round(value * 1e9) / 1e9 : value;
}
