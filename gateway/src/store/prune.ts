/** Retention: points go first, hours much later, days never. */
import { pointsAround } from './book-range.ts';
import { chunkOf, chunkRow } from './chunk-rows.ts';
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
  const { sealed, first, pruned } = series;
  const { chunks } = state;
  let changed = 0;
  state.marks.reset();
  try {
    transaction(state.db, () => {
      const meter = series.kind === 'register' || series.kind === 'interval';
      const removed = removeChunks(state, series, meter ? hourly : raw);
      const thinned = series.kind === 'register' ? thinChunks(state, series, raw) : 0;
      changed = removed + thinned;
      if (removed + thinned > 0 && series.kind !== 'interval') {
        state.hours.freeze(series.id, raw);
        series.pruned = Math.max(series.pruned, raw);
      }
      removeHours(state, series.id, hourly);
      state.marks.flush();
      if (changed === 0) return;
      series.first = firstPoint(state, series.id);
      state.rows.figures(series);
      state.meta.put('chunks', state.chunks);
    });
  } catch (error) {
    Object.assign(series, { points: series.points + sealed - series.sealed, sealed, first, pruned });
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
  forgetChunks(state, series.id, before);
  state.lost.removeBefore(series.id, before);
  return chunks;
}

/** They need not be there any more. */
function forgetChunks({ marks }: WriterState, series: number, before: number): void {
  const root = marks.root(series);
  if (root === undefined || root === 'damaged') return;
  for (const at of root.blocks.filter((block) => marks.startOf(block) < before)) {
    const known = marks.block(series, at);
    if (known === undefined || known === 'damaged') continue;
    marks.edit(series, at, { chunks: known.chunks.filter(({ start }) => start >= before) });
  }
}

function thinChunks(state: WriterState, series: SeriesState, before: number): number {
  const thinned = state.db.prepare('UPDATE chunks SET thinned = 1 WHERE series = ? AND start = ?');
  const rows = state.db
    .prepare(
      `SELECT start, finish, points, through FROM chunks
       WHERE series = ? AND start < ? AND NOT thinned ORDER BY start LIMIT ?`,
    )
    .all(series.id, before, THINNED_AT_ONCE);
  const { register: spec, intervalMs = 0 } = series;
  for (const row of rows) {
    const [from, to] = [numberOf(row, 'start'), numberOf(row, 'finish')];
    const { points: around, lost } = pointsAround(state.view, series.id, intervalMs, { from, to });
    const kept = keptRegisters({ around, from, to, spec, intervalMs, phase: state.phase });
    // Beside a damaged chunk it cannot be told which readings the books need, and a damaged one stays as it is.
    if (kept.length > 0 && lost.length === 0) {
      const chunk = chunkOf(series.id, kept, { from, to }, numberOf(row, 'through'));
      state.putChunk.run(...chunkRow(series.id, chunk));
      state.marks.addChunks(series.id, [chunk.mark]);
      lose(series, numberOf(row, 'points') - kept.length);
    }
    thinned.run(series.id, from);
  }
  return rows.length;
}

function lose(series: SeriesState, points: number): void {
  series.points -= points;
  series.sealed -= points;
}

function removeHours(state: WriterState, series: number, before: number): void {
  const gone = state.db
    .prepare("DELETE FROM rollups WHERE series = ? AND kind IN ('h', 'b') AND block < ?")
    .run(series, state.hours.blockOf(before));
  forgetHours(state, series, before);
  if (gone.changes === 0) return;
  state.days.freeze(series, before);
  state.db.prepare('DELETE FROM steps WHERE series = ? AND at < ?').run(series, before);
}

function forgetHours({ marks, hours }: WriterState, series: number, before: number): void {
  const root = marks.root(series);
  if (root === undefined || root === 'damaged') return;
  for (const block of root.blocks) {
    if (block < hours.blockOf(before)) marks.edit(series, block, { hours: false, books: false });
  }
}

function firstPoint(state: WriterState, series: number): number {
  const row = state.db.prepare('SELECT first FROM chunks WHERE series = ? ORDER BY start LIMIT 1').get(series);
  const inChunk = numberOrNull(row, 'first') ?? Number.POSITIVE_INFINITY;
  const [bucket] = state.open.of(series);
  return Math.min(inChunk, bucket?.ts[0] ?? Number.POSITIVE_INFINITY);
}
