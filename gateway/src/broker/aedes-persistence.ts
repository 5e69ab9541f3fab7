/**
 * What aedes asks of a persistence. Retained messages, subscriptions and queues are delivered by our own outboxes, so aedes
 * is told that there is nothing of them; it only has to know which session was there before, and when a QoS 2 message is over.
 */
import { Readable } from 'node:stream';
import type { Qos2Memory } from './qos2-memory.ts';

interface ClientRef {
  readonly id: string;
}

interface PacketRef {
  readonly cmd: string;
  readonly messageId: number;
}

/**
 * Stands among the subscriptions of a session that was there before: aedes says "session present" only when it has one, and
 * a session may have none.
 */
export const SESSION_MARK = '$houqin/session';

/** @param isResumed whether the session was there before its client came back */
export function createAedesPersistence(qos2: Qos2Memory, isResumed: (key: string) => boolean) {
  const nothing = async (): Promise<void> => {};
  const empty = (): Readable => Readable.from([]);
  return {
    setup: nothing,
    addSubscriptions: nothing,
    removeSubscriptions: nothing,
    cleanSubscriptions: nothing,
    subscriptionsByClient: async ({ id }: ClientRef) => (isResumed(id) ? [{ topic: SESSION_MARK, qos: 0 }] : []),
    createRetainedStreamCombi: empty,
    outgoingStream: empty,
    outgoingUpdate: nothing,
    outgoingClearMessageId: nothing,
    /** aedes takes an error for "not seen before"; seen messages were answered before it came here. */
    async incomingGetPacket({ id }: ClientRef, { cmd, messageId }: PacketRef): Promise<never> {
      if (cmd === 'pubrel') qos2.release(id, messageId);
      throw new Error('no such packet');
    },
    incomingStorePacket: nothing,
    incomingDelPacket: nothing,
    // Wills live with their connection: the only broker is this one, and it sends none when it stops.
    putWill: nothing,
    delWill: nothing,
    streamWill: empty,
  };
}
