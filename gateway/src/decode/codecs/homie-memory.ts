/** What is remembered of Homie devices: what their properties are, who belongs to whom, which alerts are open. Bounded. */
import { isObject } from '../value-path.ts';
import { type Claims, createClaims, namedQuantity, type Quantity } from './named-quantity.ts';

export interface Property {
  unit: string | undefined;
  datatype: string | undefined;
  format: string | undefined;
}

export interface HomieDevice {
  state: string | undefined;
  /** Since it was last `ready`: its tree was lost with it, and comes back with it. */
  wasLost: boolean;
  /** Of the tree it belongs to; undefined when it is a root itself, or has not said. */
  root: string | undefined;
  children: readonly string[];
  /** By `node/property`. */
  readonly properties: Map<string, Property>;
  claims: Claims;
  readonly alerts: Set<string>;
  /** The last open alert was taken back, and nobody was told yet. */
  owesAllClear: boolean;
}

const MAX_DEVICES = 2_000;
const MAX_PROPERTIES = 256;
export const MAX_ALERTS = 64;
const MAX_CHILDREN = 500;
const MAX_TEXT = 64;
/** Of a node and a property together, and of the id of an alert: names are kept, and a topic has room for long ones. */
export const MAX_PATH = 128;

export interface HomieBook {
  device(key: string): HomieDevice;
  known(key: string): HomieDevice | undefined;
  forget(key: string): void;
  /** Ids of those whose root is `id`, under one base. */
  treeOf(base: string, id: string): readonly string[];
}

/** @returns a book whose keys are a base such as `homie/5/` and an id */
export function createHomieBook(): HomieBook {
  const devices = new Map<string, HomieDevice>();
  return {
    device: (key) => {
      const device = devices.get(key) ?? newDevice();
      devices.delete(key);
      devices.set(key, device);
      if (devices.size > MAX_DEVICES) dropOldest(devices);
      return device;
    },
    known: (key) => devices.get(key),
    forget: (key) => devices.delete(key),
    treeOf: (base, id) => {
      const below = [...devices].filter(([key, { root }]) => root === id && key.startsWith(base));
      const ids = [...(devices.get(base + id)?.children ?? []), ...below.map(([key]) => key.slice(base.length))];
      return [...new Set(ids)].filter((child) => child !== id).slice(0, MAX_CHILDREN);
    },
  };
}

function newDevice(): HomieDevice {
  return {
    ...{
      state: undefined,
      wasLost: false,
      root: undefined,
      children: [],
      properties: new Map(),
      claims: createClaims(),
    },
    ...{ alerts: new Set(), owesAllClear: false },
  };
}

/** An attribute of version 4: one topic each, in any order, and perhaps after the first value. */
export function takeAttribute(device: HomieDevice, path: string, attribute: string, text: string): void {
  if (attribute !== '$unit' && attribute !== '$datatype' && attribute !== '$format') return;
  const before = device.properties.get(path) ?? { unit: undefined, datatype: undefined, format: undefined };
  const said = short(text);
  if (attribute === '$unit') before.unit = said;
  else if (attribute === '$datatype') before.datatype = said;
  else before.format = said;
  if (device.properties.size >= MAX_PROPERTIES && !device.properties.has(path)) return;
  device.properties.set(path, before);
  quantityOf(device, path, undefined);
}

/** The description of version 5: everything at once, in place of what was known. */
export function takeDescription(device: HomieDevice, description: unknown): void {
  device.properties.clear();
  device.claims = createClaims();
  const said = isObject(description) ? description : {};
  const { root, children, nodes } = said;
  device.root = typeof root === 'string' ? short(root) : undefined;
  device.children = Array.isArray(children)
    ? children.filter((child): child is string => short(child) !== undefined).slice(0, MAX_CHILDREN)
    : [];
  for (const [node, body] of membersOf(nodes)) {
    for (const [name, property] of membersOf(isObject(body) ? body['properties'] : undefined)) {
      const path = `${node}/${name}`;
      if (device.properties.size >= MAX_PROPERTIES || path.length > MAX_PATH || !isObject(property)) continue;
      const { unit, datatype, format } = property;
      device.properties.set(path, {
        ...{ unit: short(unit), datatype: short(datatype), format: short(format) },
      });
    }
  }
  for (const path of device.properties.keys()) quantityOf(device, path, undefined);
}

/** What a property measures, if no other of the device says the same. `text`: a value of it, where one is at hand. */
export function quantityOf(device: HomieDevice, path: string, text: string | undefined): Quantity | undefined {
  const { unit, datatype } = device.properties.get(path) ?? {};
  const isState =
    datatype === 'boolean' || datatype === 'enum' || (datatype === undefined && /^(?:true|false)$/.test(text ?? ''));
  const quantity = namedQuantity(path, unit, isState ? 'state' : 'number');
  if (quantity === undefined) return undefined;
  device.claims.claim(quantity.word, path);
  return device.claims.holds(quantity.word, path) ? quantity : undefined;
}

const short = (said: unknown): string | undefined =>
  typeof said === 'string' && said.length <= MAX_TEXT ? said : undefined;
const membersOf = (value: unknown): readonly [string, unknown][] => (isObject(value) ? Object.entries(value) : []);

function dropOldest(devices: Map<string, HomieDevice>): void {
  for (const oldest of devices.keys()) {
    devices.delete(oldest);
    return;
  }
}
