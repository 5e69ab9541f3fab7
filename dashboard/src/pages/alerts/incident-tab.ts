import type { Severity } from '#contract/enums.ts';
import type { Incident } from '#contract/http/alerts.ts';
import type { Language } from '../../i18n/language.ts';
import { byImportance, isUnseen } from '../../lib/incidents.ts';

export const tabs = ['mine', 'all', 'recovered', 'history'] as const;
export type IncidentTab = (typeof tabs)[number];

export interface AlertFilters {
  readonly tab: IncidentTab;
  readonly severity: Severity | undefined;
  readonly text: string;
  readonly place: string | undefined;
  /** First and last day, `YYYY-MM-DD` at the site, on which it began. */
  readonly from: string | undefined;
  readonly to: string | undefined;
}

/** The filters as they are compared: places with all below them, days as instants (from ≤ t < to). */
export interface Within {
  readonly places?: ReadonlySet<string> | undefined;
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}

const severities: readonly Severity[] = ['critical', 'warning', 'info'];

export function parseAlertFilters(query: URLSearchParams): AlertFilters {
  return {
    tab: tabs.find((tab) => tab === query.get('tab')) ?? 'mine',
    severity: severities.find((severity) => severity === query.get('severity')),
    text: query.get('q') ?? '',
    place: query.get('place') ?? undefined,
    from: dayOf(query.get('from')),
    to: dayOf(query.get('to')),
  };
}

const dayOf = (text: string | null): string | undefined =>
  text !== null && /^\d{4}-\d{2}-\d{2}$/.test(text) ? text : undefined;

export const isFiltered = ({ text, severity, place, from, to }: AlertFilters): boolean =>
  text.trim() !== '' || [severity, place, from, to].some((one) => one !== undefined);

const isSilenced = (incident: Incident, now: number): boolean => (incident.silencedUntil ?? 0) > now;

/**
 * Whether an incident stands under a tab. To do: it is not acknowledged, over or not, or it goes on, I was given it and it
 * is not silenced.
 * @param now epoch ms by the gateway's clock
 */
export function belongsTo(incident: Incident, tab: IncidentTab, me: string, now: number): boolean {
  switch (tab) {
    case 'mine':
      return (
        isUnseen(incident) || (incident.state === 'firing' && incident.assignee === me && !isSilenced(incident, now))
      );
    case 'all':
      return incident.state === 'firing';
    case 'recovered':
      return incident.state === 'resolved' && incident.ackedAt === null;
    case 'history':
      return true;
  }
}

/** Incidents of a list asked for earlier, brought up to date by what came live since, which always wins. */
export function withLive(asked: readonly Incident[], live: readonly Incident[]): Incident[] {
  const all = new Map(asked.map((incident) => [incident.id, incident]));
  for (const incident of live) all.set(incident.id, incident);
  return [...all.values()];
}

export function matches(
  incident: Incident,
  { severity, text }: Pick<AlertFilters, 'severity' | 'text'>,
  language: Language,
  { places, from = 0, to = Number.POSITIVE_INFINITY }: Within = {},
): boolean {
  if (severity !== undefined && incident.severity !== severity) return false;
  if (places !== undefined && !places.has(incident.place)) return false;
  if (incident.since < from || incident.since >= to) return false;
  return incident.sentence[language].toLowerCase().includes(text.trim().toLowerCase());
}

const newestFirst = (a: Incident, b: Incident): number => b.since - a.since || (a.id < b.id ? 1 : -1);

/** What goes on is ordered by importance, what is over by time. */
export function inOrder(incidents: readonly Incident[], tab: IncidentTab): Incident[] {
  return [...incidents].sort(tab === 'mine' || tab === 'all' ? byImportance : newestFirst);
}
