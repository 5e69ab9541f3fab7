/**
 * What a data folder should hold, written beside the databases: an emptied, replaced or older file looks healthy to
 * itself. `databases.json` is small, replaced as a whole, and carries its own checksum.
 */
import { readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import type { DamageNote } from './damage.ts';
import { StoreError } from './reading-store.ts';

export interface FileIdentity {
  /** Given once, when the file was made. */
  readonly identity: number;
  /** Series in it, and highest commit; both only grow. 0 for records.db. */
  readonly series: number;
  readonly head: number;
}

export type WitnessedFile = 'readings.db' | 'records.db';
type Witness = Partial<Record<WitnessedFile, FileIdentity>>;

const NAME = 'databases.json';

/** Undefined when nothing is known, because the folder is new or an older version wrote it; `damaged` when it was. */
export function readWitness(dir: string): Witness | 'damaged' | undefined {
  let text: string;
  try {
    text = readFileSync(join(dir, NAME), 'utf8');
  } catch {
    return undefined;
  }
  try {
    const stored: { readonly files: Witness; readonly sum: number } = JSON.parse(text);
    return crc32(JSON.stringify(stored.files)) === stored.sum ? stored.files : 'damaged';
  } catch {
    return 'damaged';
  }
}

/** What is known of a file, if anything. */
export function knownFile(dir: string, file: WitnessedFile): FileIdentity | undefined {
  const witness = readWitness(dir);
  return witness === 'damaged' ? undefined : witness?.[file];
}

/** Undefined forgets the file. A folder that cannot be written keeps what it knew: the next time is soon. */
export function writeWitness(dir: string, file: WitnessedFile, known: FileIdentity | undefined): void {
  const before = readWitness(dir);
  const { [file]: _, ...others } = before === undefined || before === 'damaged' ? {} : before;
  const files: Witness = known === undefined ? others : { ...others, [file]: known };
  const draft = join(dir, `${NAME}.new`);
  try {
    writeFileSync(draft, `${JSON.stringify({ files, sum: crc32(JSON.stringify(files)) })}\n`, { mode: 0o600 });
    renameSync(draft, join(dir, NAME));
  } catch {
    // Full or read-only: told by the store itself.
  }
}

const sizeOf = (path: string): number | undefined => statSync(path, { throwIfNoEntry: false })?.size;

/**
 * Before a file is opened, which would create it anew: one that was there must still be there.
 * @throws StoreError `damaged` with the file and what happened to it
 */
export function refuseEmptied(dir: string, file: WitnessedFile): void {
  const size = sizeOf(join(dir, file));
  const known = knownFile(dir, file);
  // Older versions wrote no witness; their records.db came after readings.db, and neither is ever without a byte.
  const other = sizeOf(join(dir, file === 'readings.db' ? 'records.db' : 'readings.db')) ?? 0;
  if (size === undefined && known !== undefined) {
    throw new StoreError('damaged', `${file} is gone, though this folder had one`);
  }
  if (size === 0 && (known !== undefined || other > 0)) throw new StoreError('damaged', `${file} is empty (0 bytes)`);
}

/** After it was opened: whether it is the file that was there, and as new as it was. */
export function comparedWithWitness(dir: string, file: WitnessedFile, found: FileIdentity): DamageNote | undefined {
  const witness = readWitness(dir);
  if (witness === 'damaged') {
    return { file: NAME, table: 'file', what: 'does not fit its checksum; written anew from the databases' };
  }
  const known = witness?.[file];
  if (known === undefined) return undefined;
  if (known.identity !== found.identity) {
    return { file, table: 'file', what: 'is another database than the one this folder had' };
  }
  if (found.head < known.head || found.series < known.series) {
    const missing = `commits ${found.head + 1} to ${known.head}, ${known.series - found.series} series`;
    return { file, table: 'file', what: `is older than it was: missing are ${missing}` };
  }
  return undefined;
}

/** A StoreError for damage names the file, whatever SQLite said. */
export function namedDamage(error: unknown, file: WitnessedFile): unknown {
  if (!(error instanceof StoreError) || error.code !== 'damaged' || error.message.includes(file)) return error;
  return new StoreError('damaged', `${file} is damaged: ${error.message}`);
}
