/** Copies what can be believed of a damaged readings.db into a fresh one. */
import type { DatabaseSync } from 'node:sqlite';
import { chunkOf, chunkRow, chunkRows, PUT_CHUNK } from './chunk-rows.ts';
import type { TellDamage } from './damage.ts';
import { hotRows } from './hot-rows.ts';
import { lostRows } from './lost-rows.ts';
import type { Marks } from './marks.ts';
import { ALL_TAKEN, type MetaRows, metaRows } from './meta-rows.ts';
import { recordsOver } from './record-codec.ts';
import { lostCommits, timesOf } from './replay-hot.ts';
import { bookRows, bucketRows, type RollupRows, type RowCheck } from './rollup-rows.ts';
import { newSeries, noteNewest, type SeriesState, seriesOf, seriesSum, seriesWriter } from './series-table.ts';
import { isCorrupt } from './sqlite-failure.ts';
import { stepRows } from './step-rows.ts';
import { transaction } from './writer-state.ts';

export interface Salvaged {
  readonly series: number;
  readonly chunks: number;
  readonly commits: number;
}

const ALWAYS = { from: -8.64e15, to: 8.64e15 } as const;

/**
 * @param from opened for writing, so that a file of an older version has its columns
 * @param into fresh, of the same phase
 * @param tell hears of all that is not copied
 */
export function salvageReadings(
  from: DatabaseSync,
  into: DatabaseSync,
  { phase, now }: { readonly phase: number; readonly now: number },
  tell: TellDamage,
): Salvaged {
  const old = metaRows(from);
  const strict = (): boolean => old.get('taken') === ALL_TAKEN;
  const ids = seriesIds(from, old);
  const total = { series: 0, chunks: 0, commits: 0 };
  const source = opened(from, phase, { strict, tell });
  const target = opened(into, phase, { strict: () => true, tell });
  copyMeta(old, target.meta, Math.max(0, ...ids));
  for (const id of ids) {
    const series = seriesFrom(from, id, source.marks, strict());
    if (series === undefined) {
      tell({
        file: 'readings.db',
        table: 'series',
        series: id,
        what: 'the row is damaged; whose readings they are is lost',
      });
      continue;
    }
    transaction(into, () => {
      target.marks.reset();
      total.chunks += copySeries(source, target, series);
      target.marks.flush();
    });
    total.series += 1;
  }
  transaction(into, () => {
    total.commits = copyJournal(source, target, { known: new Set(ids), now }, tell);
    for (const { series, kind, span } of guarded(() => source.lost.all(), [])) target.lost.add(series, kind, span);
  });
  return total;
}

type Side = ReturnType<typeof opened>;

function opened(db: DatabaseSync, phase: number, check: RowCheck) {
  const chunks = chunkRows(db, phase, check.strict, check.tell);
  return {
    ...{ db, chunks, marks: chunks.marks, meta: metaRows(db), lost: lostRows(db), steps: stepRows(db, check) },
    hot: hotRows(db, check.strict),
    hours: bucketRows(db, 'h', phase, check),
    days: bucketRows(db, 'd', phase, check),
    books: bookRows(db, phase, check),
  };
}

function copyMeta(old: MetaRows, meta: MetaRows, lastSeries: number): void {
  for (const key of ['released', 'chunks', 'head', 'trimmed', 'identity'] as const) {
    const value = old.get(key);
    if (value !== undefined) meta.put(key, value);
  }
  meta.put('series', Math.max(lastSeries, old.get('series') ?? 0));
}

function seriesIds(db: DatabaseSync, meta: MetaRows): number[] {
  const ids = new Set<number>();
  for (const order of ['ASC', 'DESC']) {
    guarded(() => {
      for (const row of db.prepare(`SELECT id FROM series ORDER BY id ${order}`).iterate()) ids.add(Number(row['id']));
    }, undefined);
  }
  for (let id = 1; id <= (meta.get('series') ?? 0); id += 1) ids.add(id);
  return [...ids].sort((a, b) => a - b);
}

function seriesFrom(db: DatabaseSync, id: number, marks: Marks, strict: boolean): SeriesState | undefined {
  const row = guarded(() => db.prepare('SELECT * FROM series WHERE id = ?').get(id), undefined);
  const believed = row !== undefined && (row['crc'] === seriesSum(row) || (row['crc'] === null && !strict));
  const series = believed ? guarded(() => seriesOf(row), undefined) : undefined;
  if (series !== undefined) return series;
  const root = marks.root(id);
  if (root === undefined || root === 'damaged' || root.device === '') return undefined;
  return newSeries({ id, device: root.device, metric: root.metric });
}

/** @returns chunks copied; the counts and the newest point of the series are those of what was copied */
function copySeries(source: Side, target: Side, series: SeriesState): number {
  const { id, device, metric } = series;
  const put = target.db.prepare(PUT_CHUNK);
  let chunks = 0;
  let points = 0;
  target.marks.editRoot(id, { device, metric });
  for (const { start, finish, through, columns } of source.chunks.range(id, ALWAYS.from, ALWAYS.to)) {
    const found = columns();
    if (found === undefined) {
      target.lost.add(id, 'c', { from: start, to: finish });
      continue;
    }
    const chunk = chunkOf(id, found, { from: start, to: finish }, through);
    put.run(...chunkRow(id, chunk));
    target.marks.addChunks(id, [chunk.mark]);
    chunks += 1;
    points += found.length;
    const last = found.length - 1;
    series.first = Math.min(series.first, found.ts[0] ?? series.first);
    series.last = Math.max(series.last, found.ts[last] ?? series.last);
    noteNewest(series, found);
  }
  for (const kind of ['hours', 'books'] as const) {
    const there =
      kind === 'hours' ? copyRollups(source.hours, target.hours, id) : copyRollups(source.books, target.books, id);
    const must = rootBlocks(source, id).filter((block) => isListed(source.marks, id, block, kind));
    for (const block of new Set([...there, ...must])) target.marks.edit(id, block, { [kind]: true });
  }
  const root = source.marks.root(id);
  const days = root === undefined || root === 'damaged' ? [] : root.days;
  const copied = copyRollups(source.days, target.days, id);
  target.marks.editRoot(id, { days: [...new Set([...days, ...copied])].sort((a, b) => a - b) });
  target.steps.replace(id, ALWAYS.from, ALWAYS.to, source.steps.load(id, ALWAYS.from, ALWAYS.to));
  series.sealed = points;
  const writer = seriesWriter(target.db);
  writer.add([series]);
  writer.define(series);
  writer.figures(series);
  return chunks;
}

function rootBlocks({ marks }: Side, series: number): readonly number[] {
  const root = marks.root(series);
  return root === undefined || root === 'damaged' ? [] : root.blocks;
}

function isListed(marks: Marks, series: number, block: number, kind: 'hours' | 'books'): boolean {
  const found = marks.block(series, block);
  return found !== undefined && found !== 'damaged' && found[kind];
}

/** @returns blocks that are there, damaged ones included: those are built anew from points */
function copyRollups<T>(source: RollupRows<T>, target: RollupRows<T>, series: number): number[] {
  const blocks = source.load(series, ALWAYS.from, ALWAYS.to);
  for (const { block, entries, frozen, damaged } of blocks) {
    if (!damaged) target.rebuild(series, block, entries, frozen);
  }
  return blocks.map(({ block }) => block);
}

function copyJournal(
  source: Side,
  target: Side,
  { known, now }: { readonly known: ReadonlySet<number>; readonly now: number },
  tell: TellDamage,
): number {
  let commits = 0;
  let last = 0;
  const lost = lostCommits(source.hot, known, now, (row) => {
    target.hot.add(row);
    commits += 1;
    last = row.seq;
    return timesOf(recordsOver(row.records.slice().buffer));
  });
  for (const { seq, spans } of lost) {
    // Its number stays taken by an empty row: it is missed no more.
    target.hot.add({ seq, arrived: 0, records: new Uint8Array() });
    const what = `commit ${seq} of the journal is damaged or gone`;
    if (spans === undefined) tell({ file: 'readings.db', table: 'hot', what });
    for (const [id, span] of spans ?? []) {
      target.lost.add(id, 'j', span);
      tell({ file: 'readings.db', table: 'hot', series: id === 0 ? undefined : id, ...span, what });
    }
  }
  target.meta.put('head', Math.max(last, ...lost.map(({ seq }) => seq), target.meta.get('head') ?? 0));
  return commits;
}

function guarded<T>(read: () => T, otherwise: T): T {
  try {
    return read();
  } catch (error) {
    if (!isCorrupt(error) && !(error instanceof SyntaxError)) throw error;
    return otherwise;
  }
}
