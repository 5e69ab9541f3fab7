/** Last messages kept for later subscribers, bounded for each owner and in all. In memory: devices send them again. */
import type { BrokerLimits } from './broker-options.ts';
import type { StoredPacket } from './stored-packet.ts';
import { createTopicTree } from './topic-tree.ts';

export interface RetainedMessages {
  /** An empty payload removes what was retained. @returns false when the owner has no room left. */
  store(packet: StoredPacket, owner: RetainOwner): boolean;
  matching(filters: readonly string[]): StoredPacket[];
}

export interface RetainOwner {
  readonly username: string;
  readonly kind: 'device' | 'bridge' | 'integration' | 'gateway';
}

export function createRetainedMessages(limits: BrokerLimits): RetainedMessages {
  const kept = new Map<string, { packet: StoredPacket; owner: string }>();
  const counts = new Map<string, number>();
  let bytes = 0;

  const change = (owner: string, by: number): void => {
    const count = (counts.get(owner) ?? 0) + by;
    if (count > 0) counts.set(owner, count);
    else counts.delete(owner);
  };
  const room = ({ username, kind }: RetainOwner): boolean => {
    if (kind === 'gateway') return true;
    return (counts.get(username) ?? 0) < (kind === 'device' ? limits.retainedPerDevice : limits.retainedPerBridge);
  };

  return {
    store(packet, owner) {
      const before = kept.get(packet.topic);
      const size = packet.topic.length + packet.payload.length;
      const freed = before === undefined ? 0 : packet.topic.length + before.packet.payload.length;
      if (packet.payload.length === 0) {
        if (before) change(before.owner, -1);
        bytes -= freed;
        return kept.delete(packet.topic) || true;
      }
      const most = owner.kind === 'device' ? limits.retainedBytes : limits.retainedDescriptionBytes;
      if (packet.payload.length > most) return false;
      if (bytes - freed + size > limits.retainedTotalBytes) return false;
      if (before?.owner !== owner.username && !room(owner)) return false;
      if (!before && kept.size >= limits.retainedTotal) return false;
      if (before) change(before.owner, -1);
      change(owner.username, 1);
      bytes += size - freed;
      // A copy: the payload is a view of everything that was read from the socket with it.
      kept.set(packet.topic, { packet: { ...packet, payload: Buffer.from(packet.payload) }, owner: owner.username });
      return true;
    },
    matching(filters) {
      const tree = createTopicTree<string>();
      for (const filter of filters) tree.add(filter, filter);
      return [...kept.values()].flatMap(({ packet }) => (tree.match(packet.topic).length > 0 ? [packet] : []));
    },
  };
}
