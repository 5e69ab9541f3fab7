import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useEffect } from 'react';
import type { Alert } from '#contract/http/alerts.ts';
import type { Device } from '#contract/http/campus.ts';
import { deviceAlertsQuery } from '../../api/queries.ts';
import { useLanguage, useText } from '../../i18n/use-text.ts';
import { useAlerts, useGatewayNow } from '../../live/use-live.ts';
import { useFormat } from '../../ui/format-context.tsx';
import { Mark, SeverityMark } from '../../ui/mark.tsx';
import { PageState } from '../../ui/page-state.tsx';
import { useAsNow } from '../../ui/use-as-now.ts';
import { deviceText } from './device.text.ts';

/** What this device gave cause to, newest first; asked for again as soon as one of its alerts changes. */
export function DeviceAlerts({ device }: { readonly device: Device }) {
  const t = useText(deviceText);
  const client = useQueryClient();
  const asked = useQuery(deviceAlertsQuery(device.id));
  const asNow = useAsNow();
  const changes = useAlerts()
    .filter((alert) => alert.device === device.id)
    .map(({ id, state }) => `${id} ${state}`)
    .join();
  useEffect(() => {
    if (changes !== '') client.invalidateQueries({ queryKey: ['alerts', 'of', device.id] }).catch(() => undefined);
  }, [client, changes, device.id]);
  return (
    <section className="device-part" aria-labelledby="device-alerts">
      <h2 id="device-alerts">{t.alerts}</h2>
      <PageState of={asked} isEmpty={(alerts) => alerts.length === 0} empty={<p className="soft">{t.noAlerts}</p>}>
        {(alerts) => (
          <ul>
            {alerts.map(asNow).map((alert) => (
              <AlertRow key={alert.id} alert={alert} />
            ))}
          </ul>
        )}
      </PageState>
    </section>
  );
}

function AlertRow({ alert }: { readonly alert: Alert }) {
  const t = useText(deviceText);
  const language = useLanguage();
  const format = useFormat();
  const now = useGatewayNow(10_000);
  return (
    <li className="device-alert">
      <span className="device-alert-marks">
        <SeverityMark severity={alert.severity} />
        <Mark tone={alert.state === 'resolved' ? 'good' : 'attention'}>{t[alert.state]}</Mark>
      </span>
      <Link to="/alerts/$incidentId" params={{ incidentId: alert.incidentId }}>
        {alert.sentence[language]}
      </Link>
      <span className="soft small">
        {format.moment(alert.since, now)}
        {alert.until === null ? '' : ` – ${format.moment(alert.until, now)}`}
      </span>
    </li>
  );
}
