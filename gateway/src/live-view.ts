/** What the api asks about alerts, incidents, devices and newest values: memory for the present, records for the past. */
import type { IncidentAction } from '#contract/http/alerts.ts';
import type { LiveView } from './api/api-deps.ts';
import type { Judgement } from './judgement.ts';
import type { Clock } from './shared/clock.ts';
import { alertById, eventsAfter, incidentById, listAlerts, listIncidents } from './store/judge-records.ts';
import type { RecordsDb } from './store/records-db.ts';

/** A client further behind than this gets a snapshot, which is smaller. */
const MAX_RESUMED_EVENTS = 2_000;

export function createLiveView(judgement: Judgement, records: RecordsDb, clock: Clock): LiveView {
  return {
    devices: judgement.devices,
    device: judgement.device,
    latest: judgement.latest,
    currentIncidents: judgement.currentIncidents,
    currentAlerts: judgement.currentAlerts,
    incidents: (filter) => listIncidents(records, filter),
    alerts: (filter) => listAlerts(records, filter),
    incident: (id) => incidentById(records, id),
    alert: (id) => alertById(records, id),
    async act(incidentId, action, body, who) {
      const deed = { action, who, at: clock.now(), ...deedOf(action, body) };
      const result = await judgement.act(incidentId, deed);
      if (!result) {
        return {
          ok: false,
          status: 404,
          zh: '没有这个事件，可能已过保存期。',
          en: 'There is no such incident; it may be past retention.',
        };
      }
      return result.ok ? { ok: true, value: result.incident } : result;
    },
    position: judgement.savedPosition,
    eventsAfter: (position) => eventsAfter(records, position, judgement.savedPosition(), MAX_RESUMED_EVENTS),
    onEvent: judgement.onEvent,
    onValues: judgement.onValues,
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
