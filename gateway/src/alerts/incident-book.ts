/**
 * Alerts and incidents: every firing alert belongs to exactly one incident, one incident per cause. Pure: transitions
 * and status changes in, changed records out; the caller makes them durable together with the judge's own state.
 *
 * A connectivity alert joins the incident of the topmost device that explains it. When that device's own alert comes
 * after its children's, their incidents are merged into its own. When it turns out to be alive while children stay
 * dead, those get incidents of their own causes.
 */

import type { Severity } from '#contract/enums.ts';
import type { Alert, Incident } from '#contract/http/alerts.ts';
import type { Transition } from '../rules/transition.ts';
import type { Registry } from '../shared/registry.ts';
import { alertKey, changedAlert, entry, extend, GATEWAY, newAlert } from './alert-change.ts';
import { actOn, type Deed, type DeedResult } from './incident-actions.ts';
import { incidentSentence, type TimeWords } from './incident-sentence.ts';
import { spanOf } from './incident-span.ts';

export interface IncidentContext {
  readonly registry: Registry;
  /** Topmost device that explains why `device` cannot be seen. */
  rootOf(device: string): { readonly cause: string; readonly probable: boolean };
  /** Is the device itself known to be out of reach now? */
  isOut(device: string): boolean;
  /** Devices that cannot be seen because of `cause`. */
  hiddenBehind(cause: string): readonly string[];
  /** Does this rule say that a device is out of reach? Only such alerts share a cause. */
  isConnectivity(rule: string): boolean;
  readonly words: TimeWords;
}

export interface BookChanges {
  readonly alerts: readonly Alert[];
  readonly incidents: readonly Incident[];
  /** Pending alerts that went away without ever firing, closed: told to whoever knows them, not kept. */
  readonly droppedAlerts: readonly Alert[];
}

export interface IncidentBook {
  apply(transition: Transition): void;
  /** A device is out of sight because of `cause`: listed with its incident. */
  affected(device: string, cause: string): void;
  /** It can be seen again although what it was listed with goes on. */
  returned(device: string): void;
  act(incidentId: string, deed: Deed): DeedResult | undefined;
  advance(now: number): void;
  incident(id: string): Incident | undefined;
  alertsOf(incidentId: string): readonly Alert[];
  /** The incident in words as of `now`. @param alert how one of its alerts stands then */
  tell(incident: Incident, now: number, alert: (alert: Alert) => Alert): Incident;
  activeAlerts(): readonly Alert[];
  /** Takes an older, resolved incident back into the book so that a person can act on it. */
  adopt(incident: Incident, alerts: readonly Alert[]): void;
  /** Firing ones, and those resolved in the last 24 h or never acknowledged; newest first, at most 500. */
  current(now: number): readonly Incident[];
  takeChanges(): BookChanges;
  reconfigure(context: IncidentContext): void;
}

const RANK: Readonly<Record<Severity, number>> = { info: 0, warning: 1, critical: 2 };
/** How long a cause may be alive before those still dead behind it stand for themselves. */
const RE_ROOT_MS = 60_000;
const KEEP_RESOLVED_MS = 24 * 3_600_000;
const MAX_CURRENT = 500;

/** What an incident takes from the first thing it is opened for. */
type FirstOf = Pick<Transition, 'rule' | 'kind' | 'severity' | 'place' | 'since' | 'sentence'> & {
  readonly reason?: string;
};

export function createIncidentBook(
  initial: IncidentContext,
  stored: { readonly incidents: readonly Incident[]; readonly alerts: readonly Alert[] },
): IncidentBook {
  let context = initial;
  const incidents = new Map(stored.incidents.map((incident) => [incident.id, incident]));
  const alerts = new Map(stored.alerts.map((alert) => [alert.id, alert]));
  const active = new Map<string, string>();
  for (const alert of stored.alerts)
    if (alert.state !== 'resolved') active.set(alertKey(alert.rule, alert.device), alert.id);
  let changedAlerts = new Set<string>();
  let changedIncidents = new Set<string>();
  let dropped: Alert[] = [];
  /** Incidents whose cause no longer explains them, since when. */
  const strayedSince = new Map<string, number>();

  const putAlert = (alert: Alert): void => {
    alerts.set(alert.id, alert);
    changedAlerts.add(alert.id);
  };
  const alertsOf = (id: string): Alert[] =>
    (incidents.get(id)?.alerts ?? [])
      .flatMap((alert) => alerts.get(alert) ?? [])
      // One that a person closed may have come back, in an incident of its own.
      .filter((alert) => alert.incidentId === id);
  const tell: IncidentBook['tell'] = (incident, now, stands) => {
    const own = incident.alerts.flatMap((id) => alerts.get(id) ?? []).map(stands);
    const told = { ...incident, ...spanOf(incident, own) };
    const sentence = incidentSentence(told, own, context.registry, context.words, now);
    return sentence.zh === '' ? told : { ...told, sentence };
  };
  /** What is stored of one that goes on is told as of its last change; how it stands is asked for, see `tell`. */
  const putIncident = (incident: Incident): void => {
    const changedAt = incident.timeline.at(-1)?.at ?? incident.since;
    incidents.set(
      incident.id,
      tell(incident, changedAt, (alert) => alert),
    );
    changedIncidents.add(incident.id);
  };
  const firingOf = (cause: string): Incident | undefined =>
    [...incidents.values()].find(
      (incident) => incident.state === 'firing' && incident.cause === cause && isConnected(incident),
    );
  const isConnected = (incident: Incident): boolean =>
    incident.alerts.some((id) => context.isConnectivity(alerts.get(id)?.rule ?? ''));

  const open = (cause: string, probable: boolean, first: FirstOf, at: number): Incident => {
    const base = `i-${Math.round(first.since).toString(36)}-${cause}`;
    let id = base;
    for (let n = 2; incidents.has(id); n += 1) id = `${base}-${n}`;
    return {
      id,
      cause,
      probable,
      severity: first.severity,
      state: 'firing',
      since: first.since,
      until: null,
      heldUntil: null,
      ackedBy: null,
      ackedAt: null,
      assignee: null,
      silencedUntil: null,
      alerts: [],
      affected: context.isConnectivity(first.rule) ? [...context.hiddenBehind(cause)] : [],
      place: context.registry.devices.get(cause)?.place ?? first.place,
      sentence: { ...first.sentence },
      timeline: [entry(at, 'opened', first.reason ?? first.kind, GATEWAY)],
    };
  };

  const fire = (transition: Transition): void => {
    const connected = context.isConnectivity(transition.rule);
    const root = connected ? context.rootOf(transition.device) : { cause: transition.device, probable: false };
    const into =
      (connected ? firingOf(root.cause) : undefined) ?? open(root.cause, root.probable, transition, transition.at);
    const pending = active.get(alertKey(transition.rule, transition.device));
    const before = pending === undefined ? undefined : alerts.get(pending);
    const alert = before ? { ...changedAlert(before, transition), incidentId: into.id } : newAlert(transition, into.id);
    putAlert(alert);
    active.set(alertKey(transition.rule, transition.device), alert.id);
    const isOwn = connected && root.cause === transition.device;
    putIncident(joined(into, alert, transition.at));
    if (isOwn) mergeChildren(into.id, transition);
  };

  /** Incidents that the children opened before their common cause was known. */
  const mergeChildren = (id: string, transition: Transition): void => {
    const slackMs = 2 * 1_000 * (context.registry.devices.get(transition.device)?.intervalS ?? 60);
    for (const other of [...incidents.values()]) {
      const isChild =
        other.id !== id &&
        other.state === 'firing' &&
        context.registry.ancestors(other.cause).includes(transition.device);
      if (!isChild || !isConnected(other) || other.since < transition.since - slackMs) continue;
      merge(other, id, transition.at);
    }
  };

  const move = (alert: Alert, intoId: string, at: number): void => {
    const into = incidents.get(intoId);
    if (!into) return;
    const timeline = extend(alert.timeline, entry(at, 'moved', intoId, GATEWAY));
    const moved = { ...alert, incidentId: intoId, timeline };
    putAlert(moved);
    putIncident(joined(into, moved, at));
  };

  const merge = (from: Incident, intoId: string, at: number): void => {
    for (const alert of alertsOf(from.id)) move(alert, intoId, at);
    const timeline = extend(from.timeline, entry(at, 'merged', intoId, GATEWAY));
    putIncident({
      ...from,
      state: 'resolved',
      until: at,
      alerts: [],
      ackedAt: from.ackedAt ?? at,
      ackedBy: from.ackedBy ?? GATEWAY,
      timeline,
    });
  };

  /** What is left firing of an incident whose cause is alive, by what now explains it; undefined while its cause does. */
  const strayed = (incident: Incident): Map<string, Alert[]> | undefined => {
    const left = alertsOf(incident.id).filter((alert) => alert.state === 'firing');
    const byCause = new Map<string, Alert[]>();
    for (const alert of left) {
      const { cause } = context.rootOf(alert.device);
      if (cause === incident.cause || !context.isConnectivity(alert.rule) || !context.isOut(alert.device))
        return undefined;
      byCause.set(cause, [...(byCause.get(cause) ?? []), alert]);
    }
    return left.length > 0 && !left.some((alert) => alert.device === incident.cause) ? byCause : undefined;
  };

  /** Each cause gets its own incident, acknowledged if that one was; the old one ends with its own cause. */
  const reRoot = (incident: Incident, byCause: ReadonlyMap<string, readonly Alert[]>, at: number): void => {
    for (const [cause, own] of byCause) {
      const [first] = own;
      if (!first) continue;
      const { ackedBy, ackedAt, assignee, silencedUntil } = incident;
      const into = firingOf(cause) ?? {
        ...open(cause, context.rootOf(first.device).probable, first, at),
        ackedBy,
        ackedAt,
        assignee,
        silencedUntil,
      };
      putIncident(into);
      for (const alert of own) move(alert, into.id, at);
    }
    const timeline = extend(incident.timeline, entry(at, 'resolved', 'cause-is-back', GATEWAY));
    const moved = new Set([...byCause.values()].flat().map((alert) => alert.id));
    const alertsLeft = incident.alerts.filter((id) => !moved.has(id));
    putIncident({ ...incident, state: 'resolved', until: at, alerts: alertsLeft, timeline });
  };

  const settle = (id: string, at: number): void => {
    const incident = incidents.get(id);
    if (incident?.state !== 'firing') return;
    const left = alertsOf(id).filter((alert) => alert.state === 'firing');
    if (left.length === 0) {
      putIncident({
        ...incident,
        state: 'resolved',
        until: at,
        timeline: extend(incident.timeline, entry(at, 'resolved', 'cleared', GATEWAY)),
      });
    } else {
      putIncident(incident);
    }
  };

  return {
    apply(transition) {
      const key = alertKey(transition.rule, transition.device);
      const known = alerts.get(active.get(key) ?? '');
      if (transition.to === 'firing') {
        if (known?.state !== 'firing') fire(transition);
      } else if (transition.to === 'pending') {
        if (!known) {
          const alert = newAlert(transition, '');
          putAlert(alert);
          active.set(key, alert.id);
        }
      } else if (transition.to === 'dropped') {
        if (known?.state !== 'pending') return;
        active.delete(key);
        alerts.delete(known.id);
        changedAlerts.delete(known.id);
        dropped.push(changedAlert(known, { ...transition, to: 'resolved' }));
      } else if (known?.state === 'firing') {
        putAlert(changedAlert(known, transition));
        if (transition.to === 'resolved') active.delete(key);
        settle(known.incidentId, transition.at);
      } else if (transition.to === 'known') {
        // A person closed it while it could not be seen, and it still holds.
        fire({ ...transition, to: 'firing' });
      }
    },
    affected(device, cause) {
      const incident = firingOf(cause);
      if (!incident || device === cause || incident.affected.includes(device)) return;
      putIncident({ ...incident, affected: [...incident.affected, device] });
    },
    returned(device) {
      for (const incident of incidents.values()) {
        if (incident.state !== 'firing' || !incident.affected.includes(device) || !context.isOut(incident.cause))
          continue;
        putIncident({ ...incident, affected: incident.affected.filter((id) => id !== device) });
      }
    },
    act(id, deed) {
      const incident = incidents.get(id);
      if (!incident) return undefined;
      const result = actOn(incident, alertsOf(id), deed);
      if (!result.ok) return result;
      for (const alert of result.alerts) {
        putAlert(alert);
        active.delete(alertKey(alert.rule, alert.device));
      }
      putIncident(result.incident);
      return { ...result, incident: incidents.get(id) ?? result.incident };
    },
    advance(now) {
      for (const incident of incidents.values()) {
        if (incident.silencedUntil !== null && incident.silencedUntil <= now) {
          const timeline = extend(incident.timeline, entry(incident.silencedUntil, 'silence-ended', '', GATEWAY));
          putIncident({ ...incident, silencedUntil: null, timeline });
        }
      }
      for (const incident of [...incidents.values()]) {
        const byCause = incident.state === 'firing' && isConnected(incident) ? strayed(incident) : undefined;
        const since = strayedSince.get(incident.id) ?? now;
        if (byCause && now - since < RE_ROOT_MS) strayedSince.set(incident.id, since);
        else strayedSince.delete(incident.id);
        if (byCause && now - since >= RE_ROOT_MS) reRoot(incident, byCause, now);
      }
      forgetOld(incidents, alerts, changedIncidents, now);
    },
    incident: (id) => incidents.get(id),
    alertsOf,
    tell,
    activeAlerts: () => [...active.values()].flatMap((id) => alerts.get(id) ?? []),
    adopt(incident, own) {
      if (incidents.has(incident.id)) return;
      incidents.set(incident.id, incident);
      for (const alert of own) alerts.set(alert.id, alert);
    },
    current: (now) =>
      [...incidents.values()]
        .filter((incident) => isCurrent(incident, now))
        .sort((a, b) => Number(b.state === 'firing') - Number(a.state === 'firing') || b.since - a.since)
        .slice(0, MAX_CURRENT),
    takeChanges() {
      const out = {
        alerts: [...changedAlerts].flatMap((id) => alerts.get(id) ?? []),
        incidents: [...changedIncidents].flatMap((id) => incidents.get(id) ?? []),
        droppedAlerts: dropped,
      };
      changedAlerts = new Set();
      changedIncidents = new Set();
      dropped = [];
      return out;
    },
    reconfigure(next) {
      context = next;
    },
  };
}

/** A child that joins an acknowledged incident is acknowledged with it unless it is more severe. */
function joined(incident: Incident, alert: Alert, at: number): Incident {
  const worse = RANK[alert.severity] > RANK[incident.severity];
  const reopened = worse && incident.ackedAt !== null;
  return {
    ...incident,
    severity: worse ? alert.severity : incident.severity,
    // The cause's own alert makes a suspicion a fact.
    probable: incident.probable && alert.device !== incident.cause,
    alerts: incident.alerts.includes(alert.id) ? incident.alerts : [...incident.alerts, alert.id],
    ...(reopened
      ? {
          ackedBy: null,
          ackedAt: null,
          timeline: extend(incident.timeline, entry(at, 'ack-reopened', alert.id, GATEWAY)),
        }
      : {}),
  };
}

/** It may have ended long before somebody closed it. */
const lastMovedAt = ({ until, timeline }: Incident): number => Math.max(until ?? 0, timeline.at(-1)?.at ?? 0);

function isCurrent(incident: Incident, now: number): boolean {
  if (incident.state === 'firing') return true;
  return incident.alerts.length > 0 && (incident.ackedAt === null || lastMovedAt(incident) > now - KEEP_RESOLVED_MS);
}

/** Resolved and acknowledged more than a day ago: the records keep it, memory does not. */
function forgetOld(
  incidents: Map<string, Incident>,
  alerts: Map<string, Alert>,
  changed: ReadonlySet<string>,
  now: number,
): void {
  for (const incident of incidents.values()) {
    if (incident.state === 'firing' || changed.has(incident.id)) continue;
    const over = lastMovedAt(incident) <= now - KEEP_RESOLVED_MS;
    if (!over || (incident.ackedAt === null && incidents.size < 4 * MAX_CURRENT)) continue;
    incidents.delete(incident.id);
    for (const id of incident.alerts) alerts.delete(id);
  }
}
