import type { ChartSeries } from './chart-rows.ts';

export interface DirectLabel {
  readonly id: string;
  readonly name: string;
  readonly hue: ChartSeries['hue'];
  readonly at: number;
  readonly value: number;
  /** Pixels down (negative: up) from the line's end. */
  readonly dy: number;
}

const lineHeight = 16;
/** Share of the axis which a label of about 16 px covers. */
const nearShare = 0.08;

/** The name of each line at its last value; where ends lie close together, the upper goes up and the others down. */
export function directLabels(series: readonly ChartSeries[], [low, high]: readonly [number, number]): DirectLabel[] {
  const ends = series.flatMap(({ id, name, hue, points }) => {
    const last = points.findLast(({ value }) => value !== null);
    return last && last.value !== null ? [{ id, name, hue, at: last.at, value: last.value }] : [];
  });
  const fromTop = ends.sort((a, b) => b.value - a.value);
  let dy = -10;
  return fromTop.map((end, index) => {
    const above = fromTop[index - 1];
    const isNear = above !== undefined && (above.value - end.value) / (high - low) < nearShare;
    dy = isNear ? Math.max(dy, -10) + lineHeight + 4 : -10;
    return { ...end, dy };
  });
}
