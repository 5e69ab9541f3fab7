/** The sealed chunks of a series, each checked before it is believed; those that are damaged or gone are noted. */
import type { DatabaseSync } from 'node:sqlite';
import { checksum, fitOf } from './checksum.ts';
import { decodeChunk, encodeChunk } from './chunk-codec.ts';
import type { TellDamage } from './damage.ts';
import { type ChunkMark, type Marks, marksOf } from './marks.ts';
import type { Columns } from './point-columns.ts';
import { blobOf, numberOf, type Row } from './row-value.ts';
import { overlaps, type TimeSpan } from './spans.ts';
import { isCorrupt } from './sqlite-failure.ts';

export interface Chunk {
  readonly start: number;
  readonly finish: number;
  /** Time of its newest point; its own end when that cannot be told. */
  readonly last: number;
  readonly through: number;
  /** Its points; undefined when it is damaged or gone. */
  columns(): Columns | undefined;
}

export interface ChunkRows {
  readonly marks: Marks;
  /** Chunks with from < start < to, ascending. */
  range(series: number, from: number, to: number): Generator<Chunk, void, undefined>;
  /** Newest with start < limit. */
  before(series: number, limit: number): Chunk | undefined;
  /** Oldest with start > past and finish > at. */
  after(series: number, at: number, past: number): Chunk | undefined;
  /** Damaged and missing chunks seen so far that overlap the range. */
  noted(series: number, from: number, to: number): TimeSpan[];
}

export interface EncodedChunk {
  readonly mark: ChunkMark;
  readonly first: number;
  readonly last: number;
  readonly through: number;
  readonly body: Uint8Array;
}

type ChunkKey = Omit<ChunkMark, 'crc'> & { readonly first: number; readonly last: number; readonly through: number };

const sumOf = (series: number, key: ChunkKey, body: Uint8Array): number =>
  checksum('p', [series, key.start, key.finish, key.first, key.last, key.points, key.through], body);

/** @param points at least one */
export function chunkOf(series: number, points: Columns, span: TimeSpan, through: number): EncodedChunk {
  const body = encodeChunk(points, span.from);
  const [first, last] = [points.ts[0] ?? 0, points.ts[points.length - 1] ?? 0];
  const key = { start: span.from, finish: span.to, first, last, points: points.length, through };
  const { start, finish } = key;
  const mark = { start, finish, points: points.length, crc: sumOf(series, key, body) };
  return { mark, first, last, through, body };
}

/** In the order of the columns of `PUT_CHUNK`. */
export function chunkRow(series: number, { mark, first, last, through, body }: EncodedChunk) {
  return [series, mark.start, mark.finish, first, last, mark.points, through, body, mark.crc] as const;
}

export const PUT_CHUNK = `INSERT INTO chunks(series, start, finish, first, last, points, through, body, crc)
  VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET finish = excluded.finish, first = excluded.first,
  last = excluded.last, points = excluded.points, through = excluded.through, thinned = 0, body = excluded.body, crc = excluded.crc`;

/**
 * The points of a chunk's row, undefined when it does not fit its checksum. A row without one is believed when its
 * points are as many, begin and end where its columns say, and lie within it in order.
 */
export function readChunk(series: number, row: Row, strict: boolean): (Columns & { readonly crc: number }) | undefined {
  try {
    const [start, finish, points] = [numberOf(row, 'start'), numberOf(row, 'finish'), numberOf(row, 'points')];
    const [first, last, through] = [numberOf(row, 'first'), numberOf(row, 'last'), numberOf(row, 'through')];
    const body = blobOf(row, 'body');
    const crc = sumOf(series, { start, finish, first, last, points, through }, body);
    const fit = fitOf(row['crc'], crc, strict);
    if (fit === 'bad') return undefined;
    const columns = decodeChunk(body, start);
    if (fit === 'unchecked' && !isPlausible(columns, { start, finish, first, last, points })) return undefined;
    return { ...columns, crc };
  } catch (error) {
    if (!isCorrupt(error) && !isZlib(error)) throw error;
    return undefined;
  }
}

function isPlausible(columns: Columns, row: Omit<ChunkKey, 'through'>): boolean {
  const { ts, value, length } = columns;
  if (length !== row.points || length === 0) return false;
  if (ts[0] !== row.first || ts[length - 1] !== row.last || row.first < row.start || row.last >= row.finish)
    return false;
  for (let i = 0; i < length; i += 1) {
    if (!Number.isFinite(value[i] ?? Number.NaN) || (i > 0 && (ts[i] ?? 0) < (ts[i - 1] ?? 0))) return false;
  }
  return true;
}

const isZlib = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && String(error.code).startsWith('Z_');

const COLUMNS = 'start, finish, first, last, points, through, body, crc';

export function chunkRows(db: DatabaseSync, phase: number, strict: () => boolean, tell: TellDamage): ChunkRows {
  const marks = marksOf(db, phase);
  const range = db.prepare(`SELECT ${COLUMNS} FROM chunks WHERE series = ? AND start > ? AND start < ? ORDER BY start`);
  const one = db.prepare(`SELECT ${COLUMNS} FROM chunks WHERE series = ? AND start = ?`);
  const earlier = db.prepare(
    `SELECT ${COLUMNS} FROM chunks WHERE series = ? AND start < ? ORDER BY start DESC LIMIT 1`,
  );
  const later = db.prepare(
    `SELECT ${COLUMNS} FROM chunks WHERE series = ? AND finish > ? AND start > ? ORDER BY start LIMIT 1`,
  );
  const notes = new Map<number, Map<number, number>>();
  /** Blocks whose marks are damaged: which chunks are missing in them cannot be told. */
  const unlisted = new Map<number, number[]>();

  const note = (series: number, { from, to }: TimeSpan, what: string): undefined => {
    const of = notes.get(series) ?? new Map<number, number>();
    notes.set(series, of.set(from, to));
    tell({ file: 'readings.db', table: 'chunks', series, from, to, what });
    return undefined;
  };
  const found = (series: number, row: Row, mark?: ChunkMark): Chunk => {
    const start = numberOf(row, 'start');
    const finish = typeof row['finish'] === 'number' ? row['finish'] : start;
    const span = { from: start, to: mark?.finish ?? Math.max(finish, start + 1) };
    return {
      start,
      finish: span.to,
      last: typeof row['last'] === 'number' && mark === undefined ? row['last'] : span.to,
      through: typeof row['through'] === 'number' ? row['through'] : 0,
      columns() {
        const columns = readChunk(series, row, strict());
        if (columns === undefined) return note(series, span, 'the block does not fit its checksum');
        if (mark !== undefined && mark.crc !== columns.crc) return note(series, span, 'the block is an older version');
        notes.get(series)?.delete(start);
        return columns;
      },
    };
  };
  const gone = (series: number, { start, finish }: ChunkMark, what = 'the block is gone'): Chunk => ({
    ...{ start, finish, last: finish, through: 0 },
    columns: () => note(series, { from: start, to: finish }, what),
  });
  const byKey = (series: number, mark: ChunkMark): Chunk => {
    try {
      const row = one.get(series, mark.start);
      return row === undefined ? gone(series, mark) : found(series, row, mark);
    } catch (error) {
      if (!isCorrupt(error)) throw error;
      return gone(series, mark, 'the page of the block cannot be read');
    }
  };
  const expected = (series: number, from: number, to: number): ChunkMark[] => {
    const { chunks, damaged } = marks.chunks(series, from, to);
    const of = unlisted.get(series);
    if (damaged.length === 0 && of === undefined) return chunks;
    const [first, last] = [marks.blockOf(from), marks.blockOf(to)];
    const others = (of ?? []).filter((block) => block < first || block > last);
    unlisted.set(series, [...others, ...damaged]);
    for (const block of damaged) {
      const span = { from: marks.startOf(block), to: marks.startOf(block + 1) };
      tell({ file: 'readings.db', table: 'marks', series, ...span, what: 'the list of what must be there is damaged' });
    }
    return chunks;
  };

  return {
    marks,
    *range(series, from, to) {
      const must = expected(series, from, to);
      let next = 0;
      let before = Number.NEGATIVE_INFINITY;
      let broken = false;
      try {
        for (const row of range.iterate(series, from, to)) {
          const start = numberOf(row, 'start');
          if (!(start > before)) throw new TypeError('rows of a table are out of order');
          for (let mark = must[next]; mark !== undefined && mark.start < start; mark = must[next]) {
            yield gone(series, mark);
            next += 1;
          }
          const mark = must[next]?.start === start ? must[next] : undefined;
          if (mark !== undefined) next += 1;
          yield found(series, row, mark);
          before = start;
        }
      } catch (error) {
        if (!isCorrupt(error)) throw error;
        broken = true;
        tell({ file: 'readings.db', table: 'chunks', series, what: 'pages of the table cannot be read' });
      }
      for (const mark of must.slice(next)) yield broken ? byKey(series, mark) : gone(series, mark);
    },
    before(series, limit) {
      const row = attempt(() => earlier.get(series, limit));
      const start = row === 'unreadable' || row === undefined ? Number.NEGATIVE_INFINITY : numberOf(row, 'start');
      const [mark] = expected(series, start, limit).slice(-1);
      if (mark !== undefined) return byKey(series, mark);
      return row === 'unreadable' || row === undefined ? undefined : found(series, row);
    },
    after(series, at, past) {
      const row = attempt(() => later.get(series, at, past));
      const start = row === 'unreadable' || row === undefined ? Number.POSITIVE_INFINITY : numberOf(row, 'start');
      const mark = expected(series, past, start).find(({ finish }) => finish > at);
      if (mark !== undefined) return byKey(series, mark);
      return row === 'unreadable' || row === undefined ? undefined : found(series, row);
    },
    noted: (series, from, to) =>
      [
        ...[...(notes.get(series) ?? [])].map(([start, finish]) => ({ from: start, to: finish })),
        ...(unlisted.get(series) ?? []).map((at) => ({ from: marks.startOf(at), to: marks.startOf(at + 1) })),
      ].filter((span) => overlaps(span, { from, to })),
  };
}

function attempt(read: () => Row | undefined): Row | 'unreadable' | undefined {
  try {
    return read();
  } catch (error) {
    if (!isCorrupt(error)) throw error;
    return 'unreadable';
  }
}
