import { type KeyboardEvent, useRef } from 'react';
import type { Incident } from '#contract/http/alerts.ts';
import { useText } from '../../i18n/use-text.ts';
import { needsSomeone } from '../../lib/incidents.ts';
import { mayAct } from '../../lib/permissions.ts';
import { useGatewayNow } from '../../live/use-live.ts';
import { useMe } from '../../shell/use-me.ts';
import { useFormat } from '../../ui/format-context.tsx';
import { IncidentLink } from '../../ui/incident-link.tsx';
import { LiveDuration } from '../../ui/live-age.tsx';
import { Mark, SeverityMark } from '../../ui/mark.tsx';
import { Failure } from '../../ui/page-state.tsx';
import { usePlaceName } from '../../ui/use-place-name.ts';
import { alertsText } from './alerts.text.ts';
import { moveFocus } from './move-focus.ts';
import { useAcknowledge } from './use-acknowledge.ts';
import { useListKeys } from './use-list-keys.ts';

/** One row an incident; j and k move between them, a acknowledges the one in focus. */
export function IncidentRows({ incidents }: { readonly incidents: readonly Incident[] }) {
  const me = useMe();
  const list = useRef<HTMLOListElement>(null);
  const acknowledge = useAcknowledge();
  const mayAck = mayAct(me, 'ack');
  useListKeys(list);
  const ack = (incident: string): void => {
    moveFocus(list.current, incident);
    acknowledge.mutate(incident);
  };
  const onKey = (event: KeyboardEvent, incident: Incident): void => {
    if (event.key !== 'a' || event.ctrlKey || event.metaKey || event.altKey) return;
    if (mayAck && needsSomeone(incident) && !acknowledge.isPending) ack(incident.id);
  };
  return (
    <>
      {acknowledge.error ? <Failure error={acknowledge.error} /> : null}
      <ol className="incidents" ref={list}>
        {incidents.map((incident) => (
          <li
            key={incident.id}
            className="incident"
            data-incident={incident.id}
            onKeyDown={(event) => onKey(event, incident)}
          >
            <Row incident={incident} />
            {mayAck && incident.ackedAt === null ? (
              <AckButton
                busy={acknowledge.isPending && acknowledge.variables === incident.id}
                onAck={() => ack(incident.id)}
              />
            ) : null}
          </li>
        ))}
      </ol>
    </>
  );
}

function AckButton({ busy, onAck }: { readonly busy: boolean; readonly onAck: () => void }) {
  const t = useText(alertsText);
  return (
    <button type="button" className="button incident-ack" disabled={busy} onClick={onAck}>
      {busy ? t.acking : t.ack}
    </button>
  );
}

function Row({ incident }: { readonly incident: Incident }) {
  const t = useText(alertsText);
  const format = useFormat();
  const placeName = usePlaceName();
  const now = useGatewayNow(10_000);
  return (
    <>
      <span className="incident-marks">
        <SeverityMark severity={incident.severity} />
        {incident.state === 'resolved' ? <Mark tone="good">{t.resolved}</Mark> : null}
      </span>
      <IncidentLink incident={incident} />
      <span className="incident-facts">
        <span>{placeName(incident.place)}</span>
        <span>
          {t.since} {format.moment(incident.since, now)} ({incident.until === null ? t.lasting : t.lasted}{' '}
          <LiveDuration at={incident.since} until={incident.until} />)
        </span>
        <span>{t.alertCount(incident.alerts.length)}</span>
        {incident.affected.length > 0 ? <span>{t.affectedCount(incident.affected.length)}</span> : null}
        <Owner incident={incident} />
        {incident.silencedUntil !== null && incident.silencedUntil > now ? (
          <span>{t.silencedUntil(format.moment(incident.silencedUntil, now))}</span>
        ) : null}
      </span>
    </>
  );
}

function Owner({ incident }: { readonly incident: Incident }) {
  const t = useText(alertsText);
  if (incident.assignee !== null) return <span>{t.owner(incident.assignee)}</span>;
  if (incident.ackedBy !== null) return <span>{t.ackedBy(incident.ackedBy)}</span>;
  return <span className="incident-unacked">{t.notAcked}</span>;
}
