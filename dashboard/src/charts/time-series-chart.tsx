import { type ReactNode, useMemo } from 'react';
import {
  CartesianGrid,
  Line,
  LineChart,
  ReferenceArea,
  ReferenceDot,
  ReferenceLine,
  ResponsiveContainer,
  Tooltip,
  XAxis,
  YAxis,
} from 'recharts';
import { useLanguage, useText } from '../i18n/use-text.ts';
import { localTime } from '../lib/site-time.ts';
import { useAtMost } from '../live/use-live.ts';
import { useFormat } from '../ui/format-context.tsx';
import { Empty, Failure, type Fetched, Skeleton } from '../ui/page-state.tsx';
import { type ChartEvent, type ChartMark, episodeMarks, eventMarks, placeEvents } from './chart-marks.tsx';
import { type ChartRow, type ChartSeries, chartRows } from './chart-rows.ts';
import { ChartTable } from './chart-table.tsx';
import { ChartTooltip } from './chart-tooltip.tsx';
import './charts.css';
import { chartsText } from './charts.text.ts';
import type { Range } from './closed-ranges.ts';
import { directLabels } from './direct-labels.ts';
import { sharedInstants } from './held-points.ts';
import { shortDay, timeTicks } from './time-ticks.ts';
import { axisAround, axisFromNought, axisWords, stateAxis, type ValueAxis } from './value-ticks.ts';

export interface ChartLimit {
  readonly value: number;
  /** What it is, with its value: 高于 800 W. */
  readonly label: string;
  /** The limit at which it counts as gone, drawn fainter. */
  readonly isClear?: boolean;
}

export interface TimeSeriesChartProps {
  /** What is drawn, for those who hear it. */
  readonly title: string;
  readonly series: readonly ChartSeries[];
  readonly from: number;
  readonly to: number;
  /** A value as text, with its unit: in the tooltip and in the table; of a state on the axis too. */
  readonly say: (value: number) => string;
  readonly unit: string;
  /** steps: 0 and 1 that stand until the next. around: nought means nothing. Otherwise the axis begins at nought. */
  readonly axis?: 'nought' | 'around' | 'steps';
  readonly closed?: readonly Range[];
  readonly marks?: readonly ChartMark[];
  /** Instants with a name, drawn as lines over the whole height. */
  readonly events?: readonly ChartEvent[];
  readonly limits?: readonly ChartLimit[];
  /** How the line came about, in words: every reading, or means of steps. */
  readonly note?: string;
  readonly height?: number;
  /** The request behind the series, for its loading and failed states; without it the series are taken for whole. */
  readonly of?: Fetched<unknown>;
}

const maxLabels = 4;

/** A stepped line per series over the site's time: a reading holds until the next one. Gaps stay gaps, closed hours are shaded, alerts stand on the axis. */
export function TimeSeriesChart({ of, series, height = 280, ...rest }: TimeSeriesChartProps) {
  const t = useText(chartsText);
  const shown = useAtMost(series);
  const isEmpty = shown.every(({ points }) => points.every(({ value }) => value === null));
  if (of && of.data === undefined)
    return of.error ? <Failure error={of.error} onRetry={of.refetch} /> : <Skeleton height={height} />;
  return (
    <>
      {of?.error ? <Failure error={of.error} onRetry={of.refetch} keptFrom={of.dataUpdatedAt} /> : null}
      {isEmpty ? (
        <div className="chart-empty" style={{ minHeight: height }}>
          <Empty title={t.noPoints}>
            <p>{t.noPointsHint}</p>
          </Empty>
        </div>
      ) : (
        <Lines series={shown} height={height} {...rest} />
      )}
    </>
  );
}

type LinesProps = Omit<TimeSeriesChartProps, 'of' | 'height'> & { readonly height: number };

function axisOf({ axis = 'nought', limits = [] }: LinesProps, series: readonly ChartSeries[]): ValueAxis {
  if (axis === 'steps') return stateAxis;
  const values = [
    ...series.flatMap(({ points }) => points.map(({ value }) => value)),
    ...limits.map(({ value }) => value),
  ];
  return axis === 'around' ? axisAround(values) : axisFromNought(values);
}

function Lines(props: LinesProps) {
  const { title, from, to, closed = [], marks = [], events = [], limits = [], note, height } = props;
  const t = useText(chartsText);
  const series = useMemo(() => sharedInstants(props.series), [props.series]);
  const rows = useMemo(() => chartRows(series), [series]);
  const words = useRowWords(props);
  const axis = axisOf(props, series);
  const placed = placeEvents(events, { from, to });
  const top = 28 + 16 * Math.max(0, ...placed.map(({ row }) => row));
  const labels = series.length > 1 && series.length <= maxLabels ? directLabels(series, [axis.low, axis.high]) : [];
  return (
    <figure className="chart">
      <ResponsiveContainer width="100%" height={height} debounce={100}>
        <LineChart data={rows} margin={{ top, right: 16, bottom: 0, left: 0 }} title={title} desc={t.keys}>
          {closed.map((range) => (
            <ReferenceArea key={range.from} x1={range.from} x2={range.to} className="chart-closed" zIndex={-150} />
          ))}
          <CartesianGrid vertical={false} />
          {timeAxis(words, from, to)}
          {valueAxis(axis, words.axis(axis))}
          <Tooltip
            isAnimationActive={false}
            content={({ active, label }) => {
              const row = active ? rows.find(({ at }) => at === label) : undefined;
              return row ? words.tooltip(row) : null;
            }}
          />
          {episodeMarks(marks, { from, to })}
          {limitLines(limits)}
          {series.map(({ id, hue }) => (
            <Line
              key={id}
              type="stepAfter"
              dataKey={(row: ChartRow) => row.points[id]?.value ?? null}
              className={`chart-line chart-${hue}`}
              isAnimationActive={false}
              connectNulls={false}
              activeDot={{ r: 4, className: `chart-point chart-${hue}` }}
              dot={false}
            />
          ))}
          {eventMarks(placed)}
          {labels.map(({ id, name, hue, at, value, dy }) => (
            <ReferenceDot
              key={id}
              x={at}
              y={value}
              r={0}
              label={{ value: name, position: 'left', dy, className: `chart-label chart-${hue}` }}
            />
          ))}
        </LineChart>
      </ResponsiveContainer>
      <Caption closed={closed} marks={marks} note={note} from={from} to={to} />
      <ChartTable columns={words.columns} rows={() => rows.filter(isTold).map(words.tableRow)} />
    </figure>
  );
}

/** Whether anything was told at the instant, and not only held from before. */
const isTold = ({ points }: ChartRow): boolean => Object.values(points).some(({ isHeld }) => isHeld !== true);

function limitLines(limits: readonly ChartLimit[]) {
  const highest = Math.max(...limits.map(({ value }) => value));
  return limits.map(({ value, label, isClear = false }) => (
    <ReferenceLine
      key={label}
      y={value}
      className={isClear ? 'chart-limit chart-limit-clear' : 'chart-limit'}
      label={{
        value: label,
        // The upper one above its line and the lower one below: they may lie close together.
        position: value === highest ? 'insideBottomLeft' : 'insideTopLeft',
        className: 'chart-limit-label',
      }}
      zIndex={300}
    />
  ));
}

interface CaptionProps {
  readonly closed: readonly Range[];
  readonly marks: readonly ChartMark[];
  readonly note: string | undefined;
  readonly from: number;
  readonly to: number;
}

/** What the shades and marks mean, as far as they are drawn. */
function Caption({ closed, marks, note, from, to }: CaptionProps) {
  const t = useText(chartsText);
  const hasMarks = marks.some((mark) => mark.from <= to && (mark.to ?? to) >= from);
  if (closed.length === 0 && !hasMarks && note === undefined) return null;
  return (
    <figcaption className="chart-key">
      {closed.length > 0 ? <Key kind="closed">{t.closedHours}</Key> : null}
      {hasMarks ? <Key kind="alert">{t.alertMark}</Key> : null}
      {note === undefined ? null : <span>{note}</span>}
    </figcaption>
  );
}

export function Key({ kind, children }: { readonly kind: string; readonly children: ReactNode }) {
  return (
    <span>
      <i className={`chart-swatch chart-swatch-${kind}`} aria-hidden="true" />
      {children}
    </span>
  );
}

function useRowWords({ series, say, unit, axis: kind }: LinesProps) {
  const t = useText(chartsText);
  const format = useFormat();
  const language = useLanguage();
  const time = (at: number): string => `${format.day(at)} ${format.clock(at)}`;
  const cell = (row: ChartRow, id: string): string => {
    const value = row.points[id]?.value ?? null;
    return value === null ? t.missing : say(value);
  };
  const quality = (row: ChartRow, id: string): string | undefined => {
    const { value = null, quality: of } = row.points[id] ?? {};
    return value === null || of === undefined || of === 'missing' ? undefined : t[of];
  };
  return {
    axis: (axis: ValueAxis): ((tick: number) => string) => (kind === 'steps' ? say : axisWords(axis, unit, format).say),
    columns: series.map(({ name }) => name),
    tableRow: (row: ChartRow) => ({ key: row.at, time: time(row.at), cells: series.map(({ id }) => cell(row, id)) }),
    tooltip: (row: ChartRow) => (
      <ChartTooltip
        time={time(row.at)}
        lines={series.map(({ id, name }) => ({ name, value: cell(row, id), note: quality(row, id) }))}
      />
    ),
    tick: (at: number): string => {
      const { hour, minute } = localTime(format.timeZone, at);
      return hour === 0 && minute === 0 ? shortDay(language, format.timeZone, at) : format.hourMinute(at);
    },
    ticks: (from: number, to: number): number[] => timeTicks(format.timeZone, from, to, 9),
  };
}

function timeAxis(words: ReturnType<typeof useRowWords>, from: number, to: number) {
  return (
    <XAxis
      dataKey="at"
      type="number"
      scale="time"
      domain={[from, to]}
      allowDataOverflow
      ticks={words.ticks(from, to)}
      tickFormatter={words.tick}
      interval="preserveStart"
      minTickGap={12}
    />
  );
}

function valueAxis({ low, high, ticks }: ValueAxis, say: (tick: number) => string) {
  return (
    <YAxis
      domain={[low, high]}
      ticks={[...ticks]}
      tickFormatter={say}
      width={72}
      interval={0}
      allowDataOverflow
      tickLine={false}
      axisLine={false}
    />
  );
}
