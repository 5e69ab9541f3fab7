import type { z } from 'zod';
import type { RuleConfig } from '#contract/config/rules.ts';
import type { Resource, Role } from '#contract/enums.ts';
import type { Alert, Episode, Incident, IncidentAction, incidentDetail, rulesResponse } from '#contract/http/alerts.ts';
import type { CalendarResponse, Device, LatestValue, Place, ProfileInfo, Quarantined } from '#contract/http/campus.ts';
import type { ConsumptionResponse, SeriesPoint, SeriesResponse, WasteResponse } from '#contract/http/energy.ts';
import type { ProbeState } from '#contract/http/probes.ts';
import type { ApiToken, Me, tokenCreated, tokenScope, User } from '#contract/http/session.ts';
import type { CameraUptime, UPTIME_BARS } from '#contract/http/uptime.ts';
import { writtenRule } from '../lib/written-rule.ts';
import type { Http, Query } from './http.ts';

export interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor: string | null;
}

export type IncidentDetail = z.output<typeof incidentDetail>;
/** The wire leaves a rule's own fields open, so that it can grow; the gateway answers with what its config schema gave. */
export type Rules = Omit<z.output<typeof rulesResponse>, 'rules'> & { readonly rules: readonly RuleConfig[] };
export type TokenScope = z.output<typeof tokenScope>;

/** A month of history for many rules takes the gateway a while. */
const backtestTimeoutMs = 180_000;

/** All cameras without `device`; from ≤ t < to in epoch ms. */
export interface UptimeAsk {
  readonly device?: string;
  readonly from: number;
  readonly to: number;
  readonly bar: keyof typeof UPTIME_BARS;
}

/** `device` or `place`, from ≤ t < to in epoch ms. */
export interface ConsumptionAsk {
  readonly place?: string | undefined;
  readonly device?: string | undefined;
  readonly resource: Resource;
  readonly from: number;
  readonly to: number;
  readonly step: 'hour' | 'day' | 'month';
}

export interface WasteAsk {
  readonly place?: string | undefined;
  readonly resource: Resource;
  readonly weeks: number;
}

export interface SeriesAsk {
  readonly device: string;
  readonly metric: string;
  readonly from: number;
  readonly to: number;
  readonly step?: '60s' | '15m' | '1h' | '1d' | undefined;
  readonly cursor?: string | undefined;
  readonly limit?: number | undefined;
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
    probes: () => all<ProbeState>('/probes'),
    quarantine: (cursor?: string) => get<Page<Quarantined>>('/quarantine', { cursor }),
    profiles: () => all<ProfileInfo>('/profiles'),

    series: (ask: SeriesAsk) => get<SeriesResponse>('/series', { ...ask }),
    /** Every sample of a series in [from, to), over as many pages as it takes; for what a day or two of one device can hold. */
    samples: async (device: string, metric: string, from: number, to: number): Promise<readonly SeriesPoint[]> => {
      const points: SeriesPoint[] = [];
      let cursor: string | undefined;
      do {
        const page: SeriesResponse = await get('/series', { device, metric, from, to, cursor, limit: 10_000 });
        points.push(...page.points);
        cursor = page.nextCursor ?? undefined;
      } while (cursor !== undefined);
      return points;
    },
    consumption: (ask: ConsumptionAsk) => get<ConsumptionResponse>('/consumption', { ...ask }),
    uptime: (ask: UptimeAsk) => all<CameraUptime>('/uptime', { ...ask }),
    waste: (ask: WasteAsk) => get<WasteResponse>('/consumption/waste', { ...ask }),
    calendar: (from: number, to: number, place?: string) => get<CalendarResponse>('/calendar', { from, to, place }),

    incidents: (ask: IncidentsAsk) => get<Page<Incident>>('/incidents', { ...ask }),
    incident: (incident: string) => get<IncidentDetail>(`/incidents/${id(incident)}`),
    alerts: (query: { state?: string; device?: string; from?: number; to?: number; cursor?: string; limit?: number }) =>
      get<Page<Alert>>('/alerts', query),
    actOnIncident: (incident: string, action: IncidentAction, body: Readonly<Record<string, unknown>> = {}) =>
      http.request<Incident>('POST', `/incidents/${id(incident)}/${action}`, { body }),

    users: () => all<User>('/users'),
    addUser: (user: { name: string; password: string; role: Role }) =>
      http.request<User>('POST', '/users', { body: user }),
    changeUser: (user: string, change: { role?: Role; password?: string; disabled?: boolean }) =>
      http.request<User>('PATCH', `/users/${id(user)}`, { body: change }),
    tokens: () => all<ApiToken>('/tokens'),
    /** The secret is in this answer and nowhere else. `days` null: for ever. */
    addToken: (token: { name: string; scope: TokenScope; days: number | null }) =>
      http.request<z.output<typeof tokenCreated>>('POST', '/tokens', { body: token }),
    removeToken: (token: string) => http.request<void>('DELETE', `/tokens/${id(token)}`),

    rules: () => http.requestTagged<Rules>('GET', '/rules'),
    /** 409: somebody has changed them since `etag`; 422: `errors` says what does not fit, and where. */
    saveRules: (yaml: string, etag: string) => http.requestTagged<Rules>('PUT', '/rules', { body: { yaml }, etag }),
    /** One rule, as if it were on, whatever else is in force. */
    backtestRule: async (rule: RuleConfig, from: number, to: number) => {
      const options = { body: { rules: { rules: [writtenRule(rule)] }, from, to }, timeoutMs: backtestTimeoutMs };
      return (await http.request<{ episodes: readonly Episode[] }>('POST', '/rules/backtest', options)).episodes;
    },
    backtest: async (yaml: string, from: number, to: number) => {
      const options = { body: { yaml, from, to }, timeoutMs: backtestTimeoutMs };
      return (await http.request<{ episodes: readonly Episode[] }>('POST', '/rules/backtest', options)).episodes;
    },
  };
}

export type Api = ReturnType<typeof createApi>;
