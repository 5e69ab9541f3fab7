/**
 * Messages that teach what later ones mean (a discovery config, a device description): the last one of each topic,
 * kept over a restart, since many senders say it only when somebody else starts. Bounded in number and in bytes.
 */
import { StoreError } from './reading-store.ts';
import type { RecordsDb, SqlRow } from './records-db.ts';

export interface TaughtMessage {
  readonly topic: string;
  readonly payload: Buffer;
  /** Arrival, epoch ms. */
  readonly at: number;
}

export interface TaughtMessages {
  /** Those kept when it was opened, in the order in which their topics were first heard. */
  readonly kept: readonly TaughtMessage[];
  /**
   * On disk when it resolves; an empty payload forgets the topic. Said again, nothing is written.
   * @returns false when there is no room left, or the disk takes nothing
   */
  keep(message: TaughtMessage): Promise<boolean>;
}

const MAX_TOPICS = 5_000;
const MAX_BYTES = 16 * 1024 * 1024;

/** What was kept, in the order in which the topics were first heard. */
export async function loadTaught(records: RecordsDb): Promise<readonly TaughtMessage[]> {
  return (await records.read({ sql: 'SELECT topic, payload, at FROM taught ORDER BY id' })).map(toMessage);
}

export async function openTaughtMessages(
  records: RecordsDb,
  limits: { readonly topics: number; readonly bytes: number } = { topics: MAX_TOPICS, bytes: MAX_BYTES },
): Promise<TaughtMessages> {
  const kept = await loadTaught(records);
  const known = new Map(kept.map(({ topic, payload }) => [topic, payload]));
  let bytes = kept.reduce((sum, { payload }) => sum + payload.length, 0);

  const write = async (sql: string, params: readonly (string | number | Uint8Array)[]): Promise<boolean> => {
    try {
      await records.write([{ sql, params }]);
      return true;
    } catch (error) {
      if (error instanceof StoreError) return false;
      throw error;
    }
  };
  return {
    kept,
    async keep({ topic, payload, at }) {
      const before = known.get(topic);
      if (payload.length === 0) {
        if (before === undefined) return true;
        known.delete(topic);
        bytes -= before.length;
        if (await write('DELETE FROM taught WHERE topic = ?', [topic])) return true;
        // Still on disk: the next time it is taken back it is tried again.
        if (!known.has(topic)) {
          known.set(topic, before);
          bytes += before.length;
        }
        return false;
      }
      if (before?.equals(payload)) return true;
      const after = bytes - (before?.length ?? 0) + payload.length;
      if (after > limits.bytes || (before === undefined && known.size >= limits.topics)) return false;
      // A copy: the payload is a view of everything that was read from the socket with it.
      const own = Buffer.from(payload);
      known.set(topic, own);
      bytes = after;
      const sql = `INSERT INTO taught (topic, payload, at) VALUES (?, ?, ?)
                   ON CONFLICT (topic) DO UPDATE SET payload = excluded.payload, at = excluded.at`;
      if (await write(sql, [topic, Uint8Array.from(own), at])) return true;
      // Not on disk: the next time it is said it is tried again.
      if (known.get(topic) === own) {
        known.delete(topic);
        bytes -= own.length;
      }
      return false;
    },
  };
}

function toMessage(row: SqlRow): TaughtMessage {
  const { topic, payload, at } = row;
  return {
    topic: String(topic),
    payload: payload instanceof Uint8Array ? Buffer.from(payload) : Buffer.alloc(0),
    at: Number(at),
  };
}
