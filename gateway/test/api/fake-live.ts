/** A live view held in memory: events with a gapless seq, newest values, one firing incident to act on. */
import type { Alert, Incident } from '#contract/http/alerts.ts';
import type { Device, LatestValue } from '#contract/http/campus.ts';
import type { LiveEvent, LiveEventBody, LiveGateway } from '#contract/live.ts';
import type { LiveView } from '../../src/api/api-deps.ts';

const T0 = Date.UTC(2026, 2, 2, 2);

export const INCIDENT: Incident = {
  id: 'inc-1',
  cause: 'switch-1',
  probable: false,
  severity: 'critical',
  state: 'firing',
  since: T0,
  until: null,
  ackedBy: null,
  ackedAt: null,
  assignee: null,
  silencedUntil: null,
  alerts: ['alert-1'],
  affected: ['camera-1'],
  place: 'gate',
  sentence: { zh: '东门交换机离线', en: 'Switch at the east gate is offline' },
  timeline: [{ at: T0, what: 'firing', why: 'silent', who: 'gateway' }],
};

export const ALERT: Alert = {
  id: 'alert-1',
  incidentId: 'inc-1',
  rule: 'switch-silent',
  kind: 'silent',
  device: 'switch-1',
  place: 'gate',
  severity: 'critical',
  state: 'firing',
  since: T0,
  until: null,
  unknownSince: null,
  excess: null,
  unit: '',
  yuan: null,
  sentence: { zh: '东门交换机离线', en: 'Switch at the east gate is offline' },
  timeline: [{ at: T0, what: 'firing', why: 'silent', who: 'gateway' }],
};

export function deviceOf(id: string, kind: Device['kind'], place: string): Device {
  return {
    id,
    name: { zh: id, en: id },
    kind,
    profile: 'native',
    address: id,
    site: 'main',
    place,
    dependsOn: [],
    intervalS: 10,
    custodian: null,
    tags: [],
    retired: null,
    state: 'online',
    stateSince: T0,
    stateReason: 'reported',
    parentDown: null,
    lastSeenAt: T0,
    lastReadingAt: T0,
  };
}

export function latestOf(device: string, metric: string, ts: number, value: number): LatestValue {
  return { device, metric, ts, receivedAt: ts, value, quality: 'measured', flags: [], freshness: 'live' };
}

export interface FakeLive extends LiveView {
  /** Publishes an event with the next seq. */
  event(body: LiveEventBody): LiveEvent;
  values(values: readonly LatestValue[]): void;
  /** Something becomes wrong with the disk, or right again. */
  storage(list: LiveGateway['storage']): void;
  /** Waits for the disk. */
  hold(bodies: readonly LiveEventBody[]): void;
  /** Forgets events below this seq, as retention does. */
  forgetBefore(seq: number): void;
  newEpoch(epoch: string): void;
  /** eventsAfter waits this many ms, so that events arrive during a backfill. */
  delayMs: number;
  readonly events: LiveEvent[];
}

export function fakeLive(devices: readonly Device[]): FakeLive {
  let epoch = 'epoch-1';
  let seq = 0;
  let incident = INCIDENT;
  let kept = 1;
  const events: LiveEvent[] = [];
  const latest = new Map<string, LatestValue>();
  const eventListeners = new Set<(event: LiveEvent) => void>();
  const gatewayListeners = new Set<(gateway: LiveGateway) => void>();
  const unsavedListeners = new Set<(bodies: readonly LiveEventBody[]) => void>();
  let gateway: LiveGateway = { at: T0, site: '示范中学', demo: true, storage: [], off: [] };
  let held: readonly LiveEventBody[] = [];
  const valueListeners = new Set<(values: readonly LatestValue[]) => void>();
  const changed = (change: Partial<Incident>): Incident => {
    incident = { ...incident, ...change };
    return incident;
  };

  const live: FakeLive = {
    events,
    delayMs: 0,
    devices: () => devices,
    device: (id) => devices.find((device) => device.id === id),
    latest: ({ device, place }) =>
      [...latest.values()].filter(
        (value) =>
          (device === undefined || value.device === device) &&
          (place === undefined || live.device(value.device)?.place === place),
      ),
    currentIncidents: () => [incident],
    currentAlerts: () => [ALERT],
    incidents: async ({ state }) => ({
      items: state === undefined || state === incident.state ? [incident] : [],
      nextCursor: null,
    }),
    alerts: async ({ state }) => ({
      items: state === undefined || state === ALERT.state ? [ALERT] : [],
      nextCursor: null,
    }),
    incident: async (id) => (id === incident.id ? { incident, alerts: [ALERT] } : undefined),
    alert: async (id) => (id === ALERT.id ? ALERT : undefined),
    act: async (id, action, body, who) => {
      if (id !== incident.id) return { ok: false, status: 404, zh: '没有这个事件。', en: 'There is no such incident.' };
      if (action === 'resolve')
        return { ok: false, status: 409, zh: '条件仍然成立。', en: 'The condition still holds.' };
      if (action === 'ack') return { ok: true, value: changed({ ackedBy: who, ackedAt: T0 }) };
      if (action === 'assign') return { ok: true, value: changed({ assignee: String(body['assignee']) }) };
      return { ok: true, value: incident };
    },
    position: () => ({ epoch, seq }),
    eventsAfter: async (position) => {
      if (position.epoch !== epoch || position.seq + 1 < kept || position.seq > seq) return undefined;
      const before = events.filter((event) => event.epoch === epoch && event.seq > position.seq);
      if (live.delayMs > 0) await new Promise((resolve) => setTimeout(resolve, live.delayMs));
      return before;
    },
    onEvent: (listener) => {
      eventListeners.add(listener);
      return () => eventListeners.delete(listener);
    },
    onValues: (listener) => {
      valueListeners.add(listener);
      return () => valueListeners.delete(listener);
    },
    gateway: () => gateway,
    onGateway: (listener) => {
      gatewayListeners.add(listener);
      return () => gatewayListeners.delete(listener);
    },
    unsaved: () => held,
    grown: () => ({ at: T0, alerts: [], incidents: [] }),
    onGrown: () => () => undefined,
    onUnsaved: (listener) => {
      unsavedListeners.add(listener);
      return () => unsavedListeners.delete(listener);
    },
    storage: (storage) => {
      gateway = { ...gateway, storage };
      for (const listener of gatewayListeners) listener(gateway);
    },
    hold: (bodies) => {
      held = bodies;
      for (const listener of unsavedListeners) listener(bodies);
    },
    event: (body) => {
      seq += 1;
      const event: LiveEvent = { ...body, epoch, seq, at: T0 + seq };
      events.push(event);
      for (const listener of eventListeners) listener(event);
      return event;
    },
    values: (values) => {
      for (const value of values) latest.set(`${value.device} ${value.metric}`, value);
      for (const listener of valueListeners) listener(values);
    },
    forgetBefore: (first) => {
      kept = first;
    },
    newEpoch: (name) => {
      epoch = name;
      seq = 0;
      kept = 1;
      events.length = 0;
    },
  };
  return live;
}
