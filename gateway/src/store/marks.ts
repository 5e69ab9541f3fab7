/** What must be there: the chunks and roll-ups of every 32 days of a series, and the blocks and the name of a series. */
import type { DatabaseSync } from 'node:sqlite';
import { byteSink, byteSource } from './byte-stream.ts';
import { checksum, fitOf } from './checksum.ts';
import { CELL_MS, HOUR_BLOCK_MS } from './grid.ts';
import { blobOf, numberOf, type Row } from './row-value.ts';
import { isCorrupt } from './sqlite-failure.ts';

export interface ChunkMark {
  readonly start: number;
  readonly finish: number;
  readonly points: number;
  readonly crc: number;
}

export interface BlockMarks {
  /** Ascending. */
  readonly chunks: readonly ChunkMark[];
  readonly hours: boolean;
  readonly books: boolean;
}

export interface RootMarks {
  readonly device: string;
  readonly metric: string;
  /** Blocks of 32 days that have marks, ascending. */
  readonly blocks: readonly number[];
  /** Packed rows of days. */
  readonly days: readonly number[];
}

export interface Marks {
  blockOf(at: number): number;
  startOf(block: number): number;
  /** Undefined when there are none; `damaged` when they cannot be believed. */
  block(series: number, block: number): BlockMarks | 'damaged' | undefined;
  /** Chunks with from < start < to that must be there; blocks that cannot be believed are left out and listed. */
  chunks(series: number, from: number, to: number): { readonly chunks: ChunkMark[]; readonly damaged: number[] };
  root(series: number): RootMarks | 'damaged' | undefined;
  /** Changes what must be there; written by `flush`. */
  edit(series: number, block: number, change: Partial<BlockMarks>): void;
  addChunks(series: number, chunks: readonly ChunkMark[]): void;
  editRoot(series: number, change: Partial<RootMarks>): void;
  /** To be called in the transaction that changed the rows. */
  flush(): void;
  /** Forgets what was not written. */
  reset(): void;
}

const NONE: BlockMarks = { chunks: [], hours: false, books: false };
const NO_ROOT: RootMarks = { device: '', metric: '', blocks: [], days: [] };
const isEmpty = ({ chunks, hours, books }: BlockMarks): boolean => chunks.length === 0 && !hours && !books;
const keyOf = (series: number, block: number): string => `${series} ${block}`;

export function marksOf(db: DatabaseSync, phase: number): Marks {
  const select = db.prepare('SELECT body, crc FROM marks WHERE series = ? AND kind = ? AND block = ?');
  const range = db.prepare(
    "SELECT block, body, crc FROM marks WHERE series = ? AND kind = 'c' AND block BETWEEN ? AND ? ORDER BY block",
  );
  let blocks = new Map<string, { readonly series: number; readonly block: number; marks: BlockMarks }>();
  let roots = new Map<number, RootMarks>();
  const blockOf = (at: number): number => Math.floor((at - phase) / HOUR_BLOCK_MS);
  const startOf = (block: number): number => block * HOUR_BLOCK_MS + phase;

  const root = (series: number): RootMarks | 'damaged' | undefined =>
    roots.get(series) ?? readRow(() => select.get(series, 'r', 0), checkedAs('r', series, 0), decodeRoot);
  const block = (series: number, at: number): BlockMarks | 'damaged' | undefined =>
    blocks.get(keyOf(series, at))?.marks ??
    readRow(
      () => select.get(series, 'c', at),
      checkedAs('c', series, at),
      (body) => decodeBlock(body, startOf(at)),
    );
  const sure = <T>(found: T | 'damaged' | undefined, none: T): T =>
    found === undefined || found === 'damaged' ? none : found;
  const edit: Marks['edit'] = (series, at, change) => {
    const marks = { ...sure(block(series, at), NONE), ...change };
    blocks.set(keyOf(series, at), { series, block: at, marks });
  };
  const editRoot: Marks['editRoot'] = (series, change) => {
    roots.set(series, { ...sure(root(series), NO_ROOT), ...change });
  };
  /** The blocks in order; the root says which there must be, unless that many are asked for that a range is cheaper. */
  const inRange = (series: number, first: number, last: number): Map<number, BlockMarks | 'damaged'> => {
    const found = new Map<number, BlockMarks | 'damaged'>();
    try {
      for (const row of range.iterate(series, first, last)) {
        const at = numberOf(row, 'block');
        const marks = readRow(
          () => row,
          checkedAs('c', series, at),
          (body) => decodeBlock(body, startOf(at)),
        );
        if (marks !== undefined) found.set(at, marks);
      }
    } catch (error) {
      if (!isCorrupt(error)) throw error;
      const known = root(series);
      const all = known === undefined || known === 'damaged' ? [] : known.blocks;
      for (const at of all) if (at >= first && at <= last) found.set(at, block(series, at) ?? 'damaged');
    }
    for (const { series: of, block: at, marks } of blocks.values()) {
      if (of === series && at >= first && at <= last) found.set(at, marks);
    }
    return found;
  };

  return {
    ...{ blockOf, startOf, block, root, edit, editRoot },
    chunks(series, from, to) {
      const damaged: number[] = [];
      const chunks: ChunkMark[] = [];
      const found = inRange(series, blockOf(Math.max(from, -8.64e15)), blockOf(Math.min(to, 8.64e15)));
      for (const [at, marks] of [...found].sort(([a], [b]) => a - b)) {
        if (marks === 'damaged') damaged.push(at);
        else chunks.push(...marks.chunks.filter(({ start }) => start > from && start < to));
      }
      return { chunks, damaged };
    },
    addChunks(series, fresh) {
      for (const [at, added] of Map.groupBy(fresh, ({ start }) => blockOf(start))) {
        const starts = new Set(added.map(({ start }) => start));
        const kept = sure(block(series, at), NONE).chunks.filter(({ start }) => !starts.has(start));
        edit(series, at, { chunks: [...kept, ...added].sort((a, b) => a.start - b.start) });
      }
    },
    flush() {
      const put = db.prepare(
        'INSERT INTO marks VALUES(?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET body = excluded.body, crc = excluded.crc',
      );
      const remove = db.prepare("DELETE FROM marks WHERE series = ? AND kind = 'c' AND block = ?");
      for (const { series, block: at, marks } of blocks.values()) {
        const known = sure(root(series), NO_ROOT).blocks;
        const empty = isEmpty(marks);
        if (empty) remove.run(series, at);
        else {
          const body = encodeBlock(marks, startOf(at));
          put.run(series, 'c', at, body, checksum('c', [series, at], body));
        }
        if (known.includes(at) !== empty) continue;
        const others = known.filter((one) => one !== at);
        editRoot(series, { blocks: empty ? others : [...others, at].sort((a, b) => a - b) });
      }
      for (const [series, marks] of roots) {
        const body = new TextEncoder().encode(JSON.stringify(marks));
        put.run(series, 'r', 0, body, checksum('r', [series, 0], body));
      }
      this.reset();
    },
    reset() {
      blocks = new Map();
      roots = new Map();
    },
  };
}

const checkedAs =
  (kind: string, series: number, block: number) =>
  (body: Uint8Array, crc: Row[string] | undefined): boolean =>
    fitOf(crc, checksum(kind, [series, block], body), true) === 'good';

function readRow<T>(
  read: () => Row | undefined,
  fits: (body: Uint8Array, crc: Row[string] | undefined) => boolean,
  decode: (body: Uint8Array) => T,
): T | 'damaged' | undefined {
  try {
    const row = read();
    if (row === undefined) return undefined;
    const body = blobOf(row, 'body');
    return fits(body, row['crc']) ? decode(body) : 'damaged';
  } catch (error) {
    if (!isCorrupt(error)) throw error;
    return 'damaged';
  }
}

const HOURS = 1;
const BOOKS = 2;

function encodeBlock({ chunks, hours, books }: BlockMarks, origin: number): Uint8Array {
  const sink = byteSink(16 + 12 * chunks.length);
  sink.u8((hours ? HOURS : 0) | (books ? BOOKS : 0));
  sink.uvarint(chunks.length);
  let before = origin;
  for (const { start, finish, points, crc } of chunks) {
    sink.svarint(start - before);
    // Nearly every chunk is a whole cell.
    sink.uvarint(finish - start === CELL_MS ? 0 : finish - start);
    sink.uvarint(points);
    for (const shift of [0, 8, 16, 24]) sink.u8((crc >>> shift) & 0xff);
    before = finish;
  }
  return sink.taken();
}

function decodeBlock(body: Uint8Array, origin: number): BlockMarks {
  const source = byteSource(body);
  const bits = source.u8();
  let before = origin;
  const chunks = Array.from({ length: source.uvarint() }, (): ChunkMark => {
    const start = before + source.svarint();
    const span = source.uvarint();
    const points = source.uvarint();
    const crc = (source.u8() | (source.u8() << 8) | (source.u8() << 16) | (source.u8() << 24)) >>> 0;
    before = start + (span === 0 ? CELL_MS : span);
    return { start, finish: before, points, crc };
  });
  return { chunks, hours: (bits & HOURS) !== 0, books: (bits & BOOKS) !== 0 };
}

function decodeRoot(body: Uint8Array): RootMarks {
  const stored: RootMarks = JSON.parse(new TextDecoder().decode(body));
  return stored;
}
