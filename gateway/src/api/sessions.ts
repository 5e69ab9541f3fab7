/** Signed-in browsers: a row per session, found by the hash of its token; idle and absolute ends. */
import { z } from 'zod';
import type { RecordsDb } from '../store/records-db.ts';
import { hashSecret, newSecret } from './secret.ts';

const HOUR_MS = 3_600_000;
/** Last use is written at most once a minute: a durable write per request would be absurd. */
const TOUCH_MS = 60_000;

const row = z.object({ token_hash: z.string(), user_id: z.string(), seen_at: z.number(), expires_at: z.number() });

export interface SessionLimits {
  readonly idleHours: number;
  readonly maxHours: number;
}

export interface Sessions {
  open(
    userId: string,
    at: number,
    limits: SessionLimits,
  ): Promise<{ readonly token: string; readonly hash: string; readonly expiresAt: number }>;
  /** Looks a session up by the hash of its token. `touch`: this is a use by a person, so the idle time starts anew. */
  find(
    hash: string,
    at: number,
    limits: SessionLimits,
    touch: boolean,
  ): Promise<{ readonly userId: string } | undefined>;
  close(hash: string): Promise<void>;
  closeAllOf(userId: string): Promise<void>;
  /** Hashes of the tokens of the 5,000 used last. */
  hashes(): Promise<readonly string[]>;
}

export function createSessions(records: RecordsDb): Sessions {
  return {
    open: async (userId, at, limits) => {
      const token = newSecret('hs');
      const hash = hashSecret(token);
      const expiresAt = at + limits.maxHours * HOUR_MS;
      await records.write([
        {
          sql: 'DELETE FROM sessions WHERE expires_at <= ? OR seen_at <= ?',
          params: [at, at - limits.idleHours * HOUR_MS],
        },
        {
          sql: 'INSERT INTO sessions (token_hash, user_id, created_at, seen_at, expires_at) VALUES (?, ?, ?, ?, ?)',
          params: [hash, userId, at, at, expiresAt],
        },
      ]);
      return { token, hash, expiresAt };
    },
    find: async (hash, at, limits, touch) => {
      const [found] = await records.read({
        sql: 'SELECT token_hash, user_id, seen_at, expires_at FROM sessions WHERE token_hash = ?',
        params: [hash],
      });
      if (found === undefined) return undefined;
      const session = row.parse(found);
      if (at >= session.expires_at || at >= session.seen_at + limits.idleHours * HOUR_MS) return undefined;
      if (touch && at >= session.seen_at + TOUCH_MS) {
        // Reading must go on when the disk is full: a missed touch costs at most an earlier sign-in.
        records
          .write([{ sql: 'UPDATE sessions SET seen_at = ? WHERE token_hash = ?', params: [at, hash] }])
          .catch(() => undefined);
      }
      return { userId: session.user_id };
    },
    close: async (hash) => {
      await records.write([{ sql: 'DELETE FROM sessions WHERE token_hash = ?', params: [hash] }]);
    },
    closeAllOf: async (userId) => {
      await records.write([{ sql: 'DELETE FROM sessions WHERE user_id = ?', params: [userId] }]);
    },
    hashes: async () =>
      (await records.read({ sql: 'SELECT token_hash FROM sessions ORDER BY seen_at DESC LIMIT 5000' })).map((found) =>
        String(found['token_hash']),
      ),
  };
}
