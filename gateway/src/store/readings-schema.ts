/** readings.db: its tables and how it is opened. */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { makeFolder } from './make-folder.ts';
import { ALL_TAKEN, metaRows } from './meta-rows.ts';
import { StoreError } from './reading-store.ts';
import { openAsItLies, openReading } from './until-writable.ts';

/** Number in `PRAGMA user_version`. A file of a later version is refused: what it means is not known here. */
const VERSION = 2;

/**
 * hot: one row a commit, records of 24 bytes. A record is in its chunk too once `chunks.through` ≥ its seq; a row goes
 *   when all its records are sealed and its seq is released.
 * chunks: the points of one series in [start, finish), at most one cell; a busy cell has several. `thinned`: retention
 *   has left only the readings that the books need.
 * rollups: kind `h` hours, `d` days, `b` booked hours; slots of `h` and `d` before `frozen` have lost their source and stay.
 * series.booked_to: every hour before it stands in the books, or is missing as a whole. Null: nothing is booked.
 */
const FIRST = `
CREATE TABLE meta(key TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE series(id INTEGER PRIMARY KEY, device TEXT NOT NULL, metric TEXT NOT NULL, kind TEXT,
  interval_ms REAL, register TEXT, booked_to REAL, points INTEGER NOT NULL DEFAULT 0, first REAL, last REAL,
  latest_ts REAL, latest_value REAL, latest_flags INTEGER, latest_received REAL, UNIQUE(device, metric));
CREATE TABLE hot(seq INTEGER PRIMARY KEY, arrived REAL NOT NULL, records BLOB NOT NULL);
CREATE TABLE chunks(series INTEGER, start REAL, finish REAL NOT NULL, first REAL NOT NULL, last REAL NOT NULL,
  points INTEGER NOT NULL, through INTEGER NOT NULL, thinned INTEGER NOT NULL DEFAULT 0, body BLOB NOT NULL, PRIMARY KEY(series, start)) WITHOUT ROWID;
CREATE TABLE rollups(series INTEGER, kind TEXT, block INTEGER, frozen REAL, body BLOB NOT NULL,
  PRIMARY KEY(series, kind, block)) WITHOUT ROWID;
CREATE TABLE steps(series INTEGER, at REAL, kind TEXT NOT NULL, before REAL NOT NULL, after REAL NOT NULL,
  PRIMARY KEY(series, at)) WITHOUT ROWID;
`;

/**
 * crc: checksum of the row bound to its key, see checksum.ts; null in rows of version 1 until they are taken over.
 * series.pruned: before it retention has left no raw points, or of a register only those its books need.
 * marks: what must be there. Kind `c`: the chunks and roll-ups of 32 days; `r`, block 0: the name and blocks of a series.
 * lost: spans whose points were damaged and have been written over since; series 0 stands for all.
 */
const CHECKSUMS = `
ALTER TABLE meta ADD COLUMN crc INTEGER;
ALTER TABLE series ADD COLUMN pruned REAL;
ALTER TABLE series ADD COLUMN crc INTEGER;
ALTER TABLE hot ADD COLUMN crc INTEGER;
ALTER TABLE chunks ADD COLUMN crc INTEGER;
ALTER TABLE rollups ADD COLUMN crc INTEGER;
ALTER TABLE steps ADD COLUMN crc INTEGER;
CREATE TABLE marks(series INTEGER, kind TEXT, block INTEGER, body BLOB NOT NULL, crc INTEGER NOT NULL,
  PRIMARY KEY(series, kind, block)) WITHOUT ROWID;
CREATE TABLE lost(series INTEGER, kind TEXT, start REAL, finish REAL NOT NULL, PRIMARY KEY(series, kind, start)) WITHOUT ROWID;
`;

export const readingsFile = (dir: string): string => join(dir, 'readings.db');

/**
 * Opens for writing, creating what is absent. Durable: WAL with an fsync a commit.
 * @throws StoreError `read-only` when the folder cannot be written, `io` for a file of a later version or another site phase
 */
export function openReadingsForWriting(dir: string, phaseMs: number, maxPages: number | undefined): DatabaseSync {
  makeFolder(dir);
  const db = new DatabaseSync(readingsFile(dir), { timeout: 5_000 });
  try {
    // 8 KiB pages hold a chunk without overflow pages, and a small commit still writes few bytes.
    db.exec('PRAGMA page_size = 8192; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
    db.exec('PRAGMA cell_size_check = ON');
    db.exec('PRAGMA journal_size_limit = 67108864; PRAGMA cache_size = -32768; PRAGMA wal_autocheckpoint = 2000');
    if (maxPages !== undefined) db.exec(`PRAGMA max_page_count = ${maxPages}`);
    createTables(db, phaseMs);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** A second connection for readers; the file must exist. */
export function openReadingsForReading(dir: string): DatabaseSync {
  const db = openReading(readingsFile(dir));
  db.exec('PRAGMA cache_size = -65536; PRAGMA cell_size_check = ON');
  return db;
}

/**
 * A connection that writes nothing, to a file of this version, on a disk that takes nothing.
 * @throws StoreError `io` for a file of another version or site phase; what SQLite throws where it cannot be read
 */
export function openReadingsAsTheyLie(dir: string, phaseMs: number): DatabaseSync {
  const db = openAsItLies(readingsFile(dir));
  try {
    if (versionOf(db) !== VERSION)
      throw new StoreError('io', `readings.db has version ${versionOf(db)}, not ${VERSION}`);
    checkPhase(db, phaseMs);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

const versionOf = (db: DatabaseSync): number => Number(db.prepare('PRAGMA user_version').get()?.['user_version']);

function createTables(db: DatabaseSync, phaseMs: number): void {
  const version = versionOf(db);
  if (version > VERSION) {
    throw new StoreError(
      'io',
      `readings.db has version ${version}, this program knows ${VERSION}: use the newer program`,
    );
  }
  db.exec('BEGIN IMMEDIATE');
  try {
    if (version < 1) db.exec(FIRST);
    if (version < 2) db.exec(CHECKSUMS);
    db.exec(`PRAGMA user_version = ${VERSION}`);
    const meta = metaRows(db);
    if (version < 1) meta.put('taken', ALL_TAKEN);
    if (meta.get('identity') === undefined) meta.put('identity', Math.floor(Math.random() * 2 ** 48));
    // One that does not fit its checksum gives way: the site's own offset is as good.
    if (meta.get('phase') === undefined) meta.put('phase', phaseMs);
    db.exec('COMMIT');
  } catch (error) {
    if (db.isTransaction) db.exec('ROLLBACK');
    throw error;
  }
  checkPhase(db, phaseMs);
}

function checkPhase(db: DatabaseSync, phaseMs: number): void {
  const stored = metaRows(db).get('phase');
  if (stored !== phaseMs) {
    throw new StoreError(
      'io',
      `readings.db cuts its hours at ${String(stored)} ms past UTC, asked for ${phaseMs}: export and import into a new folder`,
    );
  }
}
