import type { Alert, Incident } from '#contract/http/alerts.ts';
import type { Device, LatestValue } from '#contract/http/campus.ts';
import type { LiveEvent, LiveGateway, LiveHello } from '#contract/live.ts';

/** Things of the wire for unit tests, whole and legal; what a test is about is given. */
export function incidentOf(over: Partial<Incident> = {}): Incident {
  return {
    id: 'i1',
    cause: 'door-1',
    probable: false,
    severity: 'warning',
    state: 'firing',
    since: 1_000,
    until: null,
    ackedBy: null,
    ackedAt: null,
    assignee: null,
    silencedUntil: null,
    alerts: ['a1'],
    affected: [],
    place: 'gate',
    sentence: { zh: '东门开着', en: 'The east gate is open' },
    timeline: [],
    ...over,
  };
}

export function alertOf(over: Partial<Alert> = {}): Alert {
  return {
    id: 'a1',
    incidentId: 'i1',
    rule: 'gate-open',
    kind: 'state-in-period',
    device: 'door-1',
    place: 'gate',
    severity: 'warning',
    state: 'firing',
    since: 1_000,
    until: null,
    unknownSince: null,
    excess: null,
    unit: '',
    yuan: null,
    sentence: { zh: '东门开着', en: 'The east gate is open' },
    timeline: [],
    ...over,
  };
}

export function deviceOf(over: Partial<Device> = {}): Device {
  return {
    id: 'door-1',
    name: { zh: '东门', en: 'East gate' },
    kind: 'door',
    profile: 'native',
    address: 'door-1',
    place: 'gate',
    dependsOn: [],
    intervalS: 60,
    custodian: null,
    tags: [],
    retired: null,
    site: 'main',
    state: 'online',
    stateSince: 0,
    stateReason: 'reported',
    parentDown: null,
    lastSeenAt: 0,
    lastReadingAt: 0,
    ...over,
  };
}

export function latestOf(over: Partial<LatestValue> = {}): LatestValue {
  return {
    device: 'door-1',
    metric: 'door_open',
    ts: 1_000,
    receivedAt: 1_000,
    value: 0,
    quality: 'measured',
    flags: [],
    freshness: 'live',
    ...over,
  };
}

export function incidentEvent(seq: number, over: Partial<Incident> = {}, epoch = 'e'): LiveEvent {
  return { type: 'incident', incident: incidentOf(over), epoch, seq, at: 1_000 + seq };
}

export const wellGateway: LiveGateway = { at: 1_000, site: '实验小学', demo: false, storage: [], off: [] };

export function snapshotOf(seq: number, over: Partial<Extract<LiveHello, { mode: 'snapshot' }>> = {}): LiveHello {
  return {
    mode: 'snapshot',
    position: { epoch: 'e', seq },
    gateway: wellGateway,
    incidents: [],
    alerts: [],
    devices: [],
    values: [],
    ...over,
  };
}
