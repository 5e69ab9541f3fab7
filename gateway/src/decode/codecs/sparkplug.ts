/**
 * Sparkplug B (Eclipse Sparkplug 3.0): births say names, data say aliases; a node and its devices count their messages
 * together, and whoever misses one, or comes later than the birth, asks the node to be born again. To the profile:
 *
 *   {online?: 0|1, metrics: [{name, quantity?, value, ts?}], history: [same], afterwards?: true,
 *    children?: {device: 0}, via?: [1]}
 *
 * `afterwards`: a device's message that holds nothing but history, which may be of a device that is dead by now.
 * `online` is of the topic's node or device. `via` says that a device's message proves its node alive as well, once in
 * a while. A death of the node is the death of the devices it spoke for. No document: a will of an older session.
 */
import type { Codec, CodecRead } from '../codec.ts';
import { rebirthCommand } from './sparkplug-command.ts';
import {
  createNodeBook,
  distrust,
  type Named,
  type Node,
  type NodeBook,
  nameValues,
  partOf,
} from './sparkplug-node.ts';
import { readSparkplug, type SparkplugPayload } from './sparkplug-payload.ts';

interface Said extends Partial<Named> {
  readonly online?: 0 | 1;
  readonly children?: Readonly<Record<string, 0>>;
  readonly via?: readonly [1];
  readonly afterwards?: true;
}

interface Address {
  /** With whatever stands before `spBv1.0`. */
  readonly prefix: string;
  readonly group: string;
  readonly type: string;
  readonly node: string;
  /** '' for the node itself. */
  readonly device: string;
}

const NAMESPACE = 'spBv1.0';
const ASK_EVERY_MS = 30_000;
const SAY_EVERY_MS = 10_000;
/** Known, and nothing of interest in it. */
const NOTHING: CodecRead = { ok: true, value: null };

export function createSparkplugCodec(): Codec {
  const book = createNodeBook();
  return ({ payload, topic, at }) => {
    const address = addressOf(topic);
    if (address === undefined) return { ok: true, value: undefined };
    // Takes a retained topic back; every Sparkplug payload has at least a time.
    if (payload.length === 0) return NOTHING;
    if (payload[0] === 0x7b)
      return { ok: false, detail: 'JSON on a Sparkplug topic; the payload has to be Sparkplug B protobuf' };
    const message = readSparkplug(payload);
    if (message === undefined) return { ok: false, detail: 'not a Sparkplug B protobuf payload' };
    const { prefix, group, node: name } = address;
    const node = book.node(`${prefix}${group}/${name}`);
    const { said, missed } = hear(book, node, address, message, at);
    if (said === undefined) return NOTHING;
    const value = { metrics: [], history: [], ...said };
    // A clock that was put back must not keep us from asking.
    if (!missed || Math.abs(at - node.askedAt) < ASK_EVERY_MS) return { ok: true, value };
    node.askedAt = at;
    const command = rebirthCommand(`${prefix}${NAMESPACE}/${group}/NCMD/${name}`, at);
    return { ok: true, value, replies: [command] };
  };
}

function addressOf(topic: string): Address | undefined {
  const levels = topic.split('/');
  const at = levels.indexOf(NAMESPACE);
  const [group, type, node, device = '', ...more] = levels.slice(at + 1);
  if (at < 0 || !group || !type || !node || more.length > 0) return undefined;
  const ofDevice = /^D(?:BIRTH|DATA|DEATH)$/.test(type) && device !== '';
  const ofNode = /^N(?:BIRTH|DATA|DEATH)$/.test(type) && levels.length === at + 4;
  if (!ofDevice && !ofNode) return undefined;
  const prefix = at === 0 ? '' : `${levels.slice(0, at).join('/')}/`;
  return { prefix, group, type, node, device };
}

interface Heard {
  readonly said: Said | undefined;
  /** The node has to say everything anew. */
  readonly missed: boolean;
}

function hear(book: NodeBook, node: Node, { type, device }: Address, message: SparkplugPayload, at: number): Heard {
  if (type === 'NDEATH') return { said: death(node, message), missed: false };
  if (type === 'NBIRTH') {
    node.parts.clear();
    node.born = true;
    node.bdSeq = bdSeqOf(message);
    node.seq = message.seq;
    node.saidAt = at;
    const { metrics, history } = nameValues(book.learn(node, '', message.metrics), message.metrics, message.ts);
    return { said: { online: 1, metrics, history }, missed: false };
  }
  const gap = !follows(node, message.seq);
  if (gap) distrust(node);
  const via = viaOf(node, device, at);
  if (type === 'DDEATH') {
    node.parts.delete(device);
    return { said: { online: 0, ...via }, missed: gap || !node.born };
  }
  const isBirth = type === 'DBIRTH';
  const part = isBirth ? book.learn(node, device, message.metrics) : partOf(node, device);
  const { metrics, history, unknown } = nameValues(part, message.metrics, message.ts);
  const isOld = type === 'DDATA' && metrics.length === 0 && history.length > 0;
  const said: Said = {
    ...{ metrics, history, ...via },
    ...(isBirth ? { online: 1 } : {}),
    ...(isOld ? { afterwards: true } : {}),
  };
  return { said, missed: gap || unknown || !node.born || !part.born };
}

/** A will is sent when a session ends, which may be after the next one has begun: only the bdSeq tells. */
function death(node: Node, message: SparkplugPayload): Said | undefined {
  if (node.born && bdSeqOf(message) !== node.bdSeq) return undefined;
  const devices = [...node.parts.keys()].filter((device) => device !== '');
  const children = Object.fromEntries(devices.map((device): [string, 0] => [device, 0]));
  distrust(node);
  node.parts.clear();
  node.seq = undefined;
  // Whatever it says next, it lives.
  node.saidAt = Number.NEGATIVE_INFINITY;
  return { online: 0, children };
}

function bdSeqOf({ metrics }: SparkplugPayload): number | undefined {
  const value = metrics.find(({ name }) => name === 'bdSeq')?.valueAs(undefined);
  return typeof value === 'number' ? value : undefined;
}

/** Of the node and its devices together, 0 to 255 and round again; the same number twice is one message sent twice. */
function follows(node: Node, seq: number | undefined): boolean {
  const last = node.seq;
  if (seq === undefined) return true;
  node.seq = seq;
  return last === undefined || seq === last || seq === (last + 1) % 256;
}

function viaOf(node: Node, device: string, at: number): Pick<Said, 'via'> {
  if (device === '' || Math.abs(at - node.saidAt) < SAY_EVERY_MS) return {};
  node.saidAt = at;
  return { via: [1] };
}
