/** broker.db: its tables, how it is created and how it is opened for writing. */
import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  fsyncSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { makeFolder } from './make-folder.ts';
import { migrate } from './records-schema.ts';
import { INSERT_ROW, rowValues, type ShelfRow } from './shelf-row.ts';
import { type ShelfHead, writeShelfWitness } from './shelf-witness.ts';

/**
 * Rows are found by number alone: the main thread knows which number stands for which name. A second tree over the
 * names is one more thing to write with every change, and one that can be damaged without the rows showing it.
 */
const FIRST = `CREATE TABLE kept(id INTEGER PRIMARY KEY, kind INTEGER NOT NULL, name BLOB NOT NULL,
  number INTEGER NOT NULL, body BLOB NOT NULL, sum INTEGER NOT NULL) STRICT`;

/** Which file this is, and how many commits it holds; see shelf-witness.ts. */
const HEAD = `CREATE TABLE head(id INTEGER PRIMARY KEY, identity INTEGER NOT NULL, commits INTEGER NOT NULL) STRICT`;
const FIRST_HEAD = 'INSERT INTO head(id, identity, commits) VALUES(0, abs(random() / 4096), 0)';
export const PUT_HEAD = 'INSERT OR REPLACE INTO head(id, identity, commits) VALUES(0, ?, ?)';

/** Migration n brings version n to n + 1; see MIGRATIONS of records.db. */
export const SHELF_MIGRATIONS: readonly string[] = [FIRST, `${HEAD}; ${FIRST_HEAD}`];

export const shelfFile = (dir: string): string => join(dir, 'broker.db');

/** `unusable`: what the file holds means nothing to this program. */
export class ShelfDamage extends Error {
  readonly unusable: boolean;
  constructor(message: string, unusable = false) {
    super(message);
    this.name = 'ShelfDamage';
    this.unusable = unusable;
  }
}

/**
 * Opens for writing, creating what is absent. Durable: WAL with an fsync a commit. Locked for this connection alone,
 * which needs no shared memory beside the file: a full disk has no room for that.
 * @throws ShelfDamage for a file without content, without the table, or of a later version; else what SQLite throws
 */
export function openShelfForWriting(dir: string, maxPages: number | undefined): DatabaseSync {
  makeFolder(dir);
  const file = shelfFile(dir);
  if (!existsSync(file)) createShelf(dir, [], maxPages);
  // Locking a file that may not be written fails in SQLite as if the disk were broken.
  accessSync(file, constants.W_OK);
  refuseHeader(file);
  const db = new DatabaseSync(file, { timeout: 5_000 });
  try {
    configure(db, maxPages);
    refuseUnknown(db);
    migrate(db, SHELF_MIGRATIONS);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/**
 * Puts a new file with `rows` where none is. It appears whole or not at all, so that an empty file is always damage.
 * `makeWay` is called once there was room for the new one; it moves the former one away.
 */
export function createShelf(
  dir: string,
  rows: readonly ShelfRow[],
  maxPages: number | undefined,
  makeWay: () => void = () => undefined,
): void {
  const draft = `${shelfFile(dir)}.new`;
  for (const part of ['', '-wal', '-journal']) rmSync(`${draft}${part}`, { force: true });
  let head: ShelfHead;
  try {
    const db = new DatabaseSync(draft);
    try {
      configure(db, maxPages);
      migrate(db, SHELF_MIGRATIONS);
      db.exec('BEGIN IMMEDIATE');
      const insert = db.prepare(INSERT_ROW);
      for (const row of rows) insert.run(...rowValues(row));
      db.exec('COMMIT');
      // What stands in the log is not part of a file that is moved.
      head = headOf(db);
      const [moved] = db.prepare('PRAGMA wal_checkpoint(TRUNCATE)').all();
      if (moved?.['busy'] !== 0) throw new Error('the new file could not be completed');
    } finally {
      db.close();
    }
    makeWay();
    renameSync(draft, shelfFile(dir));
    syncFolder(dir);
    writeShelfWitness(dir, head);
  } catch (error) {
    for (const part of ['', '-wal', '-journal']) rmSync(`${draft}${part}`, { force: true });
    throw error;
  }
}

/** A rename is durable once its folder is. Not every system lets a folder be opened; there the next commit has to do. */
function syncFolder(dir: string): void {
  let folder: number | undefined;
  try {
    folder = openSync(dir, 'r');
    fsyncSync(folder);
  } catch {
    return;
  } finally {
    if (folder !== undefined) closeSync(folder);
  }
}

function configure(db: DatabaseSync, maxPages: number | undefined): void {
  db.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
  db.exec('PRAGMA journal_size_limit = 16777216; PRAGMA secure_delete = FAST');
  if (maxPages !== undefined) db.exec(`PRAGMA max_page_count = ${maxPages}`);
}

/**
 * SQLite takes a file whose header says "written by a later SQLite" for one that may only be read: that would look like
 * a disk without rights, for ever.
 * @throws ShelfDamage; what `open` throws
 */
function refuseHeader(path: string): void {
  const header = Buffer.alloc(20);
  const file = openSync(path, 'r');
  try {
    if (readSync(file, header) === 0) throw new ShelfDamage('the file is empty', true);
  } finally {
    closeSync(file);
  }
  const [writeFormat = 0, readFormat = 0] = header.subarray(18);
  if (writeFormat > 2 || readFormat > 2) throw new ShelfDamage('the header of the file is damaged');
}

/** @throws ShelfDamage */
export function refuseUnknown(db: DatabaseSync): void {
  const version = Number(db.prepare('PRAGMA user_version').get()?.['user_version']);
  if (version > SHELF_MIGRATIONS.length) {
    const known = SHELF_MIGRATIONS.length;
    throw new ShelfDamage(`the file has version ${version}, this program knows ${known}`, true);
  }
  // To the letter: one flipped bit in it makes a column of another name.
  const tables = db.prepare('SELECT sql FROM sqlite_schema ORDER BY rowid').all();
  const wanted = [FIRST, HEAD].slice(0, version);
  if (version < 1 || tables.length !== wanted.length || wanted.some((sql, i) => tables[i]?.['sql'] !== sql))
    throw new ShelfDamage('the file does not have its tables');
}

/** @throws ShelfDamage */
export function headOf(db: DatabaseSync): ShelfHead {
  const statement = db.prepare('SELECT identity, commits FROM head WHERE id = 0');
  statement.setReadBigInts(true);
  const row = statement.get();
  const [identity, commits] = [Number(row?.['identity']), Number(row?.['commits'])];
  if (Number.isSafeInteger(identity) && Number.isSafeInteger(commits) && commits >= 0) return { identity, commits };
  throw new ShelfDamage('the file does not say how far it is');
}
