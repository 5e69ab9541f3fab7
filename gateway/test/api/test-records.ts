/** The four tables the api needs, in memory. */
import { DatabaseSync } from 'node:sqlite';
import type { RecordsDb } from '../../src/store/records-db.ts';

const DDL = `
CREATE TABLE users (
  id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE COLLATE NOCASE, role TEXT NOT NULL, password_hash TEXT NOT NULL,
  created_at INTEGER NOT NULL, disabled INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE sessions (
  token_hash TEXT PRIMARY KEY, user_id TEXT NOT NULL, created_at INTEGER NOT NULL, seen_at INTEGER NOT NULL, expires_at INTEGER NOT NULL
) STRICT;
CREATE TABLE tokens (
  id TEXT PRIMARY KEY, name TEXT NOT NULL, scope TEXT NOT NULL, secret_hash TEXT NOT NULL UNIQUE, created_by TEXT NOT NULL,
  created_at INTEGER NOT NULL, last_used_at INTEGER, expires_at INTEGER
) STRICT;
CREATE TABLE audit (
  id INTEGER PRIMARY KEY, at INTEGER NOT NULL, who TEXT NOT NULL, what TEXT NOT NULL, object TEXT NOT NULL, result TEXT NOT NULL,
  detail TEXT NOT NULL, prev_hash TEXT NOT NULL, hash TEXT NOT NULL
) STRICT;`;

/** Behaves like the worker-backed database: asynchronous, one transaction per write. */
export function testRecords(): RecordsDb {
  const db = new DatabaseSync(':memory:');
  db.exec(DDL);
  return {
    write: async (statements) => {
      db.exec('BEGIN');
      try {
        const results = statements.map(({ sql, params }) => db.prepare(sql).run(...(params ?? [])));
        db.exec('COMMIT');
        return results.map((result) => ({ changes: Number(result.changes), lastId: Number(result.lastInsertRowid) }));
      } catch (error) {
        db.exec('ROLLBACK');
        throw error;
      }
    },
    read: async ({ sql, params }) =>
      db
        .prepare(sql)
        .all(...(params ?? []))
        .map((row) =>
          Object.fromEntries(
            Object.entries(row).map(([name, value]) => [name, typeof value === 'bigint' ? Number(value) : value]),
          ),
        ),
    close: async () => db.close(),
  };
}
