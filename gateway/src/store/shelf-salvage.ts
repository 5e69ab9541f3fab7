/** Moves a broker.db that cannot be used aside and begins another with what could be read of it. */
import { existsSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type ScanResult, type ShelfRow, scanRows } from './shelf-row.ts';
import { createShelf, shelfFile } from './shelf-schema.ts';

/** Files set aside that stay: enough to look into, and a disk that damages them again and again does not fill up. */
const MAX_ASIDE = 3;

const NOTHING: ScanResult = { bad: [], counts: { retained: 0, sessions: 0, queued: 0, unknown: 0 }, broken: true };

/** Every row that is as it was written. The file is opened as it is: half of it may be missing. */
export function salvagedRows(dir: string): { readonly rows: readonly ShelfRow[]; readonly scan: ScanResult } {
  const rows = new Map<number, ShelfRow>();
  try {
    const db = new DatabaseSync(shelfFile(dir));
    try {
      db.exec('PRAGMA locking_mode = EXCLUSIVE');
      const scan = scanRows(db, (row) => rows.set(row.id, row));
      return { rows: [...rows.values()], scan };
    } finally {
      db.close();
    }
  } catch {
    // Not a database at all, or no table in it: nothing of it can be read.
    return { rows: [...rows.values()], scan: NOTHING };
  }
}

/**
 * Puts a new file with `rows` in its place.
 * @returns the name of the file it was moved to
 * @throws when there is no room for another; then it stays where it is
 */
export function replaceShelf(dir: string, rows: readonly ShelfRow[], maxPages: number | undefined): string {
  const file = shelfFile(dir);
  const aside = freeName(`${file}.damaged-${new Date().toISOString().replace(/[-:]|\.\d+/g, '')}`);
  createShelf(dir, rows, maxPages, () => {
    // The log first: beside a file it does not belong to, it would be taken for that file's.
    for (const part of ['-wal', '-journal', '']) {
      if (existsSync(`${file}${part}`)) renameSync(`${file}${part}`, `${aside}${part}`);
    }
  });
  forgetOld(dir);
  return basename(aside);
}

function freeName(wanted: string): string {
  for (let n = 1; ; n += 1) {
    const name = n === 1 ? wanted : `${wanted}-${n}`;
    if (!existsSync(name)) return name;
  }
}

function forgetOld(dir: string): void {
  const prefix = `${basename(shelfFile(dir))}.damaged-`;
  const names = readdirSync(dir).filter((name) => name.startsWith(prefix));
  const files = [...new Set(names.map((name) => name.replace(/-(wal|journal)$/, '')))].sort();
  for (const file of files.slice(0, -MAX_ASIDE))
    for (const part of ['', '-wal', '-journal']) rmSync(join(dir, `${file}${part}`), { force: true });
}
