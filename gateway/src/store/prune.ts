/** Retention: points go first, hours much later, days never. */
import { pointsAround } from './book-range.ts';
import { encodeChunk } from './chunk-codec.ts';
import { CELL_MS, DAY_MS, floorTo, HOUR_BLOCK_MS } from './grid.ts';
import { keptRegisters } from './kept-registers.ts';
import { numberOf, numberOrNull } from './row-value.ts';
import type { SeriesState } from './series-table.ts';
import { transaction, type WriterState } from './writer-state.ts';

export interface RetentionPolicy {
  readonly rawDays: number;
  readonly hourlyDays: number;
}

/** Chunks thinned in one transaction: commits wait for it. */
const THINNED_AT_ONCE = 200;

/** Whole cells before `raw` lose their points, whole packed rows before `hourly` their hours. */
export interface Cutoffs {
  readonly raw: number;
  readonly hourly: number;
}

export function cutoffs(now: number, policy: RetentionPolicy, phase: number): Cutoffs {
  const hourly = floorTo(now - policy.hourlyDays * DAY_MS, HOUR_BLOCK_MS, phase);
  return { raw: Math.max(hourly, floorTo(now - policy.rawDays * DAY_MS, CELL_MS, phase)), hourly };
}

/**
 * One series, one transaction. Its buckets before the raw cut-off must be sealed.
 * - gauge and state: points before `raw` go, their hours stay until `hourly`.
 * - register: thinned to the readings its books need; interval amounts are those readings. Both stay until `hourly`.
 * @returns chunks removed or thinned; call again until it is 0
 */
export function pruneSeries(state: WriterState, series: SeriesState, { raw, hourly }: Cutoffs): number {
  const { sealed, first } = series;
  const { chunks } = state;
  let changed = 0;
  try {
    transaction(state.db, () => {
      const meter = series.kind === 'register' || series.kind === 'interval';
      const removed = removeChunks(state, series, meter ? hourly : raw);
      const thinned = series.kind === 'register' ? thinChunks(state, series, raw) : 0;
      changed = removed + thinned;
      if (removed + thinned > 0 && series.kind !== 'interval') freeze(state, series.id, 'h', raw);
      removeHours(state, series.id, hourly);
      if (changed === 0) return;
      series.first = firstPoint(state, series.id);
      state.rows.figures(series);
      state.putMeta.run('chunks', state.chunks);
    });
  } catch (error) {
    Object.assign(series, { points: series.points + sealed - series.sealed, sealed, first });
    state.chunks = chunks;
    throw error;
  }
  return changed;
}

function removeChunks(state: WriterState, series: SeriesState, before: number): number {
  const gone = state.db
    .prepare('SELECT count(*) AS chunks, total(points) AS points FROM chunks WHERE series = ? AND start < ?')
    .get(series.id, before);
  const chunks = numberOf(gone, 'chunks');
  if (chunks === 0) return 0;
  state.db.prepare('DELETE FROM chunks WHERE series = ? AND start < ?').run(series.id, before);
  lose(series, numberOf(gone, 'points'));
  state.chunks -= chunks;
  return chunks;
}

function thinChunks(state: WriterState, series: SeriesState, before: number): number {
  const put = state.db.prepare('UPDATE chunks SET thinned = 1, points = ?, body = ? WHERE series = ? AND start = ?');
  const rows = state.db
    .prepare(
      'SELECT start, finish, points FROM chunks WHERE series = ? AND start < ? AND NOT thinned ORDER BY start LIMIT ?',
    )
    .all(series.id, before, THINNED_AT_ONCE);
  const { register: spec, intervalMs = 0 } = series;
  for (const row of rows) {
    const [from, to] = [numberOf(row, 'start'), numberOf(row, 'finish')];
    const around = pointsAround(state.view, series.id, intervalMs, { from, to });
    const kept = keptRegisters({ around, from, to, spec, intervalMs, phase: state.phase });
    put.run(kept.length, encodeChunk(kept, from), series.id, from);
    lose(series, numberOf(row, 'points') - kept.length);
  }
  return rows.length;
}

function lose(series: SeriesState, points: number): void {
  series.points -= points;
  series.sealed -= points;
}

/** From now on these hours (days) are all that is known of their time. */
function freeze(state: WriterState, series: number, kind: 'h' | 'd', before: number): void {
  const rows = kind === 'h' ? state.hours : state.days;
  state.db
    .prepare('UPDATE rollups SET frozen = max(ifnull(frozen, ?1), ?1) WHERE series = ?2 AND kind = ?3 AND block <= ?4')
    .run(before, series, kind, rows.blockOf(before - 1));
}

function removeHours(state: WriterState, series: number, before: number): void {
  const gone = state.db
    .prepare("DELETE FROM rollups WHERE series = ? AND kind IN ('h', 'b') AND block < ?")
    .run(series, state.hours.blockOf(before));
  if (gone.changes === 0) return;
  freeze(state, series, 'd', before);
  state.db.prepare('DELETE FROM steps WHERE series = ? AND at < ?').run(series, before);
}

function firstPoint(state: WriterState, series: number): number {
  const row = state.db.prepare('SELECT first FROM chunks WHERE series = ? ORDER BY start LIMIT 1').get(series);
  const inChunk = numberOrNull(row, 'first') ?? Number.POSITIVE_INFINITY;
  const [bucket] = state.open.of(series);
  return Math.min(inChunk, bucket?.ts[0] ?? Number.POSITIVE_INFINITY);
}
