/**
 * What the judge must find again after a crash, and what people look up later: cursor, rule states, device states,
 * alerts, incidents and live events. A checkpoint is one transaction, so a transition and the cursor that caused it
 * are on disk together or not at all.
 */
import type { Alert, Incident } from '#contract/http/alerts.ts';
import type { LiveEvent, LiveEventBody, LivePosition } from '#contract/live.ts';
import type { RecordsDb, SqlRow, SqlValue, Statement } from './records-db.ts';

export interface SeenAt {
  readonly lastSeenAt: number | null;
  readonly lastReadingAt: number | null;
}

export interface JudgeState {
  /** Commits up to this one have been judged. */
  readonly cursor: number;
  readonly engine: ReadonlyMap<string, string>;
  readonly devices: ReadonlyMap<string, SeenAt>;
  readonly incidents: readonly Incident[];
  readonly alerts: readonly Alert[];
  readonly position: LivePosition;
}

export interface Checkpoint {
  readonly cursor: number;
  readonly engine: ReadonlyMap<string, string | null>;
  readonly devices: readonly (SeenAt & { readonly device: string })[];
  readonly alerts: readonly Alert[];
  readonly droppedAlerts: readonly string[];
  readonly incidents: readonly Incident[];
  readonly events: readonly LiveEvent[];
}

const EVENTS_KEPT_MS = 48 * 3_600_000;
const RECENT_MS = 24 * 3_600_000;

export async function loadJudgeState(db: RecordsDb, now: number, newEpoch: () => string): Promise<JudgeState> {
  const meta = new Map(
    (await db.read({ sql: "SELECT key, value FROM meta WHERE key IN ('cursor', 'epoch')" })).map((row) => [
      row['key'],
      row['value'],
    ]),
  );
  let epoch = String(meta.get('epoch') ?? '');
  if (epoch === '') {
    epoch = newEpoch();
    await db.write([{ sql: "INSERT INTO meta (key, value) VALUES ('epoch', ?)", params: [epoch] }]);
  }
  const [last] = await db.read({ sql: 'SELECT max(seq) AS seq FROM events WHERE epoch = ?', params: [epoch] });
  const incidents = await db.read({
    sql: "SELECT body FROM incidents WHERE state = 'firing' OR acked = 0 OR since > ? ORDER BY since DESC LIMIT 2000",
    params: [now - RECENT_MS],
  });
  const alerts = await db.read({
    sql: `SELECT body FROM alerts WHERE state <> 'resolved' OR incident_id IN
          (SELECT id FROM incidents WHERE state = 'firing' OR acked = 0 OR since > ?)`,
    params: [now - RECENT_MS],
  });
  const engine = await db.read({ sql: 'SELECT key, body FROM judge_state' });
  const devices = await db.read({ sql: 'SELECT device, body FROM device_state' });
  return {
    cursor: Number(meta.get('cursor') ?? 0),
    engine: new Map(engine.map((row) => [String(row['key']), String(row['body'])])),
    devices: new Map(devices.map((row) => [String(row['device']), body<SeenAt>(row)])),
    incidents: incidents.map((row) => body<Incident>(row)),
    alerts: alerts.map((row) => body<Alert>(row)),
    position: { epoch, seq: Number(last?.['seq'] ?? 0) },
  };
}

export function checkpointStatements(checkpoint: Checkpoint): Statement[] {
  return [
    ...checkpoint.alerts.map(putAlert),
    ...checkpoint.droppedAlerts.map((id) => ({ sql: 'DELETE FROM alerts WHERE id = ?', params: [id] })),
    ...checkpoint.incidents.map(putIncident),
    ...checkpoint.events.map((event) => ({
      sql: 'INSERT INTO events (epoch, seq, at, body) VALUES (?, ?, ?, ?)',
      params: [event.epoch, event.seq, event.at, JSON.stringify(event)],
    })),
    ...[...checkpoint.engine].map(([key, state]) =>
      state === null
        ? { sql: 'DELETE FROM judge_state WHERE key = ?', params: [key] }
        : { sql: 'INSERT OR REPLACE INTO judge_state (key, body) VALUES (?, ?)', params: [key, state] },
    ),
    ...checkpoint.devices.map(({ device, lastSeenAt, lastReadingAt }) => ({
      sql: 'INSERT OR REPLACE INTO device_state (device, body) VALUES (?, ?)',
      params: [device, JSON.stringify({ lastSeenAt, lastReadingAt })],
    })),
    { sql: "INSERT OR REPLACE INTO meta (key, value) VALUES ('cursor', ?)", params: [String(checkpoint.cursor)] },
  ];
}

export function putAlert(alert: Alert): Statement {
  return {
    sql: 'INSERT OR REPLACE INTO alerts (id, incident_id, state, device, since, body) VALUES (?, ?, ?, ?, ?, ?)',
    params: [alert.id, alert.incidentId, alert.state, alert.device, alert.since, JSON.stringify(alert)],
  };
}

export function putIncident(incident: Incident): Statement {
  return {
    sql: 'INSERT OR REPLACE INTO incidents (id, state, acked, since, body) VALUES (?, ?, ?, ?, ?)',
    params: [incident.id, incident.state, incident.ackedAt === null ? 0 : 1, incident.since, JSON.stringify(incident)],
  };
}

/** Numbers bodies into the gapless stream, continuing after `position`. */
export function numberEvents(position: LivePosition, at: number, bodies: readonly LiveEventBody[]): LiveEvent[] {
  return bodies.map((next, index) => ({ ...next, epoch: position.epoch, seq: position.seq + index + 1, at }));
}

/** What is read and sent in one piece; a snapshot is cheaper than more. */
const MAX_RESUME_LETTERS = 2_000_000;

/** @returns undefined when the asked position is of another epoch, older than what is kept, or too far behind. */
export async function eventsAfter(
  db: RecordsDb,
  position: LivePosition,
  head: LivePosition,
  limit: number,
): Promise<LiveEvent[] | undefined> {
  if (position.epoch !== head.epoch || position.seq > head.seq || head.seq - position.seq > limit) return undefined;
  const params = [position.epoch, position.seq, head.seq];
  const missed = 'FROM events WHERE epoch = ? AND seq > ? AND seq <= ?';
  const [all] = await db.read({ sql: `SELECT sum(length(body)) AS letters ${missed}`, params });
  if (Number(all?.['letters'] ?? 0) > MAX_RESUME_LETTERS) return undefined;
  const rows = await db.read({ sql: `SELECT body ${missed} ORDER BY seq`, params });
  return rows.length === head.seq - position.seq ? rows.map((row) => body<LiveEvent>(row)) : undefined;
}

/** The newest stays however old it is: the next number follows it, also after a restart. */
export function pruneEvents(now: number): Statement {
  return {
    sql: 'DELETE FROM events WHERE at < ? AND seq < (SELECT max(newest.seq) FROM events AS newest WHERE newest.epoch = events.epoch)',
    params: [now - EVENTS_KEPT_MS],
  };
}

export interface RecordPage<T> {
  readonly items: readonly T[];
  readonly nextCursor: string | null;
}

export interface AlertFilter {
  readonly state?: string | undefined;
  readonly device?: string | undefined;
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  readonly before?: string | undefined;
  readonly limit: number;
}

/** Newest first; the cursor is `since` and id of the last row. */
export function listAlerts(db: RecordsDb, filter: AlertFilter): Promise<RecordPage<Alert>> {
  return page<Alert>(db, 'alerts', filter.before, filter.limit, [
    ['state = ?', filter.state],
    ['device = ?', filter.device],
    ['since >= ?', filter.from],
    ['since < ?', filter.to],
  ]);
}

export function listIncidents(
  db: RecordsDb,
  filter: {
    readonly state?: string | undefined;
    readonly acked?: boolean | undefined;
    readonly before?: string | undefined;
    readonly limit: number;
  },
): Promise<RecordPage<Incident>> {
  return page<Incident>(db, 'incidents', filter.before, filter.limit, [
    ['state = ?', filter.state],
    ['acked = ?', filter.acked === undefined ? undefined : Number(filter.acked)],
  ]);
}

export async function incidentById(
  db: RecordsDb,
  id: string,
): Promise<{ incident: Incident; alerts: Alert[] } | undefined> {
  const [row] = await db.read({ sql: 'SELECT body FROM incidents WHERE id = ?', params: [id] });
  if (!row) return undefined;
  const alerts = await db.read({ sql: 'SELECT body FROM alerts WHERE incident_id = ? ORDER BY since', params: [id] });
  return { incident: body<Incident>(row), alerts: alerts.map((alert) => body<Alert>(alert)) };
}

export async function alertById(db: RecordsDb, id: string): Promise<Alert | undefined> {
  const [row] = await db.read({ sql: 'SELECT body FROM alerts WHERE id = ?', params: [id] });
  return row ? body<Alert>(row) : undefined;
}

async function page<T extends { readonly since: number; readonly id: string }>(
  db: RecordsDb,
  table: 'alerts' | 'incidents',
  before: string | undefined,
  limit: number,
  filters: readonly (readonly [string, SqlValue | undefined])[],
): Promise<RecordPage<T>> {
  const used = filters.flatMap(([sql, value]) => (value === undefined ? [] : [{ sql, value }]));
  const [since, id] = splitCursor(before);
  const where = ['(since, id) < (?, ?)', ...used.map((filter) => filter.sql)].join(' AND ');
  const asked = `SELECT since, id, body FROM ${table} WHERE ${where} ORDER BY since DESC, id DESC LIMIT ?`;
  const rows = await db.read({
    sql: `SELECT body, found FROM (
            SELECT body, count(*) OVER () AS found, row_number() OVER newest AS place,
                   sum(length(body)) OVER (newest ROWS UNBOUNDED PRECEDING) AS letters
            FROM (${asked}) WINDOW newest AS (ORDER BY since DESC, id DESC))
          WHERE place = 1 OR letters <= ? ORDER BY place`,
    params: [since, id, ...used.map((filter) => filter.value), limit + 1, MAX_PAGE_LETTERS],
  });
  const items = rows.slice(0, limit).map((row) => body<T>(row));
  const last = items.at(-1);
  const isMore = Number(rows[0]?.['found'] ?? 0) > items.length;
  return { items, nextCursor: isMore && last ? cursorAt(last) : null };
}

/** A page ends here even when fewer were asked for: an incident with all its remarks has 50,000 letters. */
const MAX_PAGE_LETTERS = 1_000_000;

/** The page after this one begins behind it. */
export const cursorAt = ({ since, id }: { readonly since: number; readonly id: string }): string => `${since}~${id}`;

/** @returns since and id; without a cursor those that everything stands behind */
export function splitCursor(cursor: string | undefined): [number, string] {
  const cut = cursor?.indexOf('~') ?? -1;
  if (cursor === undefined || cut < 1) return [Number.MAX_SAFE_INTEGER, ''];
  return [Number(cursor.slice(0, cut)) || 0, cursor.slice(cut + 1)];
}

/** Bodies are written by this file only, from the contract's own types. */
function body<T>(row: SqlRow): T {
  return JSON.parse(String(row['body'])) as T;
}
