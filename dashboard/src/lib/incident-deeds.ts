import type { Alert, Incident, IncidentAction } from '#contract/http/alerts.ts';
import type { StorageTrouble } from '#contract/http/health.ts';

interface Situation {
  readonly incident: Pick<Incident, 'state' | 'cause'>;
  readonly alerts: readonly Pick<Alert, 'state' | 'unknownSince'>[];
  readonly storage: readonly Pick<StorageTrouble, 'refuses'>[];
}

/**
 * Why the gateway would refuse an action now, whoever asks. `holds`: what can be seen to go on cannot be closed
 * (gateway/src/alerts/incident-actions.ts). `disk`: nothing that people do can be kept, but an acknowledgement of the
 * trouble of the disk itself (gateway/src/live-view.ts). Undefined: it would be taken.
 */
export function refusalOf(
  action: IncidentAction,
  { incident, alerts, storage }: Situation,
): 'holds' | 'disk' | undefined {
  const isKept = !storage.some(({ refuses }) => refuses.includes('records'));
  const isAboutDisk = incident.cause === 'gateway';
  if (!isKept && !(action === 'ack' && isAboutDisk)) return 'disk';
  const holds = alerts.some(({ state, unknownSince }) => state === 'firing' && unknownSince === null);
  return action === 'resolve' && incident.state === 'firing' && holds ? 'holds' : undefined;
}
