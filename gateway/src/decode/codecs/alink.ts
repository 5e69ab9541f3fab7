/**
 * Alink: JSON as it stands, and the answer that a device may wait for before it sends on.
 * Aliyun IoT, "device properties, events, and services": `sys.ack` 1 asks for an answer on `<topic>_reply`.
 */
import type { OutMessage } from '../../shared/out-message.ts';
import type { Codec } from '../codec.ts';
import { readJson } from '../payload.ts';
import { isObject } from '../value-path.ts';

/** A gateway reports up to 20 devices and 200 properties in one message. */
const MAX_KEYS = 512;
const MAX_ID = 64;
const MAX_METHOD = 128;

/** A codec without a memory. */
export function alink(): Codec {
  return ({ payload, topic }) => {
    const read = readJson(payload, MAX_KEYS);
    if (!read.ok) return read;
    const reply = replyTo(read.value, topic);
    return reply === undefined ? read : { ...read, replies: [reply] };
  };
}

function replyTo(message: unknown, topic: string): OutMessage | undefined {
  if (!isObject(message) || !isObject(message['sys']) || message['sys']['ack'] !== 1) return undefined;
  const id = message['id'];
  if ((typeof id !== 'string' && typeof id !== 'number') || String(id).length > MAX_ID) return undefined;
  const said = message['method'];
  const method = typeof said === 'string' && said.length <= MAX_METHOD ? said : undefined;
  // Ids are texts in the protocol; a device that sends a number compares with a text all the same.
  const answer = { id: String(id), code: 200, data: {}, message: 'success', method, version: '1.0' };
  return { topic: `${topic}_reply`, payload: JSON.stringify(answer) };
}
