/** records.db: numbered migrations, forward only. A number that was ever released is never edited again. */
import type { DatabaseSync } from 'node:sqlite';
import { StoreError } from './reading-store.ts';

const FIRST = `
CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT) STRICT, WITHOUT ROWID;
CREATE TABLE users(id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE COLLATE NOCASE, role TEXT NOT NULL,
  password_hash TEXT NOT NULL, created_at INTEGER NOT NULL, disabled INTEGER NOT NULL DEFAULT 0) STRICT;
CREATE TABLE sessions(token_hash TEXT PRIMARY KEY, user_id TEXT NOT NULL, created_at INTEGER NOT NULL,
  seen_at INTEGER NOT NULL, expires_at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_of_user ON sessions(user_id);
CREATE TABLE tokens(id TEXT PRIMARY KEY, name TEXT NOT NULL, scope TEXT NOT NULL, secret_hash TEXT NOT NULL UNIQUE,
  created_by TEXT NOT NULL, created_at INTEGER NOT NULL, last_used_at INTEGER, expires_at INTEGER) STRICT;
CREATE TABLE audit(id INTEGER PRIMARY KEY, at INTEGER NOT NULL, who TEXT NOT NULL, what TEXT NOT NULL,
  object TEXT NOT NULL, result TEXT NOT NULL, detail TEXT NOT NULL, prev_hash TEXT NOT NULL, hash TEXT NOT NULL) STRICT;
CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit BEGIN SELECT raise(ABORT, 'the audit is append-only'); END;
CREATE TRIGGER audit_is_not_deleted BEFORE DELETE ON audit BEGIN SELECT raise(ABORT, 'the audit is append-only'); END;
CREATE TABLE incidents(id TEXT PRIMARY KEY, state TEXT NOT NULL, acked INTEGER NOT NULL, since INTEGER NOT NULL,
  body TEXT NOT NULL) STRICT;
CREATE INDEX incidents_by_since ON incidents(since, id);
CREATE INDEX incidents_open ON incidents(state, acked);
CREATE TABLE alerts(id TEXT PRIMARY KEY, incident_id TEXT NOT NULL, state TEXT NOT NULL, device TEXT NOT NULL,
  since INTEGER NOT NULL, body TEXT NOT NULL) STRICT;
CREATE INDEX alerts_of_incident ON alerts(incident_id);
CREATE INDEX alerts_by_since ON alerts(since, id);
CREATE INDEX alerts_unresolved ON alerts(state) WHERE state <> 'resolved';
CREATE INDEX alerts_of_device ON alerts(device, since);
CREATE TABLE events(epoch TEXT NOT NULL, seq INTEGER NOT NULL, at INTEGER NOT NULL, body TEXT NOT NULL,
  PRIMARY KEY(epoch, seq)) STRICT, WITHOUT ROWID;
CREATE INDEX events_by_time ON events(at);
CREATE TABLE judge_state(key TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE device_state(device TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE quarantine(id INTEGER PRIMARY KEY, topic TEXT NOT NULL, reason TEXT NOT NULL, detail TEXT NOT NULL,
  profile TEXT, address TEXT, client_id TEXT NOT NULL, count INTEGER NOT NULL, first_at INTEGER NOT NULL,
  last_at INTEGER NOT NULL, bytes INTEGER NOT NULL, head BLOB NOT NULL, UNIQUE(topic, reason)) STRICT;
CREATE INDEX quarantine_by_time ON quarantine(last_at);
`;

const TAUGHT = `
CREATE TABLE taught(id INTEGER PRIMARY KEY, topic TEXT NOT NULL UNIQUE, payload BLOB NOT NULL, at INTEGER NOT NULL) STRICT;
`;

const ONBOARDING = `
CREATE TABLE kept_topics(topic TEXT PRIMARY KEY, reason TEXT NOT NULL, detail TEXT NOT NULL, profile TEXT, address TEXT,
  client_id TEXT NOT NULL, count INTEGER NOT NULL, first_at INTEGER NOT NULL, last_at INTEGER NOT NULL,
  strange INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE kept_frames(id INTEGER PRIMARY KEY, topic TEXT NOT NULL, at INTEGER NOT NULL, reason TEXT NOT NULL,
  client_id TEXT NOT NULL, username TEXT NOT NULL, sender TEXT, bits INTEGER NOT NULL, payload BLOB NOT NULL) STRICT;
CREATE TABLE swaps(id INTEGER PRIMARY KEY, device TEXT NOT NULL, metric TEXT NOT NULL, at INTEGER NOT NULL,
  final_reading REAL NOT NULL, initial_reading REAL NOT NULL, done_by TEXT NOT NULL, witness TEXT NOT NULL, note TEXT,
  new_serial TEXT, recorded_at INTEGER NOT NULL, recorded_by TEXT NOT NULL, UNIQUE(device, metric, at)) STRICT;
CREATE TABLE profiles_off(id TEXT PRIMARY KEY, version TEXT NOT NULL, at INTEGER NOT NULL, failed INTEGER NOT NULL,
  reason TEXT NOT NULL) STRICT, WITHOUT ROWID;
`;

/** Rows make room by login, since a client calls itself what it likes. */
const LOGINS = `
ALTER TABLE quarantine ADD COLUMN username TEXT NOT NULL DEFAULT '';
ALTER TABLE taught ADD COLUMN username TEXT NOT NULL DEFAULT '';
`;

/** Migration n brings version n to n + 1. */
export const MIGRATIONS: readonly string[] = [FIRST, TAUGHT, ONBOARDING, LOGINS];

/**
 * Brings the file to the newest version, each step in a transaction of its own.
 * @throws StoreError `io` when the file is of a version this program does not know: going back would lose what it added
 */
export function migrate(db: DatabaseSync, migrations: readonly string[] = MIGRATIONS): void {
  const version = versionOf(db);
  if (version > migrations.length) {
    const message = `records.db has version ${version}, this program knows ${migrations.length}: use the newer program, or restore a backup`;
    throw new StoreError('io', message);
  }
  migrations.slice(version).forEach((sql, i) => {
    db.exec('BEGIN IMMEDIATE');
    try {
      db.exec(`${sql}; PRAGMA user_version = ${version + i + 1}`);
      db.exec('COMMIT');
    } catch (error) {
      if (db.isTransaction) db.exec('ROLLBACK');
      throw error;
    }
  });
}

/** Whether the file is of the version that this program writes. */
export const isCurrent = (db: DatabaseSync): boolean => versionOf(db) === MIGRATIONS.length;

const versionOf = (db: DatabaseSync): number => Number(db.prepare('PRAGMA user_version').get()?.['user_version']);
