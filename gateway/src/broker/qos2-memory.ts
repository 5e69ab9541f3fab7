/**
 * QoS 2 messages between PUBLISH and PUBREL, per session. A message that is sent again, on the same connection or
 * after a reconnect, is acknowledged without being taken in a second time. The content is compared as well: a device
 * that lost its memory starts counting message ids anew, and its new message must not pass for the old one.
 */
import { createHash } from 'node:crypto';

export type Acknowledge = (error?: Error) => void;

export interface Qos2Memory {
  /**
   * @returns a function: the message is new, call it with the result. `known`: acknowledge it. `joined`: an earlier
   * sending is still being committed; `acknowledge` is called with its result.
   */
  begin(
    sessionKey: string,
    messageId: number,
    content: string,
    acknowledge: Acknowledge,
  ): Acknowledge | 'known' | 'joined';
  /** PUBREL: the sender will not send it again. */
  release(sessionKey: string, messageId: number): void;
}

interface Pending {
  readonly content: string;
  /** Re-sendings that wait with the first; undefined once it is committed. */
  waiting: Acknowledge[] | undefined;
}

const MAX_CLIENTS = 4_096;
const MAX_PER_CLIENT = 1_024;

export function createQos2Memory(): Qos2Memory {
  const clients = new Map<string, Map<number, Pending>>();
  return {
    begin(sessionKey, messageId, content, acknowledge) {
      const pending = clients.get(sessionKey) ?? new Map<number, Pending>();
      // Re-inserted, so that the client unheard for longest is the first to be forgotten.
      clients.delete(sessionKey);
      clients.set(sessionKey, pending);
      dropOldest(clients, MAX_CLIENTS);
      const before = pending.get(messageId);
      if (before?.content === content) {
        if (!before.waiting) return 'known';
        before.waiting.push(acknowledge);
        return 'joined';
      }
      const entry: Pending = { content, waiting: [] };
      pending.set(messageId, entry);
      dropOldest(pending, MAX_PER_CLIENT);
      return (error) => {
        const waiting = entry.waiting ?? [];
        entry.waiting = undefined;
        if (error && pending.get(messageId) === entry) pending.delete(messageId);
        for (const also of waiting) also(error);
      };
    },
    release(sessionKey, messageId) {
      const pending = clients.get(sessionKey);
      pending?.delete(messageId);
      if (pending?.size === 0) clients.delete(sessionKey);
    },
  };
}

/** Short and equal only for equal messages. */
export function contentKey(topic: string, payload: Buffer): string {
  return createHash('sha256').update(topic).update('\0').update(payload).digest('base64');
}

function dropOldest<K, V>(map: Map<K, V>, max: number): void {
  if (map.size <= max) return;
  for (const key of map.keys()) {
    map.delete(key);
    return;
  }
}
