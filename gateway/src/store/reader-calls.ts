/** What a reader worker can be asked. Open spans come along with the question; the rest it reads from disk. */
import type { DatabaseSync } from 'node:sqlite';
import { chunkRows } from './chunk-rows.ts';
import type { TellDamage } from './damage.ts';
import { type HotRow, hotRows } from './hot-rows.ts';
import { lostRows } from './lost-rows.ts';
import { ALL_TAKEN, metaRows } from './meta-rows.ts';
import { type Columns, copied, part } from './point-columns.ts';
import { readBuckets } from './read-buckets.ts';
import { type HoursAnswer, readHours } from './read-hours.ts';
import type { Bucket } from './reading-store.ts';
import { bookRows, bucketRows } from './rollup-rows.ts';
import type { SeriesState } from './series-table.ts';
import { type OpenSpan, seriesView } from './series-view.ts';
import { isCorrupt } from './sqlite-failure.ts';
import { stepRows } from './step-rows.ts';

interface Asked {
  readonly series: number;
  readonly from: number;
  readonly to: number;
  readonly spans: readonly OpenSpan[];
}

export interface ReaderCalls {
  journal(request: { after: number; limit: number }): HotRow[];
  /** At most `limit` points after the first `skip` ones at `from`, and whether there are more. */
  points(request: Asked & { skip: number; limit: number }): { points: Columns[]; more: boolean };
  /** Rows of eight numbers, see `bucketsOf`. */
  buckets(request: Asked & { stepMs: number; origin: number; pruned: number }): Float64Array;
  hours(request: Asked & { state: SeriesState }): HoursAnswer;
  probe(none: undefined): number;
  close(none: undefined): void;
}

export function readerCalls(db: DatabaseSync, phase: number, tell: TellDamage): ReaderCalls {
  const meta = metaRows(db);
  let taken = false;
  const strict = (): boolean => taken;
  let spans: readonly OpenSpan[] = [];
  const overlay = (_series: number, from: number, to: number): OpenSpan[] =>
    spans.filter((span) => span.start < to && span.end > from);
  const check = { strict, tell };
  const chunks = chunkRows(db, phase, strict, tell);
  const lost = lostRows(db);
  const view = seriesView(chunks, lost, overlay);
  const buckets = {
    ...{ view, lost, phase },
    hours: bucketRows(db, 'h', phase, check),
    days: bucketRows(db, 'd', phase, check),
  };
  const hours = {
    view,
    lost,
    books: bookRows(db, phase, check),
    steps: stepRows(db, check),
    marks: chunks.marks,
    phase,
  };
  const hot = hotRows(db, strict);
  const probe = db.prepare("SELECT value FROM meta WHERE key = 'probe'");

  /** One snapshot for all statements of a question: a chunk sealed in between would be seen by half of them. */
  const asked = <T>(request: Asked, answer: () => T): T => {
    spans = request.spans;
    db.exec('BEGIN');
    try {
      taken ||= meta.get('taken') === ALL_TAKEN;
      return answer();
    } finally {
      endSnapshot(db);
      spans = [];
    }
  };
  return {
    journal: ({ after, limit }) => hot.after(after, limit),
    points: (request) =>
      asked(request, () => {
        const { series, from, to, skip, limit } = request;
        return page(view.pieces(series, from, to), skip, limit);
      }),
    buckets: (request) => asked(request, () => numbersOf(readBuckets(buckets, request.spans, request))),
    hours: (request) => asked(request, () => readHours(hours, request.spans, request.state, request)),
    probe: () => Number(probe.get()?.['value']),
    close: () => db.close(),
  };
}

/** A statement that ran into a damaged page makes the end of its transaction fail too, once. */
function endSnapshot(db: DatabaseSync): void {
  for (const how of ['COMMIT', 'ROLLBACK']) {
    try {
      if (db.isTransaction) db.exec(how);
    } catch (error) {
      if (!isCorrupt(error)) throw error;
    }
  }
}

function page(pieces: Iterable<Columns>, skip: number, limit: number): { points: Columns[]; more: boolean } {
  const points: Columns[] = [];
  let left = limit;
  let skipped = skip;
  for (const piece of pieces) {
    const start = Math.min(skipped, piece.length);
    skipped -= start;
    const end = Math.min(piece.length, start + left);
    if (end > start) {
      points.push(copied(part(piece, start, end)));
      left -= end - start;
    }
    if (end < piece.length) return { points, more: true };
  }
  return { points, more: false };
}

const WIDTH = 8;

function numbersOf(buckets: readonly Bucket[]): Float64Array {
  const rows = new Float64Array(WIDTH * buckets.length);
  buckets.forEach(({ from, count, first, last, min, max, sum, flags }, i) => {
    rows.set([from, count, first, last, min, max, sum, flags], WIDTH * i);
  });
  return rows;
}

export function bucketsOf(rows: Float64Array): Bucket[] {
  return Array.from({ length: rows.length / WIDTH }, (_, i) => {
    const [from = 0, count = 0, first = 0, last = 0, min = 0, max = 0, sum = 0, flags = 0] = rows.subarray(
      WIDTH * i,
      WIDTH * i + WIDTH,
    );
    return { from, count, first, last, min, max, sum, flags };
  });
}
