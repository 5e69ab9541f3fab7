import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { Alert } from '#contract/http/alerts.ts';
import { alertsBetweenQuery } from '../api/queries.ts';
import { useAlerts } from '../live/use-live.ts';
import type { Fetched } from './page-state.tsx';

/**
 * Alerts that touch [from, to), newest first: the past over HTTP, the present as the live connection tells it, so that what has
 * just begun or ended is right at once. Pending ones, which are not yet true, are left out.
 */
export function useAlertsBetween(from: number, to: number): Fetched<readonly Alert[]> {
  const past = useQuery(alertsBetweenQuery(from, to));
  const present = useAlerts();
  const data = useMemo(() => {
    if (!past.data) return undefined;
    const all = new Map([...past.data, ...present].map((alert) => [alert.id, alert]));
    return [...all.values()]
      .filter(({ state, since, until }) => state !== 'pending' && since < to && (until ?? to) >= from)
      .sort((a, b) => b.since - a.since || (a.id < b.id ? 1 : -1));
  }, [past.data, present, from, to]);
  return { data, error: past.error, dataUpdatedAt: past.dataUpdatedAt, refetch: past.refetch };
}

const hour = 3_600_000;

/** The last seven days in whole hours, so that the same question is asked for an hour; what is newer comes live. */
export function lastWeek(now: number): [from: number, to: number] {
  const end = Math.floor(now / hour) * hour + hour;
  return [end - 7 * 24 * hour, end];
}
