/** When an incident began and ended: its sentence, lists and charts say the same. Pure. */
import type { Alert, Incident } from '#contract/http/alerts.ts';

type Spanned = Pick<Incident, 'cause' | 'state' | 'since' | 'until' | 'heldUntil'>;

/**
 * @param alerts of the incident, as they stand
 * @returns The times of the cause's own alerts where it has any, else of all: cameras were last heard before their switch died.
 */
export function spanOf(incident: Spanned, alerts: readonly Alert[]): Pick<Spanned, 'since' | 'until' | 'heldUntil'> {
  const { since, until, heldUntil, state, cause } = incident;
  const own = alerts.filter(({ device }) => device === cause);
  const told = own.length > 0 ? own : alerts;
  if (told.length === 0) return { since, until, heldUntil };
  const ends = told.map((one) => (one.state === 'resolved' ? one.until : one.heldUntil) ?? null);
  const last = ends.includes(null) ? null : Math.max(...ends.flatMap((end) => end ?? []));
  return {
    since: Math.min(...told.map((one) => one.since)),
    until: state === 'resolved' ? (last ?? until) : null,
    heldUntil: state === 'resolved' ? null : last,
  };
}
