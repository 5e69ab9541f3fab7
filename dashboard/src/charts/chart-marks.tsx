import { ReferenceArea } from 'recharts';
import type { Range } from './closed-ranges.ts';

export interface ChartMark {
  readonly from: number;
  /** null: still going on. */
  readonly to: number | null;
  readonly label: string;
}

interface Box {
  readonly x?: number;
  readonly y?: number;
  readonly width?: number;
  readonly height?: number;
}

const bandHeight = 7;

/** An episode as a bar on the axis, with a faint veil above it; never narrower than can be seen. */
function episode(label: string) {
  return ({ x = 0, y = 0, width = 0, height = 0 }: Box) => (
    <g>
      <title>{label}</title>
      <rect className="chart-mark-veil" x={x} y={y} width={Math.max(width, 2)} height={height} />
      <rect className="chart-mark" x={x} y={y + height - bandHeight} width={Math.max(width, 4)} height={bandHeight} />
    </g>
  );
}

/** Alert episodes on a numeric time axis. */
export function episodeMarks(marks: readonly ChartMark[], { from, to }: Range) {
  return marks
    .map((mark) => ({ ...mark, start: Math.max(mark.from, from), end: Math.min(mark.to ?? to, to) }))
    .filter(({ start, end }) => end >= start)
    .map(({ start, end, label }) => (
      <ReferenceArea key={`${start}-${label}`} x1={start} x2={end} shape={episode(label)} zIndex={350} />
    ));
}

/** Episodes on an axis of bars: from the bar in which one begins to that in which it ends. */
export function episodeMarksOnBars(marks: readonly ChartMark[], slots: readonly Range[]) {
  return marks.flatMap((mark) => {
    const touched = slots.filter((slot) => mark.from < slot.to && (mark.to ?? Number.POSITIVE_INFINITY) > slot.from);
    const [first, last] = [touched[0], touched.at(-1)];
    if (!first || !last) return [];
    return [
      <ReferenceArea
        key={`${mark.from}-${mark.label}`}
        x1={first.from}
        x2={last.from}
        shape={episode(mark.label)}
        zIndex={350}
      />,
    ];
  });
}
