import { type KeyboardEvent, useRef, useState } from 'react';
import type { Incident } from '#contract/http/alerts.ts';
import { useLanguage, useText } from '../../i18n/use-text.ts';
import { needsSomeone } from '../../lib/incidents.ts';
import { mayAct } from '../../lib/permissions.ts';
import { useGatewayNow } from '../../live/use-live.ts';
import { useMe } from '../../shell/use-me.ts';
import { useFormat } from '../../ui/format-context.tsx';
import { IncidentLink } from '../../ui/incident-link.tsx';
import { Lasting } from '../../ui/live-age.tsx';
import { Mark, SeverityMark } from '../../ui/mark.tsx';
import { Failure } from '../../ui/page-state.tsx';
import { usePlaceName } from '../../ui/use-place-name.ts';
import { alertsText } from './alerts.text.ts';
import { BulkBar } from './bulk-bar.tsx';
import { moveFocus } from './move-focus.ts';
import { afterClick } from './selection.ts';
import { useAcknowledge } from './use-acknowledge.ts';
import { useBulkAcknowledge } from './use-bulk-acknowledge.ts';
import { useListKeys } from './use-list-keys.ts';

/** One row an incident; j and k move between them, x selects the one in focus, a acknowledges it, or all that are selected. */
export function IncidentRows({ incidents }: { readonly incidents: readonly Incident[] }) {
  const mayAck = mayAct(useMe(), 'ack');
  const list = useRef<HTMLOListElement>(null);
  const acknowledge = useAcknowledge();
  const open = mayAck ? incidents.filter(({ ackedAt }) => ackedAt === null).map(({ id }) => id) : [];
  const { selected, choose, click, bulk, acknowledgeSelected } = useSelection(open);
  useListKeys(list);
  const ack = (incident: string): void => {
    moveFocus(list.current, incident);
    acknowledge.mutate(incident);
  };
  const onKey = (event: KeyboardEvent, incident: Incident): void => {
    if (event.ctrlKey || event.metaKey || event.altKey || !open.includes(incident.id)) return;
    if (event.key === 'x' || event.key === 'X') click(incident.id, event.shiftKey);
    if (event.key !== 'a') return;
    if (selected.length > 0) acknowledgeSelected('');
    else if (needsSomeone(incident) && !acknowledge.isPending) ack(incident.id);
  };
  return (
    <>
      {acknowledge.error ? <Failure error={acknowledge.error} /> : null}
      {open.length < 2 && selected.length === 0 ? null : (
        <BulkBar
          open={open}
          selected={selected}
          isBusy={bulk.isPending}
          failed={bulk.data?.length ?? 0}
          onSelect={choose}
          onAck={acknowledgeSelected}
        />
      )}
      <ol className="incidents" ref={list}>
        {incidents.map((incident) => (
          <li
            key={incident.id}
            className="incident"
            data-incident={incident.id}
            onKeyDown={(event) => onKey(event, incident)}
          >
            {open.includes(incident.id) ? (
              <Check
                incident={incident}
                isOn={selected.includes(incident.id)}
                onClick={(shift) => click(incident.id, shift)}
              />
            ) : null}
            <Row incident={incident} />
            {open.includes(incident.id) ? (
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

/** Which of those that can be acknowledged are selected; what is acknowledged or gone meanwhile is no longer. */
function useSelection(open: readonly string[]) {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [before, setBefore] = useState<string | undefined>(undefined);
  const bulk = useBulkAcknowledge();
  const selected = open.filter((id) => chosen.has(id));
  const click = (id: string, shift: boolean): void => {
    setChosen(afterClick(new Set(selected), open, { id, before, shift }));
    setBefore(id);
  };
  const acknowledgeSelected = (note: string): void => {
    if (bulk.isPending || selected.length === 0) return;
    bulk.mutate({ incidents: selected, note }, { onSuccess: (refused) => setChosen(new Set(refused)) });
  };
  return { selected, choose: (ids: readonly string[]) => setChosen(new Set(ids)), click, bulk, acknowledgeSelected };
}

interface CheckProps {
  readonly incident: Incident;
  readonly isOn: boolean;
  readonly onClick: (shift: boolean) => void;
}

function Check({ incident, isOn, onClick }: CheckProps) {
  const t = useText(alertsText);
  const language = useLanguage();
  return (
    <label className="incident-check">
      <input
        type="checkbox"
        aria-label={`${t.select} ${incident.sentence[language]}`}
        checked={isOn}
        onChange={({ nativeEvent }) => onClick(nativeEvent instanceof MouseEvent && nativeEvent.shiftKey)}
      />
    </label>
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
          <Lasting of={incident} />)
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
