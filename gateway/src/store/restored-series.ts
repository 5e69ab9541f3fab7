/** The series of a file; of one whose row is damaged or gone what the marks and the chunks still say. */
import type { DatabaseSync } from 'node:sqlite';
import { fitOf } from './checksum.ts';
import type { ChunkRows } from './chunk-rows.ts';
import type { TellDamage } from './damage.ts';
import type { Marks } from './marks.ts';
import type { MetaRows } from './meta-rows.ts';
import { numberOf, type Row } from './row-value.ts';
import { newSeries, noteNewest, type SeriesState, type SeriesWriter, seriesOf, seriesSum } from './series-table.ts';
import { isCorrupt } from './sqlite-failure.ts';

export interface SeriesSources {
  readonly meta: Pick<MetaRows, 'get'>;
  readonly marks: Marks;
  readonly rows: SeriesWriter;
  readonly chunks: ChunkRows;
  readonly tell: TellDamage;
  readonly strict: boolean;
}

/**
 * All series. A damaged row is written anew where the marks know its name; where they do not, its readings belong to no
 * device that could be named, and stay unread. To be called in a transaction.
 */
export function restoredSeries(db: DatabaseSync, sources: SeriesSources): SeriesState[] {
  const found = new Map<number, SeriesState>();
  const damaged = new Set<number>();
  for (const row of readable(db, sources)) {
    const series = checked(row, sources.strict);
    if (series === undefined) damaged.add(Number(row['id']));
    else found.set(series.id, series);
  }
  const last = Math.max(sources.meta.get('series') ?? 0, ...found.keys());
  for (let id = 1; id <= last; id += 1) {
    if (found.has(id)) continue;
    const series = restored(db, id, sources);
    if (series !== undefined) found.set(id, series);
    const what = damaged.has(id) ? 'the row does not fit its checksum' : 'the row is gone';
    const then =
      series === undefined ? 'which device it belongs to is not known any more' : 'restored from what its chunks say';
    sources.tell({ file: 'readings.db', table: 'series', series: id, what: `${what}; ${then}` });
  }
  return [...found.values()].sort((a, b) => a.id - b.id);
}

function checked(row: Row, strict: boolean): SeriesState | undefined {
  try {
    return fitOf(row['crc'], seriesSum(row), strict) === 'bad' ? undefined : seriesOf(row);
  } catch (error) {
    if (!isCorrupt(error) && !(error instanceof SyntaxError)) throw error;
    return undefined;
  }
}

function* readable(db: DatabaseSync, { meta }: SeriesSources): Generator<Row, void, undefined> {
  let next = 1;
  try {
    for (const row of db.prepare('SELECT * FROM series ORDER BY id').iterate()) {
      yield row;
      next = numberOf(row, 'id') + 1;
    }
    return;
  } catch (error) {
    if (!isCorrupt(error)) throw error;
  }
  const one = db.prepare('SELECT * FROM series WHERE id = ?');
  for (const last = meta.get('series') ?? 0; next <= last; next += 1) {
    try {
      const row = one.get(next);
      if (row !== undefined) yield row;
    } catch (error) {
      if (!isCorrupt(error)) throw error;
    }
  }
}

/** Kind, interval and register come again with the next definition; counts and the newest point from the chunks. */
function restored(db: DatabaseSync, id: number, { marks, rows, chunks }: SeriesSources): SeriesState | undefined {
  const root = marks.root(id);
  if (root === undefined || root === 'damaged' || root.device === '') return undefined;
  const must = marks.chunks(id, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY).chunks;
  const points = must.reduce((sum, mark) => sum + mark.points, 0);
  const series: SeriesState = {
    ...newSeries({ id, device: root.device, metric: root.metric }),
    points,
    sealed: points,
  };
  series.first = must[0]?.start ?? series.first;
  for (const chunk of chunks.range(id, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY)) {
    const columns = chunk.columns();
    const at = (columns?.length ?? 0) - 1;
    if (columns === undefined || at < 0) continue;
    series.first = Math.min(series.first, columns.ts[0] ?? series.first);
    series.last = columns.ts[at] ?? series.last;
    noteNewest(series, columns);
  }
  for (const block of root.blocks) {
    // What retention has taken is told by the hours that stand frozen.
    const row = attemptFrozen(db, id, block);
    if (row !== undefined) series.pruned = Math.max(series.pruned, row);
  }
  try {
    db.prepare('DELETE FROM series WHERE id = ?').run(id);
    rows.add([series]);
    rows.define(series);
    rows.figures(series);
  } catch (error) {
    // A page that cannot be written either: memory knows the series until the next start, which restores it again.
    if (!isCorrupt(error)) throw error;
  }
  return series;
}

function attemptFrozen(db: DatabaseSync, series: number, block: number): number | undefined {
  try {
    const row = db
      .prepare("SELECT frozen FROM rollups WHERE series = ? AND kind = 'h' AND block = ?")
      .get(series, block);
    return typeof row?.['frozen'] === 'number' ? row['frozen'] : undefined;
  } catch (error) {
    if (!isCorrupt(error)) throw error;
    return undefined;
  }
}
