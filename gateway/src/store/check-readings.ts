/** Looks through readings.db row by row, a slice at a time: every checksum, and whether all is there that must be. */
import type { DatabaseSync } from 'node:sqlite';
import { chunkRows } from './chunk-rows.ts';
import type { TellDamage } from './damage.ts';
import { hotRows } from './hot-rows.ts';
import { ALL_TAKEN, metaRows } from './meta-rows.ts';
import { bookRows, bucketRows, ROLLUP_TABLES, type RollupRows } from './rollup-rows.ts';
import { numberOf, type Row } from './row-value.ts';
import { seriesSum } from './series-table.ts';
import { isCorrupt } from './sqlite-failure.ts';
import { stepRows } from './step-rows.ts';

/** Where a round stands: the journal, then block by block of series by series. */
export interface CheckPosition {
  readonly series: number;
  readonly block: number | undefined;
}

export interface ReadingsCheck {
  /** One slice, in one snapshot: 32 days of a series. @returns where to go on; undefined at the end of the round */
  slice(at: CheckPosition): CheckPosition | undefined;
}

export const ROUND_START: CheckPosition = { series: 0, block: undefined };

export function readingsCheck(db: DatabaseSync, phase: number, tell: TellDamage): ReadingsCheck {
  const meta = metaRows(db);
  let taken = false;
  const check = { strict: () => taken, tell };
  const chunks = chunkRows(db, phase, check.strict, tell);
  const { marks } = chunks;
  const rollups = {
    h: bucketRows(db, 'h', phase, check),
    d: bucketRows(db, 'd', phase, check),
    b: bookRows(db, phase, check),
  };
  const steps = stepRows(db, check);
  const hot = hotRows(db, check.strict);

  /** The blocks that a series has or must have, by both. */
  const blocksOf = (series: number): number[] => {
    const root = marks.root(series);
    const blocks = new Set(root === undefined || root === 'damaged' ? [] : root.blocks);
    const ends = guarded(
      () => db.prepare('SELECT min(start) AS first, max(start) AS last FROM chunks WHERE series = ?').get(series),
      undefined,
    );
    if (typeof ends?.['first'] === 'number') {
      const last = marks.blockOf(numberOf(ends, 'last'));
      for (let block = marks.blockOf(numberOf(ends, 'first')); block <= last; block += 1) blocks.add(block);
    }
    return [...blocks].sort((a, b) => a - b);
  };
  const packed = <T>(rows: RollupRows<T>, series: number, block: number, must: boolean): void => {
    const span = { from: rows.startOf(block), to: rows.startOf(block + 1) };
    if (rows.load(series, span.from, span.to).length > 0 || !must) return;
    tell({ file: 'readings.db', table: ROLLUP_TABLES[rows.kind], series, ...span, what: 'the block is gone' });
  };
  const wholeSeries = (series: number): void => {
    const root = marks.root(series);
    if (root === 'damaged' || (root === undefined && taken)) {
      const from = Number.NEGATIVE_INFINITY;
      tell({ file: 'readings.db', table: 'marks', series, from, what: 'the list of its blocks is damaged or gone' });
      return;
    }
    for (const block of root?.days ?? []) packed(rollups.d, series, block, true);
  };
  const block = (series: number, at: number): void => {
    const [from, to] = [marks.startOf(at), marks.startOf(at + 1)];
    for (const chunk of chunks.range(series, from - 1, to)) chunk.columns();
    const must = marks.block(series, at);
    packed(rollups.h, series, at, must !== undefined && must !== 'damaged' && must.hours);
    packed(rollups.b, series, at, must !== undefined && must !== 'damaged' && must.books);
    steps.load(series, from, to);
  };
  const seriesAfter = (series: number): number | undefined => {
    const next = guarded(() => db.prepare('SELECT min(id) AS id FROM series WHERE id > ?').get(series), undefined);
    const found = typeof next?.['id'] === 'number' ? next['id'] : Number.POSITIVE_INFINITY;
    const last = meta.get('series') ?? 0;
    const id = series < last ? Math.min(found, series + 1) : found;
    return id === Number.POSITIVE_INFINITY ? undefined : id;
  };
  const named = (series: number): void => {
    const row = guarded<Row | undefined>(() => db.prepare('SELECT * FROM series WHERE id = ?').get(series), undefined);
    const good = row !== undefined && (row['crc'] === seriesSum(row) || (row['crc'] === null && !taken));
    const what = row === undefined ? 'the row is gone' : 'the row does not fit its checksum';
    if (!good) tell({ file: 'readings.db', table: 'series', series, what });
  };

  const step = ({ series, block: at }: CheckPosition): CheckPosition | undefined => {
    taken ||= meta.get('taken') === ALL_TAKEN;
    if (series === 0) {
      hot.each(({ seq, damaged }) => {
        const what = `commit ${seq} of the journal is damaged or gone`;
        if (damaged) tell({ file: 'readings.db', table: 'hot', from: undefined, what });
      });
    } else if (at === undefined) {
      named(series);
      wholeSeries(series);
    } else block(series, at);
    const blocks = series === 0 ? [] : blocksOf(series);
    const next = blocks.find((one) => at === undefined || one > at);
    if (next !== undefined) return { series, block: next };
    const id = seriesAfter(series);
    return id === undefined ? undefined : { series: id, block: undefined };
  };
  return {
    slice(at) {
      db.exec('BEGIN');
      try {
        return step(at);
      } finally {
        for (const how of ['COMMIT', 'ROLLBACK'])
          guarded(() => (db.isTransaction ? db.exec(how) : undefined), undefined);
      }
    },
  };
}

function guarded<T>(read: () => T, otherwise: T): T {
  try {
    return read();
  } catch (error) {
    if (!isCorrupt(error)) throw error;
    return otherwise;
  }
}
