/** The marks of a block of time, or of a whole series, built anew from the rows that are there. */
import { readChunk } from './chunk-rows.ts';
import type { ChunkMark } from './marks.ts';
import { numberOf } from './row-value.ts';
import type { SeriesState } from './series-table.ts';
import type { WriterState } from './writer-state.ts';

/**
 * What was gone already when the marks were damaged is not missed any more. To be called in a transaction.
 * @param from start of the block; minus infinity for the name and the blocks of the series
 */
export function remark({ db, marks }: WriterState, { id, device, metric }: SeriesState, from: number): void {
  if (from === Number.NEGATIVE_INFINITY) {
    const blocks = db.prepare("SELECT block FROM marks WHERE series = ? AND kind = 'c' ORDER BY block").all(id);
    const packed = db.prepare("SELECT block FROM rollups WHERE series = ? AND kind = 'd' ORDER BY block").all(id);
    const numbers = (rows: typeof blocks): number[] => rows.map((row) => numberOf(row, 'block'));
    marks.editRoot(id, { device, metric, blocks: numbers(blocks), days: numbers(packed) });
    return;
  }
  const block = marks.blockOf(from);
  const found: ChunkMark[] = [];
  const rows = db.prepare('SELECT * FROM chunks WHERE series = ? AND start >= ? AND start < ? ORDER BY start');
  for (const row of rows.all(id, marks.startOf(block), marks.startOf(block + 1))) {
    const points = readChunk(id, row, true);
    // A damaged one must still be there: its row says from when to when.
    const crc = points?.crc ?? 0;
    found.push({ start: numberOf(row, 'start'), finish: numberOf(row, 'finish'), points: points?.length ?? 0, crc });
  }
  const there = (kind: string): boolean =>
    db.prepare('SELECT 1 FROM rollups WHERE series = ? AND kind = ? AND block = ?').get(id, kind, block) !== undefined;
  marks.edit(id, block, { chunks: found, hours: there('h'), books: there('b') });
}
