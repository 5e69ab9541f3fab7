import { ReferenceArea, ReferenceLine } from 'recharts';
import type { Range } from './closed-ranges.ts';

export interface ChartMark {
  readonly from: number;
  /** null: still going on. */
  readonly to: number | null;
  readonly label: string;
}

/** An instant with a name and whoever acted. */
export interface ChartEvent {
  readonly at: number;
  /** 触发 02:26, 确认 02:31 王老师. */
  readonly label: string;
}

export interface PlacedEvent extends ChartEvent {
  /** Line of labels above the chart, 0 the lowest: labels that stand close together do not cover each other. */
  readonly row: number;
  /** On which side of its line the label stands, so that it stays inside the chart. */
  readonly side: 'left' | 'right';
}

interface Box {
  readonly x?: number;
  readonly y?: number;
  readonly width?: number;
  readonly height?: number;
}

const bandHeight = 7;
/** Share of the chart's width that a label takes. */
const labelShare = 0.2;

/** Events inside the range in order of time, each in a line of its own where it would cover the one before it. */
export function placeEvents(events: readonly ChartEvent[], { from, to }: Range): PlacedEvent[] {
  const shown = events.filter(({ at }) => at >= from && at <= to).sort((a, b) => a.at - b.at);
  const rightmost: number[] = [];
  return shown.map((event) => {
    const start = (event.at - from) / Math.max(1, to - from);
    const side = start > 1 - labelShare ? 'left' : 'right';
    const left = side === 'left' ? start - labelShare : start;
    const free = rightmost.findIndex((end) => end <= left);
    const row = free < 0 ? rightmost.length : free;
    rightmost[row] = left + labelShare;
    return { ...event, row, side };
  });
}

export function eventMarks(events: readonly PlacedEvent[]) {
  return events.map(({ at, label, row, side }) => (
    <ReferenceLine
      key={`${at} ${label}`}
      x={at}
      className="chart-event"
      label={({ viewBox }: { viewBox?: unknown }) => {
        const { x = 0, y = 0 } = (viewBox ?? {}) as Box;
        return (
          <text
            className="chart-event-label"
            x={side === 'left' ? x - 4 : x + 4}
            y={y - 6 - 16 * row}
            textAnchor={side === 'left' ? 'end' : 'start'}
          >
            {label}
          </text>
        );
      }}
      zIndex={360}
    />
  ));
}

interface EpisodeProps extends Box {
  readonly label: string;
}

/** An episode as a bar on the axis, with a faint veil above it; never narrower than can be seen. */
export function Episode({ label, x = 0, y = 0, width = 0, height = 0 }: EpisodeProps) {
  return (
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
      <ReferenceArea
        key={`${start}-${label}`}
        x1={start}
        x2={end}
        shape={(box: Box) => <Episode label={label} {...box} />}
        zIndex={350}
      />
    ));
}
