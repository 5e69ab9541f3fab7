/** The night from 18:00 to 07:30 by the site's clock: what happened in it, pure. */
import type { Incident, TimelineEntry } from '#contract/http/alerts.ts';
import { severityRank } from '../lib/incidents.ts';
import { fromLocalTime, localTime } from '../lib/site-time.ts';

/** from ≤ t < to, epoch ms. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

export interface Night extends Span {
  /** It is this night now; otherwise it is the last one. */
  readonly isNow: boolean;
  /** Until when it can have been seen: now, or its end. */
  readonly seenTo: number;
}

const BEGINS = { hour: 18, minute: 0 } as const;
const ENDS = { hour: 7, minute: 30 } as const;

/** The night that began last. */
export function nightOf(zone: string, now: number): Night {
  const { year, month, day } = localTime(zone, now);
  const tonight = fromLocalTime(zone, { year, month, day, ...BEGINS });
  const first = now >= tonight ? day : day - 1;
  const from = fromLocalTime(zone, { year, month, day: first, ...BEGINS });
  const to = fromLocalTime(zone, { year, month, day: first + 1, ...ENDS });
  return { from, to, isNow: now < to, seenTo: Math.min(now, to) };
}

/** Incidents that touch the span up to `seenTo`, oldest first. What was merged into another is told by that one. */
export function incidentsIn(incidents: readonly Incident[], from: number, seenTo: number): Incident[] {
  return incidents
    .filter(({ alerts, since, until }) => alerts.length > 0 && since < seenTo && (until ?? seenTo) >= from)
    .sort((a, b) => a.since - b.since || (a.id < b.id ? -1 : 1));
}

/** The parts of `spans` that lie in [from, to). */
export function within(spans: readonly Span[], { from, to }: Span): Span[] {
  return spans
    .map((span) => ({ from: Math.max(from, span.from), to: Math.min(to, span.to) }))
    .filter((span) => span.from < span.to);
}

export interface PersonActed {
  readonly at: number;
  readonly who: string;
  readonly what: string;
  readonly incident: string;
}

const byPeople = new Set(['ack', 'assign', 'comment', 'silence', 'resolve']);
const isByPerson = ({ what, who }: TimelineEntry): boolean => byPeople.has(what) && who !== '' && who !== 'gateway';

/** What people did about these incidents in the span, oldest first. */
export function actsIn(incidents: readonly Incident[], { from, to }: Span): PersonActed[] {
  return incidents
    .flatMap(({ id, timeline }) =>
      timeline
        .filter((entry) => isByPerson(entry) && entry.at >= from && entry.at < to)
        .map(({ at, who, what }) => ({ at, who, what, incident: id })),
    )
    .sort((a, b) => a.at - b.at);
}

export interface NightMark {
  /** Where it stands, as a share of the span. */
  readonly share: number;
  /** Oldest first; more than one where they would stand on each other. */
  readonly incidents: readonly Incident[];
  readonly severity: Incident['severity'];
}

/** Marks of incidents at their beginnings. @param room share of the span that one mark takes */
export function nightMarks(incidents: readonly Incident[], { from, to }: Span, room: number): NightMark[] {
  const marks: { share: number; incidents: Incident[]; severity: Incident['severity'] }[] = [];
  for (const incident of incidents) {
    const share = Math.min(1, Math.max(0, (incident.since - from) / (to - from)));
    const last = marks.at(-1);
    if (last && share - last.share < room) {
      last.incidents.push(incident);
      if (severityRank[incident.severity] < severityRank[last.severity]) last.severity = incident.severity;
    } else marks.push({ share, incidents: [incident], severity: incident.severity });
  }
  return marks;
}
