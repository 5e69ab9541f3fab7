import { type ReactNode, useMemo } from 'react';
import {
  CartesianGrid,
  Line,
  LineChart,
  ReferenceArea,
  ReferenceDot,
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
import { type ChartMark, episodeMarks } from './chart-marks.tsx';
import { axisAround, axisFromNought, type ChartRow, type ChartSeries, chartRows, isAlone } from './chart-rows.ts';
import { ChartTable } from './chart-table.tsx';
import { ChartTooltip } from './chart-tooltip.tsx';
import './charts.css';
import { chartsText } from './charts.text.ts';
import type { Range } from './closed-ranges.ts';
import { directLabels } from './direct-labels.ts';
import { shortDay, timeTicks } from './time-ticks.ts';

export interface TimeSeriesChartProps {
  /** What is drawn, for those who hear it. */
  readonly title: string;
  readonly series: readonly ChartSeries[];
  readonly from: number;
  readonly to: number;
  /** A value as text, with its unit: on the axis, in the tooltip and in the table. */
  readonly say: (value: number) => string;
  /** steps: 0 and 1 that stand until the next. around: nought means nothing. Otherwise the axis begins at nought. */
  readonly axis?: 'nought' | 'around' | 'steps';
  readonly closed?: readonly Range[];
  readonly marks?: readonly ChartMark[];
  readonly height?: number;
  /** The request behind the series, for its loading and failed states; without it the series are taken for whole. */
  readonly of?: Fetched<unknown>;
}

const maxLabels = 4;

/** A line per series over the site's time. Gaps stay gaps, closed hours are shaded, alerts stand on the axis. */
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

function Lines(props: LinesProps) {
  const { title, series, from, to, axis = 'nought', closed = [], marks = [], height } = props;
  const t = useText(chartsText);
  const rows = useMemo(() => chartRows(series), [series]);
  const words = useRowWords(props);
  const values = series.flatMap(({ points }) => points.map(({ value }) => value));
  const domain =
    axis === 'steps' ? ([-0.08, 1.08] as const) : axis === 'around' ? axisAround(values) : axisFromNought(values);
  const hasLone = axis !== 'steps' && series.some(({ id }) => rows.some((_, index) => isAlone(rows, index, id)));
  const labels = series.length > 1 && series.length <= maxLabels ? directLabels(series, domain) : [];
  return (
    <figure className="chart">
      <ResponsiveContainer width="100%" height={height} debounce={100}>
        <LineChart data={rows} margin={{ top: 28, right: 16, bottom: 0, left: 0 }} title={title} desc={t.keys}>
          {closed.map((range) => (
            <ReferenceArea key={range.from} x1={range.from} x2={range.to} className="chart-closed" zIndex={-150} />
          ))}
          <CartesianGrid vertical={false} />
          {timeAxis(words, from, to)}
          {valueAxis(props, domain)}
          <Tooltip
            isAnimationActive={false}
            content={({ active, label }) => {
              const row = active ? rows.find(({ at }) => at === label) : undefined;
              return row ? words.tooltip(row) : null;
            }}
          />
          {episodeMarks(marks, { from, to })}
          {series.map(({ id, hue }) => (
            <Line
              key={id}
              type={axis === 'steps' ? 'stepAfter' : 'linear'}
              dataKey={(row: ChartRow) => row.points[id]?.value ?? null}
              className={`chart-line chart-${hue}`}
              isAnimationActive={false}
              connectNulls={false}
              activeDot={{ r: 4, className: `chart-point chart-${hue}` }}
              dot={hasLone ? loneDot(rows, id, hue) : false}
            />
          ))}
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
      <Caption closed={closed} marks={marks} hasLone={hasLone} from={from} to={to} />
      <ChartTable columns={words.columns} rows={() => rows.map(words.tableRow)} />
    </figure>
  );
}

interface CaptionProps {
  readonly closed: readonly Range[];
  readonly marks: readonly ChartMark[];
  readonly hasLone: boolean;
  readonly from: number;
  readonly to: number;
}

/** What the shades and marks mean, as far as they are drawn. */
function Caption({ closed, marks, hasLone, from, to }: CaptionProps) {
  const t = useText(chartsText);
  const hasMarks = marks.some((mark) => mark.from <= to && (mark.to ?? to) >= from);
  if (closed.length === 0 && !hasMarks && !hasLone) return null;
  return (
    <figcaption className="chart-key">
      {closed.length > 0 ? <Key kind="closed">{t.closedHours}</Key> : null}
      {hasMarks ? <Key kind="alert">{t.alertMark}</Key> : null}
      {hasLone ? <span>{t.sparse}</span> : null}
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

const loneDot =
  (rows: readonly ChartRow[], id: string, hue: string) =>
  ({ cx, cy, index }: { cx?: number | undefined; cy?: number | undefined; index: number }) =>
    isAlone(rows, index, id) && cx !== undefined && cy !== undefined ? (
      <circle key={index} cx={cx} cy={cy} r={1.8} className={`chart-point chart-${hue}`} />
    ) : (
      <g key={index} />
    );

function useRowWords({ series, say }: LinesProps) {
  const t = useText(chartsText);
  const format = useFormat();
  const language = useLanguage();
  const time = (at: number): string => `${format.day(at)} ${format.hourMinute(at)}`;
  const cell = (row: ChartRow, id: string): string => {
    const value = row.points[id]?.value ?? null;
    return value === null ? t.missing : say(value);
  };
  const quality = (row: ChartRow, id: string): string | undefined => {
    const { value = null, quality: of } = row.points[id] ?? {};
    return value === null || of === undefined || of === 'missing' ? undefined : t[of];
  };
  return {
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

function valueAxis({ axis, say }: LinesProps, domain: readonly [number, number]) {
  const [low, high] = domain;
  const ticks = axis === 'steps' ? [0, 1] : [0, 0.25, 0.5, 0.75, 1].map((share) => low + share * (high - low));
  return (
    <YAxis
      domain={[low, high]}
      ticks={ticks}
      tickFormatter={(value: number) => say(value)}
      width={72}
      interval={0}
      allowDataOverflow
      tickLine={false}
      axisLine={false}
    />
  );
}
