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

const lineHeight = 17;
/** Above the line's end. */
const usualDy = -10;
/** Share of the axis which a label of about 16 px covers. */
const nearShare = 0.08;

/** The name of each line above its last value; where ends lie close together, the names stand on each other in their order. */
export function directLabels(series: readonly ChartSeries[], [low, high]: readonly [number, number]): DirectLabel[] {
  const ends = series.flatMap(({ id, name, hue, points }) => {
    const last = points.findLast(({ value }) => value !== null);
    return last && last.value !== null ? [{ id, name, hue, at: last.at, value: last.value }] : [];
  });
  const fromBottom = ends.sort((a, b) => a.value - b.value);
  let dy = usualDy;
  return fromBottom.map((end, index) => {
    const below = fromBottom[index - 1];
    const isNear = below !== undefined && (end.value - below.value) / (high - low) < nearShare;
    dy = isNear ? dy - lineHeight : usualDy;
    return { ...end, dy };
  });
}
