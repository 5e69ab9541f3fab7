import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { type ReactNode, useEffect } from 'react';
import type { Text } from '#contract/enums.ts';
import { excessText } from '#contract/excess-words.ts';
import type { Alert, Incident, JudgedValue } from '#contract/http/alerts.ts';
import { incidentQuery } from '../../api/queries.ts';
import { pick } from '../../i18n/language.ts';
import { useLanguage, useText } from '../../i18n/use-text.ts';
import { useAllDevices, useGatewayNow, useIncidents } from '../../live/use-live.ts';
import { useFormat } from '../../ui/format-context.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Lasting } from '../../ui/live-age.tsx';
import { Mark, SeverityMark } from '../../ui/mark.tsx';
import { PageHead } from '../../ui/page-head.tsx';
import { PageState } from '../../ui/page-state.tsx';
import { useAsNow } from '../../ui/use-as-now.ts';
import { usePlaceName } from '../../ui/use-place-name.ts';
import './alerts.css';
import { alertsText } from './alerts.text.ts';
import { Evidence } from './evidence.tsx';
import { IncidentActions } from './incident-actions.tsx';
import { Timeline } from './timeline.tsx';

/** One incident: what it is, the data around it, what was done, and what can be done. */
export function IncidentPage() {
  const { incidentId } = useParams({ from: '/shell/alerts/$incidentId' });
  const client = useQueryClient();
  const asked = useQuery(incidentQuery(incidentId));
  const live = useIncidents().find(({ id }) => id === incidentId);
  const asNow = useAsNow();
  const happened = live === undefined ? 0 : live.timeline.length + live.alerts.length;
  useEffect(() => {
    // Something happened to it, more than that it goes on: the alerts inside may have changed too.
    if (happened > 0) client.invalidateQueries({ queryKey: ['incident', incidentId] }).catch(() => undefined);
  }, [client, happened, incidentId]);
  const t = useText(alertsText);
  return (
    <>
      <Link to="/alerts" className="incident-back">
        <Icon name="back" size={16} />
        {t.back}
      </Link>
      <PageState of={asked} height={480}>
        {({ incident, alerts, judged }) => (
          <Detail incident={live ?? incident} alerts={alerts.map(asNow)} judged={judged ?? nothing} />
        )}
      </PageState>
    </>
  );
}

interface DetailProps {
  readonly incident: Incident;
  readonly alerts: readonly Alert[];
  readonly judged: readonly JudgedValue[];
}

const nothing: readonly JudgedValue[] = [];

function Detail({ incident, alerts, judged }: DetailProps) {
  const t = useText(alertsText);
  const language = useLanguage();
  return (
    <>
      <PageHead
        title={t.title}
        sentence={incident.sentence[language]}
        actions={<IncidentActions incident={incident} alerts={alerts} />}
      />
      <Facts incident={incident} />
      <div className="incident-columns">
        <div>
          <Evidence key={incident.id} incident={incident} alerts={alerts} judged={judged} />
          <Timeline incident={incident} alerts={alerts} />
        </div>
        <div>
          <Alerts alerts={alerts} judged={judged} said={incident.sentence[language]} />
          <Affected incident={incident} />
        </div>
      </div>
    </>
  );
}

function Facts({ incident }: { readonly incident: Incident }) {
  const t = useText(alertsText);
  const language = useLanguage();
  const format = useFormat();
  const placeName = usePlaceName();
  const now = useGatewayNow(10_000);
  const cause = useAllDevices().find(({ id }) => id === incident.cause);
  return (
    <dl className="incident-facts-list">
      <Fact name={t.severityOf}>
        <SeverityMark severity={incident.severity} />
      </Fact>
      <Fact name={t.state}>
        {incident.state === 'firing' ? (
          <>
            {t.firing} · {t.lasting} <Lasting of={incident} />
          </>
        ) : (
          <>
            <Mark tone="good">{t.resolved}</Mark> {t.lasted} <Lasting of={incident} />
          </>
        )}
      </Fact>
      <Fact name={t.since}>{format.full(incident.since)}</Fact>
      <Fact name={t.place}>{placeName(incident.place)}</Fact>
      <Fact name={incident.probable ? t.probable : t.cause}>
        <Link to="/devices/$deviceId" params={{ deviceId: incident.cause }}>
          {cause ? pick(cause.name, language) : incident.cause}
        </Link>
      </Fact>
      <Fact name={t.assignee}>{incident.assignee ?? t.nobody}</Fact>
      <Fact name={t.ack}>
        {incident.ackedBy === null ? t.notAcked : `${incident.ackedBy} ${format.moment(incident.ackedAt ?? now, now)}`}
      </Fact>
      {incident.silencedUntil !== null && incident.silencedUntil > now ? (
        <Fact name={t.silence}>{t.silencedUntil(format.moment(incident.silencedUntil, now))}</Fact>
      ) : null}
    </dl>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

interface AlertsProps {
  readonly alerts: readonly Alert[];
  readonly judged: readonly JudgedValue[];
  /** The sentence at the head of the page, which is not said again. */
  readonly said: string;
}

function Alerts({ alerts, judged, said }: AlertsProps) {
  const t = useText(alertsText);
  return (
    <section className="incident-part" aria-labelledby="incident-alerts">
      <h2 id="incident-alerts">{t.alertsPart}</h2>
      <ul>
        {alerts.map((alert) => (
          <AlertLine
            key={alert.id}
            alert={alert}
            beyond={excessText(
              alert,
              judged.find((one) => one.alert === alert.id),
            )}
            said={said}
          />
        ))}
      </ul>
    </section>
  );
}

interface LineProps {
  readonly alert: Alert;
  /** By how much it is beyond its rule. */
  readonly beyond: Text | undefined;
  readonly said: string;
}

function AlertLine({ alert, beyond, said }: LineProps) {
  const t = useText(alertsText);
  const language = useLanguage();
  const format = useFormat();
  const now = useGatewayNow(10_000);
  const { severity, state, since, until, unknownSince, yuan } = alert;
  return (
    <li className="incident-alert">
      <SeverityMark severity={severity} /> {state === 'resolved' ? <Mark tone="good">{t.resolved}</Mark> : null}
      {unknownSince === null ? null : <Mark tone="unknown">{t.unknownSince(format.moment(unknownSince, now))}</Mark>}
      {alert.sentence[language] === said ? null : <p>{alert.sentence[language]}</p>}
      <p className="soft small">
        {format.moment(since, now)}
        {until === null ? '' : ` – ${format.moment(until, now)}`}
        {beyond === undefined ? '' : ` · ${beyond[language]}`}
        {yuan === null ? '' : ` · ${t.cost} ${format.yuan(yuan)}`}
      </p>
    </li>
  );
}

function Affected({ incident }: Pick<DetailProps, 'incident'>) {
  const t = useText(alertsText);
  const language = useLanguage();
  const names = new Map(useAllDevices().map(({ id, name }) => [id, name]));
  return (
    <section className="incident-part" aria-labelledby="incident-affected">
      <h2 id="incident-affected">{t.affectedPart}</h2>
      {incident.affected.length === 0 ? <p className="soft">{t.noneAffected}</p> : null}
      <ul className="incident-affected">
        {incident.affected.map((id) => {
          const name = names.get(id);
          return (
            <li key={id}>
              <Link to="/devices/$deviceId" params={{ deviceId: id }}>
                {name ? pick(name, language) : id}
              </Link>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
