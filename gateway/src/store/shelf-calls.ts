/** What the thread with broker.db can be asked. It opens the file as well as it can and never refuses to begin. */
import { existsSync, statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { INSERT_ROW, pageOfRows, rowValues, type ScanResult, type ShelfRow, scanRows } from './shelf-row.ts';
import { replaceShelf, salvagedRows } from './shelf-salvage.ts';
import { headOf, openShelfForWriting, PUT_HEAD, refuseUnknown, ShelfDamage, shelfFile } from './shelf-schema.ts';
import {
  comparedWithShelfWitness,
  readShelfWitness,
  SHELF_WITNESS,
  type ShelfHead,
  writeShelfWitness,
} from './shelf-witness.ts';
import { type Failure, failureOf, isDamage } from './sqlite-failure.ts';

/** A line for the log, which is in the main thread. */
export interface ShelfNotice {
  readonly level: 'info' | 'warn';
  readonly fields: object;
  readonly message: string;
  /** Entries are lost: in a few words, what of the file is damaged. */
  readonly damage?: string | undefined;
}

export interface ShelfWrite {
  readonly deletes: readonly number[];
  readonly puts: readonly ShelfRow[];
}

export interface ShelfCalls {
  /** Damaged: rows, and one for each file or stretch of it that cannot be read. */
  begin(none: undefined): {
    readonly rows: readonly Omit<ShelfRow, 'body'>[];
    readonly damaged: number;
    readonly notices: readonly ShelfNotice[];
    /** Why nothing can be written now. */
    readonly failure: Failure | undefined;
  };
  /** Removes the damaged rows that `begin` found. */
  dropDamaged(none: undefined): void;
  page(after: number): { readonly rows: readonly ShelfRow[]; readonly next: number | undefined };
  commit(write: ShelfWrite): { readonly notices: readonly ShelfNotice[]; readonly failure: Failure | undefined };
  close(none: undefined): void;
}

export interface ShelfData {
  readonly dir: string;
  readonly maxPages: number | undefined;
}

const PAGE = { limit: 2_000, bytes: 4 * 1024 * 1024 };
const WAITS = 'what the broker keeps will not outlast a restart until there is room and the folder can be written';
const RESENT = 'devices send theirs again at their next start';

/** Either `db` is open for writing, or `held` is what the file held when it could only be read. */
interface Shelf {
  db: DatabaseSync | undefined;
  /** As it stands in `db`. */
  head: ShelfHead;
  held: readonly ShelfRow[];
  /** A file is there whose content is not in `held`: it must not come back once the broker has begun without it. */
  unread: boolean;
  /** Why it could not be written when it was opened. It was told. */
  waits: Failure | undefined;
  bad: readonly bigint[];
  damaged: number;
  notices: ShelfNotice[];
}

export function shelfCalls({ dir, maxPages }: ShelfData): ShelfCalls {
  const shelf: Shelf = {
    db: undefined,
    head: { identity: 0, commits: 0 },
    held: [],
    unread: false,
    waits: undefined,
    bad: [],
    damaged: 0,
    notices: [],
  };
  const taken = (): ShelfNotice[] => shelf.notices.splice(0);
  const mended = <T>(work: (db: DatabaseSync) => T): T => {
    try {
      return work(shelf.db ?? reopened(shelf, dir, maxPages));
    } catch (error) {
      if (!isDamage(error)) throw error;
      replaced(shelf, dir, maxPages, error);
      return work(reopened(shelf, dir, maxPages));
    }
  };
  return {
    begin() {
      const rows = begun(shelf, dir, maxPages).map(({ id, kind, name, number }) => ({ id, kind, name, number }));
      return { rows, damaged: shelf.damaged, notices: taken(), failure: shelf.waits };
    },
    dropDamaged() {
      const { db, bad } = shelf;
      if (db === undefined || bad.length === 0) return;
      write(shelf, dir, db, { deletes: bad, puts: [] });
      shelf.bad = [];
    },
    page(after) {
      if (shelf.db !== undefined) return mended((db) => pageOfRows(db, after, PAGE));
      const rows = shelf.held.filter(({ id }) => id > after).slice(0, PAGE.limit);
      return { rows, next: rows.length < PAGE.limit ? undefined : rows.at(-1)?.id };
    },
    commit(changes) {
      try {
        mended((db) => write(shelf, dir, db, changes));
        return { notices: taken(), failure: undefined };
      } catch (error) {
        return { notices: taken(), failure: failureOf(error) };
      }
    },
    close: () => shelf.db?.close(),
  };
}

function write(
  shelf: Shelf,
  dir: string,
  db: DatabaseSync,
  { deletes, puts }: { deletes: readonly (number | bigint)[]; puts: readonly ShelfRow[] },
) {
  const remove = db.prepare('DELETE FROM kept WHERE id = ?');
  const put = db.prepare(INSERT_ROW);
  const head = { ...shelf.head, commits: shelf.head.commits + 1 };
  db.exec('BEGIN IMMEDIATE');
  try {
    for (const id of deletes) remove.run(id);
    for (const row of puts) put.run(...rowValues(row));
    db.prepare(PUT_HEAD).run(head.identity, head.commits);
    db.exec('COMMIT');
  } catch (error) {
    // A full disk has rolled back already, and a second ROLLBACK would be an error of its own.
    if (db.isTransaction) db.exec('ROLLBACK');
    throw error;
  }
  shelf.head = head;
  writeShelfWitness(dir, head);
}

/** @throws as `openShelfForWriting`; what the file lost since it was last written is told */
function opened(shelf: Shelf, dir: string, maxPages: number | undefined): DatabaseSync {
  const known = readShelfWitness(dir);
  const isGone = !existsSync(shelfFile(dir));
  const db = openShelfForWriting(dir, maxPages);
  try {
    shelf.head = headOf(db);
  } catch (error) {
    db.close();
    throw error;
  }
  writeShelfWitness(dir, shelf.head);
  if (known === 'damaged') {
    const message = `${SHELF_WITNESS} is damaged and written anew: whether broker.db lost its last commits cannot be said`;
    shelf.notices.push({ level: 'warn', fields: { file: shelfFile(dir) }, message });
  } else if (known !== undefined) {
    const gone = isGone ? 'is gone, though this folder had one' : undefined;
    tellBehind(shelf, dir, gone ?? comparedWithShelfWitness(known, shelf.head), known);
  }
  return db;
}

function tellBehind(shelf: Shelf, dir: string, what: string | undefined, known: ShelfHead): void {
  if (what === undefined) return;
  shelf.damaged += 1;
  shelf.notices.push({
    level: 'warn',
    fields: { file: shelfFile(dir), known, found: shelf.head },
    message: `broker.db ${what}; retained and queued messages may be missing, ${RESENT}`,
    damage: `${what}; retained and queued messages may be missing`,
  });
}

function begun(shelf: Shelf, dir: string, maxPages: number | undefined): readonly Omit<ShelfRow, 'body'>[] {
  for (const attempt of ['as it is', 'mended']) {
    try {
      return openedWhole(shelf, dir, maxPages);
    } catch (error) {
      shelf.db?.close();
      shelf.db = undefined;
      if (!spoiled(error)) return openedToRead(shelf, dir, error);
      try {
        if (attempt === 'as it is') replaced(shelf, dir, maxPages, error);
      } catch (reason) {
        return openedToRead(shelf, dir, reason);
      }
    }
  }
  return openedToRead(shelf, dir, new Error('the file was damaged again while it was mended'));
}

/** @throws ShelfDamage and what SQLite throws when the file cannot be used and written as it is */
function openedWhole(shelf: Shelf, dir: string, maxPages: number | undefined): Omit<ShelfRow, 'body'>[] {
  shelf.db = opened(shelf, dir, maxPages);
  const check = shelf.db.prepare('PRAGMA quick_check(1)').get()?.['quick_check'];
  if (check !== 'ok') throw new ShelfDamage(String(check));
  const rows: Omit<ShelfRow, 'body'>[] = [];
  const scan = scanRows(shelf.db, ({ id, kind, name, number }) => rows.push({ id, kind, name, number }));
  if (scan.broken) throw new ShelfDamage('a part of it cannot be read');
  shelf.bad = scan.bad;
  tellDamaged(shelf, dir, scan);
  return rows;
}

/** What can be read of a file that cannot be written; nothing when not even that. */
function openedToRead(shelf: Shelf, dir: string, why: unknown): readonly ShelfRow[] {
  const file = shelfFile(dir);
  const rows: ShelfRow[] = [];
  shelf.unread = existsSync(file);
  try {
    // Changes that are still in the log cannot be read without writing, and without them the rest is not the truth.
    if (shelf.unread && !(existsSync(`${file}-wal`) && statSync(`${file}-wal`).size > 0)) {
      const url = pathToFileURL(file);
      url.search = '?immutable=1';
      const db = new DatabaseSync(url, { readOnly: true });
      try {
        refuseUnknown(db);
        tellDamaged(
          shelf,
          dir,
          scanRows(db, (row) => rows.push(row)),
        );
        shelf.unread = false;
      } finally {
        db.close();
      }
    }
  } catch {
    rows.length = 0;
  }
  rows.sort((a, b) => a.id - b.id);
  shelf.held = rows;
  if (shelf.unread) shelf.damaged += 1;
  shelf.waits = failureOf(why);
  const read = shelf.unread ? 'not be opened' : 'only be read';
  shelf.notices.push({
    level: 'warn',
    fields: { file, reason: shelf.waits.message, entries: rows.length },
    message: `broker.db can ${existsSync(file) ? read : 'not be created'}: ${WAITS}`,
    damage: shelf.unread ? 'what it holds cannot be read and is left out' : undefined,
  });
  return rows;
}

/** @throws what stands in the way of writing */
function reopened(shelf: Shelf, dir: string, maxPages: number | undefined): DatabaseSync {
  if (shelf.db !== undefined) return shelf.db;
  if (shelf.unread && existsSync(shelfFile(dir))) {
    const aside = replaceShelf(dir, [], maxPages);
    tellAside(shelf, dir, { aside, reason: 'the broker had begun without it', saved: 0 });
  }
  shelf.unread = false;
  try {
    shelf.db = opened(shelf, dir, maxPages);
  } catch (error) {
    if (!spoiled(error)) throw error;
    replaced(shelf, dir, maxPages, error);
    shelf.db = opened(shelf, dir, maxPages);
  }
  shelf.held = [];
  if (shelf.waits !== undefined) {
    shelf.notices.push({ level: 'info', fields: { file: shelfFile(dir) }, message: 'broker.db is written again' });
  }
  shelf.waits = undefined;
  return shelf.db;
}

/** Begins another file with what can be read of this one. @throws when there is no room for it */
function replaced(shelf: Shelf, dir: string, maxPages: number | undefined, error: unknown): void {
  shelf.db?.close();
  shelf.db = undefined;
  const unusable = error instanceof ShelfDamage && error.unusable;
  const { rows, scan } = unusable ? { rows: [], scan: undefined } : salvagedRows(dir);
  const aside = replaceShelf(dir, rows, maxPages);
  shelf.damaged += 1;
  tellAside(shelf, dir, { aside, reason: failureOf(error).message, saved: rows.length });
  if (scan !== undefined) tellDamaged(shelf, dir, scan);
}

function tellAside(
  shelf: Shelf,
  dir: string,
  { aside, reason, saved }: { readonly aside: string; readonly reason: string; readonly saved: number },
): void {
  const lost = saved === 0 ? 'the retained and queued messages in it are lost' : `${saved} entries were taken over`;
  shelf.notices.push({
    level: 'warn',
    fields: { file: shelfFile(dir), aside, reason, saved },
    message: `broker.db could not be used and lies beside as ${aside}; ${lost}, ${RESENT}`,
    damage: `set aside as ${aside}; ${lost}`,
  });
}

function tellDamaged(shelf: Shelf, dir: string, { counts }: ScanResult): void {
  const { retained, sessions, queued, unknown } = counts;
  const total = retained + sessions + queued + unknown;
  if (total === 0) return;
  shelf.damaged += total;
  shelf.notices.push({
    level: 'warn',
    fields: { file: shelfFile(dir), ...counts },
    message: `${total} damaged entries of broker.db are left out: ${retained} retained messages, ${sessions} sessions, ${queued} queued messages, ${unknown} of unknown kind; ${RESENT}`,
    damage: `${total} damaged entries are left out`,
  });
}

const spoiled = (error: unknown): boolean => error instanceof ShelfDamage || isDamage(error);
