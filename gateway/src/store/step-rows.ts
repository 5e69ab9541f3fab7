/** Register steps of the booked hours that are not plain growth. */
import type { DatabaseSync } from 'node:sqlite';
import { checksum, fitOf } from './checksum.ts';
import type { UnexplainedStep } from './reading-store.ts';
import type { RowCheck } from './rollup-rows.ts';
import { numberOf, type Row, textOf } from './row-value.ts';
import { isCorrupt } from './sqlite-failure.ts';

export interface StepRows {
  /** Steps with from ≤ at < to. */
  load(series: number, from: number, to: number): UnexplainedStep[];
  /** To be called in a transaction. */
  replace(series: number, from: number, to: number, fresh: readonly UnexplainedStep[]): void;
}

export const stepSum = (series: number, { at, kind, before, after }: UnexplainedStep): number =>
  checksum('s', [series, at, before, after], kind);

export function stepRows(db: DatabaseSync, check: RowCheck): StepRows {
  const select = db.prepare('SELECT * FROM steps WHERE series = ? AND at >= ? AND at < ? ORDER BY at');
  return {
    load(series, from, to) {
      const steps: UnexplainedStep[] = [];
      const damaged = (what: string) => check.tell({ file: 'readings.db', table: 'steps', series, from, to, what });
      try {
        for (const row of select.iterate(series, from, to)) {
          const step = readStep(series, row, check.strict());
          if (step === undefined) damaged('a step does not fit its checksum');
          else steps.push(step);
        }
      } catch (error) {
        if (!isCorrupt(error)) throw error;
        damaged('pages of the table cannot be read');
      }
      return steps;
    },
    replace(series, from, to, fresh) {
      db.prepare('DELETE FROM steps WHERE series = ? AND at >= ? AND at < ?').run(series, from, to);
      const add = db.prepare('INSERT OR REPLACE INTO steps VALUES(?, ?, ?, ?, ?, ?)');
      for (const step of fresh) {
        const { at, kind, before, after } = step;
        add.run(series, at, kind, before, after, stepSum(series, step));
      }
    },
  };
}

/** @returns undefined when it does not fit its checksum */
export function readStep(series: number, row: Row, strict: boolean): UnexplainedStep | undefined {
  try {
    const step = {
      at: numberOf(row, 'at'),
      kind: kindOf(textOf(row, 'kind')),
      before: numberOf(row, 'before'),
      after: numberOf(row, 'after'),
    };
    return fitOf(row['crc'], stepSum(series, step), strict) === 'bad' ? undefined : step;
  } catch (error) {
    if (!isCorrupt(error)) throw error;
    return undefined;
  }
}

function kindOf(text: string): UnexplainedStep['kind'] {
  if (text === 'reset' || text === 'back-step' || text === 'jump' || text === 'rollover' || text === 'swap')
    return text;
  throw new TypeError(`a stored step has the unknown kind ${text}`);
}
