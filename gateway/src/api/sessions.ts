/**
 * Signed-in browsers: a row per session, found by the hash of its token; idle and absolute ends. While the disk takes
 * nothing, sessions begin and end in memory: who must see why it is full has to get in.
 */
import { z } from 'zod';
import type { RecordsDb, Statement } from '../store/records-db.ts';
import { hashSecret, newSecret } from './secret.ts';

const HOUR_MS = 3_600_000;
/** Last use is written at most once a minute: a durable write per request would be absurd. */
const TOUCH_MS = 60_000;
/** So long a sign-in waits for the disk. */
const KEEP_MS = 2_000;
/** Sessions in memory; above it the oldest ends. */
const MAX_HELD = 1_000;
const MAX_ENDED = 10_000;

const row = z.object({ user_id: z.string(), created_at: z.number(), seen_at: z.number(), expires_at: z.number() });

export interface SessionLimits {
  readonly idleHours: number;
  readonly maxHours: number;
}

export interface Sessions {
  /** `isKept`: it outlives a restart; otherwise it is in memory until the disk takes it. */
  open(
    userId: string,
    at: number,
    limits: SessionLimits,
  ): Promise<{ readonly token: string; readonly hash: string; readonly expiresAt: number; readonly isKept: boolean }>;
  /** Looks a session up by the hash of its token. `touch`: this is a use by a person, so the idle time starts anew. */
  find(
    hash: string,
    at: number,
    limits: SessionLimits,
    touch: boolean,
  ): Promise<{ readonly userId: string } | undefined>;
  /** Ended at once; on disk when the disk takes it. */
  close(hash: string): Promise<void>;
  /** Ends what began until `at`, in this process at once. @returns whether it is on disk */
  closeAllOf(userId: string, at: number): Promise<boolean>;
  /** Hashes of the tokens of the 5,000 used last. */
  hashes(): Promise<readonly string[]>;
  /** In memory only, and ended early because too many were. */
  stats(): { readonly held: number; readonly dropped: number };
}

interface Session {
  readonly userId: string;
  readonly createdAt: number;
  readonly seenAt: number;
  readonly expiresAt: number;
}

/** @param keepMs how long a sign-in or sign-out waits for the disk */
export function createSessions(records: RecordsDb, keepMs = KEEP_MS): Sessions {
  /** Not on disk, oldest first. */
  const held = new Map<string, Session>();
  /** Ended, and perhaps on disk still. */
  const ended = new Set<string>();
  const endedOf = new Map<string, number>();
  let dropped = 0;

  const isDone = async (statements: readonly Statement[]): Promise<boolean> => {
    const forgotten = [...ended];
    const forgottenOf = [...endedOf];
    const writing = records.write([...statements, ...forgotten.map(deleted), ...forgottenOf.map(deletedOf)]).then(
      () => {
        for (const hash of forgotten) ended.delete(hash);
        for (const [userId, at] of forgottenOf) if (endedOf.get(userId) === at) endedOf.delete(userId);
        return true;
      },
      (error: unknown) => {
        if (error instanceof Error && error.name === 'StoreError') return false;
        throw error;
      },
    );
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<false>((resolve) => {
      timer = setTimeout(resolve, keepMs, false);
    });
    return Promise.race([writing, late]).finally(() => clearTimeout(timer));
  };
  const hold = (hash: string, session: Session): void => {
    held.set(hash, session);
    for (const oldest of held.keys()) {
      if (held.size <= MAX_HELD) return;
      held.delete(oldest);
      dropped += 1;
    }
  };
  const stored = async (hash: string): Promise<Session | undefined> => {
    const [found] = await records.read({
      sql: 'SELECT user_id, created_at, seen_at, expires_at FROM sessions WHERE token_hash = ?',
      params: [hash],
    });
    if (found === undefined) return undefined;
    const { user_id, created_at, seen_at, expires_at } = row.parse(found);
    return { userId: user_id, createdAt: created_at, seenAt: seen_at, expiresAt: expires_at };
  };
  /** Reading must go on when the disk is full: a missed touch costs at most an earlier sign-in. */
  const touched = (hash: string, session: Session, at: number): void => {
    const isHeld = held.has(hash);
    if (isHeld) held.set(hash, { ...session, seenAt: at });
    // Put only what is not on disk: a session that was ended meanwhile must not come back.
    const update = { sql: 'UPDATE sessions SET seen_at = ? WHERE token_hash = ?', params: [at, hash] };
    void isDone([isHeld ? putSession(hash, { ...session, seenAt: at }) : update]).then(
      (isKept) => isKept && held.delete(hash),
      () => undefined,
    );
  };

  return {
    open: async (userId, at, limits) => {
      const token = newSecret('hs');
      const hash = hashSecret(token);
      const session = { userId, createdAt: at, seenAt: at, expiresAt: at + limits.maxHours * HOUR_MS };
      const idle = at - limits.idleHours * HOUR_MS;
      const sql = 'DELETE FROM sessions WHERE expires_at <= ? OR seen_at <= ?';
      const isKept = await isDone([{ sql, params: [at, idle] }, putSession(hash, session)]);
      if (!isKept) hold(hash, session);
      return { token, hash, expiresAt: session.expiresAt, isKept };
    },
    find: async (hash, at, limits, touch) => {
      if (ended.has(hash)) return undefined;
      const session = held.get(hash) ?? (await stored(hash));
      if (session === undefined || session.createdAt <= (endedOf.get(session.userId) ?? Number.NEGATIVE_INFINITY))
        return undefined;
      if (at >= session.expiresAt || at >= session.seenAt + limits.idleHours * HOUR_MS) return undefined;
      if (touch && at >= session.seenAt + TOUCH_MS) touched(hash, session, at);
      return { userId: session.userId };
    },
    close: async (hash) => {
      held.delete(hash);
      if (ended.size >= MAX_ENDED) throw new Error(`${ended.size} sign-outs wait for the disk`);
      ended.add(hash);
      await isDone([]);
    },
    closeAllOf: async (userId, at) => {
      for (const [hash, session] of held) if (session.userId === userId) held.delete(hash);
      endedOf.set(userId, at);
      return isDone([]);
    },
    hashes: async () =>
      (await records.read({ sql: 'SELECT token_hash FROM sessions ORDER BY seen_at DESC LIMIT 5000' })).map((found) =>
        String(found['token_hash']),
      ),
    stats: () => ({ held: held.size, dropped }),
  };
}

function putSession(hash: string, { userId, createdAt, seenAt, expiresAt }: Session): Statement {
  return {
    sql: 'INSERT OR REPLACE INTO sessions (token_hash, user_id, created_at, seen_at, expires_at) VALUES (?, ?, ?, ?, ?)',
    params: [hash, userId, createdAt, seenAt, expiresAt],
  };
}

const deleted = (hash: string): Statement => ({ sql: 'DELETE FROM sessions WHERE token_hash = ?', params: [hash] });
const deletedOf = ([userId, at]: readonly [string, number]): Statement => ({
  sql: 'DELETE FROM sessions WHERE user_id = ? AND created_at <= ?',
  params: [userId, at],
});
