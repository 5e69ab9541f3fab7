import type { Alert, Incident } from '#contract/http/alerts.ts';
import type { Device, LatestValue } from '#contract/http/campus.ts';
import type {
  LiveEvent,
  LiveEventBody,
  LiveGateway,
  LiveGrown,
  LiveHello,
  LivePosition,
  LiveValues,
} from '#contract/live.ts';
import { isNewer } from '#contract/readings.ts';

/** What a component may listen to: a whole list, or the newest value of one series. */
export type LiveTopic = 'incidents' | 'alerts' | 'devices' | 'values' | 'gateway' | `value:${string}/${string}`;

/** gap: an event is missing between what is known and this one; nothing was applied. */
export type Applied = 'applied' | 'duplicate' | 'gap';

export interface LiveStore {
  /** The last event applied; undefined before the first snapshot. */
  position(): LivePosition | undefined;
  applyHello(hello: LiveHello): Applied;
  applyEvent(event: LiveEvent): Applied;
  applyValues(values: Pick<LiveValues, 'values'>): void;
  applyGateway(gateway: LiveGateway): void;
  /** What is so, although the gateway's disk has not taken it: shown like an event, and the position stays. */
  applyUnsaved(bodies: readonly LiveEventBody[]): void;
  /** Newest words of what goes on; what is not known here, or known to be over, stays as it is. */
  applyGrown(grown: LiveGrown): void;
  /** Something shown is on no disk: after a break only a snapshot tells whether it is still so. */
  hasUnsaved(): boolean;
  /** What the gateway cannot do now. */
  gateway(): LiveGateway;
  /** Newest arrival of anything the campus sent, epoch ms by the gateway's clock; null before the first. */
  lastDataAt(): number | null;
  /** Newest first. */
  incidents(): readonly Incident[];
  alerts(): readonly Alert[];
  devices(): readonly Device[];
  device(id: string): Device | undefined;
  latest(device: string, metric: string): LatestValue | undefined;
  values(): readonly LatestValue[];
  subscribe(topic: LiveTopic, listener: () => void): () => void;
}

const seriesKey = (device: string, metric: string): `${string}/${string}` => `${device}/${metric}`;

/** A map whose list is made once per change, so that a component comparing by identity sees no change where there is none. */
function listed<T>(order?: (a: T, b: T) => number) {
  const items = new Map<string, T>();
  let list: readonly T[] | undefined;
  return {
    items,
    set(key: string, item: T): void {
      items.set(key, item);
      list = undefined;
    },
    replace(entries: Iterable<readonly [string, T]>): void {
      items.clear();
      for (const [key, item] of entries) items.set(key, item);
      list = undefined;
    },
    list(): readonly T[] {
      list ??= order ? [...items.values()].sort(order) : [...items.values()];
      return list;
    },
  };
}

function subscriptions() {
  const byTopic = new Map<LiveTopic, Set<() => void>>();
  return {
    tell(topic: LiveTopic): void {
      for (const listener of byTopic.get(topic) ?? []) listener();
    },
    subscribe(topic: LiveTopic, listener: () => void): () => void {
      const listeners = byTopic.get(topic) ?? new Set();
      byTopic.set(topic, listeners.add(listener));
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0 && byTopic.get(topic) === listeners) byTopic.delete(topic);
      };
    },
    topics: () => [...byTopic.keys()],
  };
}

const newestFirst = (a: { since: number; id: string }, b: { since: number; id: string }): number =>
  b.since - a.since || (a.id < b.id ? 1 : -1);

/** An older value of a series never replaces a newer one, in whatever order a snapshot and the stream cross. */
function supersedes(next: LatestValue, known: LatestValue | undefined): boolean {
  return !known || isNewer(next, known);
}

function keyOf(body: LiveEventBody): string {
  if (body.type === 'alert') return `alert ${body.alert.id}`;
  return body.type === 'incident' ? `incident ${body.incident.id}` : `device ${body.device.id}`;
}

/** How much resolved history a page left open for days may gather before the oldest is let go. */
const maxKept = 2_000;

/** Everything the live connection has told so far. Pure: no socket, no clock; the order of calls is all that matters. */
export function createLiveStore(): LiveStore {
  let position: LivePosition | undefined;
  let lastDataAt: number | null = null;
  let gateway: LiveGateway = { at: 0, site: '', demo: false, storage: [], off: [] };
  const unsaved = new Set<string>();
  const incidents = listed<Incident>(newestFirst);
  const alerts = listed<Alert>(newestFirst);
  const devices = listed<Device>();
  const values = listed<LatestValue>();
  const { tell, subscribe, topics } = subscriptions();

  const seen = (at: number): void => {
    lastDataAt = Math.max(lastDataAt ?? at, at);
  };

  function prune<T extends { state: string }>(kept: ReturnType<typeof listed<T>>): void {
    if (kept.items.size <= maxKept) return;
    const oldest = [...kept.items].filter(([, item]) => item.state === 'resolved').slice(0, kept.items.size - maxKept);
    for (const [key] of oldest) kept.items.delete(key);
  }

  function take(event: LiveEventBody): void {
    if (event.type === 'alert') {
      alerts.set(event.alert.id, event.alert);
      prune(alerts);
      tell('alerts');
    } else if (event.type === 'incident') {
      incidents.set(event.incident.id, event.incident);
      prune(incidents);
      tell('incidents');
    } else {
      devices.set(event.device.id, event.device);
      tell('devices');
    }
  }

  function applyEvent(event: LiveEvent): Applied {
    if (!position || event.epoch !== position.epoch) return 'gap';
    if (event.seq <= position.seq) return 'duplicate';
    if (event.seq !== position.seq + 1) return 'gap';
    position = { epoch: event.epoch, seq: event.seq };
    unsaved.delete(keyOf(event));
    take(event);
    return 'applied';
  }

  function applyValues({ values: next }: Pick<LiveValues, 'values'>): void {
    const changed = next.filter((value) => {
      const key = seriesKey(value.device, value.metric);
      seen(value.receivedAt);
      if (!supersedes(value, values.items.get(key))) return false;
      values.set(key, value);
      return true;
    });
    for (const value of changed) tell(`value:${seriesKey(value.device, value.metric)}`);
    if (changed.length > 0) tell('values');
  }

  function applyGateway(next: LiveGateway): void {
    gateway = next;
    tell('gateway');
  }

  function applyUnsaved(bodies: readonly LiveEventBody[]): void {
    for (const body of bodies) {
      unsaved.add(keyOf(body));
      take(body);
    }
  }

  function grow<T extends { id: string; state: string }>(
    kept: ReturnType<typeof listed<T>>,
    news: readonly (Partial<T> & { readonly id: string })[],
  ): boolean {
    const known = news.flatMap((next) => {
      const before = kept.items.get(next.id);
      return before?.state === 'firing' ? [{ ...before, ...next }] : [];
    });
    for (const item of known) kept.set(item.id, item);
    return known.length > 0;
  }

  function applyGrown(grown: LiveGrown): void {
    if (grow<Alert>(alerts, grown.alerts)) tell('alerts');
    if (grow<Incident>(incidents, grown.incidents)) tell('incidents');
  }

  function applySnapshot(hello: Extract<LiveHello, { mode: 'snapshot' }>): void {
    position = hello.position;
    unsaved.clear();
    incidents.replace(hello.incidents.map((incident) => [incident.id, incident]));
    alerts.replace(hello.alerts.map((alert) => [alert.id, alert]));
    devices.replace(hello.devices.map((device) => [device.id, device]));
    values.replace(hello.values.map((value) => [seriesKey(value.device, value.metric), value]));
    for (const value of hello.values) seen(value.receivedAt);
    for (const topic of topics()) tell(topic);
  }

  function applyHello(hello: LiveHello): Applied {
    applyGateway(hello.gateway);
    if (hello.mode === 'snapshot') {
      applySnapshot(hello);
      return 'applied';
    }
    for (const event of hello.events) if (applyEvent(event) === 'gap') return 'gap';
    return position?.epoch === hello.position.epoch && position.seq >= hello.position.seq ? 'applied' : 'gap';
  }

  return {
    position: () => position,
    applyHello,
    applyEvent,
    applyValues,
    applyGateway,
    applyUnsaved,
    applyGrown,
    hasUnsaved: () => unsaved.size > 0,
    gateway: () => gateway,
    lastDataAt: () => lastDataAt,
    incidents: incidents.list,
    alerts: alerts.list,
    devices: devices.list,
    device: (id) => devices.items.get(id),
    latest: (device, metric) => values.items.get(seriesKey(device, metric)),
    values: values.list,
    subscribe,
  };
}
