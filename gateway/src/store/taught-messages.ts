/**
 * Messages that teach what later ones mean (a discovery config, a device description): the last one of each topic,
 * kept over a restart, since many senders say it only when somebody else starts. Bounded in number and in bytes, and fair:
 * the login that takes most makes room for one that takes less.
 */
import { type Owned, roomFor } from './fair-shares.ts';
import { StoreError } from './reading-store.ts';
import type { RecordsDb, SqlRow, Statement } from './records-db.ts';

export interface TaughtMessage {
  readonly topic: string;
  readonly payload: Buffer;
  /** Arrival, epoch ms. */
  readonly at: number;
  /** Login that said it last. */
  readonly username: string;
}

export interface TaughtMessages {
  /** Those kept when it was opened, in the order in which their topics were first heard. */
  readonly kept: readonly TaughtMessage[];
  /**
   * On disk when it resolves; an empty payload forgets the topic. Said again, nothing is written.
   * @returns false when there is no room left beside what others keep, or the disk takes nothing
   */
  keep(message: TaughtMessage): Promise<boolean>;
}

const MAX_TOPICS = 5_000;
const MAX_BYTES = 16 * 1024 * 1024;

/** What was kept, in the order in which the topics were first heard. */
export async function loadTaught(records: RecordsDb): Promise<readonly TaughtMessage[]> {
  return (await records.read({ sql: 'SELECT topic, payload, at, username FROM taught ORDER BY id' })).map(toMessage);
}

export async function openTaughtMessages(
  records: RecordsDb,
  limits: { readonly topics: number; readonly bytes: number } = { topics: MAX_TOPICS, bytes: MAX_BYTES },
): Promise<TaughtMessages> {
  const kept = await loadTaught(records);
  const known = new Map(kept.map(({ topic, payload, username }) => [topic, knownOf(payload, username)]));
  let bytes = kept.reduce((sum, { payload }) => sum + payload.length, 0);
  const put = (topic: string, one: Known | undefined): void => {
    bytes += (one?.bytes ?? 0) - (known.get(topic)?.bytes ?? 0);
    if (one === undefined) known.delete(topic);
    else known.set(topic, one);
  };

  const write = async (statements: readonly Statement[]): Promise<boolean> => {
    try {
      await records.write(statements);
      return true;
    } catch (error) {
      if (error instanceof StoreError) return false;
      throw error;
    }
  };
  const forget = (topic: string): Statement => ({ sql: 'DELETE FROM taught WHERE topic = ?', params: [topic] });
  /** @returns topics that make room; undefined when there is none. A walk over all only when it is short. */
  const roomOf = (topic: string, added: Known): readonly string[] | undefined => {
    const before = known.get(topic);
    const isShort =
      bytes - (before?.bytes ?? 0) + added.bytes > limits.bytes ||
      (before === undefined && known.size >= limits.topics);
    return isShort ? roomFor(known, topic, added, { count: limits.topics, bytes: limits.bytes }) : [];
  };
  /** Puts them back where they stood: first, since they were the oldest. */
  const restore = (given: readonly { readonly name: string; readonly one: Known }[]): void => {
    if (given.length === 0) return;
    const later = [...known];
    for (const [name] of later) put(name, undefined);
    for (const { name, one } of given) put(name, one);
    for (const [name, one] of later) put(name, one);
  };
  return {
    kept,
    async keep({ topic, payload, at, username }) {
      const before = known.get(topic);
      if (payload.length === 0) {
        if (before === undefined) return true;
        put(topic, undefined);
        if (await write([forget(topic)])) return true;
        // Still on disk: the next time it is taken back it is tried again.
        if (!known.has(topic)) put(topic, before);
        return false;
      }
      if (before?.payload.equals(payload)) return true;
      // A copy: the payload is a view of everything that was read from the socket with it.
      const own = knownOf(Buffer.from(payload), username);
      const gone = roomOf(topic, own);
      if (gone === undefined) return false;
      const given = gone.flatMap((name) => {
        const one = known.get(name);
        return one === undefined ? [] : [{ name, one }];
      });
      for (const { name } of given) put(name, undefined);
      put(topic, own);
      const sql = `INSERT INTO taught (topic, payload, at, username) VALUES (?, ?, ?, ?) ON CONFLICT (topic)
                   DO UPDATE SET payload = excluded.payload, at = excluded.at, username = excluded.username`;
      const params = [topic, Uint8Array.from(own.payload), at, username];
      if (await write([...gone.map(forget), { sql, params }])) return true;
      // Not on disk: the next time it is said it is tried again.
      if (known.get(topic) === own) put(topic, undefined);
      restore(given);
      return false;
    },
  };
}

interface Known extends Owned {
  readonly payload: Buffer;
}

const knownOf = (payload: Buffer, owner: string): Known => ({ payload, owner, bytes: payload.length });

function toMessage(row: SqlRow): TaughtMessage {
  const { topic, payload, at, username } = row;
  return {
    topic: String(topic),
    payload: payload instanceof Uint8Array ? Buffer.from(payload) : Buffer.alloc(0),
    at: Number(at),
    username: String(username),
  };
}
