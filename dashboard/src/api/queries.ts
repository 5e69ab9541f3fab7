import { infiniteQueryOptions, keepPreviousData, QueryClient, queryOptions } from '@tanstack/react-query';
import { api } from './api.ts';
import type { ConsumptionAsk, SeriesAsk, UptimeAsk, WasteAsk } from './endpoints.ts';
import { ApiError } from './http.ts';

/** A refusal stays a refusal; only silence and overload are worth another try. */
function worthRetrying(failures: number, error: Error): boolean {
  if (error instanceof ApiError && error.status >= 400 && error.status < 500) return false;
  return failures < 2;
}

export const queryClient = new QueryClient({
  defaultOptions: { queries: { staleTime: 15_000, retry: worthRetrying, refetchOnWindowFocus: false } },
});

export const meQuery = queryOptions({ queryKey: ['me'], queryFn: api.me, staleTime: 300_000 });

export const placesQuery = queryOptions({ queryKey: ['places'], queryFn: api.places, staleTime: 60_000 });

/** The newest state comes by the live connection (`useDevices`); this is for what it does not carry. */
export const devicesQuery = queryOptions({ queryKey: ['devices'], queryFn: () => api.devices() });

const hourMs = 3_600_000;

/**
 * Whether an answer may stand in for another one until that is here: the same question about a range that has only moved on.
 * What another place, meter or month used is never shown under the name of this one.
 */
function movedOn<T extends Pick<ConsumptionAsk, 'from' | 'to'>>(before: T | string | undefined, now: T): boolean {
  if (before === undefined || typeof before === 'string') return false;
  const isNear = Math.abs(before.from - now.from) <= hourMs && Math.abs(before.to - now.to) <= hourMs;
  const rest = (ask: T): string => JSON.stringify(Object.entries({ ...ask, from: 0, to: 0 }).sort());
  return isNear && rest(before) === rest(now);
}

export const consumptionQuery = (ask: ConsumptionAsk) =>
  queryOptions({
    queryKey: ['consumption', ask],
    queryFn: () => api.consumption(ask),
    staleTime: 60_000,
    placeholderData: (before, query) => (movedOn(query?.queryKey[1], ask) ? before : undefined),
  });

/** Heartbeats come by the minute, and what happens to them is told live: how long it was so is asked for again. */
export const uptimeQuery = (ask: UptimeAsk) =>
  queryOptions({
    queryKey: ['uptime', ask],
    queryFn: () => api.uptime(ask),
    staleTime: 10_000,
    refetchInterval: 30_000,
    placeholderData: (before, query) => (movedOn(query?.queryKey[1], ask) ? before : undefined),
  });

export const wasteQuery = (ask: WasteAsk) =>
  queryOptions({ queryKey: ['waste', ask], queryFn: () => api.waste(ask), staleTime: 300_000 });

export const seriesQuery = (ask: SeriesAsk) =>
  queryOptions({
    queryKey: ['series', ask],
    queryFn: () => api.series(ask),
    staleTime: 30_000,
    placeholderData: (before, query) => (movedOn(query?.queryKey[1], ask) ? before : undefined),
  });

/** All samples of a series, for short ranges. */
export const samplesQuery = (device: string, metric: string, from: number, to: number) =>
  queryOptions({
    queryKey: ['samples', device, metric, from, to],
    queryFn: () => api.samples(device, metric, from, to),
    staleTime: 30_000,
    placeholderData: keepPreviousData,
  });

export const calendarQuery = (from: number, to: number, place?: string) =>
  queryOptions({
    queryKey: ['calendar', from, to, place],
    queryFn: () => api.calendar(from, to, place),
    staleTime: 600_000,
  });

export const incidentQuery = (incident: string) =>
  queryOptions({ queryKey: ['incident', incident], queryFn: () => api.incident(incident) });

/** Alerts that touch [from, to), newest first; at most 1,000, which is far more than a page can show. */
export const alertsBetweenQuery = (from: number, to: number) =>
  queryOptions({
    queryKey: ['alerts', from, to],
    queryFn: async () => (await api.alerts({ from, to, limit: 1_000 })).items,
    staleTime: 30_000,
    placeholderData: keepPreviousData,
  });

export const deviceQuery = (device: string) =>
  queryOptions({ queryKey: ['devices', device], queryFn: () => api.device(device) });

/** Newest alerts of one device, those over included. */
export const deviceAlertsQuery = (device: string) =>
  queryOptions({
    queryKey: ['alerts', 'of', device],
    queryFn: async () => (await api.alerts({ device, limit: 100 })).items,
  });

/** By device. Nobody tells when a device was probed: it is asked for again while somebody looks. */
export const probesQuery = queryOptions({
  queryKey: ['probes'],
  queryFn: async () => new Map((await api.probes()).map((probe) => [probe.device, probe] as const)),
  refetchInterval: 5_000,
});

/** Nobody tells when something is quarantined: it is asked for again while somebody looks. */
export const quarantineQuery = infiniteQueryOptions({
  queryKey: ['quarantine'],
  queryFn: ({ pageParam }) => api.quarantine(pageParam),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
  refetchInterval: 5_000,
});

export const profilesQuery = queryOptions({
  queryKey: ['profiles'],
  queryFn: () => api.profiles(),
  refetchInterval: 5_000,
});

export const usersQuery = queryOptions({ queryKey: ['users'], queryFn: () => api.users() });

export const tokensQuery = queryOptions({ queryKey: ['tokens'], queryFn: () => api.tokens() });

/** Never asked for again by itself: an editor stands on the version it began with. */
export const rulesQuery = queryOptions({ queryKey: ['rules'], queryFn: () => api.rules(), staleTime: Infinity });

/** The newest incidents, as many as an answer holds: for who handled what in the last days. */
export const recentIncidentsQuery = queryOptions({
  queryKey: ['incidents', 'recent'],
  queryFn: async () => (await api.incidents({ limit: 1_000 })).items,
  staleTime: 30_000,
});
