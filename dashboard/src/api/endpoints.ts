import type { z } from 'zod';
import type { Resource, Role } from '#contract/enums.ts';
import type { Alert, Incident, IncidentAction, incidentDetail } from '#contract/http/alerts.ts';
import type { CalendarResponse, Device, LatestValue, Place, ProfileInfo, Quarantined } from '#contract/http/campus.ts';
import type { ConsumptionResponse, SeriesResponse } from '#contract/http/energy.ts';
import type { Me, User } from '#contract/http/session.ts';
import type { Http, Query } from './http.ts';

export interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor: string | null;
}

export type IncidentDetail = z.output<typeof incidentDetail>;

/** `device` or `place`, from ≤ t < to in epoch ms. */
export interface ConsumptionAsk {
  readonly place?: string | undefined;
  readonly device?: string | undefined;
  readonly resource: Resource;
  readonly from: number;
  readonly to: number;
  readonly step: 'hour' | 'day' | 'month';
}

export interface SeriesAsk {
  readonly device: string;
  readonly metric: string;
  readonly from: number;
  readonly to: number;
  readonly step?: '60s' | '15m' | '1h' | '1d' | undefined;
  readonly cursor?: string | undefined;
}

export interface IncidentsAsk {
  readonly state?: 'firing' | 'resolved' | undefined;
  readonly acked?: boolean | undefined;
  readonly cursor?: string | undefined;
  readonly limit?: number | undefined;
}

const id = encodeURIComponent;

function everything(http: Http) {
  /** Follows the cursor to the end: for lists which a campus keeps small, such as places and devices. */
  return async <T>(path: string, query: Query = {}): Promise<T[]> => {
    const all: T[] = [];
    let cursor: string | undefined;
    do {
      const page: Page<T> = await http.request('GET', path, { query: { ...query, cursor } });
      all.push(...page.items);
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    return all;
  };
}

/** The gateway's HTTP interface, one function per question the pages ask. */
export function createApi(http: Http) {
  const all = everything(http);
  const get = <T>(path: string, query?: Query) => http.request<T>('GET', path, { query });
  return {
    me: () => get<Me>('/me'),
    signIn: (name: string, password: string) =>
      http.request<{ user: User }>('POST', '/session', { body: { name, password } }),
    signOut: () => http.request<void>('DELETE', '/session'),
    setUp: (token: string, name: string, password: string) =>
      http.request<unknown>('POST', '/setup', { body: { token, name, password } }),

    places: () => all<Place>('/places'),
    devices: (query: { state?: string; place?: string; kind?: string } = {}) => all<Device>('/devices', query),
    device: (device: string) => get<Device>(`/devices/${id(device)}`),
    latest: async (query: { device?: string; place?: string } = {}) =>
      (await get<{ items: readonly LatestValue[] }>('/latest', query)).items,
    quarantine: (cursor?: string) => get<Page<Quarantined>>('/quarantine', { cursor }),
    profiles: () => all<ProfileInfo>('/profiles'),

    series: (ask: SeriesAsk) => get<SeriesResponse>('/series', { ...ask }),
    consumption: (ask: ConsumptionAsk) => get<ConsumptionResponse>('/consumption', { ...ask }),
    calendar: (from: number, to: number, place?: string) => get<CalendarResponse>('/calendar', { from, to, place }),

    incidents: (ask: IncidentsAsk) => get<Page<Incident>>('/incidents', { ...ask }),
    incident: (incident: string) => get<IncidentDetail>(`/incidents/${id(incident)}`),
    alerts: (query: { state?: string; device?: string; from?: number; to?: number; cursor?: string }) =>
      get<Page<Alert>>('/alerts', query),
    actOnIncident: (incident: string, action: IncidentAction, body: Readonly<Record<string, unknown>> = {}) =>
      http.request<Incident>('POST', `/incidents/${id(incident)}/${action}`, { body }),

    users: () => all<User>('/users'),
    addUser: (user: { name: string; password: string; role: Role }) =>
      http.request<User>('POST', '/users', { body: user }),
    changeUser: (user: string, change: { role?: Role; password?: string; disabled?: boolean }) =>
      http.request<User>('PATCH', `/users/${id(user)}`, { body: change }),
  };
}

export type Api = ReturnType<typeof createApi>;
