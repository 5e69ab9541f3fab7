import { keepPreviousData, QueryClient, queryOptions } from '@tanstack/react-query';
import { api } from './api.ts';
import type { ConsumptionAsk, SeriesAsk } from './endpoints.ts';
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

export const consumptionQuery = (ask: ConsumptionAsk) =>
  queryOptions({
    queryKey: ['consumption', ask],
    queryFn: () => api.consumption(ask),
    staleTime: 60_000,
    placeholderData: keepPreviousData,
  });

export const seriesQuery = (ask: SeriesAsk) =>
  queryOptions({
    queryKey: ['series', ask],
    queryFn: () => api.series(ask),
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
