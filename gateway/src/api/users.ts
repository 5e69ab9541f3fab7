/** People who may sign in. */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { ROLES } from '#contract/enums.ts';
import type { User } from '#contract/http/session.ts';
import type { RecordsDb } from '../store/records-db.ts';
import { hashPassword } from './passwords.ts';

const row = z.object({
  id: z.string(),
  name: z.string(),
  role: z.enum(ROLES),
  password_hash: z.string(),
  created_at: z.number(),
  disabled: z.number(),
});

export interface StoredUser {
  readonly user: User;
  readonly passwordHash: string;
}

export interface Users {
  list(): Promise<readonly User[]>;
  byId(id: string): Promise<StoredUser | undefined>;
  byName(name: string): Promise<StoredUser | undefined>;
  adminExists(): Promise<boolean>;
  /** @returns undefined when the name is taken, or, with `only`, when that condition no longer holds. */
  create(
    input: { readonly name: string; readonly password: string; readonly role: User['role'] },
    at: number,
    only?: 'while-no-admin' | 'while-no-user',
  ): Promise<User | undefined>;
  /** @returns `last-admin` when nobody could administer afterwards. */
  change(
    id: string,
    change: {
      readonly role?: User['role'] | undefined;
      readonly password?: string | undefined;
      readonly disabled?: boolean | undefined;
    },
  ): Promise<User | 'last-admin' | 'not-found'>;
}

const COLUMNS = 'id, name, role, password_hash, created_at, disabled';
const NO_ADMIN = "NOT EXISTS (SELECT 1 FROM users WHERE role = 'admin' AND disabled = 0)";
const CONDITIONS = { 'while-no-admin': NO_ADMIN, 'while-no-user': 'NOT EXISTS (SELECT 1 FROM users)' } as const;

export function createUsers(records: RecordsDb): Users {
  const one = async (where: string, value: string): Promise<StoredUser | undefined> => {
    const [found] = await records.read({ sql: `SELECT ${COLUMNS} FROM users WHERE ${where}`, params: [value] });
    return found === undefined ? undefined : stored(found);
  };
  const byId = (id: string): Promise<StoredUser | undefined> => one('id = ?', id);

  return {
    list: async () =>
      (await records.read({ sql: `SELECT ${COLUMNS} FROM users ORDER BY name` })).map((found) => stored(found).user),
    byId,
    byName: (name) => one('name = ? COLLATE NOCASE', name.trim()),
    adminExists: async () => (await records.read({ sql: `SELECT 1 AS none WHERE ${NO_ADMIN}` })).length === 0,
    create: async (input, at, only) => {
      const passwordHash = await hashPassword(input.password);
      const id = randomUUID();
      // One statement, so that of two who set up at once only one becomes the administrator.
      const [result] = await records.write([
        {
          sql: `INSERT INTO users (${COLUMNS}) SELECT ?, ?, ?, ?, ?, 0
                WHERE NOT EXISTS (SELECT 1 FROM users WHERE name = ? COLLATE NOCASE) AND ${only === undefined ? '1' : CONDITIONS[only]}`,
          params: [id, input.name, input.role, passwordHash, at, input.name],
        },
      ]);
      return result?.changes === 1
        ? { id, name: input.name, role: input.role, createdAt: at, disabled: false }
        : undefined;
    },
    change: async (id, change) => {
      const passwordHash = change.password === undefined ? null : await hashPassword(change.password);
      const disabled = change.disabled === undefined ? null : Number(change.disabled);
      const [result] = await records.write([
        {
          sql: `UPDATE users SET role = COALESCE(?1, role), password_hash = COALESCE(?2, password_hash), disabled = COALESCE(?3, disabled)
                WHERE id = ?4 AND ((COALESCE(?1, role) = 'admin' AND COALESCE(?3, disabled) = 0)
                  OR EXISTS (SELECT 1 FROM users WHERE role = 'admin' AND disabled = 0 AND id <> ?4))`,
          params: [change.role ?? null, passwordHash, disabled, id],
        },
      ]);
      const now = await byId(id);
      if (now === undefined) return 'not-found';
      return result?.changes === 1 ? now.user : 'last-admin';
    },
  };
}

function stored(found: unknown): StoredUser {
  const { id, name, role, password_hash, created_at, disabled } = row.parse(found);
  return { user: { id, name, role, createdAt: created_at, disabled: disabled !== 0 }, passwordHash: password_hash };
}
