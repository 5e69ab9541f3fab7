import type { Alert } from '#contract/http/alerts.ts';
import type { Device } from '#contract/http/campus.ts';
import { useText } from '../../i18n/use-text.ts';
import { groupBy } from '../../lib/group-by.ts';
import { PastAlerts } from '../../ui/past-alerts.tsx';
import { lastWeek, useAlertsBetween } from '../../ui/use-alerts-between.ts';
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
  return (
    <section className="camera-part" aria-labelledby="camera-outages">
      <h2 id="camera-outages">{t.outages}</h2>
      <PastAlerts
        of={alerts}
        choose={(items) => outageAlerts(items, devices)}
        now={now}
        none={t.outagesNone}
        ongoing={t.ongoing}
        affected={{
          title: t.affected,
          say: ({ affected }) => (affected.length > 0 ? t.affectedCount(affected.length) : '—'),
        }}
      />
    </section>
  );
}
