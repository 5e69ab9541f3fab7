/** A packed row of booked hours. Hours that are not listed are missing as a whole. */
import { byteSink, byteSource, packed, unpacked } from './byte-stream.ts';
import { readFlagRuns, writeFlagRuns } from './chunk-codec.ts';
import { HOUR_MS } from './grid.ts';
import { readNumbers, writeNumbers } from './number-column.ts';
import type { HourBook } from './reading-store.ts';

const KNOWN = 1;
const HAS_START = 2;
const HAS_END = 4;
/** The end register is the next listed hour's start register, and is not written. */
const END_IS_NEXT_START = 8;
/** Only a part of the hour is known; where it lies follows after all other columns, where older versions do not look. */
const HAS_PART = 16;

/** @param books ascending by `from`, each on `origin` plus full hours */
export function encodeBooks(books: readonly HourBook[], origin: number): Uint8Array {
  const sink = byteSink(64 + 24 * books.length);
  const shapes = books.map((book, i) => shapeOf(book, books[i + 1]));
  sink.uvarint(books.length);
  let slot = -1;
  for (const { from } of books) {
    const next = Math.round((from - origin) / HOUR_MS);
    sink.uvarint(next - slot - 1);
    slot = next;
  }
  for (const column of [
    shapes,
    books.map((book) => book.estimatedS),
    books.map((book) => book.missingS),
    books.map((book) => book.flags),
  ]) {
    writeFlagRuns(sink, Uint16Array.from(column), books.length);
  }
  const write = (numbers: readonly (number | null)[]): void => {
    const known = Float64Array.from(numbers.filter((n) => n !== null));
    writeNumbers(sink, known, known.length);
  };
  write(books.map((book) => book.increase));
  write(books.map((book) => book.startRegister));
  write(books.map((book, i) => (((shapes[i] ?? 0) & END_IS_NEXT_START) === 0 ? book.endRegister : null)));
  for (const edge of ['fromS', 'toS'] as const) {
    const seconds = Uint16Array.from(books.flatMap(({ known }) => (known === undefined ? [] : [known[edge]])));
    writeFlagRuns(sink, seconds, seconds.length);
  }
  return packed(sink.taken());
}

export function decodeBooks(blob: Uint8Array, origin: number): HourBook[] {
  const source = byteSource(unpacked(blob));
  const length = source.uvarint();
  let slot = -1;
  const from = Float64Array.from({ length }, () => {
    slot += source.uvarint() + 1;
    return origin + slot * HOUR_MS;
  });
  const shapes = readFlagRuns(source, length);
  const estimatedS = readFlagRuns(source, length);
  const missingS = readFlagRuns(source, length);
  const flags = readFlagRuns(source, length);
  const column = (written: (shape: number) => boolean): (number | null)[] => {
    const numbers = readNumbers(
      source,
      shapes.reduce((sum, shape) => sum + (written(shape) ? 1 : 0), 0),
    );
    let next = 0;
    return Array.from(shapes, (shape) => (written(shape) ? (numbers[next++] ?? 0) : null));
  };
  const increase = column((shape) => (shape & KNOWN) !== 0);
  const starts = column((shape) => (shape & HAS_START) !== 0);
  const ends = column((shape) => (shape & HAS_END) !== 0 && (shape & END_IS_NEXT_START) === 0);
  const parts = shapes.reduce((sum, shape) => sum + ((shape & HAS_PART) === 0 ? 0 : 1), 0);
  const fromS = parts === 0 ? [] : readFlagRuns(source, parts);
  const toS = parts === 0 ? [] : readFlagRuns(source, parts);
  let part = -1;
  const partOf = (shape: number): Pick<HourBook, 'known'> => {
    if ((shape & HAS_PART) === 0) return {};
    part += 1;
    return { known: { fromS: fromS[part] ?? 0, toS: toS[part] ?? 3600 } };
  };
  return Array.from(shapes, (shape, i) => ({
    from: from[i] ?? 0,
    increase: increase[i] ?? null,
    estimatedS: estimatedS[i] ?? 0,
    missingS: missingS[i] ?? 0,
    startRegister: starts[i] ?? null,
    endRegister: (shape & END_IS_NEXT_START) !== 0 ? (starts[i + 1] ?? null) : (ends[i] ?? null),
    flags: flags[i] ?? 0,
    ...partOf(shape),
  }));
}

function shapeOf(book: HourBook, next: HourBook | undefined): number {
  const shared = book.endRegister !== null && next?.startRegister === book.endRegister;
  return (
    (book.increase === null ? 0 : KNOWN) |
    (book.startRegister === null ? 0 : HAS_START) |
    (book.endRegister === null ? 0 : HAS_END) |
    (shared ? END_IS_NEXT_START : 0) |
    (book.known === undefined ? 0 : HAS_PART)
  );
}
