/**
 * The checksum of a stored row: CRC-32 over its body, seeded with the kind of the row and its key, so that a block that
 * turns up under another key does not fit either. It finds every damage of up to 32 bits in a row and all but one in
 * four billion of larger ones; it is no protection against somebody who edits the file on purpose.
 */
import type { SQLOutputValue } from 'node:sqlite';
import { crc32 } from 'node:zlib';

const MAX_KEY = 16;
const words = new Float64Array(MAX_KEY);
const bytes = new Uint8Array(words.buffer);

/**
 * @param kind one character: which table, or which kind of row in it
 * @param key at most 16 numbers; null for a column that holds none
 */
export function checksum(kind: string, key: readonly (number | null)[], body: Uint8Array | string = ''): number {
  for (let i = 0; i < key.length; i += 1) words[i] = key[i] ?? Number.NEGATIVE_INFINITY;
  return crc32(body, crc32(bytes.subarray(0, 8 * key.length), kind.charCodeAt(0)));
}

/** `unchecked`: written before rows had checksums, and not taken over yet. */
export type Fit = 'good' | 'unchecked' | 'bad';

/** @param strict every row of the file has its checksum by now, so that one without is damaged */
export function fitOf(stored: SQLOutputValue | undefined, expected: number, strict: boolean): Fit {
  if (stored === null && !strict) return 'unchecked';
  return stored === expected ? 'good' : 'bad';
}
