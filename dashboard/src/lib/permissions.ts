import type { IncidentAction } from '#contract/http/alerts.ts';
import type { Me } from '#contract/http/session.ts';

type Asker = Pick<Me, 'user' | 'scope'>;

const handles = new Set(['admin', 'office', 'write']);
const onDuty = new Set([...handles, 'guard']);

/** Whether to offer an action; the gateway decides (gateway/src/api/incident-routes.ts), this only spares a refusal. */
export function mayAct({ user, scope }: Asker, action: IncidentAction): boolean {
  const as = scope ?? user.role;
  if (action === 'ack') return onDuty.has(as) || as === 'kiosk';
  if (action === 'comment' || action === 'ticket') return onDuty.has(as);
  return handles.has(as);
}

const reads = new Set([...handles, 'read']);

/** Whether the office's pages (quarantine, rules) may be seen; gateway/src/api/caller.ts OFFICE_READ decides. */
export function readsAsOffice({ user, scope }: Asker): boolean {
  return reads.has(scope ?? user.role);
}

/** Whether the office's files may be changed and tried out: OFFICE_WRITE. */
export function writesAsOffice({ user, scope }: Asker): boolean {
  return handles.has(scope ?? user.role);
}

/** Whether devices.yaml may be written: ADMIN, a person. */
export function writesConfig({ user, scope }: Asker): boolean {
  return scope === null && user.role === 'admin';
}

const meterReaders = new Set<string>(['admin', 'office', 'maintainer']);

/** Whether swaps and readings may be entered: people only, since they sign for them (onboarding-routes.ts METER_READERS). */
export function readsMeters({ user, scope }: Asker): boolean {
  return scope === null && meterReaders.has(user.role);
}

/** Whether what the MQTT door turned away may be seen: credential-routes.ts REFUSAL_READERS. */
export function readsRefusals({ user, scope }: Asker): boolean {
  const as = scope ?? user.role;
  return reads.has(as) || as === 'maintainer';
}
