/**
 * What aedes asks of a persistence, in memory and bounded. The bundled one keeps retained messages and the queues of
 * absent subscribers without limit (moscajs/aedes#1087). aedes wants promises; nothing here waits for anything.
 */
import { Readable } from 'node:stream';
import type { PersistentSessions, Queued, StoredSubscription } from './persistent-sessions.ts';
import type { Qos2Memory } from './qos2-memory.ts';
import type { RetainedMessages } from './retained-messages.ts';

interface ClientRef {
  readonly id: string;
}

interface PacketRef {
  readonly cmd: string;
  readonly messageId: number;
}

type Outgoing = Queued & { readonly brokerId?: string; readonly brokerCounter?: number };

export function createAedesPersistence(retained: RetainedMessages, sessions: PersistentSessions, qos2: Qos2Memory) {
  const incoming = createIncoming(qos2);
  return {
    /** aedes checks that this is an async function. */
    async setup(): Promise<void> {},
    createRetainedStreamCombi: (filters: string[]) => Readable.from(retained.matching(filters)),

    async addSubscriptions({ id }: ClientRef, subscriptions: StoredSubscription[]): Promise<void> {
      sessions.subscribe(id, subscriptions);
    },
    async removeSubscriptions({ id }: ClientRef, filters: string[]): Promise<void> {
      sessions.unsubscribe(id, filters);
    },
    subscriptionsByClient: async ({ id }: ClientRef) => sessions.subscriptions(id),
    async cleanSubscriptions({ id }: ClientRef): Promise<void> {
      sessions.forget(id);
    },

    outgoingStream: ({ id }: ClientRef) => Readable.from([...sessions.queue(id)]),
    /** A queued message got its message id, or its PUBREC came and the PUBREL takes its place. */
    async outgoingUpdate({ id }: ClientRef, packet: Outgoing): Promise<void> {
      const queue = sessions.queue(id);
      const at = queue.findIndex((queued) => isSame(queued, packet));
      const queued = queue[at];
      if (!queued) throw new Error('no such packet');
      if (queued.cmd === 'publish' && packet.cmd === 'publish') queued.messageId = packet.messageId;
      else queue[at] = packet;
    },
    async outgoingClearMessageId({ id }: ClientRef, { messageId }: PacketRef): Promise<Queued | undefined> {
      const queue = sessions.queue(id);
      const at = queue.findIndex((queued) => queued.messageId === messageId);
      return at < 0 ? undefined : queue.splice(at, 1)[0];
    },
    ...incoming,
    // Wills live with their connection: the only broker is this one, and it sends none when it stops.
    async putWill(): Promise<void> {},
    async delWill(): Promise<void> {},
    streamWill: () => Readable.from([]),
  };
}

function isSame(queued: Outgoing, packet: Outgoing): boolean {
  if (queued.cmd === 'publish' && packet.cmd === 'publish') return queued.brokerCounter === packet.brokerCounter;
  return queued.messageId === packet.messageId;
}

/** QoS 2 publishes between PUBREC and PUBREL. Only that they are known matters, so no payload is kept. */
function createIncoming(qos2: Qos2Memory) {
  const known = new Map<string, Set<number>>();
  return {
    async incomingStorePacket({ id }: ClientRef, { messageId }: PacketRef): Promise<void> {
      const ids = known.get(id) ?? new Set();
      known.set(id, ids.add(messageId));
    },
    async incomingGetPacket({ id }: ClientRef, packet: PacketRef): Promise<PacketRef> {
      // aedes looks here first when a PUBREL comes, whether or not it knows the message.
      if (packet.cmd === 'pubrel') qos2.release(id, packet.messageId);
      if (!known.get(id)?.has(packet.messageId)) throw new Error('no such packet');
      return packet;
    },
    async incomingDelPacket({ id }: ClientRef, { messageId }: PacketRef): Promise<void> {
      if (!known.get(id)?.delete(messageId)) throw new Error('no such packet');
    },
    async cleanIncoming({ id }: ClientRef): Promise<void> {
      known.delete(id);
    },
  };
}
