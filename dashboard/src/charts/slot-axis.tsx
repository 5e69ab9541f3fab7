import { usePlotArea } from 'recharts';
import { Episode } from './chart-marks.tsx';
import type { Range } from './closed-ranges.ts';

/**
 * What stands behind and over the bars, on an axis on which each bar is one wide. Drawn by itself: a year has hundreds of
 * closed times, gaps and alerts, and the chart library would lay out each of them.
 */
interface SlotAxisProps {
  /** How many bars there are. */
  readonly of: number;
}

interface SlotBandsProps extends SlotAxisProps {
  readonly bands: readonly Range[];
  readonly className?: string;
  readonly fill?: string;
}

/** Stretches over the whole height. */
export function SlotBands({ bands, of, className, fill }: SlotBandsProps) {
  const area = usePlotArea();
  if (!area) return null;
  const each = area.width / Math.max(1, of);
  return bands.map(({ from, to }) => (
    <rect
      key={from}
      className={className}
      fill={fill}
      x={area.x + from * each}
      y={area.y}
      width={Math.max(0, to - from) * each}
      height={area.height}
    />
  ));
}

interface SlotEpisodesProps extends SlotAxisProps {
  readonly marks: readonly (Range & { readonly label: string })[];
}

/** Alerts on the axis, each with what it says. */
export function SlotEpisodes({ marks, of }: SlotEpisodesProps) {
  const area = usePlotArea();
  if (!area) return null;
  const each = area.width / Math.max(1, of);
  return marks
    .filter(({ from, to }) => to >= 0 && from < of)
    .map(({ from, to, label }) => (
      <Episode
        key={`${from} ${label}`}
        label={label}
        x={area.x + from * each}
        y={area.y}
        width={(to - from) * each}
        height={area.height}
      />
    ));
}

interface SlotLabelsProps extends SlotAxisProps {
  readonly labels: readonly { readonly place: number; readonly text: string }[];
}

/** The times under the bars, each where its time is, whatever the width. */
export function SlotLabels({ labels, of }: SlotLabelsProps) {
  return (
    <div className="chart-slot-labels" aria-hidden="true">
      <svg width="100%" height="18" aria-hidden="true">
        {labels.map(({ place, text }) => (
          <text key={place} x={`${(100 * place) / Math.max(1, of)}%`} y="13" textAnchor="middle">
            {text}
          </text>
        ))}
      </svg>
    </div>
  );
}
