/** Rows of packed summaries: hours, days and booked hours of a series, a block of time each. */
import type { DatabaseSync } from 'node:sqlite';
import { decodeBooks, encodeBooks } from './book-codec.ts';
import { decodeBuckets, encodeBuckets } from './bucket-codec.ts';
import { checksum, fitOf } from './checksum.ts';
import type { TellDamage } from './damage.ts';
import { DAY_BLOCK_MS, DAY_MS, HOUR_BLOCK_MS, HOUR_MS } from './grid.ts';
import type { Bucket, HourBook } from './reading-store.ts';
import { blobOf, numberOf, numberOrNull, type Row } from './row-value.ts';
import { type TimeSpan, without } from './spans.ts';
import { isCorrupt } from './sqlite-failure.ts';

/** h: hourly summaries. d: daily ones. b: booked hours. */
export type RollupKind = 'h' | 'd' | 'b';

export interface RollupBlock<T> {
  readonly block: number;
  /** None when it is damaged. */
  readonly entries: readonly T[];
  /** Entries that start before it are all that is left of their time; minus infinity when there are none. */
  readonly frozen: number;
  readonly damaged: boolean;
}

const SPANS = { h: HOUR_BLOCK_MS, d: DAY_BLOCK_MS, b: HOUR_BLOCK_MS } as const;
/** How a damage names them. */
export const ROLLUP_TABLES = { h: 'rollups (hours)', d: 'rollups (days)', b: 'rollups (books)' } as const;

export interface RollupRows<T> {
  readonly kind: RollupKind;
  readonly blockMs: number;
  /** Block that holds an instant. */
  blockOf(at: number): number;
  startOf(block: number): number;
  /** Blocks that overlap from ≤ t < to, ascending; `frozenOnly` may skip those that lost nothing. */
  load(series: number, from: number, to: number, frozenOnly?: boolean): RollupBlock<T>[];
  /**
   * Replaces the entries that start in [from, to), but not in `kept`, and are not frozen by `fresh`. To be called in a
   * transaction.
   * @returns the blocks written, and those left alone because they are damaged or gone: they must be rebuilt as a whole
   */
  replace(series: number, from: number, to: number, fresh: readonly T[], kept?: readonly TimeSpan[]): Replaced;
  /** Writes a whole block anew, whatever was there. To be called in a transaction. */
  rebuild(series: number, block: number, entries: readonly T[], frozen?: number): void;
  /** From now on the entries before `before` are all that is known of their time. To be called in a transaction. */
  freeze(series: number, before: number): void;
}

export function bucketRows(db: DatabaseSync, kind: 'h' | 'd', phase: number, check: RowCheck): RollupRows<Bucket> {
  const slotMs = kind === 'h' ? HOUR_MS : DAY_MS;
  const codec: Codec<Bucket> = {
    encode: (entries, origin) => encodeBuckets(entries, origin, slotMs),
    decode: (blob, origin) => decodeBuckets(blob, origin, slotMs),
  };
  return rollupRows<Bucket>(db, kind, phase, codec, check);
}

export function bookRows(db: DatabaseSync, phase: number, check: RowCheck): RollupRows<HourBook> {
  return rollupRows<HourBook>(db, 'b', phase, { encode: encodeBooks, decode: decodeBooks }, check);
}

export interface Replaced {
  readonly written: readonly number[];
  readonly broken: readonly number[];
}

/** How rows are checked, and who is told of those that do not fit. */
export interface RowCheck {
  strict(): boolean;
  readonly tell: TellDamage;
  /** Whether a packed row must be there. */
  must?(kind: RollupKind, series: number, block: number): boolean;
}

interface Codec<T> {
  encode(entries: readonly T[], origin: number): Uint8Array;
  decode(blob: Uint8Array, origin: number): T[];
}

export const rollupSum = (kind: RollupKind, series: number, block: number, frozen: number | null, body: Uint8Array) =>
  checksum(kind, [series, block, frozen], body);

/**
 * The entries of a packed row, undefined when they do not fit its checksum. A row without one is believed when its
 * entries lie in its block and in order.
 */
export function readRollup<T extends { readonly from: number }>(
  kind: RollupKind,
  series: number,
  row: Row,
  startOf: (block: number) => number,
  decode: Codec<T>['decode'],
  strict: boolean,
): T[] | undefined {
  try {
    const block = numberOf(row, 'block');
    const body = blobOf(row, 'body');
    const fit = fitOf(row['crc'], rollupSum(kind, series, block, numberOrNull(row, 'frozen'), body), strict);
    if (fit === 'bad') return undefined;
    const entries = decode(body, startOf(block));
    const fits = entries.every(
      ({ from }, i) =>
        from >= startOf(block) && from < startOf(block + 1) && from > (entries[i - 1]?.from ?? -Infinity),
    );
    return fit === 'good' || fits ? entries : undefined;
  } catch (error) {
    if (error instanceof Error && 'code' in error && String(error.code).startsWith('Z_')) return undefined;
    if (!isCorrupt(error)) throw error;
    return undefined;
  }
}

function rollupRows<T extends { readonly from: number }>(
  db: DatabaseSync,
  kind: RollupKind,
  phase: number,
  codec: Codec<T>,
  check: RowCheck,
): RollupRows<T> {
  const select = db.prepare(`SELECT block, frozen, body, crc FROM rollups
    WHERE series = ? AND kind = '${kind}' AND block BETWEEN ? AND ? AND (frozen IS NOT NULL OR ?) ORDER BY block`);
  const blockMs = SPANS[kind];
  const blockOf = (at: number): number => Math.floor((at - phase) / blockMs);
  const startOf = (block: number): number => block * blockMs + phase;
  const damaged = (series: number, block: number, what: string): RollupBlock<T> => {
    const span = { from: startOf(block), to: startOf(block + 1) };
    check.tell({ file: 'readings.db', table: ROLLUP_TABLES[kind], series, ...span, what });
    return { block, frozen: Number.NEGATIVE_INFINITY, entries: [], damaged: true };
  };
  const read = (series: number, row: Row): RollupBlock<T> => {
    const block = numberOf(row, 'block');
    const entries = readRollup(kind, series, row, startOf, codec.decode, check.strict());
    if (entries === undefined) return damaged(series, block, 'the block does not fit its checksum');
    return { block, frozen: numberOrNull(row, 'frozen') ?? Number.NEGATIVE_INFINITY, entries, damaged: false };
  };

  const load = (series: number, from: number, to: number, frozenOnly = false): RollupBlock<T>[] => {
    const [first, last] = [blockOf(from), blockOf(to - 1)];
    try {
      return select.all(series, first, last, frozenOnly ? 0 : 1).map((row) => read(series, row));
    } catch (error) {
      if (!isCorrupt(error)) throw error;
      return oneByOne(series, first, last);
    }
  };
  /** Around a page that cannot be read; more blocks than any history has are not asked for. */
  const oneByOne = (series: number, first: number, last: number): RollupBlock<T>[] => {
    const found: RollupBlock<T>[] = [];
    for (let block = Math.max(first, blockOf(0)); block <= Math.min(last, blockOf(8e12)); block += 1) {
      try {
        found.push(...select.all(series, block, block, 1).map((row) => read(series, row)));
      } catch (error) {
        if (!isCorrupt(error)) throw error;
        found.push(damaged(series, block, 'the page of the block cannot be read'));
      }
    }
    return found;
  };

  // A reader's connection cannot write; preparing the statement only when it is needed keeps one function for both.
  let upsert: ReturnType<DatabaseSync['prepare']> | undefined;
  const put = (series: number, block: number, frozen: number | null, entries: readonly T[]): void => {
    upsert ??= db.prepare(`INSERT INTO rollups(series, kind, block, frozen, body, crc) VALUES(?, '${kind}', ?, ?, ?, ?)
      ON CONFLICT DO UPDATE SET frozen = excluded.frozen, body = excluded.body, crc = excluded.crc`);
    const body = codec.encode(entries, startOf(block));
    upsert.run(series, block, frozen, body, rollupSum(kind, series, block, frozen, body));
  };
  const replace: RollupRows<T>['replace'] = (series, from, to, fresh, lost = []) => {
    const written: number[] = [];
    const broken: number[] = [];
    if (to <= from) return { written, broken };
    const old = new Map(load(series, from, to).map((row) => [row.block, row]));
    const ranges = without([{ from, to }], lost);
    const inRange = (at: number): boolean => ranges.some((range) => at >= range.from && at < range.to);
    for (let block = blockOf(from); block <= blockOf(to - 1); block += 1) {
      const end = startOf(block + 1);
      const row = old.get(block);
      if (row?.damaged ?? check.must?.(kind, series, block)) {
        broken.push(block);
        continue;
      }
      const kept = (row?.entries ?? []).filter((entry) => !inRange(entry.from) || entry.from < (row?.frozen ?? 0));
      const stays = new Set(kept.map((entry) => entry.from));
      const added = fresh.filter(
        (entry) => entry.from >= startOf(block) && entry.from < end && inRange(entry.from) && !stays.has(entry.from),
      );
      if (row === undefined && added.length === 0) continue;
      const frozen = row === undefined || row.frozen === Number.NEGATIVE_INFINITY ? null : row.frozen;
      put(
        series,
        block,
        frozen,
        [...kept, ...added].sort((a, b) => a.from - b.from),
      );
      written.push(block);
    }
    return { written, broken };
  };
  const freeze = (series: number, before: number): void => {
    const sign = db.prepare(
      `UPDATE rollups SET frozen = ?, crc = ? WHERE series = ? AND kind = '${kind}' AND block = ?`,
    );
    const rows = db.prepare(
      `SELECT block, frozen, body, crc FROM rollups WHERE series = ? AND kind = '${kind}' AND block <= ?`,
    );
    for (const row of rows.all(series, blockOf(before - 1))) {
      const { block, frozen, damaged: broken } = read(series, row);
      if (broken || frozen >= Math.min(before, startOf(block + 1))) continue;
      sign.run(before, rollupSum(kind, series, block, before, blobOf(row, 'body')), series, block);
    }
  };
  const rebuild: RollupRows<T>['rebuild'] = (series, block, entries, frozen = Number.NEGATIVE_INFINITY) =>
    put(series, block, frozen === Number.NEGATIVE_INFINITY ? null : frozen, entries);
  return { kind, blockMs, blockOf, startOf, load, replace, rebuild, freeze };
}
