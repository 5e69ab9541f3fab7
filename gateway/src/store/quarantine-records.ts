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
  /** Login; empty where there is none. */
  readonly username: string;
  readonly at: number;
  readonly bytes: number;
  readonly head: Uint8Array;
  readonly count: number;
}

export const QUARANTINE_HEAD_BYTES = 512;
const MAX_ROWS = 5_000;
/**
 * Above the limit the login that has most rows loses those it has not sent for longest: a row's rank among the rows of its
 * own login says how much that login has beside it.
 */
const TRIM = `DELETE FROM quarantine WHERE id IN (
  SELECT id FROM (SELECT id, last_at, row_number() OVER (
      PARTITION BY CASE username WHEN '' THEN client_id ELSE username END ORDER BY last_at DESC) AS rank FROM quarantine)
  ORDER BY rank DESC, last_at LIMIT max(0, (SELECT count(*) FROM quarantine) - ?))`;

/** @param maxRows rows kept in all */
export function quarantineStatements(entries: readonly QuarantineEntry[], maxRows = MAX_ROWS): Statement[] {
  if (entries.length === 0) return [];
  const put = entries.map((entry) => ({
    sql: `INSERT INTO quarantine (topic, reason, detail, profile, address, client_id, username, count, first_at, last_at, bytes, head)
          VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
          ON CONFLICT (topic, reason) DO UPDATE SET detail = excluded.detail, profile = excluded.profile, address = excluded.address,
            client_id = excluded.client_id, username = excluded.username, count = count + excluded.count, last_at = excluded.last_at, bytes = excluded.bytes, head = excluded.head`,
    params: [
      entry.topic,
      entry.reason,
      entry.detail,
      entry.profile,
      entry.address,
      entry.clientId,
      entry.username,
      entry.count,
      entry.at,
      entry.at,
      entry.bytes,
      entry.head,
    ],
  }));
  return [...put, { sql: TRIM, params: [maxRows] }];
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
