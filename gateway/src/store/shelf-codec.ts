/** Entries of the shelf as bytes: u32 length of a JSON head, the head, and the payload as it is. */
import type { MessageProperties, QueuedEntry, RetainedEntry, SessionEntry } from '../shared/broker-shelf.ts';

type Head<T> = Omit<T, 'payload' | 'properties'> & { readonly properties?: StoredProperties | undefined };
/** JSON has no bytes. */
type StoredProperties = Omit<MessageProperties, 'correlationData'> & { readonly correlationData?: string | undefined };

/** The result is a copy, in memory of its own: the entry may change, and the bytes go to another thread. */
export function retainedBody({ payload, properties, ...head }: RetainedEntry): Uint8Array<ArrayBuffer> {
  return packed({ ...head, properties: storedProperties(properties) }, payload);
}

export function queuedBody({ payload, properties, ...head }: QueuedEntry): Uint8Array<ArrayBuffer> {
  return packed({ ...head, properties: storedProperties(properties) }, payload);
}

export function sessionBody(entry: SessionEntry): Uint8Array<ArrayBuffer> {
  return packed(entry, Buffer.alloc(0));
}

/** @throws SyntaxError, RangeError for bytes that are not what the functions above wrote; so do the two below */
export function retainedOf(body: Uint8Array): RetainedEntry {
  const { head, payload } = unpacked<Head<RetainedEntry>>(body);
  const { properties, ...rest } = head;
  return { ...rest, payload, ...readProperties(properties) };
}

export function queuedOf(body: Uint8Array): QueuedEntry {
  const { head, payload } = unpacked<Head<QueuedEntry>>(body);
  const { properties, ...rest } = head;
  return { ...rest, payload, ...readProperties(properties) };
}

export function sessionOf(body: Uint8Array): SessionEntry {
  return unpacked<SessionEntry>(body).head;
}

function readProperties(stored: StoredProperties | undefined): { readonly properties?: MessageProperties } {
  if (stored === undefined) return {};
  const { correlationData, ...rest } = stored;
  if (correlationData === undefined) return { properties: rest };
  return { properties: { ...rest, correlationData: Buffer.from(correlationData, 'base64') } };
}

function storedProperties(properties: MessageProperties | undefined): StoredProperties | undefined {
  if (properties === undefined) return undefined;
  const { correlationData, ...rest } = properties;
  return correlationData === undefined ? rest : { ...rest, correlationData: correlationData.toString('base64') };
}

function packed(head: object, payload: Buffer): Uint8Array<ArrayBuffer> {
  const text = Buffer.from(JSON.stringify(head), 'utf8');
  const body = Buffer.from(new ArrayBuffer(4 + text.length + payload.length));
  body.writeUInt32LE(text.length, 0);
  body.set(text, 4);
  body.set(payload, 4 + text.length);
  return body;
}

function unpacked<T>(body: Uint8Array): { readonly head: T; readonly payload: Buffer } {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const end = 4 + bytes.readUInt32LE(0);
  return { head: JSON.parse(bytes.toString('utf8', 4, end)) as T, payload: bytes.subarray(end) };
}
