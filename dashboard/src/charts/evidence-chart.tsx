import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { metricInfo } from '#contract/metrics.ts';
import { seriesQuery } from '../api/queries.ts';
import { pick } from '../i18n/language.ts';
import { useLanguage, useText } from '../i18n/use-text.ts';
import { useDevice } from '../live/use-live.ts';
import type { ChartMark } from './chart-marks.tsx';
import type { ChartSeries } from './chart-rows.ts';
import { chartsText } from './charts.text.ts';
import { useClosedTimes } from './closed-ranges.ts';
import { pointsOf, stepsFor } from './series-step.ts';
import { TimeSeriesChart } from './time-series-chart.tsx';
import { useSay } from './use-say.ts';

export interface EvidenceChartProps {
  readonly device: string;
  readonly metric: string;
  /** Epoch ms, from ≤ t < to. */
  readonly from: number;
  readonly to: number;
  readonly marks: readonly ChartMark[];
  readonly height?: number;
}

const week = 604_800_000;
const nothing: ChartSeries['points'] = [];

/** One series of a device with what the same hours looked like a week before, closed hours and episodes. */
export function EvidenceChart({ device, metric, from, to, marks, height }: EvidenceChartProps) {
  const t = useText(chartsText);
  const language = useLanguage();
  const place = useDevice(device)?.place;
  const info = metricInfo(metric);
  const name = info ? pick(info.name, language) : metric;
  const kind = info?.kind ?? 'gauge';
  const { answer, step } = useFittingSeries(device, metric, { from, to });
  const usual = useQuery({
    ...seriesQuery({ device, metric, from: from - week, to: to - week, step }),
    enabled: kind === 'gauge',
  });
  const { closed } = useClosedTimes(place, { from, to });
  const say = useSay(metric);
  const series = useMemo((): ChartSeries[] => {
    const now = answer.data?.points;
    const before = kind === 'gauge' ? usual.data?.points : undefined;
    const hasBefore = before?.some(({ value }) => value !== null) === true;
    const own: ChartSeries = { id: 'now', name, hue: hueOf(metric), points: now ? pointsOf(now, metric) : nothing };
    if (!hasBefore || !before) return [own];
    const shifted = pointsOf(before, metric).map((point) => ({ ...point, at: point.at + week }));
    return [{ id: 'before', name: t.lastWeek, hue: 'before', points: shifted }, own];
  }, [answer.data, usual.data, kind, metric, name, t]);
  return (
    <TimeSeriesChart
      of={answer}
      title={name}
      series={series}
      from={from}
      to={to}
      say={say}
      axis={kind === 'state' ? 'steps' : startsAtNought(metric) ? 'nought' : 'around'}
      closed={closed}
      marks={marks}
      {...(height === undefined ? {} : { height })}
    />
  );
}

/** Fine steps over a short time; coarser ones where the device reports so seldom that a line would fall apart into dots. */
function useFittingSeries(
  device: string,
  metric: string,
  { from, to }: { readonly from: number; readonly to: number },
) {
  const [fine = '1d', coarse] = stepsFor(from, to);
  const first = useQuery(seriesQuery({ device, metric, from, to, step: fine }));
  const isSparse = coarse !== undefined && first.data !== undefined && mostAlone(first.data.points);
  const second = useQuery({ ...seriesQuery({ device, metric, from, to, step: coarse }), enabled: isSparse });
  return isSparse && second.data !== undefined ? { answer: second, step: coarse } : { answer: first, step: fine };
}

function mostAlone(points: readonly { readonly value: number | null }[]): boolean {
  const isKnown = (index: number): boolean => typeof points[index]?.value === 'number';
  const known = [...points.keys()].filter(isKnown);
  const alone = known.filter((index) => !isKnown(index - 1) && !isKnown(index + 1));
  return alone.length > known.length / 4;
}

const fromNought = new Set(['power_w', 'flow_lph', 'current_a', 'energy_kwh', 'water_m3', 'camera_fps', 'apparent_va']);
const startsAtNought = (metric: string): boolean => fromNought.has(metric.replace(/_(l\d|ch\d+)$/, ''));

function hueOf(metric: string): ChartSeries['hue'] {
  if (/^(water|flow)/.test(metric)) return 'water';
  return /^(energy|power|voltage|current|apparent|reactive)/.test(metric) ? 'electricity' : 'plain';
}
