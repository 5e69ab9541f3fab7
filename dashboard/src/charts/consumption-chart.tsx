import { useId, useMemo } from 'react';
import {
  Bar,
  type BarShapeProps,
  CartesianGrid,
  ComposedChart,
  Line,
  ResponsiveContainer,
  Tooltip,
  XAxis,
  YAxis,
  ZIndexLayer,
} from 'recharts';
import type { Resource } from '#contract/enums.ts';
import type { ConsumptionBucket } from '#contract/http/energy.ts';
import { useLanguage, useText } from '../i18n/use-text.ts';
import type { Format } from '../lib/format.ts';
import { localTime } from '../lib/site-time.ts';
import { useFormat } from '../ui/format-context.tsx';
import type { ChartMark } from './chart-marks.tsx';
import { ChartTable } from './chart-table.tsx';
import { ChartTooltip } from './chart-tooltip.tsx';
import './charts.css';
import { chartsText } from './charts.text.ts';
import type { ClosedTimes, Range } from './closed-ranges.ts';
import {
  type ConsumptionSlot,
  consumptionSlots,
  DIFFERENCE,
  type Piece,
  piecesOf,
  placeAmong,
  REST,
  runsOf,
  type StackPart,
  slotLabels,
  stackParts,
} from './consumption-slots.ts';
import { SlotBands, SlotEpisodes, SlotLabels } from './slot-axis.tsx';
import { pieceClass, SlotBar, slotPatterns } from './slot-bar.tsx';
import { Key } from './time-series-chart.tsx';
import { shortDay, shortMonth } from './time-ticks.ts';
import { axisFromNought, axisWords, type ValueAxis } from './value-ticks.ts';

export type ChartStep = 'hour' | 'day' | 'month';

export interface ConsumptionChartProps {
  readonly title: string;
  readonly resource: Resource;
  readonly unit: string;
  readonly step: ChartStep;
  /** Every hour, day or month of the period, also those to come. */
  readonly slots: readonly Range[];
  readonly buckets: readonly ConsumptionBucket[];
  readonly before: readonly ConsumptionBucket[];
  /** Name of what is compared with; undefined: nothing is. */
  readonly beforeName: string | undefined;
  /** What the bars consist of, as far as it is known. */
  readonly parts?: readonly StackPart[];
  readonly hasOwnMeter?: boolean;
  readonly times: ClosedTimes;
  readonly marks: readonly ChartMark[];
  readonly now: number;
  readonly height?: number;
}

const noParts: readonly StackPart[] = [];

/**
 * A bar per hour, day or month and what it is compared with as a line, on one axis. What is not wholly known is marked by
 * pattern and word. Closed hours, alerts and labels stand where their time is, on an axis on which each bar is one wide.
 */
export function ConsumptionChart(props: ConsumptionChartProps) {
  const { title, resource, slots, beforeName, marks, now, height = 300 } = props;
  const t = useText(chartsText);
  const format = useFormat();
  const pattern = useId();
  const { rows, pieces, order } = useBars(props);
  const words = useSlotWords(props);
  const shades = shadesOf(props);
  const placed = ({ from, to }: Range): Range => ({ from: placeAmong(slots, from), to: placeAmong(slots, to) });
  const missing = runsOf(rows, ({ knowledge }) => knowledge === 'missing');
  const axis = axisFromNought(rows.flatMap(({ value, before: compared }) => [value, beforeName ? compared : null]));
  return (
    <figure className={`chart chart-hue-${resource}`}>
      <ResponsiveContainer width="100%" height={height} debounce={100}>
        <ComposedChart data={rows} margin={{ top: 12, right: 20, bottom: 8, left: 0 }} title={title} desc={t.keys}>
          <defs>{slotPatterns(pattern, resource)}</defs>
          <XAxis dataKey="from" hide />
          <ZIndexLayer zIndex={-150}>
            <SlotBands bands={shades.map(placed)} of={slots.length} className="chart-closed-band" />
            <SlotBands bands={missing} of={slots.length} fill={`url(#${pattern}-missing)`} />
          </ZIndexLayer>
          <CartesianGrid vertical={false} />
          {amountAxis(axis, format)}
          <Tooltip
            isAnimationActive={false}
            cursor={{ className: 'chart-cursor' }}
            content={({ active, label }) => {
              const index = active ? rows.findIndex(({ from }) => from === label) : -1;
              const row = rows[index];
              return row ? words.tooltip(row, pieces[index] ?? []) : null;
            }}
          />
          <ZIndexLayer zIndex={350}>
            <SlotEpisodes
              marks={marks.map((mark) => ({ ...placed({ ...mark, to: mark.to ?? now }), label: mark.label }))}
              of={slots.length}
            />
          </ZIndexLayer>
          <Bar
            dataKey="value"
            isAnimationActive={false}
            maxBarSize={40}
            shape={(bar: BarShapeProps) => (
              <SlotBar
                bar={bar}
                row={rows[bar.originalDataIndex]}
                pieces={pieces[bar.originalDataIndex] ?? []}
                order={order}
                pattern={pattern}
              />
            )}
          />
          {beforeName === undefined ? null : beforeLine}
        </ComposedChart>
      </ResponsiveContainer>
      <SlotLabels labels={words.labels(slots)} of={slots.length} />
      <Legend
        {...props}
        rows={rows}
        hasShade={shades.length > 0}
        hasMarks={marks.length > 0}
        stacked={[...new Set(pieces.flatMap((of) => of.map(({ id }) => id)))]}
        order={order}
      />
      <ChartTable
        columns={words.columns}
        rows={() => rows.filter(({ knowledge }) => knowledge !== 'future').map(words.tableRow)}
      />
    </figure>
  );
}

/** The bars, what each of them consists of, and the order of the colours of the parts. */
function useBars({ slots, buckets, before, now, parts = noParts, hasOwnMeter = false }: ConsumptionChartProps) {
  const rows = useMemo(() => consumptionSlots(slots, buckets, before, now), [slots, buckets, before, now]);
  const pieces = useMemo(() => rows.map((row) => piecesOf(row, parts, hasOwnMeter)), [rows, parts, hasOwnMeter]);
  const order = useMemo(() => new Map(stackParts(parts).shown.map(({ id }, index) => [id, index])), [parts]);
  return { rows, pieces, order };
}

function amountAxis(axis: ValueAxis, format: Format) {
  return (
    <YAxis
      domain={[axis.low, axis.high]}
      ticks={[...axis.ticks]}
      interval={0}
      tickFormatter={axisWords(axis, '', format).say}
      width={64}
      tickLine={false}
      axisLine={false}
    />
  );
}

const beforeLine = (
  <Line
    dataKey="before"
    type="step"
    className="chart-line chart-before"
    isAnimationActive={false}
    dot={false}
    activeDot={false}
    connectNulls={false}
  />
);

/** Hours are shaded where they are closed, days where nobody is expected; months are too wide for either. */
function shadesOf({ slots, times, step }: ConsumptionChartProps): readonly Range[] {
  const [from, to] = [slots[0]?.from ?? 0, slots.at(-1)?.to ?? 0];
  const shades = { hour: times.closed, day: times.restDays, month: [] }[step];
  return shades.flatMap((shade) =>
    shade.from < to && shade.to > from ? [{ from: Math.max(from, shade.from), to: Math.min(to, shade.to) }] : [],
  );
}

type LegendProps = ConsumptionChartProps & {
  readonly rows: readonly ConsumptionSlot[];
  readonly hasShade: boolean;
  readonly hasMarks: boolean;
  /** Ids of the pieces that are drawn. */
  readonly stacked: readonly string[];
  readonly order: ReadonlyMap<string, number>;
};

function Legend({ rows, hasShade, hasMarks, beforeName, resource, step, unit, times, ...stack }: LegendProps) {
  const t = useText(chartsText);
  const name = usePieceName(stack.parts ?? noParts);
  const isDrawn = (id: string): boolean => stack.stacked.includes(id);
  const ids = [...[...stack.order.keys()].filter(isDrawn), ...[REST, DIFFERENCE].filter(isDrawn)];
  const present = new Set(rows.map(({ knowledge }) => knowledge));
  return (
    <figcaption className={`chart-key chart-key-${resource}`}>
      {ids.length === 0 ? <Key kind="bar">{unit}</Key> : <span>{unit}</span>}
      {ids.map((id) => (
        <span key={id}>
          <i className={`chart-swatch ${pieceClass(id, stack.order)}`} aria-hidden="true" />
          {name(id)}
        </span>
      ))}
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

function usePieceName(parts: readonly StackPart[]): (id: string) => string {
  const t = useText(chartsText);
  return (id) =>
    id === REST ? t.rest : id === DIFFERENCE ? t.difference : (parts.find((part) => part.id === id)?.name ?? id);
}

/** Every how manieth bar is labelled, so that the labels find room on a phone too. */
function labelEach(step: ChartStep, count: number): number {
  if (step === 'hour') return count > 25 ? 6 : 3;
  return Math.ceil(count / (step === 'day' ? 8 : 6));
}

function useSlotWords({ unit, step, beforeName, title, parts = noParts }: ConsumptionChartProps) {
  const t = useText(chartsText);
  const format = useFormat();
  const language = useLanguage();
  const name = usePieceName(parts);
  const month = (at: number): string => shortMonth(language, format.timeZone, at);
  const time = ({ from, to }: Range): string =>
    step === 'hour'
      ? `${format.day(from)} ${format.hourMinute(from)}–${format.hourMinute(to)}`
      : step === 'day'
        ? format.day(from)
        : month(from);
  const quantity = (value: number | null): string => (value === null ? t.missing : format.quantity(value, unit));
  const note = ({ knowledge, completeness }: ConsumptionSlot): string =>
    knowledge === 'partial' || knowledge === 'running'
      ? `${t[knowledge]}, ${t.known(format.percent(completeness))}`
      : knowledge === 'future'
        ? t.running
        : t[knowledge];
  const tick = (at: number, place: number, isFirst: boolean): string => {
    // With the year only where it begins, so that the labels find room beside each other.
    if (step === 'month') {
      const isSameYear = !isFirst && localTime(format.timeZone, at).month > 1;
      return shortMonth(language, format.timeZone, at, isSameYear);
    }
    if (step === 'day') return shortDay(language, format.timeZone, at);
    const shown = format.hourMinute(at);
    return place > 0 && shown === '00:00' ? '24:00' : shown;
  };
  return {
    labels: (slots: readonly Range[]) =>
      slotLabels(slots, step, labelEach(step, slots.length)).map(({ at, place }, index) => ({
        place,
        text: tick(at, place, index === 0),
      })),
    columns: [title, ...(beforeName === undefined ? [] : [beforeName]), t.quality],
    tableRow: (row: ConsumptionSlot) => ({
      key: row.from,
      time: time(row),
      cells: [quantity(row.value), ...(beforeName === undefined ? [] : [quantity(row.before)]), note(row)],
    }),
    tooltip: (row: ConsumptionSlot, pieces: readonly Piece[]) => (
      <ChartTooltip
        time={time(row)}
        lines={[
          ...(row.knowledge === 'future' ? [] : [{ name: title, value: quantity(row.value), note: note(row) }]),
          ...pieces.toReversed().map((piece) => ({ name: name(piece.id), value: quantity(piece.value) })),
          ...(beforeName === undefined ? [] : [{ name: beforeName, value: quantity(row.before) }]),
        ]}
      />
    ),
  };
}
