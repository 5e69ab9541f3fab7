/** Entries for tests of the broker's shelf, and what a shelf of them holds, in an order that does not matter. */
import type {
  BrokerShelf,
  QueuedEntry,
  RetainedEntry,
  SessionEntry,
  ShelfContents,
} from '../../src/shared/broker-shelf.ts';

export function retained(topic: string, payload: string | Buffer = topic): RetainedEntry {
  return { topic, payload: Buffer.from(payload), qos: 1, owner: 'bridge-1', ownerKind: 'bridge' };
}

export function session(key: string): SessionEntry {
  return { key, username: 'bridge-1', subscriptions: [{ filter: `${key}/#`, qos: 1 }] };
}

export function queued(key: string, number: number): QueuedEntry {
  return { key, number, topic: `t/${number}`, payload: Buffer.from(`${key} ${number}`), qos: 1, retain: false };
}

export interface Sorted {
  readonly retained: Readonly<Record<string, RetainedEntry>>;
  readonly sessions: Readonly<Record<string, SessionEntry>>;
  readonly queued: Readonly<Record<string, readonly QueuedEntry[]>>;
}

export function sorted({ retained, sessions, queued }: ShelfContents): Sorted {
  const queues: Record<string, QueuedEntry[]> = {};
  for (const entry of queued) {
    const queue = queues[entry.key] ?? [];
    queue.push(entry);
    queues[entry.key] = queue;
  }
  return {
    retained: Object.fromEntries(retained.map((entry) => [entry.topic, entry])),
    sessions: Object.fromEntries(sessions.map((entry) => [entry.key, entry])),
    queued: queues,
  };
}

/** 40 retained messages, 4 sessions with 10 queued messages each, and rows that were replaced and removed before. */
export async function fillShelf(shelf: BrokerShelf): Promise<void> {
  for (const round of ['first', 'last']) {
    const puts = Array.from({ length: 40 }, (_, i) => shelf.putRetained(retained(`r/${i}`, round.repeat(i * 20))));
    await Promise.all(puts);
  }
  for (const key of ['s0', 's1', 's2', 's3', 'gone']) {
    await shelf.putSession(session(key));
    await Promise.all(Array.from({ length: 12 }, (_, i) => shelf.enqueue(queued(key, i))));
    await shelf.dequeue(key, [0, 1]);
  }
  await shelf.removeSession('gone');
}
