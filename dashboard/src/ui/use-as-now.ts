import type { Alert } from '#contract/http/alerts.ts';
import { useAlerts } from '../live/use-live.ts';

/** Alerts that were asked for earlier, each as the live connection has it now: what they say grows while they last. */
export function useAsNow(): (alert: Alert) => Alert {
  const present = new Map(useAlerts().map((alert) => [alert.id, alert]));
  return (alert) => present.get(alert.id) ?? alert;
}
