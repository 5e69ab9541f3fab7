import { useEffect, useState } from 'react';
import type { Incident, IncidentAction } from '#contract/http/alerts.ts';
import { useText } from '../../i18n/use-text.ts';
import { mayAct } from '../../lib/permissions.ts';
import { isTyping } from '../../shell/keyboard.tsx';
import { useMe } from '../../shell/use-me.ts';
import { Failure } from '../../ui/page-state.tsx';
import { ActionDialog, type DialogAction } from './action-dialog.tsx';
import { alertsText } from './alerts.text.ts';
import { useAcknowledge } from './use-acknowledge.ts';

const inDialogs: readonly DialogAction[] = ['assign', 'comment', 'silence', 'resolve'];

/** What the signed-in person may do with an incident; the gateway's refusals are shown where they happen. */
export function IncidentActions({ incident }: { readonly incident: Incident }) {
  const t = useText(alertsText);
  const me = useMe();
  const acknowledge = useAcknowledge();
  const [open, setOpen] = useState<DialogAction | undefined>(undefined);
  const canAck = incident.ackedAt === null && mayAct(me, 'ack');
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
  return (
    <>
      {canAck ? (
        <button
          type="button"
          className="button button-main"
          disabled={acknowledge.isPending}
          onClick={() => mutate(incident.id)}
        >
          {acknowledge.isPending ? t.acking : t.ack} <kbd>A</kbd>
        </button>
      ) : null}
      {inDialogs.filter(isOffered).map((action) => (
        <button key={action} type="button" className="button" onClick={() => setOpen(action)}>
          {t[action]}
        </button>
      ))}
      {acknowledge.error ? <Failure error={acknowledge.error} /> : null}
      {open ? <ActionDialog action={open} incident={incident} onClose={() => setOpen(undefined)} /> : null}
    </>
  );
}
