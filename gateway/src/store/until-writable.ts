/**
 * A database on a disk that takes nothing is still there to be looked at. Its calls then read only, and each that would
 * write first tries to open the file properly, so that all goes on by itself once there is room.
 */
import { accessSync, constants, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { StoreError } from './reading-store.ts';
import type { Calls } from './worker-call.ts';

type Closing = { close(none: undefined): unknown };

interface Ways<T> {
  /** Throws where it cannot be opened as wanted; a StoreError is final. */
  open(): T;
  /** For as long as `open` fails. */
  openToRead(): T;
  /** Calls before which `open` is tried again; they throw what it throws. All others try nothing. */
  readonly writes?: readonly (keyof T & string)[];
}

/** Without `writes` every call tries, and goes on with what there is. */
export function untilWritable<T extends Calls<T> & Closing>({ open, openToRead, writes }: Ways<T>): T {
  let current: T;
  try {
    return open();
  } catch (error) {
    if (error instanceof StoreError) throw error;
    current = lesser(openToRead, error);
  }
  let isWhole = false;
  const again = (): void => {
    const next = open();
    current.close(undefined);
    current = next;
    isWhole = true;
  };
  const names = Object.keys(current).filter((name): name is keyof T & string => name in current);
  const calls = names.map((name) => [
    name,
    (argument: never): unknown => {
      if (!isWhole && name !== 'close') {
        if (writes === undefined) tried(again);
        else if (writes.includes(name)) again();
      }
      return Reflect.apply(current[name] as (argument: never) => unknown, current, [argument]);
    },
  ]);
  // Each name of T is there, with the function that T has under it.
  return Object.fromEntries(calls) as T;
}

function tried(work: () => void): void {
  try {
    work();
  } catch {
    // As before, then: it still cannot be opened.
  }
}

/** What went wrong first says more than that it cannot be read either. */
function lesser<T>(openToRead: () => T, error: unknown): T {
  try {
    return openToRead();
  } catch {
    throw error;
  }
}

/**
 * A connection that reads beside one that writes.
 * @throws where nothing can write: a shared index opened on a read-only disk would keep every later writer out
 */
export function openReading(file: string): DatabaseSync {
  accessSync(dirname(file), constants.W_OK);
  return proven(new DatabaseSync(file, { readOnly: true, timeout: 5_000 }));
}

/**
 * A connection to a file that nothing can write to now, without the shared index of a WAL database, which cannot be made
 * there. Sees no later change and takes no lock: for as long as there is no writer.
 * @throws what SQLite throws
 */
export function openAsItLies(file: string): DatabaseSync {
  const url = pathToFileURL(file);
  const isLogged = (statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0;
  // The log beside the file is read by a connection that believes to be alone; a file without one is simply what it is.
  if (isLogged) url.searchParams.set('vfs', process.platform === 'win32' ? 'win32-none' : 'unix-none');
  else url.searchParams.set('immutable', '1');
  const db = new DatabaseSync(url, { readOnly: true });
  if (isLogged) db.exec('PRAGMA locking_mode = EXCLUSIVE');
  return proven(db);
}

function proven(db: DatabaseSync): DatabaseSync {
  try {
    db.prepare('SELECT count(*) FROM sqlite_master').get();
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}
