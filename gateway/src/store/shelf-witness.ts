/**
 * How far broker.db was, written beside it: SQLite takes a bad frame for the end of its log, and a file that lost its
 * last commits looks whole to itself. `broker.witness.json` is written in place after each commit and never waits for
 * the disk: after a power cut it may be behind the file, where nothing can be told, and never ahead of what was durable.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';

export interface ShelfHead {
  /** Given once, when the file was made. */
  readonly identity: number;
  /** In the file since then. */
  readonly commits: number;
}

export const SHELF_WITNESS = 'broker.witness.json';
/** Always as long, so that it is overwritten in place: that needs no room, and no moment in which it is empty. */
const LENGTH = 120;

/** Undefined when there is none; `damaged` when it is not as it was written. */
export function readShelfWitness(dir: string): ShelfHead | 'damaged' | undefined {
  let text: string;
  try {
    text = readFileSync(join(dir, SHELF_WITNESS), 'utf8');
  } catch {
    return undefined;
  }
  try {
    const { identity, commits }: ShelfHead = JSON.parse(text);
    return text === textOf({ identity, commits }) ? { identity, commits } : 'damaged';
  } catch {
    return 'damaged';
  }
}

/** A folder that cannot be written keeps what it has: it is then behind, and the trouble is told elsewhere. */
export function writeShelfWitness(dir: string, head: ShelfHead): void {
  const path = join(dir, SHELF_WITNESS);
  try {
    try {
      writeFileSync(path, textOf(head), { flag: 'r+' });
    } catch {
      writeFileSync(path, textOf(head), { mode: 0o600 });
    }
  } catch {
    // See above.
  }
}

function textOf({ identity, commits }: ShelfHead): string {
  const sum = crc32(`${identity} ${commits}`);
  return `${JSON.stringify({ identity, commits, sum }).padEnd(LENGTH)}\n`;
}

/** What the file and its witness do not agree about, in words that follow the name of the file; undefined: nothing. */
export function comparedWithShelfWitness(known: ShelfHead, found: ShelfHead): string | undefined {
  if (known.identity !== found.identity) return 'is another file than the one this folder had';
  const missing = known.commits - found.commits;
  return missing > 0 ? `is older than it was: ${missing} of its ${known.commits} commits are missing` : undefined;
}
