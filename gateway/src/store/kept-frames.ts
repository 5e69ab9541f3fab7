/** Whole messages that led to no device, in records.db: they outlive a restart, and become history once they can be read. */
import type { QuarantineReason } from '#contract/enums.ts';
import type { KeptChanges, KeptFrame, KeptTopic } from '../onboarding/kept-book.ts';
import type { RecordsDb, SqlRow, Statement } from './records-db.ts';

const PAGE = 500;
const REPLAYED = 1;
const WILL = 2;

export function keptStatements({ frames, gone, topics, goneTopics }: KeptChanges): Statement[] {
  const statements: Statement[] = [];
  if (gone.length > 0)
    statements.push({
      sql: 'DELETE FROM kept_frames WHERE id IN (SELECT value FROM json_each(?))',
      params: [JSON.stringify(gone)],
    });
  for (const topic of goneTopics) statements.push({ sql: 'DELETE FROM kept_topics WHERE topic = ?', params: [topic] });
  for (const topic of topics) statements.push(topicStatement(topic));
  for (const frame of frames) statements.push(frameStatement(frame));
  return statements;
}

/** Everything that was kept, oldest first. */
export async function loadKept(
  records: RecordsDb,
): Promise<{ readonly topics: readonly KeptTopic[]; readonly frames: readonly KeptFrame[] }> {
  const topics = (await records.read({ sql: 'SELECT * FROM kept_topics' })).map(toTopic);
  const frames: KeptFrame[] = [];
  for (;;) {
    const rows = await records.read({
      sql: 'SELECT * FROM kept_frames WHERE id > ? ORDER BY id LIMIT ?',
      params: [frames.at(-1)?.id ?? 0, PAGE],
    });
    frames.push(...rows.map(toFrame));
    if (rows.length < PAGE) return { topics, frames };
  }
}

function topicStatement(topic: KeptTopic): Statement {
  const { reason, detail, profile, address, clientId, count, firstAt, lastAt, isStrange } = topic;
  return {
    sql: `INSERT OR REPLACE INTO kept_topics (topic, reason, detail, profile, address, client_id, count, first_at, last_at, strange)
          VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    params: [topic.topic, reason, detail, profile, address, clientId, count, firstAt, lastAt, Number(isStrange)],
  };
}

function frameStatement({
  id,
  topic,
  at,
  reason,
  clientId,
  username,
  from,
  replayed,
  will,
  payload,
}: KeptFrame): Statement {
  return {
    sql: `INSERT OR REPLACE INTO kept_frames (id, topic, at, reason, client_id, username, sender, bits, payload)
          VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    params: [
      ...[id, topic, at, reason, clientId, username, from ?? null],
      (replayed ? REPLAYED : 0) | (will ? WILL : 0),
      payload,
    ],
  };
}

function toTopic(row: SqlRow): KeptTopic {
  return {
    topic: String(row['topic']),
    reason: String(row['reason']) as QuarantineReason,
    detail: String(row['detail']),
    profile: textOrNull(row, 'profile'),
    address: textOrNull(row, 'address'),
    clientId: String(row['client_id']),
    count: Number(row['count']),
    firstAt: Number(row['first_at']),
    lastAt: Number(row['last_at']),
    isStrange: row['strange'] === 1,
  };
}

function toFrame(row: SqlRow): KeptFrame {
  const bits = Number(row['bits']);
  const payload = row['payload'];
  return {
    id: Number(row['id']),
    topic: String(row['topic']),
    at: Number(row['at']),
    reason: String(row['reason']) as QuarantineReason,
    clientId: String(row['client_id']),
    username: String(row['username']),
    from: textOrNull(row, 'sender') ?? undefined,
    replayed: (bits & REPLAYED) !== 0,
    will: (bits & WILL) !== 0,
    payload: payload instanceof Uint8Array ? payload : new Uint8Array(),
  };
}

function textOrNull(row: SqlRow, name: string): string | null {
  const found = row[name];
  return found === null || found === undefined ? null : String(found);
}
