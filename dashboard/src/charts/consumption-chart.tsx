import { useId, useMemo } from 'react';
import {
  Bar,
  type BarShapeProps,
  CartesianGrid,
  ComposedChart,
  Line,
  ReferenceArea,
  ResponsiveContainer,
  Tooltip,
  XAxis,
  YAxis,
} from 'recharts';
import type { Resource } from '#contract/enums.ts';
import type { ConsumptionBucket } from '#contract/http/energy.ts';
import { useLanguage, useText } from '../i18n/use-text.ts';
import { useFormat } from '../ui/format-context.tsx';
import { type ChartMark, episodeMarksOnBars } from './chart-marks.tsx';
import { axisFromNought } from './chart-rows.ts';
import { ChartTable } from './chart-table.tsx';
import { ChartTooltip } from './chart-tooltip.tsx';
import './charts.css';
import { chartsText } from './charts.text.ts';
import type { ClosedTimes, Range } from './closed-ranges.ts';
import { type ConsumptionSlot, consumptionSlots, type SlotKnowledge } from './consumption-slots.ts';
import { Key } from './time-series-chart.tsx';
import { shortDay } from './time-ticks.ts';

export interface ConsumptionChartProps {
  readonly title: string;
  readonly resource: Resource;
  readonly unit: string;
  readonly step: 'hour' | 'day';
  /** Every hour or day of the period, also those to come. */
  readonly slots: readonly Range[];
  readonly buckets: readonly ConsumptionBucket[];
  readonly before: readonly ConsumptionBucket[];
  /** Name of what is compared with; undefined: nothing is. */
  readonly beforeName: string | undefined;
  readonly times: ClosedTimes;
  readonly marks: readonly ChartMark[];
  readonly now: number;
  readonly height?: number;
}

/** A bar per hour or day and what it is compared with as a line, on one axis. What is not wholly known is marked by pattern and word. */
export function ConsumptionChart(props: ConsumptionChartProps) {
  const { title, resource, slots, buckets, before, beforeName, times, marks, step, now, height = 300 } = props;
  const t = useText(chartsText);
  const pattern = useId();
  const rows = useMemo(() => consumptionSlots(slots, buckets, before, now), [slots, buckets, before, now]);
  const words = useSlotWords(props);
  const shaded = rows.filter((row) => isShaded(row, times, step));
  const missing = rows.filter(({ knowledge }) => knowledge === 'missing');
  const domain = axisFromNought(rows.flatMap(({ value, before: compared }) => [value, beforeName ? compared : null]));
  return (
    <figure className={`chart chart-hue-${resource}`}>
      <ResponsiveContainer width="100%" height={height} debounce={100}>
        <ComposedChart data={rows} margin={{ top: 12, right: 8, bottom: 0, left: 0 }} title={title} desc={t.keys}>
          <defs>{patterns(pattern, resource)}</defs>
          {shaded.map(({ from }) => (
            <ReferenceArea key={from} x1={from} x2={from} className="chart-closed" zIndex={-150} />
          ))}
          {missing.map(({ from }) => (
            <ReferenceArea key={from} x1={from} x2={from} fill={`url(#${pattern}-missing)`} fillOpacity={1} />
          ))}
          <CartesianGrid vertical={false} />
          <XAxis
            dataKey="from"
            tickFormatter={words.tick}
            ticks={words.ticks(rows)}
            interval="preserveStart"
            minTickGap={8}
          />
          <YAxis domain={domain} tickFormatter={words.axis} width={64} tickLine={false} axisLine={false} />
          <Tooltip
            isAnimationActive={false}
            cursor={{ className: 'chart-cursor' }}
            content={({ active, label }) => {
              const row = active ? rows.find(({ from }) => from === label) : undefined;
              return row ? words.tooltip(row) : null;
            }}
          />
          {episodeMarksOnBars(marks, rows)}
          <Bar
            dataKey="value"
            isAnimationActive={false}
            maxBarSize={40}
            shape={(bar: BarShapeProps) => <SlotBar bar={bar} row={rows[bar.originalDataIndex]} pattern={pattern} />}
          />
          {beforeName === undefined ? null : (
            <Line
              dataKey="before"
              type="step"
              className="chart-line chart-before"
              isAnimationActive={false}
              dot={false}
              activeDot={false}
              connectNulls={false}
            />
          )}
        </ComposedChart>
      </ResponsiveContainer>
      <Legend rows={rows} hasShade={shaded.length > 0} hasMarks={marks.length > 0} {...props} />
      <ChartTable
        columns={words.columns}
        rows={() => rows.filter(({ knowledge }) => knowledge !== 'future').map(words.tableRow)}
      />
    </figure>
  );
}

/** A day is shaded when nobody is expected, an hour when most of it is closed. */
function isShaded({ from, to }: Range, { closed, restDays }: ClosedTimes, step: 'hour' | 'day'): boolean {
  const covered = (step === 'day' ? restDays : closed).reduce(
    (sum, range) => sum + Math.max(0, Math.min(to, range.to) - Math.max(from, range.from)),
    0,
  );
  return covered > (to - from) / 2;
}

/** What is not wholly known: stripes for estimated, dots for a part missing, grey hatching for nothing at all. */
function patterns(id: string, resource: Resource) {
  const size = { width: 6, height: 6, patternUnits: 'userSpaceOnUse' } as const;
  return (
    <>
      <pattern id={`${id}-estimated`} {...size} patternTransform="rotate(45)">
        <rect width="3" height="6" className={`chart-fill-${resource}`} />
      </pattern>
      <pattern id={`${id}-partial`} {...size}>
        <circle cx="3" cy="3" r="1.7" className={`chart-fill-${resource}`} />
      </pattern>
      <pattern id={`${id}-missing`} {...size} patternTransform="rotate(-45)">
        <rect width="1.5" height="6" className="chart-fill-missing" />
      </pattern>
    </>
  );
}

const patternOf: Readonly<Partial<Record<SlotKnowledge, string>>> = {
  estimated: 'estimated',
  manual: 'estimated',
  partial: 'partial',
};

interface SlotBarProps {
  readonly bar: BarShapeProps;
  readonly row: ConsumptionSlot | undefined;
  readonly pattern: string;
}

function SlotBar({ bar: { x, y, width, height }, row, pattern }: SlotBarProps) {
  if (!row || row.value === null) return null;
  const own = patternOf[row.knowledge];
  const fill = own === undefined ? {} : { fill: `url(#${pattern}-${own})` };
  const top = Math.min(y, y + height);
  return (
    <rect
      className={`chart-bar chart-bar-${row.knowledge}`}
      x={x}
      y={top}
      width={Math.max(1, width)}
      height={Math.abs(height)}
      {...fill}
    />
  );
}

type LegendProps = ConsumptionChartProps & {
  readonly rows: readonly ConsumptionSlot[];
  readonly hasShade: boolean;
  readonly hasMarks: boolean;
};

function Legend({ rows, hasShade, hasMarks, beforeName, resource, step, unit, times }: LegendProps) {
  const t = useText(chartsText);
  const present = new Set(rows.map(({ knowledge }) => knowledge));
  return (
    <figcaption className={`chart-key chart-key-${resource}`}>
      <Key kind="bar">{unit}</Key>
      {beforeName === undefined ? null : <Key kind="before">{beforeName}</Key>}
      {(['estimated', 'manual', 'partial', 'missing', 'running'] as const)
        .filter((knowledge) => present.has(knowledge))
        .map((knowledge) => (
          <Key key={knowledge} kind={knowledge}>
            {t[knowledge]}
          </Key>
        ))}
      {hasShade ? <Key kind="closed">{step === 'day' ? t.restDays : t.closedHours}</Key> : null}
      {hasMarks ? <Key kind="alert">{t.alertMark}</Key> : null}
      {times.missingYears.length > 0 ? <span>{t.holidaysMissing(times.missingYears.join(' '))}</span> : null}
    </figcaption>
  );
}

function useSlotWords({ unit, step, beforeName, title }: ConsumptionChartProps) {
  const t = useText(chartsText);
  const format = useFormat();
  const language = useLanguage();
  const time = ({ from, to }: Range): string =>
    step === 'hour' ? `${format.day(from)} ${format.hourMinute(from)}–${format.hourMinute(to)}` : format.day(from);
  const quantity = (value: number | null): string => (value === null ? t.missing : format.quantity(value, unit));
  const note = ({ knowledge, completeness }: ConsumptionSlot): string =>
    knowledge === 'partial' || knowledge === 'running'
      ? `${t[knowledge]}, ${t.known(format.percent(completeness))}`
      : knowledge === 'future'
        ? t.running
        : t[knowledge];
  return {
    axis: (value: number): string => format.number(value),
    tick: (from: number): string =>
      step === 'hour' ? format.hourMinute(from) : shortDay(language, format.timeZone, from),
    ticks: (rows: readonly Range[]): number[] =>
      rows.filter((_, index) => step === 'day' || index % 3 === 0).map(({ from }) => from),
    columns: [title, ...(beforeName === undefined ? [] : [beforeName]), t.quality],
    tableRow: (row: ConsumptionSlot) => ({
      key: row.from,
      time: time(row),
      cells: [quantity(row.value), ...(beforeName === undefined ? [] : [quantity(row.before)]), note(row)],
    }),
    tooltip: (row: ConsumptionSlot) => (
      <ChartTooltip
        time={time(row)}
        lines={[
          ...(row.knowledge === 'future' ? [] : [{ name: title, value: quantity(row.value), note: note(row) }]),
          ...(beforeName === undefined ? [] : [{ name: beforeName, value: quantity(row.before) }]),
        ]}
      />
    ),
  };
}
