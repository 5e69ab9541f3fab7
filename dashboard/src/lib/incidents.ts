import type { Severity } from '#contract/enums.ts';
import type { Incident } from '#contract/http/alerts.ts';

/** Firing and not yet taken by anybody: what the wall sounds for. */
export function needsSomeone(incident: Pick<Incident, 'state' | 'ackedAt'>): boolean {
  return incident.state === 'firing' && incident.ackedAt === null;
}

/** What people must still look at, whether it goes on or is over: what headline, badge and page titles count. */
export function isUnseen(incident: Pick<Incident, 'ackedAt'>): boolean {
  return incident.ackedAt === null;
}

/** Over before anybody took it: nothing to run for, and still nobody has said that it was seen. */
export function isOverUnseen(incident: Pick<Incident, 'state' | 'ackedAt'>): boolean {
  return incident.state === 'resolved' && incident.ackedAt === null;
}

export const severityRank: Readonly<Record<Severity, number>> = { critical: 0, warning: 1, info: 2 };

/** What is to be read first: firing before resolved, not acknowledged before acknowledged, then severity, then the newest. */
export function byImportance(a: Incident, b: Incident): number {
  return (
    Number(a.state !== 'firing') - Number(b.state !== 'firing') ||
    Number(a.ackedAt !== null) - Number(b.ackedAt !== null) ||
    severityRank[a.severity] - severityRank[b.severity] ||
    b.since - a.since ||
    (a.id < b.id ? -1 : 1)
  );
}
