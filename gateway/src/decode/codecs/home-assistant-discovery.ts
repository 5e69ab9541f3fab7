/**
 * A discovery config of Home Assistant to entities: `<prefix>/<component>/[<node>/]<object>/config` holds one,
 * `<prefix>/device/<id>/config` many. Keys may be abbreviated, `~` stands for the base topic.
 * https://www.home-assistant.io/integrations/mqtt/#mqtt-discovery
 */

import { underscored } from '../../shared/name-words.ts';
import { isObject } from '../value-path.ts';
import { type Keys, rendered, spelledOut, textOf, topicOf } from './home-assistant-keys.ts';
import { type EntityClass, isOurs, type Target, targetOf } from './home-assistant-metric.ts';
import { type Extract, parseTemplate } from './home-assistant-template.ts';

export interface Entity {
  /** Its own name: what `fields` of devices.yaml calls it. */
  readonly name: string;
  readonly topic: string;
  readonly extract: Extract;
  /** Undefined: none of our metrics; numbers are passed on under the entity's own name. */
  readonly target: Target | undefined;
  /** Payloads of a binary sensor as rendered; undefined for a sensor. */
  readonly words: { readonly on: string; readonly off: string } | undefined;
}

export interface Availability {
  readonly topic: string;
  readonly extract: Extract;
  readonly on: string;
  readonly off: string;
}

export interface Announcement {
  readonly address: string;
  readonly name: string;
  readonly manufacturer: string | undefined;
  readonly model: string | undefined;
  /** Address of the bridge it is behind. */
  readonly via: string | undefined;
  readonly entities: readonly Entity[];
  readonly availability: readonly Availability[];
  /** Why some of it is not taken, one sentence each. */
  readonly refused: readonly string[];
}

const MAX_COMPONENTS = 500;
const MAX_AVAILABILITY = 8;
const MAX_WORDS = 1_000;
/** What this gateway announces itself; to read it back would count everything twice. */
const OWN_ORIGIN = 'houqin';

/** @returns undefined for a config that is not to be read: our own, a migration note, no object */
export function readDiscovery(topic: string, document: unknown): Announcement | undefined {
  if (!isObject(document) || document['migrate_discovery'] === true) return undefined;
  const levels = topic.split('/');
  const key = levels.at(-2) ?? '';
  const root = spelledOut(document, 'entity');
  if (isObject(root['origin']) && root['origin']['name'] === OWN_ORIGIN) return undefined;
  const device = isObject(root['device']) ? spelledOut(root['device'], 'device') : {};
  const parts = levels[1] === 'device' ? componentsOf(root) : [{ ...root, platform: levels[1], key }];
  const called = calledOf(device);
  const refused = new Set<string>();
  const taken = parts.flatMap((part) => {
    const entity = entityOf(part, called, refused);
    return entity === undefined ? [] : [{ entity, availability: availabilityOf(part, refused) }];
  });
  const address = addressOf(device) ?? textOf(root['unique_id']) ?? key;
  return {
    address,
    name: textOf(device['name']) ?? textOf(root['name']) ?? address,
    manufacturer: textOf(device['manufacturer']),
    model: textOf(device['model']) ?? textOf(device['model_id']),
    via: textOf(device['via_device']),
    entities: taken.map(({ entity }) => entity),
    availability: oncePerTopic(taken.flatMap(({ availability }) => availability)),
    refused: [...refused],
  };
}

/** What the device says for all of its components, with what each says for itself. */
function componentsOf({ components, device: _device, origin: _origin, ...shared }: Keys): Keys[] {
  if (!isObject(components)) return [];
  return Object.entries(components)
    .slice(0, MAX_COMPONENTS)
    .flatMap(([key, part]) => (isObject(part) ? [{ ...shared, ...spelledOut(part, 'entity'), key }] : []));
}

/** @returns undefined for other components, one that was removed, and one whose template would have to be run */
function entityOf(part: Keys, called: Called, refused: Set<string>): Entity | undefined {
  const component = part['platform'];
  if (component !== 'sensor' && component !== 'binary_sensor') return undefined;
  const topic = topicOf(part['state_topic'], part['~']);
  if (topic === undefined) return undefined;
  const name = (textOf(part['unique_id']) ?? textOf(part['object_id']) ?? textOf(part['key']) ?? '').slice(0, 128);
  const extract = parseTemplate(part['value_template']);
  if (extract === undefined) {
    refused.add(refusal(name, part['value_template']));
    return undefined;
  }
  const said: Omit<EntityClass, 'words'> = {
    component,
    deviceClass: textOf(part['device_class']) ?? '',
    unit: textOf(part['unit_of_measurement']) ?? '',
    stateClass: textOf(part['state_class']) ?? '',
    resets: isRead(part['last_reset_value_template']),
    diagnostic: part['entity_category'] === 'diagnostic',
    deviceName: called.name,
  };
  const target = isOurs(said) ? targetOf({ ...said, words: ownWords(part, called).slice(0, MAX_WORDS) }) : undefined;
  const states = { on: rendered(part['payload_on'] ?? 'ON'), off: rendered(part['payload_off'] ?? 'OFF') };
  return { name, topic, extract, target, words: component === 'sensor' ? undefined : states };
}

/** Older senders wrote a date that never changes where a register has no begin. */
const isRead = (template: unknown): boolean => typeof template === 'string' && template.includes('{{');

/** A part of `a4cf12ab34cd` may look like a word. */
const HEX_ID = /(?<![a-z\d])(?:0x)?(?=[\da-f]*\d)[\da-f]{6,32}(?![a-z\d])/gi;

/** What the device of several entities is called. */
interface Called {
  /** Name and model, as `underscored` gives them. */
  readonly name: string;
  /** What entities may begin with that says nothing of them. */
  readonly inFront: readonly string[];
}

function calledOf(device: Keys): Called {
  const name = textOf(device['name']) ?? '';
  const inFront = [name, addressOf(device) ?? ''].map(plain).filter((one) => one !== '');
  return { name: underscored(`${name} ${textOf(device['model']) ?? ''}`), inFront };
}

const SAID = ['key', 'object_id', 'unique_id', 'name', 'value_template'];

/** What an entity is called, without the name of its device, which may hold any word: “Day care”. */
function ownWords(part: Keys, { inFront: devices }: Called): string {
  const said = SAID.map((key) => {
    const text = textOf(part[key]) ?? '';
    const inFront = devices.find((one) => `${plain(text)} `.startsWith(`${one} `));
    return inFront === undefined ? text : text.slice(inFront.length);
  });
  return said.join('\n').replaceAll(HEX_ID, ' ');
}

/** Of the same length, with nothing but letters and digits. */
const plain = (text: string): string => text.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, ' ');

function availabilityOf(part: Keys, refused: Set<string>): Availability[] {
  const listed = part['availability'];
  const single = { topic: part['availability_topic'], value_template: part['availability_template'] };
  const list: readonly unknown[] = Array.isArray(listed) ? listed : [isObject(listed) ? listed : single];
  return list.slice(0, MAX_AVAILABILITY).flatMap((entry) => {
    const said = isObject(entry) ? spelledOut(entry, 'entity') : {};
    const topic = topicOf(said['topic'], part['~']);
    if (topic === undefined) return [];
    const extract = parseTemplate(said['value_template']);
    if (extract === undefined) {
      refused.add(refusal('availability', said['value_template']));
      return [];
    }
    const word = (key: string, usual: string): string => rendered(said[key] ?? part[key] ?? usual);
    return [{ topic, extract, on: word('payload_available', 'online'), off: word('payload_not_available', 'offline') }];
  });
}

const oncePerTopic = (all: readonly Availability[]): Availability[] => [
  ...new Map(all.map((one) => [one.topic, one])).values(),
];

/** First identifier, else first connection (`[["mac", "02:ab:…"]]`). */
function addressOf({ identifiers, connections }: Keys): string | undefined {
  const first: unknown = Array.isArray(identifiers) ? identifiers[0] : identifiers;
  const connection: unknown = Array.isArray(connections) ? connections[0] : undefined;
  return textOf(first) ?? (Array.isArray(connection) ? textOf(connection[1]) : undefined);
}

function refusal(name: string, template: unknown): string {
  const shown = (textOf(template) ?? typeof template).slice(0, 80);
  return `${name}: not taken, its template is more than a path into value_json: ${shown}`;
}
