/** Register steps of the booked hours that are not plain growth. */
import type { DatabaseSync } from 'node:sqlite';
import type { UnexplainedStep } from './reading-store.ts';
import { numberOf, textOf } from './row-value.ts';

export interface StepRows {
  /** Steps with from ≤ at < to. */
  load(series: number, from: number, to: number): UnexplainedStep[];
  /** To be called in a transaction. */
  replace(series: number, from: number, to: number, fresh: readonly UnexplainedStep[]): void;
}

export function stepRows(db: DatabaseSync): StepRows {
  const select = db.prepare('SELECT * FROM steps WHERE series = ? AND at >= ? AND at < ? ORDER BY at');
  return {
    load: (series, from, to) =>
      select.all(series, from, to).map((row) => ({
        at: numberOf(row, 'at'),
        kind: kindOf(textOf(row, 'kind')),
        before: numberOf(row, 'before'),
        after: numberOf(row, 'after'),
      })),
    replace(series, from, to, fresh) {
      db.prepare('DELETE FROM steps WHERE series = ? AND at >= ? AND at < ?').run(series, from, to);
      const add = db.prepare('INSERT OR REPLACE INTO steps VALUES(?, ?, ?, ?, ?)');
      for (const { at, kind, before, after } of fresh) add.run(series, at, kind, before, after);
    },
  };
}

function kindOf(text: string): UnexplainedStep['kind'] {
  if (text === 'reset' || text === 'back-step' || text === 'jump' || text === 'rollover' || text === 'swap')
    return text;
  throw new TypeError(`a stored step has the unknown kind ${text}`);
}
