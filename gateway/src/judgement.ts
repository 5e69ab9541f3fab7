/**
 * From a durable commit to what people see: state → condition → alert → incident → event. One checkpoint in flight;
 * it carries the cursor, every changed state and every event together, so that after a crash each stored reading is
 * judged once and nothing fires twice.
 */
import type { Alert, Incident } from '#contract/http/alerts.ts';
import type { Device, LatestValue } from '#contract/http/campus.ts';
import type { LiveEvent, LiveEventBody, LivePosition } from '#contract/live.ts';
import { FLAG_BITS, type Reading } from '#contract/readings.ts';
import type { Deed, DeedResult } from './alerts/incident-actions.ts';
import { createIncidentBook, type IncidentBook, type IncidentContext } from './alerts/incident-book.ts';
import type { SchoolCalendar } from './calendar/school-calendar.ts';
import { createDeviceTracker, type DeviceStatus, type DeviceTracker } from './live/device-tracker.ts';
import { createLatestValues, freshnessOf, toLatestValue } from './live/latest-values.ts';
import { createRuleEngine, type RuleEngine } from './rules/rule-engine.ts';
import type { Transition } from './rules/transition.ts';
import type { Clock } from './shared/clock.ts';
import type { LoadedConfig } from './shared/loaded-config.ts';
import type { Log } from './shared/log.ts';
import { checkpointStatements, incidentById, type JudgeState, numberEvents } from './store/judge-records.ts';
import type { JournalEntry } from './store/reading-store.ts';
import type { RecordsDb, Statement } from './store/records-db.ts';

export interface JudgementSetup {
  readonly clock: Clock;
  readonly config: LoadedConfig;
  readonly calendar: SchoolCalendar;
  readonly records: RecordsDb;
  readonly state: JudgeState;
  readonly latest: readonly Reading[];
  /** Commits up to this one are judged and durable as such. */
  readonly onJudged: (cursor: number) => void;
  readonly log: Log;
}

export interface Judgement {
  /** Judges one commit; called once per commit, in order. */
  commit(entry: JournalEntry): void;
  /** Signs of life that carry no stored reading. */
  heard(devices: readonly string[], at: number): void;
  storeDown(down: boolean, at: number): void;
  /** Deadlines up to now. */
  tick(now: number): void;
  /** Silence starts anew, with grace. At a start before the journal is judged: what it brings is older than the restart. */
  resume(now: number, reason: 'gateway-start' | 'clock-step'): void;
  reload(config: LoadedConfig, calendar: SchoolCalendar, now: number): void;
  /** Durable when it resolves. Undefined: no such incident. */
  act(incidentId: string, deed: Deed): Promise<DeedResult | undefined>;
  /** Everything judged so far is durable when it resolves. */
  flush(): Promise<void>;
  /** Last event that is durable and published; what clients are told. */
  savedPosition(): LivePosition;
  devices(): readonly Device[];
  device(id: string): Device | undefined;
  latest(filter: { readonly device?: string | undefined; readonly place?: string | undefined }): readonly LatestValue[];
  currentIncidents(): readonly Incident[];
  currentAlerts(): readonly Alert[];
  onEvent(listener: (event: LiveEvent) => void): () => void;
  onValues(listener: (values: readonly LatestValue[]) => void): () => void;
  stats(): { readonly cursor: number; readonly unsaved: number; readonly firing: number; readonly transitions: number };
}

/** States move with every reading; the cursor is written at least this often, and at once when something happened. */
const CHECKPOINT_MS = 2_000;
const RETRY_MS = 1_000;
const OFF_METRICS = new Set(['online', 'camera_online']);

export function createJudgement(setup: JudgementSetup): Judgement {
  const { clock, records, log } = setup;
  let { config, calendar } = setup;
  const started = clock.now();
  const latest = createLatestValues(setup.latest);
  let tracker: DeviceTracker = createDeviceTracker(config.registry, setup.state.devices, started);
  const engine: RuleEngine = createRuleEngine({
    rules: config.rules.rules,
    registry: config.registry,
    calendar,
    tariffs: config.tariffs,
    state: setup.state.engine,
    now: started,
  });
  const book: IncidentBook = createIncidentBook(incidentContext(), setup.state);
  const events = listeners<LiveEvent>();
  const values = listeners<readonly LatestValue[]>();
  let position = setup.state.position;
  let cursor = setup.state.cursor;
  let savedCursor = cursor;
  let savedPosition = position;
  let savedAt = started;
  let transitions = 0;
  let bodies: LiveEventBody[] = [];
  let writing: Promise<void> | undefined;

  function incidentContext(): IncidentContext {
    const connectivity = new Set(config.rules.rules.filter(isConnectivity).map((rule) => rule.id));
    const format = new Intl.DateTimeFormat('en-GB', {
      timeZone: calendar.timeZone,
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    });
    return {
      registry: config.registry,
      rootOf: (device) => tracker.rootOf(device),
      hiddenBehind: (cause) => tracker.hiddenBehind(cause),
      isConnectivity: (rule) => connectivity.has(rule),
      clockText: (at) => format.format(at),
    };
  }

  const settle = (changes: readonly Transition[]): void => {
    transitions += changes.length;
    for (const transition of changes) book.apply(transition);
  };
  /** Devices that went out of sight tell the rules; devices behind a dead parent are listed with its incident. */
  const settleDevices = (at: number): void => {
    for (const status of tracker.takeChanges()) {
      settle(engine.setUnknown(status.device, at, blindReason(status)));
      if (status.parentDown !== null) book.affected(status.device, tracker.rootOf(status.device).cause);
      const device = toDevice(status);
      if (device) bodies.push({ type: 'device', device });
    }
    const changes = book.takeChanges();
    for (const alert of changes.alerts) bodies.push({ type: 'alert', alert });
    for (const incident of changes.incidents) bodies.push({ type: 'incident', incident });
    dropped.push(...changes.droppedAlerts);
    changedAlerts.push(...changes.alerts);
    changedIncidents.push(...changes.incidents);
    if (bodies.length > 0 || dropped.length > 0) void save();
  };
  let changedAlerts: Alert[] = [];
  let changedIncidents: Incident[] = [];
  let dropped: string[] = [];

  const collect = (): { statements: Statement[]; events: LiveEvent[]; cursor: number } => {
    const at = clock.now();
    const numbered = numberEvents(position, at, bodies);
    position = { epoch: position.epoch, seq: position.seq + numbered.length };
    const statements = checkpointStatements({
      cursor,
      engine: engine.takeDirty(),
      devices: tracker.takeSeen(),
      alerts: changedAlerts,
      droppedAlerts: dropped,
      incidents: changedIncidents,
      events: numbered,
    });
    changedAlerts = [];
    changedIncidents = [];
    dropped = [];
    bodies = [];
    return { statements, events: numbered, cursor };
  };

  const unsaved = (): boolean => bodies.length > 0 || dropped.length > 0 || cursor !== savedCursor;
  const save = (): Promise<void> => {
    writing ??= saveAll().finally(() => {
      writing = undefined;
    });
    return writing;
  };
  const saveAll = async (): Promise<void> => {
    while (unsaved()) {
      const batch = collect();
      await writeUntilDurable(records, batch.statements, log);
      savedCursor = batch.cursor;
      savedAt = clock.now();
      savedPosition = { epoch: position.epoch, seq: batch.events.at(-1)?.seq ?? savedPosition.seq };
      for (const event of batch.events) events.emit(event);
      setup.onJudged(batch.cursor);
    }
  };

  const toDevice = (status: DeviceStatus): Device | undefined => {
    const found = config.registry.devices.get(status.device);
    if (!found) return undefined;
    return {
      id: found.id,
      name: { ...found.name },
      kind: found.kind,
      profile: found.profile,
      address: found.address ?? found.id,
      place: found.place,
      dependsOn: [...found.dependsOn],
      intervalS: found.intervalS,
      custodian: found.custodian ?? null,
      tags: [...found.tags],
      state: status.state,
      stateSince: status.since,
      stateReason: status.reason,
      parentDown: status.parentDown,
      lastSeenAt: status.lastSeenAt,
      lastReadingAt: status.lastReadingAt,
    };
  };
  const toLatest = (reading: Reading, now: number): LatestValue => {
    const intervalMs = 1_000 * (config.registry.devices.get(reading.device)?.intervalS ?? 60);
    const seenAt = tracker.status(reading.device)?.lastSeenAt ?? null;
    return toLatestValue(reading, freshnessOf(reading, seenAt, intervalMs, now));
  };

  return {
    commit(entry) {
      const shown: Reading[] = [];
      for (const group of byDevice(entry.readings)) lifeSign(group, tracker);
      for (const reading of entry.readings) {
        tracker.readAt(reading.device, reading.ts);
        if (latest.put(reading)) shown.push(reading);
      }
      settle(engine.readings(entry.readings));
      cursor = entry.seq;
      const now = clock.now();
      settleDevices(now);
      if (shown.length > 0) values.emit(shown.map((reading) => toLatest(reading, now)));
    },
    heard(devices, at) {
      for (const device of devices) {
        tracker.heard(device, at);
        settle(engine.heard(device, at));
      }
      settleDevices(at);
    },
    storeDown(down, at) {
      tracker.storeDown(down, at);
      settleDevices(at);
    },
    tick(now) {
      tracker.advance(now);
      settleDevices(now);
      settle(engine.advance(now));
      book.advance(now);
      settleDevices(now);
      if (cursor !== savedCursor && now - savedAt >= CHECKPOINT_MS) void save();
    },
    resume(now, reason) {
      tracker.restart(now, reason);
      settle(engine.resume(now));
      settleDevices(now);
    },
    reload(nextConfig, nextCalendar, now) {
      const known = new Map(tracker.all().map((status) => [status.device, status]));
      config = nextConfig;
      calendar = nextCalendar;
      tracker = createDeviceTracker(config.registry, known, now);
      for (const status of known.values())
        if (status.state === 'online' && status.lastSeenAt !== null) tracker.heard(status.device, status.lastSeenAt);
      tracker.takeChanges();
      book.reconfigure(incidentContext());
      settle(
        engine.reload({ rules: config.rules.rules, registry: config.registry, calendar, tariffs: config.tariffs }, now),
      );
      settleDevices(now);
    },
    async act(incidentId, deed) {
      if (!book.incident(incidentId)) {
        const stored = await incidentById(records, incidentId);
        if (!stored) return undefined;
        book.adopt(stored.incident, stored.alerts);
      }
      const result = book.act(incidentId, deed);
      settleDevices(deed.at);
      await save();
      return result;
    },
    flush: save,
    savedPosition: () => savedPosition,
    devices: () => tracker.all().flatMap((status) => toDevice(status) ?? []),
    device(id) {
      const status = tracker.status(id);
      return status ? toDevice(status) : undefined;
    },
    latest(filter) {
      const now = clock.now();
      const under = filter.place === undefined ? undefined : config.registry.placesUnder(filter.place);
      return [...config.registry.devices.values()]
        .filter(
          (device) =>
            (filter.device === undefined || device.id === filter.device) &&
            (under === undefined || under.has(device.place)),
        )
        .flatMap((device) => latest.of(device.id).map((reading) => toLatest(reading, now)));
    },
    currentIncidents: () => book.current(clock.now()),
    currentAlerts: () => {
      const current = book.current(clock.now()).flatMap((incident) => book.alertsOf(incident.id));
      const pending = book.activeAlerts().filter((alert) => alert.state === 'pending');
      return [...current, ...pending];
    },
    onEvent: events.add,
    onValues: values.add,
    stats: () => ({
      cursor,
      unsaved: bodies.length,
      firing: book.activeAlerts().filter((alert) => alert.state === 'firing').length,
      transitions,
    }),
  };
}

/** A checkpoint that cannot be written waits for the disk; nothing is published before it is durable. */
async function writeUntilDurable(records: RecordsDb, statements: readonly Statement[], log: Log): Promise<void> {
  for (let failures = 0; ; failures += 1) {
    try {
      await records.write(statements);
      return;
    } catch (error) {
      if (failures === 0) log.error({ err: error }, 'checkpoint cannot be written; alerts wait until it can');
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }
}

/** What one device said at one instant: if any of it says "off", the rest is no sign of its life. */
function lifeSign(group: readonly Reading[], tracker: DeviceTracker): void {
  const [first] = group;
  if (!first || (first.flags & FLAG_BITS.replayed) !== 0) return;
  const off = group.find((reading) => OFF_METRICS.has(reading.metric) && reading.value === 0);
  if (off) tracker.reportedOff(first.device, first.receivedAt, (off.flags & FLAG_BITS.will) !== 0);
  else tracker.heard(first.device, first.receivedAt);
}

/** Values of one message lie side by side in a commit: only where the device or the time changes is a group looked up. */
function byDevice(readings: readonly Reading[]): Iterable<Reading[]> {
  const groups = new Map<string, Reading[]>();
  let group: Reading[] = [];
  for (const reading of readings) {
    const [first] = group;
    if (first?.device !== reading.device || first.receivedAt !== reading.receivedAt) {
      const key = `${reading.device}\n${reading.receivedAt}`;
      group = groups.get(key) ?? [];
      groups.set(key, group);
    }
    group.push(reading);
  }
  return groups.values();
}

/**
 * What hides a device for a reason that the rules do not know themselves. A dead parent they do know: its own silence
 * fires, and takes out of sight what is behind it.
 */
function blindReason(status: DeviceStatus): string | null {
  return status.reason === 'store-down' || status.reason === 'clock-step' ? status.reason : null;
}

function isConnectivity(rule: { readonly kind: string; readonly metric?: string }): boolean {
  return rule.kind === 'silent' || OFF_METRICS.has(rule.metric ?? '');
}

function listeners<T>(): { add: (listener: (value: T) => void) => () => void; emit: (value: T) => void } {
  const all = new Set<(value: T) => void>();
  return {
    add: (listener) => {
      all.add(listener);
      return () => all.delete(listener);
    },
    emit: (value) => {
      for (const listener of all) listener(value);
    },
  };
}
