/** What the api asks about alerts, incidents, devices and newest values: memory for the present, records for the past. */
import type { Alert, Incident, IncidentAction } from '#contract/http/alerts.ts';
import type { LiveGateway } from '#contract/live.ts';
import type { LiveView } from './api/api-deps.ts';
import { grownOf } from './as-it-stands.ts';
import type { CampusInForce } from './campus-in-force.ts';
import type { Judgement } from './judgement.ts';
import type { OffTimes } from './off-times.ts';
import { isStorageRule } from './self-alert.ts';
import type { Clock } from './shared/clock.ts';
import { storageRefusal } from './shared/storage-refusal.ts';
import type { StorageWatch } from './storage-watch.ts';
import { alertById, eventsAfter, incidentById, listAlerts, listIncidents } from './store/judge-records.ts';
import type { RecordsDb } from './store/records-db.ts';
import { alertsIn, incidentsIn } from './unsaved-events.ts';
import { withUnsaved } from './with-unsaved.ts';

/** A client further behind than this gets a snapshot, which is smaller. */
const MAX_RESUMED_EVENTS = 2_000;

export interface LiveViewParts {
  readonly judgement: Judgement;
  readonly records: RecordsDb;
  readonly clock: Clock;
  readonly storage: StorageWatch;
  readonly offTimes: Pick<OffTimes, 'list'>;
  campus(): CampusInForce;
  /** @returns how to stop listening */
  onCampus(listener: () => void): () => void;
}

export function createLiveView(parts: LiveViewParts): LiveView {
  const { judgement, records, clock, storage, offTimes } = parts;
  const gateway = (): LiveGateway => {
    const { gateway, registry } = parts.campus().config;
    const site = registry.campus.name.zh;
    return { at: clock.now(), site, demo: gateway.demo, storage: storage.list(), off: offTimes.list() };
  };
  return {
    devices: judgement.devices,
    device: judgement.device,
    latest: judgement.latest,
    currentIncidents: judgement.currentIncidents,
    currentAlerts: judgement.currentAlerts,
    ...history(judgement, records),
    act: acting({ judgement, clock, storage }),
    position: judgement.savedPosition,
    eventsAfter: (position) => eventsAfter(records, position, judgement.savedPosition(), MAX_RESUMED_EVENTS),
    onEvent: judgement.onEvent,
    onValues: judgement.onValues,
    gateway,
    onGateway: (listener) => {
      const tell = (): void => listener(gateway());
      const stops = [storage.onChange(tell), parts.onCampus(tell)];
      return () => {
        for (const stop of stops) stop();
      };
    },
    unsaved: judgement.unsaved,
    onUnsaved: judgement.onUnsaved,
    grown: () =>
      grownOf(clock.now(), judgement.currentAlerts().filter(isFiring), judgement.currentIncidents().filter(isFiring)),
    onGrown: judgement.onGrown,
  };
}

const isFiring = ({ state }: { readonly state: string }): boolean => state === 'firing';

/** The records, and over them what they could not take yet. */
function history(
  judgement: Judgement,
  records: RecordsDb,
): Pick<LiveView, 'incidents' | 'alerts' | 'incident' | 'alert'> {
  const unsavedIncidents = (): Incident[] => incidentsIn(judgement.unsaved());
  const unsavedAlerts = (): Alert[] => alertsIn(judgement.unsaved());
  return {
    async incidents(filter) {
      const { state, acked } = filter;
      const page = withUnsaved(
        await listIncidents(records, filter),
        unsavedIncidents(),
        filter,
        (incident) =>
          (state === undefined || incident.state === state) &&
          (acked === undefined || (incident.ackedAt !== null) === acked),
      );
      return { ...page, items: page.items.map(judgement.incidentNow) };
    },
    async alerts(filter) {
      const { state, device, from, to } = filter;
      const page = withUnsaved(
        await listAlerts(records, filter),
        unsavedAlerts(),
        filter,
        (alert) =>
          (state === undefined || alert.state === state) &&
          (device === undefined || alert.device === device) &&
          (from === undefined || alert.since >= from) &&
          (to === undefined || alert.since < to),
      );
      return { ...page, items: page.items.map(judgement.alertNow) };
    },
    async incident(id) {
      const incident = unsavedIncidents().find((one) => one.id === id);
      const stored = await incidentById(records, id);
      if (incident === undefined && stored === undefined) return undefined;
      const alerts = new Map(
        [...(stored?.alerts ?? []), ...unsavedAlerts()].map((alert): [string, Alert] => [alert.id, alert]),
      );
      const found = incident ?? stored?.incident;
      const own = [...alerts.values()].filter((alert) => alert.incidentId === id).map(judgement.alertNow);
      return found && { incident: judgement.incidentNow(found), alerts: own };
    },
    async alert(id) {
      const found = unsavedAlerts().find((alert) => alert.id === id) ?? (await alertById(records, id));
      return found && judgement.alertNow(found);
    },
  };
}

/** What people do is refused while it cannot be kept; but who has seen that the disk is full may say so, and the wall is quiet. */
function acting({
  judgement,
  clock,
  storage,
}: Pick<LiveViewParts, 'judgement' | 'clock' | 'storage'>): LiveView['act'] {
  const isAboutStorage = (incidentId: string): boolean =>
    judgement.currentAlerts().some((alert) => alert.incidentId === incidentId && isStorageRule(alert.rule));
  return async (incidentId, action, body, who) => {
    const trouble = storage.refuses('records');
    const inMemory = trouble !== undefined && action === 'ack' && isAboutStorage(incidentId);
    if (trouble !== undefined && !inMemory) return storageRefusal(trouble);
    const deed = { action, who, at: clock.now(), inMemory, ...deedOf(action, body) };
    const result = await judgement.act(incidentId, deed);
    if (!result) {
      return {
        ok: false,
        status: 404,
        zh: '没有这个事件，可能已过保存期。',
        en: 'There is no such incident; it may be past retention.',
      };
    }
    return result.ok ? { ok: true, value: judgement.incidentNow(result.incident) } : result;
  };
}

/** The body was parsed against the contract; each action reads its own fields. */
function deedOf(action: IncidentAction, body: Readonly<Record<string, unknown>>) {
  const text = (key: string): string | undefined => (typeof body[key] === 'string' ? body[key] : undefined);
  return {
    note: text(action === 'resolve' ? 'reason' : 'note'),
    assignee: text('assignee'),
    until: typeof body['until'] === 'number' ? body['until'] : undefined,
  };
}
