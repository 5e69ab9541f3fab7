/** Spans whose points were damaged and whose block has been written over since: what came later is all that is there. */
import type { DatabaseSync } from 'node:sqlite';
import type { TellDamage } from './damage.ts';
import { numberOf, type Row } from './row-value.ts';
import type { TimeSpan } from './spans.ts';
import { isCorrupt } from './sqlite-failure.ts';

/** c: a chunk. j: commits. h: hourly summaries whose points retention had taken already. In capitals: accepted. */
export type LostKind = 'c' | 'j' | 'h';

export interface LostRows {
  /** Lost points that overlap the range; with `summaries` lost summaries of points that are long gone too. */
  spans(series: number, from: number, to: number, summaries?: boolean): TimeSpan[];
  /** Lost before they were summed up, or with their summaries. */
  summaries(series: number, from: number, to: number): TimeSpan[];
  /** Lost before they were sealed, so that books beside them never knew of them. */
  commits(series: number, from: number, to: number): TimeSpan[];
  /** To be called in a transaction. */
  add(series: number, kind: LostKind, span: TimeSpan): void;
  /** Retention has taken what was there before. To be called in a transaction. */
  removeBefore(series: number, before: number): void;
  /** Tells of all that nobody has accepted. */
  tellAll(tell: TellDamage): void;
  all(): { readonly series: number; readonly kind: LostKind; readonly span: TimeSpan }[];
  /** From now on they are known, and told no more; they stay missing. To be called in a transaction. */
  accept(): void;
}

export function lostRows(db: DatabaseSync): LostRows {
  const select = db.prepare('SELECT kind, start, finish FROM lost WHERE series IN (0, ?) AND start < ? AND finish > ?');
  const overlapping = (series: number, from: number, to: number, ...but: readonly LostKind[]): TimeSpan[] => {
    try {
      return select
        .all(series, to, from)
        .filter((row) => !but.includes(kindOf(row)))
        .map((row) => ({ from: numberOf(row, 'start'), to: numberOf(row, 'finish') }));
    } catch (error) {
      if (!isCorrupt(error)) throw error;
      // What was lost cannot be told any more: of this range nothing that is computed from points may be believed.
      return [{ from, to }];
    }
  };
  return {
    spans: (series, from, to, summaries = false) =>
      summaries ? overlapping(series, from, to) : overlapping(series, from, to, 'h'),
    summaries: (series, from, to) => overlapping(series, from, to, 'c'),
    commits: (series, from, to) => overlapping(series, from, to, 'c', 'h'),
    add(series, kind, { from, to }) {
      db.prepare(
        'INSERT INTO lost VALUES(?, ?, ?, ?) ON CONFLICT DO UPDATE SET finish = max(finish, excluded.finish)',
      ).run(series, kind, from, to);
    },
    removeBefore(series, before) {
      db.prepare('DELETE FROM lost WHERE series = ? AND finish <= ?').run(series, before);
    },
    all: () =>
      db
        .prepare('SELECT series, kind, start, finish FROM lost')
        .all()
        .map((row) => ({
          series: numberOf(row, 'series'),
          kind: kindOf(row),
          span: { from: numberOf(row, 'start'), to: numberOf(row, 'finish') },
        })),
    accept() {
      db.exec('UPDATE OR REPLACE lost SET kind = upper(kind)');
    },
    tellAll(tell) {
      for (const row of db
        .prepare('SELECT series, kind, start, finish FROM lost WHERE kind = lower(kind) LIMIT 1000')
        .all()) {
        const series = numberOf(row, 'series');
        tell({
          file: 'readings.db',
          table: row['kind'] === 'j' ? 'hot' : row['kind'] === 'h' ? 'rollups' : 'chunks',
          series: series === 0 ? undefined : series,
          from: numberOf(row, 'start'),
          to: numberOf(row, 'finish'),
          what: 'readings of this span were lost to damage',
        });
      }
    },
  };
}

function kindOf(row: Row): LostKind {
  const kind = String(row['kind']).toLowerCase();
  return kind === 'j' || kind === 'h' ? kind : 'c';
}
