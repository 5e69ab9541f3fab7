/** Rows of packed summaries: hours, days and booked hours of a series, a block of time each. */
import type { DatabaseSync } from 'node:sqlite';
import { decodeBooks, encodeBooks } from './book-codec.ts';
import { decodeBuckets, encodeBuckets } from './bucket-codec.ts';
import { DAY_BLOCK_MS, DAY_MS, HOUR_BLOCK_MS, HOUR_MS } from './grid.ts';
import type { Bucket, HourBook } from './reading-store.ts';
import { blobOf, numberOf, numberOrNull } from './row-value.ts';

/** h: hourly summaries. d: daily ones. b: booked hours. */
export type RollupKind = 'h' | 'd' | 'b';

export interface RollupBlock<T> {
  readonly block: number;
  readonly entries: readonly T[];
  /** Entries that start before it are all that is left of their time; minus infinity when there are none. */
  readonly frozen: number;
}

const SPANS = { h: HOUR_BLOCK_MS, d: DAY_BLOCK_MS, b: HOUR_BLOCK_MS } as const;

export interface RollupRows<T> {
  readonly blockMs: number;
  /** Block that holds an instant. */
  blockOf(at: number): number;
  startOf(block: number): number;
  /** Blocks that overlap from ≤ t < to, ascending; `frozenOnly` skips those that lost nothing. */
  load(series: number, from: number, to: number, frozenOnly?: boolean): RollupBlock<T>[];
  /** Replaces the entries that start in [from, to) and are not frozen by `fresh`; to be called in a transaction. */
  replace(series: number, from: number, to: number, fresh: readonly T[]): void;
}

export function bucketRows(db: DatabaseSync, kind: 'h' | 'd', phase: number): RollupRows<Bucket> {
  const slotMs = kind === 'h' ? HOUR_MS : DAY_MS;
  return rollupRows<Bucket>(db, kind, phase, {
    encode: (entries, origin) => encodeBuckets(entries, origin, slotMs),
    decode: (blob, origin) => decodeBuckets(blob, origin, slotMs),
  });
}

export function bookRows(db: DatabaseSync, phase: number): RollupRows<HourBook> {
  return rollupRows<HourBook>(db, 'b', phase, { encode: encodeBooks, decode: decodeBooks });
}

interface Codec<T> {
  encode(entries: readonly T[], origin: number): Uint8Array;
  decode(blob: Uint8Array, origin: number): T[];
}

function rollupRows<T extends { readonly from: number }>(
  db: DatabaseSync,
  kind: RollupKind,
  phase: number,
  codec: Codec<T>,
): RollupRows<T> {
  const select = db.prepare(`SELECT block, frozen, body FROM rollups
    WHERE series = ? AND kind = '${kind}' AND block BETWEEN ? AND ? AND (frozen IS NOT NULL OR ?) ORDER BY block`);
  const blockMs = SPANS[kind];
  const blockOf = (at: number): number => Math.floor((at - phase) / blockMs);
  const startOf = (block: number): number => block * blockMs + phase;

  const load = (series: number, from: number, to: number, frozenOnly = false): RollupBlock<T>[] =>
    select.all(series, blockOf(from), blockOf(to - 1), frozenOnly ? 0 : 1).map((row) => {
      const block = numberOf(row, 'block');
      const frozen = numberOrNull(row, 'frozen') ?? Number.NEGATIVE_INFINITY;
      return { block, frozen, entries: codec.decode(blobOf(row, 'body'), startOf(block)) };
    });

  // A reader's connection cannot write; preparing the statement only when it is needed keeps one function for both.
  let upsert: ReturnType<DatabaseSync['prepare']> | undefined;
  const replace = (series: number, from: number, to: number, fresh: readonly T[]): void => {
    if (to <= from) return;
    upsert ??= db.prepare(`INSERT INTO rollups(series, kind, block, body) VALUES(?, '${kind}', ?, ?)
      ON CONFLICT DO UPDATE SET body = excluded.body`);
    const old = new Map(load(series, from, to).map((row) => [row.block, row]));
    for (let block = blockOf(from); block <= blockOf(to - 1); block += 1) {
      const end = startOf(block + 1);
      const row = old.get(block);
      const kept = (row?.entries ?? []).filter(
        (entry) => entry.from < from || entry.from >= to || entry.from < (row?.frozen ?? 0),
      );
      const stays = new Set(kept.map((entry) => entry.from));
      const added = fresh.filter((entry) => entry.from >= startOf(block) && entry.from < end && !stays.has(entry.from));
      if (row === undefined && added.length === 0) continue;
      const entries = [...kept, ...added].sort((a, b) => a.from - b.from);
      upsert.run(series, block, codec.encode(entries, startOf(block)));
    }
  };
  return { blockMs, blockOf, startOf, load, replace };
}
