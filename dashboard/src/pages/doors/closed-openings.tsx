import type { Alert } from '#contract/http/alerts.ts';
import type { Device } from '#contract/http/campus.ts';
import { useText } from '../../i18n/use-text.ts';
import { PastAlerts } from '../../ui/past-alerts.tsx';
import { lastWeek, useAlertsBetween } from '../../ui/use-alerts-between.ts';
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
      <PastAlerts
        of={alerts}
        choose={(items) => doorAlerts(items, doors)}
        now={now}
        none={t.openingsNone}
        ongoing={t.ongoing}
      />
    </section>
  );
}
