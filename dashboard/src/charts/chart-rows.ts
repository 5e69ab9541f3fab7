import type { Quality } from '#contract/enums.ts';

export interface ChartPoint {
  /** Epoch ms. */
  readonly at: number;
  /** null: nothing is known; drawn as a gap, never as nought. */
  readonly value: number | null;
  readonly quality?: Quality;
  /** Nothing was told at this instant: what was told before still holds, or has ended. */
  readonly isHeld?: boolean;
}

export type Hue = 'electricity' | 'water' | 'plain' | 'before';

export interface ChartSeries {
  readonly id: string;
  readonly name: string;
  readonly hue: Hue;
  /** In order of time; each value holds until the next point. */
  readonly points: readonly ChartPoint[];
}

export interface ChartRow {
  readonly at: number;
  readonly points: Readonly<Record<string, ChartPoint>>;
}

/** One row per instant, as a chart and its table read it. */
export function chartRows(series: readonly ChartSeries[]): ChartRow[] {
  const rows = new Map<number, Record<string, ChartPoint>>();
  for (const { id, points } of series)
    for (const point of points) {
      const row = rows.get(point.at) ?? {};
      row[id] = point;
      rows.set(point.at, row);
    }
  return [...rows].sort(([a], [b]) => a - b).map(([at, points]) => ({ at, points }));
}
