/** Numbers that readings.db keeps about itself. */
import type { DatabaseSync } from 'node:sqlite';
import { checksum, fitOf } from './checksum.ts';
import { isCorrupt } from './sqlite-failure.ts';

/** head: highest seq committed. trimmed: commits up to it have left the journal. series: highest number of a series. */
export type MetaKey = 'phase' | 'released' | 'chunks' | 'probe' | 'taken' | 'identity' | 'head' | 'trimmed' | 'series';

/** Value of `taken` once every row has its checksum; before, the last series that has been taken over. */
export const ALL_TAKEN = 1e15;

export interface MetaRows {
  /** Undefined when there is none, or what is there does not fit its checksum. */
  get(key: MetaKey): number | undefined;
  put(key: MetaKey, value: number): void;
}

export function metaRows(db: DatabaseSync): MetaRows {
  const select = db.prepare('SELECT value, crc FROM meta WHERE key = ?');
  let upsert: ReturnType<DatabaseSync['prepare']> | undefined;
  return {
    get(key) {
      try {
        const row = select.get(key);
        const value = typeof row?.['value'] === 'number' ? row['value'] : undefined;
        if (value === undefined || fitOf(row?.['crc'], checksum('m', [value], key), false) === 'bad') return undefined;
        return value;
      } catch (error) {
        if (!isCorrupt(error)) throw error;
        return undefined;
      }
    },
    put(key, value) {
      upsert ??= db.prepare(
        'INSERT INTO meta VALUES(?, ?, ?) ON CONFLICT DO UPDATE SET value = excluded.value, crc = excluded.crc',
      );
      upsert.run(key, value, checksum('m', [value], key));
    },
  };
}
