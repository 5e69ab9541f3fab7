/** API tokens for machines and walls: a scope, an end, and a secret that is shown once. */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { ApiToken } from '#contract/http/session.ts';
import { tokenScope } from '#contract/http/session.ts';
import type { RecordsDb } from '../store/records-db.ts';
import { hashSecret, newSecret } from './secret.ts';

const DAY_MS = 86_400_000;
const TOUCH_MS = 60_000;
const COLUMNS = 'id, name, scope, created_by, created_at, last_used_at, expires_at';

const row = z
  .object({
    id: z.string(),
    name: z.string(),
    scope: tokenScope,
    created_by: z.string(),
    created_at: z.number(),
    last_used_at: z.number().nullable(),
    expires_at: z.number().nullable(),
  })
  .transform((found): ApiToken => {
    const { created_by, created_at, last_used_at, expires_at, ...same } = found;
    return { ...same, createdBy: created_by, createdAt: created_at, lastUsedAt: last_used_at, expiresAt: expires_at };
  });

export interface Tokens {
  list(): Promise<readonly ApiToken[]>;
  create(
    input: { readonly name: string; readonly scope: ApiToken['scope']; readonly days: number | null },
    createdBy: string,
    at: number,
  ): Promise<{ readonly token: ApiToken; readonly secret: string }>;
  /** @returns false when there is no such token. */
  remove(id: string): Promise<boolean>;
  bySecret(secret: string, at: number): Promise<ApiToken | undefined>;
  byId(id: string, at: number): Promise<ApiToken | undefined>;
  /** Hashes of the secrets of the newest 1,000. */
  hashes(): Promise<readonly string[]>;
}

export function createTokens(records: RecordsDb): Tokens {
  const valid = async (where: string, value: string, at: number): Promise<ApiToken | undefined> => {
    const [found] = await records.read({ sql: `SELECT ${COLUMNS} FROM tokens WHERE ${where}`, params: [value] });
    const token = found === undefined ? undefined : row.parse(found);
    return token !== undefined && (token.expiresAt === null || at < token.expiresAt) ? token : undefined;
  };

  return {
    list: async () =>
      (await records.read({ sql: `SELECT ${COLUMNS} FROM tokens ORDER BY created_at DESC` })).map((found) =>
        row.parse(found),
      ),
    create: async ({ name, scope, days }, createdBy, at) => {
      const secret = newSecret('ht');
      const expiresAt = days === null ? null : at + days * DAY_MS;
      const token: ApiToken = { id: randomUUID(), name, scope, createdBy, createdAt: at, lastUsedAt: null, expiresAt };
      await records.write([
        {
          sql: 'INSERT INTO tokens (id, name, scope, secret_hash, created_by, created_at, last_used_at, expires_at) VALUES (?, ?, ?, ?, ?, ?, NULL, ?)',
          params: [token.id, name, scope, hashSecret(secret), createdBy, at, expiresAt],
        },
      ]);
      return { token, secret };
    },
    remove: async (id) => {
      const [result] = await records.write([{ sql: 'DELETE FROM tokens WHERE id = ?', params: [id] }]);
      return result?.changes === 1;
    },
    bySecret: async (secret, at) => {
      const token = await valid('secret_hash = ?', hashSecret(secret), at);
      if (token !== undefined && at >= (token.lastUsedAt ?? 0) + TOUCH_MS) {
        // For people to look at only; it must not keep a token from working when the disk is full.
        records
          .write([{ sql: 'UPDATE tokens SET last_used_at = ? WHERE id = ?', params: [at, token.id] }])
          .catch(() => undefined);
      }
      return token;
    },
    byId: (id, at) => valid('id = ?', id, at),
    hashes: async () =>
      (await records.read({ sql: 'SELECT secret_hash FROM tokens ORDER BY created_at DESC LIMIT 1000' })).map((found) =>
        String(found['secret_hash']),
      ),
  };
}
