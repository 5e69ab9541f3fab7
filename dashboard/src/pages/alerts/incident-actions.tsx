import { useEffect, useId, useState } from 'react';
import type { Alert, Incident, IncidentAction } from '#contract/http/alerts.ts';
import { useText } from '../../i18n/use-text.ts';
import { refusalOf } from '../../lib/incident-deeds.ts';
import { mayAct } from '../../lib/permissions.ts';
import { useStorage } from '../../live/use-live.ts';
import { isTyping } from '../../shell/keyboard.tsx';
import { useMe } from '../../shell/use-me.ts';
import { Failure } from '../../ui/page-state.tsx';
import { ActionDialog, type DialogAction } from './action-dialog.tsx';
import { alertsText } from './alerts.text.ts';
import { useAcknowledge } from './use-acknowledge.ts';

const inDialogs: readonly DialogAction[] = ['assign', 'comment', 'silence', 'resolve'];

interface ActionsProps {
  readonly incident: Incident;
  readonly alerts: readonly Alert[];
}

/** What the signed-in person may do with an incident; the gateway's refusals are shown where they happen. */
export function IncidentActions({ incident, alerts }: ActionsProps) {
  const t = useText(alertsText);
  const me = useMe();
  const acknowledge = useAcknowledge();
  const [open, setOpen] = useState<DialogAction | undefined>(undefined);
  const storage = useStorage();
  const why = useId();
  const refusal = (action: IncidentAction) => refusalOf(action, { incident, alerts, storage });
  const hasAck = incident.ackedAt === null && mayAct(me, 'ack');
  const canAck = hasAck && refusal('ack') === undefined;
  const { mutate } = acknowledge;
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key !== 'a' || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      if (canAck) mutate(incident.id);
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [canAck, incident.id, mutate]);
  const isOffered = (action: IncidentAction): boolean =>
    mayAct(me, action) && (incident.state === 'firing' || action === 'comment' || action === 'assign');
  const offered = inDialogs.filter(isOffered);
  const refused = offered.map(refusal).find((one) => one !== undefined);
  return (
    <>
      {hasAck ? (
        <button
          type="button"
          className="button button-main"
          disabled={acknowledge.isPending || !canAck}
          {...(canAck ? {} : { 'aria-describedby': why })}
          onClick={() => mutate(incident.id)}
        >
          {acknowledge.isPending ? t.acking : t.ack} <kbd>A</kbd>
        </button>
      ) : null}
      {hasAck ? (
        <button type="button" className="button" disabled={!canAck} onClick={() => setOpen('ack')}>
          {t.ackWithNote}
        </button>
      ) : null}
      {offered.map((action) => (
        <button
          key={action}
          type="button"
          className="button"
          disabled={refusal(action) !== undefined}
          {...(refusal(action) === undefined ? {} : { 'aria-describedby': why })}
          onClick={() => setOpen(action)}
        >
          {t[action]}
        </button>
      ))}
      {refused === undefined ? null : (
        <p id={why} className="soft small incident-why">
          {refused === 'disk' ? t.diskRefuses : t.resolveHint}
        </p>
      )}
      {acknowledge.error ? <Failure error={acknowledge.error} /> : null}
      {open ? <ActionDialog action={open} incident={incident} onClose={() => setOpen(undefined)} /> : null}
    </>
  );
}
