import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { Incident } from '#contract/http/alerts.ts';
import { recentIncidentsQuery } from '../api/queries.ts';
import { useIncidents } from '../live/use-live.ts';

/** Incidents by id, for who handled what: the newest over HTTP, and what has changed since as the live connection tells it. */
export function useKnownIncidents(): ReadonlyMap<string, Incident> {
  const { data: past } = useQuery(recentIncidentsQuery);
  const present = useIncidents();
  return useMemo(
    () => new Map([...(past ?? []), ...present].map((incident) => [incident.id, incident])),
    [past, present],
  );
}
