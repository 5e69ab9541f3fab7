import { RESOURCES, type Resource } from '#contract/enums.ts';
import type { Compare, Period } from './energy-range.ts';

export interface EnergyFilters {
  readonly place: string | undefined;
  readonly device: string | undefined;
  readonly resource: Resource;
  readonly period: Period;
  /** YYYY-MM-DD at the site; undefined: today. */
  readonly date: string | undefined;
  readonly compare: Compare;
}

export const periods = ['day', 'week', 'month'] as const;

export function parseEnergyFilters(query: URLSearchParams): EnergyFilters {
  const period = periods.find((name) => name === query.get('range')) ?? 'day';
  const date = query.get('date') ?? '';
  const asked = (['week', 'period', 'none'] as const).find((name) => name === query.get('compare'));
  // Only a single day has a same day of last week.
  const usual = period === 'day' ? 'week' : 'period';
  return {
    place: query.get('place') ?? undefined,
    device: query.get('device') ?? undefined,
    resource: RESOURCES.find((name) => name === query.get('resource')) ?? 'electricity',
    period,
    date: /^\d{4}-\d{2}-\d{2}$/.test(date) ? date : undefined,
    compare: asked === undefined || (asked === 'week' && period !== 'day') ? usual : asked,
  };
}
