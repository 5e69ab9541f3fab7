/** The points of a series as one line: sealed chunks from disk, overlaid by the open buckets of the writer's memory. */
import { FLAG_BITS } from '#contract/readings.ts';
import type { ChunkRows } from './chunk-rows.ts';
import { CELL_MS } from './grid.ts';
import type { LostRows } from './lost-rows.ts';
import { between, type Columns, joined, lowerBound, NO_POINTS } from './point-columns.ts';
import type { Point } from './reading-store.ts';
import type { TimeSpan } from './spans.ts';

/** An open bucket as a reader gets it: everything known of [start, end), its chunk included. */
export interface OpenSpan {
  readonly start: number;
  readonly end: number;
  readonly points: Columns;
  /** Times whose roll-ups and books on disk are behind; from > to when none are. */
  readonly dirtyFrom: number;
  readonly dirtyTo: number;
  /** The chunk it goes on from could not be read: only what came since is in it. */
  readonly damaged: boolean;
}

/** Open spans of a series that overlap from ≤ t < to, ascending. */
export type OpenSpans = (series: number, from: number, to: number) => readonly OpenSpan[];

export interface SeriesView {
  /** Points with from ≤ ts < to. */
  collect(series: number, from: number, to: number): Columns;
  /**
   * Spans of the range whose points are lost, as far as they have been read for this or an earlier question.
   */
  lost(series: number, from: number, to: number): TimeSpan[];
  /** Pieces in order, decoded one at a time; stop when there is enough. */
  pieces(series: number, from: number, to: number): Generator<Columns, void, undefined>;
  /** Newest point with ts < at. */
  before(series: number, at: number): Point | undefined;
  /** Oldest point with ts ≥ at. */
  after(series: number, at: number): Point | undefined;
}

/** @param lost spans whose points were lost and have been written over since */
export function seriesView(chunks: ChunkRows, lost: LostRows, open: OpenSpans): SeriesView {
  const pieces = function* (series: number, from: number, to: number): Generator<Columns, void, undefined> {
    const spans = open(series, from, to);
    let next = 0;
    // A span is at most a cell long, so a chunk that reaches into the range starts less than a cell before it.
    for (const chunk of chunks.range(series, from - CELL_MS, to)) {
      const { start } = chunk;
      for (let span = spans[next]; span !== undefined && span.start < start; span = spans[next]) {
        yield between(span.points, from, to);
        next += 1;
      }
      if (chunk.last < from || covered(spans, start)) continue;
      const points = chunk.columns();
      if (points !== undefined) yield between(points, from, to);
    }
    for (; next < spans.length; next += 1) yield between(spans[next]?.points ?? NO_POINTS, from, to);
  };

  return {
    pieces,
    collect: (series, from, to) => joined([...pieces(series, from, to)].filter((piece) => piece.length > 0)),
    lost: (series, from, to) => [
      ...chunks.noted(series, from, to),
      ...lost.spans(series, from, to),
      ...open(series, from, to)
        .filter(({ damaged }) => damaged)
        .map(({ start, end }) => ({ from: start, to: end })),
    ],
    before(series, at) {
      let limit = at;
      const spans = open(series, Number.NEGATIVE_INFINITY, at);
      for (let i = spans.length - 1; ; ) {
        const chunk = chunks.before(series, limit);
        const start = chunk?.start ?? Number.NEGATIVE_INFINITY;
        const span = spans[i];
        // Reaching past the chunk's start, the span comes after the chunk or covers it.
        const fromSpan = span !== undefined && span.end > start;
        if (!fromSpan && chunk === undefined) return undefined;
        const found = lastBefore(fromSpan ? span.points : chunk?.columns(), at);
        if (found !== undefined) return found;
        if (fromSpan) i -= 1;
        limit = fromSpan ? span.start : start;
      }
    },
    after(series, at) {
      const spans = open(series, at, Number.POSITIVE_INFINITY);
      let past = Number.NEGATIVE_INFINITY;
      for (let i = 0; ; ) {
        const chunk = chunks.after(series, at, Math.max(past, at - CELL_MS));
        const start = chunk?.start ?? Number.POSITIVE_INFINITY;
        const span = spans[i];
        const fromSpan = span !== undefined && span.start <= start;
        if (!fromSpan && chunk === undefined) return undefined;
        const found = firstFrom(fromSpan ? span.points : chunk?.columns(), at);
        if (found !== undefined) return found;
        if (fromSpan) i += 1;
        past = fromSpan ? Math.max(past, span.end - 1) : start;
      }
    },
  };
}

/** The span that holds `start` holds all that the chunk held, and what came since. */
function covered(spans: readonly OpenSpan[], start: number): boolean {
  return spans.some((span) => span.start <= start && start < span.end);
}

export function pointAt({ ts, value, flags, shift }: Columns, i: number): Point {
  const point = { ts: ts[i] ?? 0, value: value[i] ?? 0, flags: flags[i] ?? 0 };
  return shift === undefined || (point.flags & FLAG_BITS.moved) === 0
    ? point
    : { ...point, standsAt: point.ts + (shift[i] ?? 0) };
}

function lastBefore(of: Columns | undefined, at: number): Point | undefined {
  const points = of ?? NO_POINTS;
  const i = lowerBound(points.ts, points.length, at) - 1;
  return i < 0 ? undefined : pointAt(points, i);
}

function firstFrom(of: Columns | undefined, at: number): Point | undefined {
  const points = of ?? NO_POINTS;
  const i = lowerBound(points.ts, points.length, at);
  return i >= points.length ? undefined : pointAt(points, i);
}
