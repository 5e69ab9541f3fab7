import type { ConsumptionBucket } from '#contract/http/energy.ts';
import { slotLabels } from '../../charts/consumption-slots.ts';
import { axisFromNought, axisWords } from '../../charts/value-ticks.ts';
import { useText } from '../../i18n/use-text.ts';
import { type Span, within } from '../../night/night.ts';
import { useFormat } from '../../ui/format-context.tsx';
import { useNarrow } from '../../ui/use-narrow.ts';
import { overviewText } from './overview.text.ts';

/** Drawn at the size it has, about: letters must not shrink with the window. */
const widths = { wide: 720, narrow: 380 } as const;
const height = 230;
const plot = { left: 44, right: 4, top: 10, bottom: 24 } as const;

interface HourBarsProps {
  readonly buckets: readonly ConsumptionBucket[];
  readonly before: readonly ConsumptionBucket[];
  /** Closed hours, shaded. */
  readonly closed: readonly Span[];
  readonly label: string;
  readonly unit: string;
}

/** A bar per hour, last week's as a line behind it; an hour without data is a hatched gap, never a bar of nought. */
export function HourBars({ buckets, before, closed, label, unit }: HourBarsProps) {
  const t = useText(overviewText);
  const format = useFormat();
  const isNarrow = useNarrow();
  const width = isNarrow ? widths.narrow : widths.wide;
  const axis = axisFromNought([...buckets, ...before].map(({ value }) => value));
  const words = axisWords(axis, '', format);
  const { low, high } = axis;
  const step = (width - plot.left - plot.right) / Math.max(1, buckets.length);
  const x = (index: number): number => plot.left + index * step;
  const y = (value: number): number =>
    plot.top + (1 - (value - low) / (high - low)) * (height - plot.top - plot.bottom);
  const base = y(0);
  const span = { from: buckets[0]?.from ?? 0, to: buckets.at(-1)?.to ?? 0 };
  const ofTime = (at: number): number =>
    plot.left + ((at - span.from) / Math.max(1, span.to - span.from)) * (width - plot.left - plot.right);
  return (
    <figure className="hour-bars">
      <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={label}>
        <defs>
          <pattern id="hour-gap" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
            <path d="M0 0V6" className="hour-gap-line" />
          </pattern>
        </defs>
        {within(closed, span).map(({ from, to }) => (
          <rect
            key={from}
            className="hour-closed"
            x={ofTime(from)}
            width={ofTime(to) - ofTime(from)}
            y={plot.top}
            height={base - plot.top}
          />
        ))}
        {axis.ticks.map((tick) => (
          <g key={tick}>
            <line className="hour-grid" x1={plot.left} x2={width} y1={y(tick)} y2={y(tick)} />
            <text className="hour-label" x={plot.left - 6} y={y(tick) + 4} textAnchor="end">
              {words.say(tick)}
            </text>
          </g>
        ))}
        {buckets.map(({ from, value, quality }, index) =>
          value === null ? (
            <rect
              key={from}
              x={x(index) + 1}
              width={step - 2}
              y={plot.top}
              height={base - plot.top}
              fill="url(#hour-gap)"
            />
          ) : (
            <rect
              key={from}
              className={quality === 'measured' ? 'hour-bar' : 'hour-bar hour-bar-estimated'}
              x={x(index) + 2}
              width={step - 4}
              y={y(value)}
              height={Math.max(0, base - y(value))}
            >
              <title>{`${format.hourMinute(from)} ${format.quantity(value, unit)}`}</title>
            </rect>
          ),
        )}
        <path className="hour-before" d={steps(before, x, y, step)} />
        {slotLabels(buckets, 'hour', isNarrow ? 6 : 3).map(({ place, at }) => (
          <text key={at} className="hour-label" x={x(place)} y={height - 6} textAnchor={anchor(place, buckets.length)}>
            {format.hourMinute(at)}
          </text>
        ))}
      </svg>
      <figcaption className="soft small">
        <span className="hour-key" aria-hidden="true" /> {t.sameHourLastWeek} · {unit}
        {closed.length > 0 ? (
          <>
            {' · '}
            <span className="hour-closed-key" aria-hidden="true" /> {t.closedHours}
          </>
        ) : null}
      </figcaption>
    </figure>
  );
}

/** Labels stand in the middle under the edge of their hour, but for the outermost, which would leave the drawing. */
function anchor(place: number, hours: number): 'start' | 'middle' | 'end' {
  return place === 0 ? 'start' : place === hours ? 'end' : 'middle';
}

/** A stepped line which is interrupted where nothing is known. */
function steps(
  buckets: readonly ConsumptionBucket[],
  x: (index: number) => number,
  y: (value: number) => number,
  step: number,
): string {
  let drawing = '';
  let isOn = false;
  for (const [index, { value }] of buckets.entries()) {
    if (value !== null) drawing += `${isOn ? 'L' : 'M'}${x(index)} ${y(value)}H${x(index) + step}`;
    isOn = value !== null;
  }
  return drawing;
}
