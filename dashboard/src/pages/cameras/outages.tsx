import { Link } from '@tanstack/react-router';
import type { Alert, Incident } from '#contract/http/alerts.ts';
import type { Device } from '#contract/http/campus.ts';
import { useLanguage, useText } from '../../i18n/use-text.ts';
import { useFormat } from '../../ui/format-context.tsx';
import { PageState } from '../../ui/page-state.tsx';
import '../../ui/table.css';
import { groupBy } from '../../lib/group-by.ts';
import { lastWeek, useAlertsBetween } from '../../ui/use-alerts-between.ts';
import { useKnownIncidents } from '../../ui/use-known-incidents.ts';
import { camerasText } from './cameras.text.ts';

const watched = new Set(['camera', 'switch', 'nvr']);

/** Silences of cameras and of what they hang on, one per incident: a dead switch is one outage, not eight. Newest first. */
export function outageAlerts(alerts: readonly Alert[], devices: readonly Device[]): Alert[] {
  const ids = new Set(devices.filter(({ kind }) => watched.has(kind)).map(({ id }) => id));
  const ours = alerts.filter(({ device, kind }) => ids.has(device) && kind === 'silent');
  const byIncident = groupBy(ours, ({ incidentId }) => incidentId);
  return [...byIncident.values()].flatMap((members) => members.sort((a, b) => a.since - b.since).slice(0, 1));
}

interface OutagesProps {
  readonly devices: readonly Device[];
  readonly now: number;
}

export function Outages({ devices, now }: OutagesProps) {
  const t = useText(camerasText);
  const alerts = useAlertsBetween(...lastWeek(now));
  const incidents = useKnownIncidents();
  return (
    <section className="camera-part" aria-labelledby="camera-outages">
      <h2 id="camera-outages">{t.outages}</h2>
      <PageState
        of={alerts}
        isEmpty={(items) => outageAlerts(items, devices).length === 0}
        empty={<p className="soft">{t.outagesNone}</p>}
      >
        {(items) => (
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
                  <th scope="col">{t.affected}</th>
                  <th scope="col">{t.handled}</th>
                </tr>
              </thead>
              <tbody>
                {outageAlerts(items, devices).map((alert) => (
                  <Outage key={alert.id} alert={alert} incident={incidents.get(alert.incidentId)} now={now} />
                ))}
              </tbody>
            </table>
          </div>
        )}
      </PageState>
    </section>
  );
}

interface OutageProps {
  readonly alert: Alert;
  readonly incident: Incident | undefined;
  readonly now: number;
}

function Outage({ alert, incident, now }: OutageProps) {
  const t = useText(camerasText);
  const format = useFormat();
  const language = useLanguage();
  const { since, until, sentence } = incident ?? alert;
  const affected = incident?.affected.length ?? 0;
  const handler = incident?.assignee ?? incident?.ackedBy;
  return (
    <tr>
      <td>{format.moment(since, now)}</td>
      <td>{until === null ? t.ongoing : format.moment(until, now)}</td>
      <td className="figure">{format.duration((until ?? now) - since)}</td>
      <td className="long">
        <Link to="/alerts/$incidentId" params={{ incidentId: alert.incidentId }}>
          {sentence[language]}
        </Link>
        {incident?.probable ? <span className="soft small"> {t.probable}</span> : null}
      </td>
      <td>{affected > 0 ? t.affectedCount(affected) : '—'}</td>
      <td>{handler ?? (incident ? t.notHandled : '—')}</td>
    </tr>
  );
}
