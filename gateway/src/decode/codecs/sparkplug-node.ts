/** What is remembered of the edge nodes of Sparkplug: session, sequence, and the names behind the aliases. Bounded. */
import { type Claims, createClaims, inOurUnit, namedQuantity } from './named-quantity.ts';
import { MAX_NAME, type SparkplugMetric } from './sparkplug-payload.ts';

interface Known {
  readonly name: string;
  readonly datatype: number | undefined;
  readonly unit: string | undefined;
}

/** The node itself, or one of its devices, as its birth described it. */
export interface Part {
  /** Its birth was heard, and nothing was missed since. */
  born: boolean;
  readonly claims: Claims;
  /** By alias, and by name. */
  readonly known: Map<number | bigint | string, Known>;
}

export interface Node {
  born: boolean;
  bdSeq: number | undefined;
  seq: number | undefined;
  /** When it was last asked for a rebirth, and last said to be online; epoch ms. */
  askedAt: number;
  saidAt: number;
  /** By device; the node itself is ''. */
  readonly parts: Map<string, Part>;
}

/** What a message says by name: now, and of earlier times (is_historical). */
export interface Named {
  readonly metrics: readonly NamedValue[];
  readonly history: readonly NamedValue[];
}

/** One value as the profile reads it. */
export interface NamedValue {
  readonly name: string;
  readonly quantity?: string;
  readonly value: number | boolean | string;
  readonly ts?: number;
}

const MAX_NODES = 500;
const MAX_PARTS = 500;
/** Of all nodes; above it the node that was silent longest is forgotten. */
const MAX_ALL_PARTS = 20_000;
const MAX_KNOWN = 4_000;
/** Names remembered in all; above it the node that was silent longest is forgotten, and asked anew when it speaks. */
const MAX_NAMES = 200_000;
/** Below what one message may yield, so that a huge birth still gives its first values. */
const MAX_VALUES = 900;
const BOOLEAN = 11;
const TEXTS = new Set<number | undefined>([12, 14]);

export interface NodeBook {
  node(key: string): Node;
  /** A birth: what was known of the part before is void. */
  learn(node: Node, device: string, metrics: readonly SparkplugMetric[]): Part;
}

export function createNodeBook(): NodeBook {
  const nodes = new Map<string, Node>();
  return {
    node: (key) => {
      const node = nodes.get(key) ?? newNode();
      nodes.delete(key);
      nodes.set(key, node);
      while (nodes.size > MAX_NODES || (nodes.size > 1 && partsOf(nodes) > MAX_ALL_PARTS)) dropOldest(nodes);
      return node;
    },
    learn: (node, device, metrics) => {
      const part = newPart(node, device, true);
      for (const { name, alias, datatype, unit } of metrics) {
        if (name === undefined || name.length > MAX_NAME || part.known.size + 2 > MAX_KNOWN) continue;
        const known = { name, datatype, unit };
        part.known.set(name, known);
        if (alias !== undefined) part.known.set(alias, known);
      }
      while (nodes.size > 1 && namesOf(nodes) > MAX_NAMES) dropOldest(nodes);
      return part;
    },
  };
}

function newNode(): Node {
  const never = Number.NEGATIVE_INFINITY;
  return { born: false, bdSeq: undefined, seq: undefined, askedAt: never, saidAt: never, parts: new Map() };
}

function newPart(node: Node, device: string, born: boolean): Part {
  const part: Part = { born, claims: createClaims(), known: new Map() };
  node.parts.delete(device);
  if (node.parts.size >= MAX_PARTS) dropOldest(node.parts);
  node.parts.set(device, part);
  return part;
}

/** A part that speaks before its birth was heard still has its claims: two names of one quantity must not alternate. */
export function partOf(node: Node, device: string): Part {
  return node.parts.get(device) ?? newPart(node, device, false);
}

/** Something was missed: an alias may mean something else by now. Who belongs to the node is still known. */
export function distrust(node: Node): void {
  node.born = false;
  node.bdSeq = undefined;
  for (const part of node.parts.values()) {
    part.born = false;
    part.known.clear();
  }
}

/** @returns what can be named, and whether something could not */
export function nameValues(
  part: Part,
  metrics: readonly SparkplugMetric[],
  sentAt: number | undefined,
): Named & { readonly unknown: boolean } {
  const { claims } = part;
  let unknown = false;
  const found = metrics.flatMap((metric) => {
    const known = part.known.get(metric.name ?? metric.alias ?? '');
    const name = metric.name ?? known?.name;
    if (name === undefined) unknown = true;
    if (name === undefined || name === 'bdSeq' || name.length > MAX_NAME || /^(?:Node|Device) Control\//.test(name))
      return [];
    const datatype = metric.datatype ?? known?.datatype;
    const value = metric.valueAs(datatype);
    const isState =
      typeof value === 'boolean' || typeof value === 'string' || datatype === BOOLEAN || TEXTS.has(datatype);
    const quantity = namedQuantity(name, metric.unit ?? known?.unit, isState ? 'state' : 'number');
    // A value that is unknown just now still lays claim to what its name says.
    if (quantity !== undefined) claims.claim(quantity.word, name);
    return value === null ? [] : [{ name, quantity, value, ts: metric.ts ?? sentAt, historical: metric.historical }];
  });
  const named = ({ name, quantity, value, ts }: (typeof found)[number]): NamedValue => {
    const time = ts === undefined ? {} : { ts };
    if (quantity === undefined || !claims.holds(quantity.word, name)) return { name, value, ...time };
    return { name, quantity: quantity.word, value: inOurUnit(quantity, value), ...time };
  };
  const taken = found.slice(0, MAX_VALUES);
  return {
    metrics: taken.filter(({ historical }) => !historical).map(named),
    history: taken.filter(({ historical }) => historical).map(named),
    unknown,
  };
}

function partsOf(nodes: ReadonlyMap<string, Node>): number {
  let all = 0;
  for (const { parts } of nodes.values()) all += parts.size;
  return all;
}

function namesOf(nodes: ReadonlyMap<string, Node>): number {
  let names = 0;
  for (const { parts } of nodes.values()) for (const { known } of parts.values()) names += known.size;
  return names;
}

function dropOldest<K>(map: Map<K, unknown>): void {
  for (const oldest of map.keys()) {
    map.delete(oldest);
    return;
  }
}
