import { Link } from '@tanstack/react-router';
import type { Alert } from '#contract/http/alerts.ts';
import type { Device } from '#contract/http/campus.ts';
import type { CameraUptime } from '#contract/http/uptime.ts';
import { pick } from '../../i18n/language.ts';
import { useLanguage, useText } from '../../i18n/use-text.ts';
import { groupBy } from '../../lib/group-by.ts';
import { useAllDevices } from '../../live/use-live.ts';
import { PastAlerts } from '../../ui/past-alerts.tsx';
import { useAlertsBetween } from '../../ui/use-alerts-between.ts';
import { useKnownIncidents } from '../../ui/use-known-incidents.ts';
import { camerasText } from './cameras.text.ts';

/** What outages of cameras there were: of cameras by themselves, and of what they hang on, each incident once. */
export function outageCounts(cameras: readonly Pick<CameraUptime, 'device' | 'outages'>[]): {
  readonly own: number;
  readonly above: number;
  /** Cameras that could not be seen because of those above. */
  readonly hidden: number;
} {
  const all = cameras.flatMap(({ device, outages }) =>
    outages.map(({ incident, cause }) => ({ device, incident, isOwn: cause === device })),
  );
  const distinct = (of: readonly string[]): number => new Set(of).size;
  const above = all.filter(({ isOwn }) => !isOwn);
  return {
    own: distinct(all.filter(({ isOwn }) => isOwn).map(({ incident }) => incident)),
    above: distinct(above.map(({ incident }) => incident)),
    hidden: distinct(above.map(({ device }) => device)),
  };
}

const watched = new Set(['camera', 'switch', 'nvr']);

/** Silences of cameras and of what they hang on, one per incident: a dead switch is one outage, not eight. Newest first. */
export function outageAlerts(alerts: readonly Alert[], devices: readonly Pick<Device, 'id' | 'kind'>[]): Alert[] {
  const ids = new Set(devices.filter(({ kind }) => watched.has(kind)).map(({ id }) => id));
  const ours = alerts.filter(({ device, kind }) => ids.has(device) && kind === 'silent');
  const byIncident = groupBy(ours, ({ incidentId }) => incidentId);
  return [...byIncident.values()].flatMap((members) => members.sort((a, b) => a.since - b.since).slice(0, 1));
}

interface OutagesProps {
  readonly title: string;
  readonly none: string;
  readonly range: { readonly from: number; readonly to: number };
  /** Only incidents that this one was part of. */
  readonly camera?: CameraUptime | undefined;
  readonly now: number;
}

export function Outages({ title, none, range, camera, now }: OutagesProps) {
  const t = useText(camerasText);
  const devices = useAllDevices();
  const alerts = useAlertsBetween(range.from, range.to);
  const own = camera && new Set(camera.outages.map(({ incident }) => incident));
  return (
    <section className="camera-part" aria-labelledby="camera-outages">
      <h2 id="camera-outages">{title}</h2>
      <PastAlerts
        of={alerts}
        choose={(items) =>
          outageAlerts(
            items.filter(({ incidentId }) => own?.has(incidentId) ?? true),
            devices,
          )
        }
        now={now}
        none={none}
        ongoing={t.ongoing}
        cause={{ title: t.cause, say: (alert) => <Cause alert={alert} camera={camera?.device} /> }}
        affected={{
          title: t.affected,
          say: ({ affected }) => (affected.length > 0 ? t.affectedCount(affected.length) : '—'),
        }}
      />
    </section>
  );
}

/** A camera by itself, or the device above with the way to it. */
function Cause({ alert, camera }: { readonly alert: Alert; readonly camera: string | undefined }) {
  const t = useText(camerasText);
  const language = useLanguage();
  const incident = useKnownIncidents().get(alert.incidentId);
  const cause = useAllDevices().find(({ id }) => id === (incident?.cause ?? alert.device));
  if (!cause) return '—';
  if (camera === undefined ? cause.kind === 'camera' : cause.id === camera) return t.ownOutage;
  return (
    <>
      {t.aboveOutage}{' '}
      <Link to="/devices/$deviceId" params={{ deviceId: cause.id }}>
        {pick(cause.name, language)}
      </Link>
    </>
  );
}
