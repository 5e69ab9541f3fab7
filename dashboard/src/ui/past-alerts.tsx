import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Alert, Incident } from '#contract/http/alerts.ts';
import { useLanguage, useText } from '../i18n/use-text.ts';
import { useFormat } from './format-context.tsx';
import { Lasting } from './live-age.tsx';
import { type Fetched, PageState } from './page-state.tsx';
import { pastAlertsText } from './past-alerts.text.ts';
import './table.css';
import { useKnownIncidents } from './use-known-incidents.ts';

interface PastProps {
  readonly of: Fetched<readonly Alert[]>;
  /** Which of them belong here, in the order in which they are shown. */
  readonly choose: (alerts: readonly Alert[]) => readonly Alert[];
  readonly now: number;
  readonly none: string;
  readonly ongoing: string;
  /** One line stands for the whole incident: its time and its sentence, and what it affected. */
  readonly affected?: { readonly title: string; readonly say: (incident: Incident) => ReactNode };
  /** What was at the bottom of it. */
  readonly cause?: { readonly title: string; readonly say: (alert: Alert) => ReactNode };
}

/** What happened lately and who handled it: openings of doors, outages of cameras. */
export function PastAlerts({ of, choose, now, none, ongoing, affected, cause }: PastProps) {
  const t = useText(pastAlertsText);
  const incidents = useKnownIncidents();
  return (
    <PageState of={of} isEmpty={(alerts) => choose(alerts).length === 0} empty={<p className="soft">{none}</p>}>
      {(alerts) => (
        <div className="table-scroll">
          <table className="table">
            <thead>
              <tr>
                <th scope="col">{t.from}</th>
                <th scope="col">{t.until}</th>
                <th scope="col" className="figure">
                  {t.length}
                </th>
                <th scope="col">{t.what}</th>
                {cause ? <th scope="col">{cause.title}</th> : null}
                {affected ? <th scope="col">{affected.title}</th> : null}
                <th scope="col">{t.handled}</th>
              </tr>
            </thead>
            <tbody>
              {choose(alerts).map((alert) => (
                <Past
                  key={alert.id}
                  alert={alert}
                  incident={incidents.get(alert.incidentId)}
                  now={now}
                  ongoing={ongoing}
                  affected={affected?.say}
                  cause={cause?.say}
                />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </PageState>
  );
}

interface RowProps {
  readonly alert: Alert;
  readonly incident: Incident | undefined;
  readonly now: number;
  readonly ongoing: string;
  readonly affected: ((incident: Incident) => ReactNode) | undefined;
  readonly cause: ((alert: Alert) => ReactNode) | undefined;
}

function Past({ alert, incident, now, ongoing, affected, cause }: RowProps) {
  const t = useText(pastAlertsText);
  const format = useFormat();
  const language = useLanguage();
  const whole = affected === undefined ? undefined : incident;
  const told = whole ?? alert;
  const { since, until, sentence } = told;
  const handler = incident?.assignee ?? incident?.ackedBy;
  return (
    <tr>
      <td>{format.moment(since, now)}</td>
      <td>{until === null ? ongoing : format.moment(until, now)}</td>
      <td className="figure">
        <Lasting of={told} />
      </td>
      <td className="long">
        <Link to="/alerts/$incidentId" params={{ incidentId: alert.incidentId }}>
          {sentence[language]}
        </Link>
        {whole?.probable ? <span className="soft small"> {t.probable}</span> : null}
      </td>
      {cause ? <td>{cause(alert)}</td> : null}
      {affected ? <td>{incident ? affected(incident) : '—'}</td> : null}
      <td>{handler ?? (incident ? t.notHandled : '—')}</td>
    </tr>
  );
}
