/** Buckets from the coarsest source that serves: daily rows, hourly rows, points; finer ones fill what is between. */
import { DAY_MS, HOUR_MS } from './grid.ts';
import type { LostRows } from './lost-rows.ts';
import type { Bucket } from './reading-store.ts';
import type { RollupRows } from './rollup-rows.ts';
import type { OpenSpan, SeriesView } from './series-view.ts';
import { overlaps, type TimeSpan } from './spans.ts';
import { coarser, summarise } from './summary.ts';

export interface BucketSources {
  readonly view: SeriesView;
  readonly lost: LostRows;
  readonly hours: RollupRows<Bucket>;
  readonly days: RollupRows<Bucket>;
  readonly phase: number;
}

export interface BucketQuery {
  readonly series: number;
  readonly from: number;
  readonly to: number;
  readonly stepMs: number;
  readonly origin: number;
  /** Before it points are not all there is: what is left of them may not be summed up. */
  readonly pruned: number;
}

interface Level {
  readonly rows: RollupRows<Bucket>;
  readonly slotMs: number;
  /** The query's steps are whole slots of it. */
  readonly serves: boolean;
}

/**
 * An hour (a day) whose points are gone counts where it starts, whatever step is asked for: it is all that is left.
 * A step of which a part is lost to damage, and stands in no roll-up, is not listed: a part is no summary of it.
 * @param spans open spans of the series: where they are dirty, roll-ups are behind
 */
export function readBuckets(sources: BucketSources, spans: readonly OpenSpan[], query: BucketQuery): Bucket[] {
  const { series, stepMs, origin, pruned } = query;
  const serves = (slotMs: number): boolean => stepMs % slotMs === 0 && (origin - sources.phase) % slotMs === 0;
  const levels: Level[] = [
    { rows: sources.days, slotMs: DAY_MS, serves: serves(DAY_MS) },
    { rows: sources.hours, slotMs: HOUR_MS, serves: serves(HOUR_MS) },
  ];
  const dirty = (from: number, to: number): boolean =>
    spans.some((span) => span.dirtyFrom < to && span.dirtyTo >= from);
  const found: Bucket[] = [];
  const raw = pointLevel(sources, query);

  const fill = (from: number, to: number, depth: number): void => {
    if (to <= from) return;
    const level = levels[depth];
    if (level === undefined) {
      found.push(...raw.summaries(from, to));
      return;
    }
    let at = from;
    for (const block of level.rows.load(series, from, to, !level.serves && from >= pruned)) {
      if (depth === 1 && !block.damaged) raw.stands(block.block);
      for (const entry of block.entries) {
        const end = entry.from + level.slotMs;
        const whole = level.serves && entry.from >= from && end <= to && !dirty(entry.from, end);
        const allThereIs = entry.from < block.frozen && entry.from < to && end > from;
        if (!whole && !allThereIs) continue;
        fill(at, entry.from, depth + 1);
        // One that starts before the range counts there; what is left of its points counts nowhere.
        if (entry.from >= from) found.push(entry);
        at = end;
      }
    }
    fill(at, to, depth + 1);
  };
  fill(query.from, query.to, 0);
  const whole = (from: number): boolean => !raw.holes.some((hole) => overlaps(hole, { from, to: from + stepMs }));
  return coarser(found, stepMs, origin).filter(({ from }) => whole(from));
}

function pointLevel({ view, lost, hours }: BucketSources, { series, stepMs, origin, pruned }: BucketQuery) {
  const holes: TimeSpan[] = [];
  const standing = new Set<number>();
  const summed = (from: number, to: number): Bucket[] => {
    const buckets: Bucket[] = [];
    for (const piece of view.pieces(series, from, to)) buckets.push(...summarise(piece, stepMs, origin));
    for (const span of [...view.lost(series, from, to), ...lost.spans(series, from, to, true)]) {
      holes.push({ from: Math.max(from, span.from), to: Math.min(to, span.to) });
    }
    return buckets;
  };
  return {
    holes,
    /** The hours of this block are there, so that points between them are all there is. */
    stands: (block: number) => void standing.add(block),
    summaries(from: number, to: number): Bucket[] {
      const buckets: Bucket[] = [];
      let at = from;
      while (at < Math.min(to, pruned)) {
        const end = Math.min(to, pruned, hours.startOf(hours.blockOf(at) + 1));
        const part = summed(at, end);
        if (standing.has(hours.blockOf(at))) buckets.push(...part);
        else if (part.length > 0) holes.push({ from: at, to: end });
        at = end;
      }
      if (at < to) buckets.push(...summed(at, to));
      return buckets;
    },
  };
}
