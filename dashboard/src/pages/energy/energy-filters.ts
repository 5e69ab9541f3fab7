import { RESOURCES, type Resource } from '#contract/enums.ts';
import { type Compare, type Period, periods } from './energy-range.ts';

export type EnergyTab = 'use' | 'waste';

export interface EnergyFilters {
  readonly tab: EnergyTab;
  readonly place: string | undefined;
  readonly device: string | undefined;
  readonly resource: Resource;
  readonly period: Period;
  /** YYYY-MM-DD at the site; undefined: today. Of a range of one's own: its first day. */
  readonly date: string | undefined;
  /** Last day of a range of one's own. */
  readonly until: string | undefined;
  /** Id of a term of the calendar; undefined: the one that is running, or the last one. */
  readonly term: string | undefined;
  readonly compare: Compare;
  /** Weeks of the ranking of waste. */
  readonly weeks: number;
}

export const wasteWeeks = [4, 8, 12] as const;
/** Ten years less a little: the most that one answer holds. */
const mostDays = 3_650;

const dateOf = (text: string | null): string | undefined =>
  text !== null && /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text)) ? text : undefined;

/** First and last day of a range of one's own, in order and not longer than one answer. */
function ownDays(date: string | undefined, until: string | undefined): Pick<EnergyFilters, 'date' | 'until'> {
  if (date === undefined || until === undefined) return { date, until };
  const days = (Date.parse(until) - Date.parse(date)) / 86_400_000;
  if (days < 0) return { date: until, until: date };
  return days > mostDays ? { date, until: date } : { date, until };
}

export function parseEnergyFilters(query: URLSearchParams): EnergyFilters {
  const period = periods.find((name) => name === query.get('range')) ?? 'day';
  const asked = (['week', 'period', 'none'] as const).find((name) => name === query.get('compare'));
  // Only a single day has a same day of last week; a range of one's own is compared with what lies before it when asked to.
  const usual = period === 'day' ? 'week' : period === 'own' ? 'none' : 'period';
  return {
    tab: query.get('tab') === 'waste' ? 'waste' : 'use',
    place: query.get('place') ?? undefined,
    device: query.get('device') ?? undefined,
    resource: RESOURCES.find((name) => name === query.get('resource')) ?? 'electricity',
    period,
    ...ownDays(dateOf(query.get('date')), period === 'own' ? dateOf(query.get('until')) : undefined),
    term: query.get('term') ?? undefined,
    compare: asked === undefined || (asked === 'week' && period !== 'day') ? usual : asked,
    weeks: wasteWeeks.find((count) => String(count) === query.get('weeks')) ?? 4,
  };
}
