/** Buckets from the coarsest source that serves: daily rows, hourly rows, points; finer ones fill what is between. */
import { DAY_MS, HOUR_MS } from './grid.ts';
import type { Bucket } from './reading-store.ts';
import type { RollupRows } from './rollup-rows.ts';
import type { OpenSpan, SeriesView } from './series-view.ts';
import { coarser, summarise } from './summary.ts';

export interface BucketSources {
  readonly view: SeriesView;
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
}

interface Level {
  readonly rows: RollupRows<Bucket>;
  readonly slotMs: number;
  /** The query's steps are whole slots of it. */
  readonly serves: boolean;
}

/**
 * An hour (a day) whose points are gone counts where it starts, whatever step is asked for: it is all that is left.
 * @param spans open spans of the series: where they are dirty, roll-ups are behind
 */
export function readBuckets(sources: BucketSources, spans: readonly OpenSpan[], query: BucketQuery): Bucket[] {
  const { series, stepMs, origin } = query;
  const serves = (slotMs: number): boolean => stepMs % slotMs === 0 && (origin - sources.phase) % slotMs === 0;
  const levels: Level[] = [
    { rows: sources.days, slotMs: DAY_MS, serves: serves(DAY_MS) },
    { rows: sources.hours, slotMs: HOUR_MS, serves: serves(HOUR_MS) },
  ];
  const dirty = (from: number, to: number): boolean =>
    spans.some((span) => span.dirtyFrom < to && span.dirtyTo >= from);
  const found: Bucket[] = [];

  const fill = (from: number, to: number, depth: number): void => {
    if (to <= from) return;
    const level = levels[depth];
    if (level === undefined) {
      for (const piece of sources.view.pieces(series, from, to)) found.push(...summarise(piece, stepMs, origin));
      return;
    }
    let at = from;
    for (const { entries, frozen } of level.rows.load(series, from, to, !level.serves)) {
      for (const entry of entries) {
        const end = entry.from + level.slotMs;
        const whole = level.serves && entry.from >= from && end <= to && !dirty(entry.from, end);
        const allThereIs = entry.from < frozen && entry.from < to && end > from;
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
  return coarser(found, stepMs, origin);
}
