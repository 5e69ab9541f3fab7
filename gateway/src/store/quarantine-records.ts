/** Frames that could not become readings, one row per topic and reason, kept for people to look at. */
import type { QuarantineReason } from '#contract/enums.ts';
import type { Quarantined } from '#contract/http/campus.ts';
import type { RecordsDb, SqlRow, Statement } from './records-db.ts';

export interface QuarantineEntry {
  readonly topic: string;
  readonly reason: QuarantineReason;
  readonly detail: string;
  readonly profile: string | null;
  readonly address: string | null;
  readonly clientId: string;
  readonly at: number;
  readonly bytes: number;
  readonly head: Uint8Array;
  readonly count: number;
}

export const QUARANTINE_HEAD_BYTES = 512;
/** Rows kept; the ones not seen for longest go first. */
const MAX_ROWS = 5_000;

export function quarantineStatements(entries: readonly QuarantineEntry[]): Statement[] {
  if (entries.length === 0) return [];
  const put = entries.map((entry) => ({
    sql: `INSERT INTO quarantine (topic, reason, detail, profile, address, client_id, count, first_at, last_at, bytes, head)
          VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
          ON CONFLICT (topic, reason) DO UPDATE SET detail = excluded.detail, profile = excluded.profile, address = excluded.address,
            client_id = excluded.client_id, count = count + excluded.count, last_at = excluded.last_at, bytes = excluded.bytes, head = excluded.head`,
    params: [
      entry.topic,
      entry.reason,
      entry.detail,
      entry.profile,
      entry.address,
      entry.clientId,
      entry.count,
      entry.at,
      entry.at,
      entry.bytes,
      entry.head,
    ],
  }));
  const trim = {
    sql: 'DELETE FROM quarantine WHERE id NOT IN (SELECT id FROM quarantine ORDER BY last_at DESC LIMIT ?)',
    params: [MAX_ROWS],
  };
  return [...put, trim];
}

/** Newest first; `before` is the last_at of the previous page's last row. */
export async function listQuarantine(db: RecordsDb, before: number | undefined, limit: number): Promise<Quarantined[]> {
  const rows = await db.read({
    sql: 'SELECT * FROM quarantine WHERE last_at < ? ORDER BY last_at DESC LIMIT ?',
    params: [before ?? Number.MAX_SAFE_INTEGER, limit],
  });
  return rows.map(toQuarantined);
}

function toQuarantined(row: SqlRow): Quarantined {
  const head = row['head'];
  return {
    id: Number(row['id']),
    topic: String(row['topic']),
    reason: String(row['reason']) as QuarantineReason,
    detail: String(row['detail']),
    profile: row['profile'] === null ? null : String(row['profile']),
    address: row['address'] === null ? null : String(row['address']),
    clientId: String(row['client_id']),
    count: Number(row['count']),
    firstAt: Number(row['first_at']),
    lastAt: Number(row['last_at']),
    bytes: Number(row['bytes']),
    head: head instanceof Uint8Array ? Buffer.from(head).toString('base64') : '',
  };
}
