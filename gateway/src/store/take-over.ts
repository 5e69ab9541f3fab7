/** Files written before rows had checksums: each row is looked at as far as it can be, and gets its checksum. In slices. */
import { decodeBooks } from './book-codec.ts';
import { decodeBuckets } from './bucket-codec.ts';
import { readChunk } from './chunk-rows.ts';
import { DAY_MS, HOUR_MS } from './grid.ts';
import { hotSum } from './hot-rows.ts';
import type { ChunkMark } from './marks.ts';
import { ALL_TAKEN } from './meta-rows.ts';
import { noteRollup } from './rebuild-rollup.ts';
import { RECORD_BYTES } from './record-codec.ts';
import { ROLLUP_TABLES, type RollupKind, readRollup, rollupSum } from './rollup-rows.ts';
import { blobOf, numberOf, numberOrNull, type Row } from './row-value.ts';
import type { SeriesState } from './series-table.ts';
import { isCorrupt } from './sqlite-failure.ts';
import { readStep, stepSum } from './step-rows.ts';
import { transaction, type WriterState } from './writer-state.ts';

export { ALL_TAKEN };

/** Rows of one transaction: commits wait for it. */
const ROWS = 100;

/**
 * One transaction of taking over; a kill between two of them loses nothing, the next start goes on. A row that makes no
 * sense gets no checksum, so that it counts as damaged once all others have theirs.
 */
export function takeOverSlice(state: WriterState): void {
  try {
    transaction(state.db, () => {
      state.marks.reset();
      step(state);
      state.marks.flush();
    });
  } catch (error) {
    if (!isCorrupt(error)) throw error;
    // Pages that cannot be read: the series is done as far as it goes, and its rows without a checksum are damaged.
    const series = nextSeries(state);
    state.tell({ file: 'readings.db', table: 'chunks', series: series?.id, what: `cannot be read: ${String(error)}` });
    transaction(state.db, () => state.meta.put('taken', series?.id ?? ALL_TAKEN));
  }
}

function nextSeries(state: WriterState): SeriesState | undefined {
  const done = state.meta.get('taken') ?? 0;
  return [...state.series.values()].filter(({ id }) => id > done).sort((a, b) => a.id - b.id)[0];
}

function step(state: WriterState): void {
  if (state.meta.get('taken') === undefined && !journalTaken(state)) return;
  const series = nextSeries(state);
  if (series === undefined) {
    const ids = [...state.series.keys()];
    state.meta.put('series', Math.max(0, ...ids));
    for (const key of ['released', 'chunks', 'phase', 'head'] as const) {
      const value = state.meta.get(key);
      if (value !== undefined) state.meta.put(key, value);
    }
    state.meta.put('taken', ALL_TAKEN);
    return;
  }
  if (!chunksTaken(state, series) || !rollupsTaken(state, series)) return;
  stepsTaken(state, series);
  const { id, device, metric } = series;
  state.marks.editRoot(id, { device, metric });
  state.rows.figures(series);
  state.meta.put('taken', id);
}

function journalTaken({ db, meta }: WriterState): boolean {
  const rows = db.prepare('SELECT seq, arrived, records FROM hot WHERE crc IS NULL ORDER BY seq LIMIT ?').all(ROWS);
  const sign = db.prepare('UPDATE hot SET crc = ? WHERE seq = ?');
  for (const row of rows) {
    const [seq, records] = [numberOf(row, 'seq'), blobOf(row, 'records')];
    const sum = records.length % RECORD_BYTES === 0 ? hotSum(seq, numberOf(row, 'arrived'), records) : -1;
    sign.run(sum, seq);
  }
  if (rows.length === ROWS) return false;
  const first = numberOrNull(db.prepare('SELECT min(seq) AS first FROM hot').get(), 'first');
  if (first !== null) meta.put('trimmed', first - 1);
  meta.put('taken', 0);
  return true;
}

function chunksTaken({ db, marks, tell }: WriterState, { id }: SeriesState): boolean {
  const rows = db.prepare('SELECT * FROM chunks WHERE series = ? AND crc IS NULL ORDER BY start LIMIT ?').all(id, ROWS);
  const sign = db.prepare('UPDATE chunks SET crc = ? WHERE series = ? AND start = ?');
  const good: ChunkMark[] = [];
  for (const row of rows) {
    const [start, finish] = [numberOf(row, 'start'), numberOf(row, 'finish')];
    const points = readChunk(id, row, false);
    // A sum that none has: it never fits.
    sign.run(points?.crc ?? -1, id, start);
    if (points !== undefined) good.push({ start, finish, points: points.length, crc: points.crc });
    else
      tell({
        file: 'readings.db',
        table: 'chunks',
        series: id,
        from: start,
        to: finish,
        what: 'the block makes no sense',
      });
  }
  marks.addChunks(id, good);
  return rows.length < ROWS;
}

function rollupsTaken(state: WriterState, { id, pruned }: SeriesState): boolean {
  const { db, tell } = state;
  const rows = db.prepare('SELECT * FROM rollups WHERE series = ? AND crc IS NULL LIMIT ?').all(id, ROWS);
  const sign = db.prepare('UPDATE rollups SET crc = ? WHERE series = ? AND kind = ? AND block = ?');
  for (const row of rows) {
    const kind = kindOf(row);
    const block = numberOf(row, 'block');
    const { startOf } = kind === 'h' ? state.hours : kind === 'd' ? state.days : state.books;
    const entries = readRollup(kind, id, row, startOf, decoderOf(kind), false);
    const frozen = numberOrNull(row, 'frozen');
    sign.run(entries === undefined ? -1 : rollupSum(kind, id, block, frozen, blobOf(row, 'body')), id, kind, block);
    noteRollup(state, id, kind, block);
    const span = { from: startOf(block), to: startOf(block + 1) };
    if (entries === undefined)
      tell({ file: 'readings.db', table: ROLLUP_TABLES[kind], series: id, ...span, what: 'the block makes no sense' });
    const series = state.series.get(id);
    if (kind === 'h' && frozen !== null && series !== undefined)
      series.pruned = Math.max(pruned, series.pruned, frozen);
  }
  return rows.length < ROWS;
}

const kindOf = (row: Row): RollupKind => (row['kind'] === 'h' || row['kind'] === 'd' ? row['kind'] : 'b');

const decoderOf = (kind: RollupKind): ((blob: Uint8Array, origin: number) => { readonly from: number }[]) =>
  kind === 'b' ? decodeBooks : (blob, origin) => decodeBuckets(blob, origin, kind === 'h' ? HOUR_MS : DAY_MS);

function stepsTaken({ db }: WriterState, { id }: SeriesState): void {
  const sign = db.prepare('UPDATE steps SET crc = ? WHERE series = ? AND at = ?');
  for (const row of db.prepare('SELECT * FROM steps WHERE series = ? AND crc IS NULL').all(id)) {
    const found = readStep(id, row, false);
    sign.run(found === undefined ? -1 : stepSum(id, found), id, numberOf(row, 'at'));
  }
}
