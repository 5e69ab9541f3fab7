import { useQuery } from '@tanstack/react-query';
import { useEffect, useMemo } from 'react';
import type { LatestValue } from '#contract/http/campus.ts';
import type { SeriesPoint } from '#contract/http/energy.ts';
import { metricInfo } from '#contract/metrics.ts';
import { seriesQuery } from '../api/queries.ts';
import { pick } from '../i18n/language.ts';
import { useLanguage, useText } from '../i18n/use-text.ts';
import { useDevice, useGatewayNow, useLatest } from '../live/use-live.ts';
import type { ChartEvent, ChartMark } from './chart-marks.tsx';
import type { ChartPoint, ChartSeries } from './chart-rows.ts';
import { chartsText } from './charts.text.ts';
import { type Range, useClosedTimes } from './closed-ranges.ts';
import { heldReadings, heldSteps, standsFor } from './held-points.ts';
import { coarser, maxReadings, resolutionFor, type SeriesStep, stepLengthMs } from './series-step.ts';
import { type ChartLimit, TimeSeriesChart } from './time-series-chart.tsx';
import { useSay } from './use-say.ts';

export interface EvidenceChartProps {
  readonly device: string;
  readonly metric: string;
  /** Epoch ms, from ≤ t < to. */
  readonly from: number;
  readonly to: number;
  readonly marks: readonly ChartMark[];
  readonly events?: readonly ChartEvent[];
  /** What the rule compares with. */
  readonly limits?: readonly ChartLimit[];
  readonly height?: number;
  /** The range holds no value of this metric. */
  readonly onEmpty?: () => void;
}

const week = 604_800_000;
const usualIntervalS = 60;

/** What a device told over a range, as it is stored, with what the same hours looked like a week before. */
export function EvidenceChart({
  device,
  metric,
  from,
  to,
  marks,
  events,
  limits,
  height,
  onEmpty,
}: EvidenceChartProps) {
  const t = useText(chartsText);
  const language = useLanguage();
  const known = useDevice(device);
  const intervalMs = (known?.intervalS ?? usualIntervalS) * 1_000;
  const info = metricInfo(metric);
  const name = info ? pick(info.name, language) : metric;
  const kind = info?.kind ?? 'gauge';
  const now = useHeldSeries({ device, metric, from, to, intervalMs });
  const before = useHeldSeries({
    device,
    metric,
    from: from - week,
    to: to - week,
    intervalMs,
    isWanted: kind === 'gauge',
  });
  const isEmpty = now.answer.data !== undefined && now.points.every(({ value }) => value === null);
  useEffect(() => {
    if (isEmpty) onEmpty?.();
  }, [isEmpty, onEmpty]);
  const { closed } = useClosedTimes(known?.place, { from, to });
  const say = useSay(metric);
  const series = useMemo((): ChartSeries[] => {
    const own: ChartSeries = { id: 'now', name, hue: hueOf(metric), points: now.points };
    const hasBefore = before.points.some(({ value }) => value !== null);
    if (!hasBefore) return [own];
    const shifted = before.points.map((point) => ({ ...point, at: point.at + week }));
    return [{ id: 'before', name: t.lastWeek, hue: 'before', points: shifted }, own];
  }, [now.points, before.points, metric, name, t]);
  return (
    <TimeSeriesChart
      of={now.answer}
      title={name}
      series={series}
      from={from}
      to={to}
      say={say}
      unit={info?.unit ?? ''}
      axis={kind === 'state' ? 'steps' : startsAtNought(metric) ? 'nought' : 'around'}
      closed={closed}
      marks={marks}
      note={now.step === undefined ? t.everyReading : t.stepsOf(t[now.step])}
      {...(events === undefined ? {} : { events })}
      {...(limits === undefined ? {} : { limits })}
      {...(height === undefined ? {} : { height })}
    />
  );
}

interface SeriesWanted extends Range {
  readonly device: string;
  readonly metric: string;
  readonly intervalMs: number;
  readonly isWanted?: boolean;
}

const nothing: readonly ChartPoint[] = [];

/** Each reading where one answer holds them, else means of steps; `step` says which. */
function useHeldSeries({ device, metric, from, to, intervalMs, isWanted = true }: SeriesWanted) {
  const standMs = standsFor(metric, intervalMs);
  const resolution = resolutionFor(from, to, intervalMs);
  // What was told before the range still holds in it.
  const earlier = from - Math.min(standMs, week);
  const single = useQuery({
    ...seriesQuery({ device, metric, from: earlier, to, limit: maxReadings + 1_000 }),
    enabled: isWanted && resolution === 'readings',
  });
  // A device that talks far more often than it is said to.
  const isTooMuch = resolution === 'readings' && single.data !== undefined && single.data.nextCursor !== null;
  const step: SeriesStep | undefined =
    resolution !== 'readings' ? resolution : isTooMuch ? coarser(from, to, intervalMs) : undefined;
  const stepped = useQuery({
    ...seriesQuery({ device, metric, from, to, step: step ?? '1d' }),
    enabled: isWanted && step !== undefined,
  });
  const answer = step === undefined ? single : stepped;
  const latest = useLatest(device, metric);
  const newest = latest?.freshness === 'hint' ? undefined : latest;
  // Nothing is known of what is still to come.
  const end = Math.min(to, useGatewayNow(5_000));
  const points = useMemo(() => {
    if (answer.data === undefined) return nothing;
    const held =
      step === undefined
        ? heldReadings(withNewest(answer.data.points, newest, to), standMs, end)
        : heldSteps(answer.data.points, metric, stepLengthMs[step], end);
    return fromThe(from, held);
  }, [answer.data, newest, step, standMs, metric, from, to, end]);
  return { answer, points, step };
}

/** What has come by the live connection since the answer. */
function withNewest(
  points: readonly SeriesPoint[],
  newest: LatestValue | undefined,
  to: number,
): readonly SeriesPoint[] {
  if (newest === undefined || newest.ts >= to || newest.ts <= (points.at(-1)?.ts ?? 0)) return points;
  const { ts, value, quality, flags } = newest;
  return [...points, { ts, value, min: value, max: value, count: 1, quality, flags }];
}

/** The points of the range, the first of them where it begins. */
function fromThe(start: number, points: readonly ChartPoint[]): readonly ChartPoint[] {
  const first = points.findIndex(({ at }) => at >= start);
  const before = first < 0 ? points.at(-1) : points[first - 1];
  const inside = first < 0 ? [] : points.slice(first);
  if (before === undefined || before.value === null || inside[0]?.at === start) return inside;
  return [{ ...before, at: start, isHeld: true }, ...inside];
}

const fromNought = new Set(['power_w', 'flow_lph', 'current_a', 'energy_kwh', 'water_m3', 'camera_fps', 'apparent_va']);
const startsAtNought = (metric: string): boolean => fromNought.has(metric.replace(/_(l\d|ch\d+)$/, ''));

function hueOf(metric: string): ChartSeries['hue'] {
  if (/^(water|flow)/.test(metric)) return 'water';
  return /^(energy|power|voltage|current|apparent|reactive)/.test(metric) ? 'electricity' : 'plain';
}
