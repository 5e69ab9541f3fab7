import type { Quality } from '#contract/enums.ts';

export interface ChartPoint {
  /** Epoch ms. */
  readonly at: number;
  /** null: nothing is known; drawn as a gap, never as nought. */
  readonly value: number | null;
  readonly quality?: Quality;
}

export type Hue = 'electricity' | 'water' | 'plain' | 'before';

export interface ChartSeries {
  readonly id: string;
  readonly name: string;
  readonly hue: Hue;
  /** In order of time. Series of one chart are asked for with the same step, so that they share their instants. */
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

/** A value with nothing on either side: a line would not show it, so it gets a dot. */
export function isAlone(rows: readonly ChartRow[], index: number, id: string): boolean {
  const valueAt = (at: number): number | null => rows[at]?.points[id]?.value ?? null;
  return valueAt(index) !== null && valueAt(index - 1) === null && valueAt(index + 1) === null;
}

/** A round number at or above `value`. */
function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  const factor = [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10].find((step) => step * power >= value) ?? 10;
  return factor * power;
}

/** From nought, or below it, to a round top: bars and power compare only from nought. Several series share one axis. */
export function axisFromNought(values: readonly (number | null)[]): [number, number] {
  const known = values.filter((value) => value !== null);
  const top = Math.max(0, ...known);
  const bottom = Math.min(0, ...known);
  return [bottom < 0 ? -roundUp(-bottom) : 0, top > 0 ? roundUp(top) : 1];
}

/** Close around the values, for levels whose nought means nothing, such as temperature or voltage. */
export function axisAround(values: readonly (number | null)[]): [number, number] {
  const known = values.filter((value) => value !== null);
  if (known.length === 0) return [0, 1];
  const [low, high] = [Math.min(...known), Math.max(...known)];
  const margin = Math.max((high - low) * 0.15, Math.abs(high) * 0.01, 0.5);
  const step = 10 ** Math.floor(Math.log10(high - low + 2 * margin)) / 2;
  return [Math.floor((low - margin) / step) * step, Math.ceil((high + margin) / step) * step];
}
