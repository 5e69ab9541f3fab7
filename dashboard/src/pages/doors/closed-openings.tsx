import { Link } from '@tanstack/react-router';
import type { Alert, Incident } from '#contract/http/alerts.ts';
import type { Device } from '#contract/http/campus.ts';
import { useLanguage, useText } from '../../i18n/use-text.ts';
import { useFormat } from '../../ui/format-context.tsx';
import { PageState } from '../../ui/page-state.tsx';
import '../../ui/table.css';
import { lastWeek, useAlertsBetween } from '../../ui/use-alerts-between.ts';
import { useKnownIncidents } from '../../ui/use-known-incidents.ts';
import { doorsText } from './doors.text.ts';

/** Alerts of doors which stood open when they should not. */
export function doorAlerts(alerts: readonly Alert[], doors: readonly Device[]): Alert[] {
  const ids = new Set(doors.map(({ id }) => id));
  return alerts.filter(({ device, kind }) => ids.has(device) && kind === 'state-in-period');
}

interface ClosedOpeningsProps {
  readonly doors: readonly Device[];
  readonly now: number;
}

export function ClosedOpenings({ doors, now }: ClosedOpeningsProps) {
  const t = useText(doorsText);
  const alerts = useAlertsBetween(...lastWeek(now));
  return (
    <section className="door-part" aria-labelledby="door-openings">
      <h2 id="door-openings">{t.openings}</h2>
      <p className="soft small">{t.openingsHow}</p>
      <PageState of={alerts} isEmpty={(items) => doorAlerts(items, doors).length === 0} empty={<p>{t.openingsNone}</p>}>
        {(items) => <Openings alerts={doorAlerts(items, doors)} now={now} />}
      </PageState>
    </section>
  );
}

function Openings({ alerts, now }: { readonly alerts: readonly Alert[]; readonly now: number }) {
  const t = useText(doorsText);
  const incidents = useKnownIncidents();
  return (
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
            <th scope="col">{t.handled}</th>
          </tr>
        </thead>
        <tbody>
          {alerts.map((alert) => (
            <Opening key={alert.id} alert={alert} incident={incidents.get(alert.incidentId)} now={now} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface OpeningProps {
  readonly alert: Alert;
  readonly incident: Incident | undefined;
  readonly now: number;
}

function Opening({ alert, incident, now }: OpeningProps) {
  const t = useText(doorsText);
  const format = useFormat();
  const language = useLanguage();
  const { since, until } = alert;
  const handled = incident?.assignee ?? incident?.ackedBy ?? (incident ? t.notHandled : '—');
  return (
    <tr>
      <td>{format.moment(since, now)}</td>
      <td>{until === null ? t.ongoing : format.moment(until, now)}</td>
      <td className="figure">{format.duration((until ?? now) - since)}</td>
      <td className="long">
        <Link to="/alerts/$incidentId" params={{ incidentId: alert.incidentId }}>
          {alert.sentence[language]}
        </Link>
      </td>
      <td>{handled}</td>
    </tr>
  );
}
