/**
 * From a durable commit to what people see: state → condition → alert → incident → event. One checkpoint in flight;
 * it carries the cursor, every changed state and every event together, so that after a crash each stored reading is
 * judged once and nothing fires twice.
 */
import type { Device, LatestValue } from '#contract/http/campus.ts';
import type { StorageTrouble } from '#contract/http/health.ts';
import type { LiveEvent, LiveEventBody, LivePosition } from '#contract/live.ts';
import { orderTime, type Reading } from '#contract/readings.ts';
import { type Deed, type DeedResult, NOT_SAVED } from './alerts/incident-actions.ts';
import { createIncidentBook, type IncidentBook, type IncidentContext } from './alerts/incident-book.ts';
import { createAsItStands, type StandingViews, timeWords } from './as-it-stands.ts';
import type { SchoolCalendar } from './calendar/school-calendar.ts';
import { type Batch, createCheckpointWriter } from './checkpoint-writer.ts';
import { byDevice, lifeSign, noteMaintenance, OFF_METRICS } from './life-sign.ts';
import { createDeviceTracker, type DeviceStatus, type DeviceTracker } from './live/device-tracker.ts';
import { deviceView } from './live/device-view.ts';
import { createLatestValues, freshnessOf, toLatestValue } from './live/latest-values.ts';
import { judgeTime } from './rules/judge-time.ts';
import { createRuleEngine } from './rules/rule-engine.ts';
import type { Transition } from './rules/transition.ts';
import type { RuleSet } from './rules/watch-list.ts';
import {
  NETWORK_RULE,
  networkAlert,
  type OffProfile,
  PROFILE_RULE,
  profileDevice,
  profileFired,
  profileResolved,
  storageTransitions,
} from './self-alert.ts';
import type { Clock } from './shared/clock.ts';
import { listeners } from './shared/listeners.ts';
import type { LoadedConfig } from './shared/loaded-config.ts';
import type { Log } from './shared/log.ts';
import { checkpointStatements, incidentById, type JudgeState, numberEvents } from './store/judge-records.ts';
import type { JournalEntry } from './store/reading-store.ts';
import type { RecordsDb } from './store/records-db.ts';
import { alertsIn, createUnsavedEvents, incidentsIn } from './unsaved-events.ts';

export interface JudgementSetup {
  readonly clock: Clock;
  readonly config: LoadedConfig;
  readonly calendar: SchoolCalendar;
  readonly records: RecordsDb;
  readonly state: JudgeState;
  readonly latest: readonly Reading[];
  /** What is wrong with the disk at the start: an alert about it goes on. */
  readonly storage?: readonly StorageTrouble[];
  /** Commits up to this one are judged and durable as such. */
  readonly onJudged: (cursor: number) => void;
  readonly log: Log;
}

export interface Judgement extends StandingViews {
  /** Judges one commit; called once per commit, in order. */
  commit(entry: JournalEntry): void;
  /** Signs of life that carry no stored reading. */
  heard(devices: readonly string[], at: number): void;
  /** Readings that came again: no new samples, but whoever sends them lives. */
  repeated(readings: readonly Reading[]): void;
  /** All that is wrong with the disk now. */
  storage(list: readonly StorageTrouble[], at: number): void;
  /** The gateway looks for these itself, and for now reaches nobody at all. */
  blind(devices: readonly string[], on: boolean, at: number): void;
  /** These profiles are switched off now, and no others: an alert for each, until it is on again. */
  profilesOff(list: readonly OffProfile[], at: number): void;
  /** Deadlines up to now. */
  tick(now: number): void;
  /** Silence starts anew, with grace. At a start before the journal is judged: what it brings is older than the restart. */
  resume(now: number, reason: 'gateway-start' | 'clock-step'): void;
  reload(config: LoadedConfig, calendar: SchoolCalendar, now: number): void;
  /** Durable when it resolves with `ok`; 503 when the disk does not take it in time. Undefined: no such incident. */
  act(incidentId: string, deed: Deed): Promise<DeedResult | undefined>;
  /** Saves what was judged. On a disk that takes nothing it gives up: the journal has it for the next start. */
  close(): Promise<void>;
  /** Last event that is durable and published; what clients are told. */
  savedPosition(): LivePosition;
  devices(): readonly Device[];
  device(id: string): Device | undefined;
  latest(filter: { readonly device?: string | undefined; readonly place?: string | undefined }): readonly LatestValue[];
  onEvent(listener: (event: LiveEvent) => void): () => void;
  onValues(listener: (values: readonly LatestValue[]) => void): () => void;
  /** What is known and not on disk, in its newest state. */
  unsaved(): readonly LiveEventBody[];
  /** Hears of what has waited for the disk for a second; an event follows when it is stored. */
  onUnsaved(listener: (bodies: readonly LiveEventBody[]) => void): () => void;
  stats(): Readonly<Record<'cursor' | 'unsaved' | 'merged' | 'firing' | 'transitions', number>>;
}

/** States move with every reading; the cursor is written at least this often, and at once when something happened. */
const CHECKPOINT_MS = 2_000;
/** How long a person waits for a disk before hearing that it takes nothing. */
const ACT_MS = 5_000;

export function createJudgement(setup: JudgementSetup): Judgement {
  const { clock, records, log } = setup;
  let { config, calendar } = setup;
  const started = clock.now();
  const latest = createLatestValues(setup.latest);
  const tracker: DeviceTracker = createDeviceTracker(config.registry, setup.state.devices, started);
  for (const reading of setup.latest) noteMaintenance(reading, tracker);
  const engine = createRuleEngine({ ...ruleSet(config, calendar), state: setup.state.engine, now: started });
  const book: IncidentBook = createIncidentBook(incidentContext(), setup.state);
  const stands = createAsItStands({ book, engine, clock });
  const events = listeners<LiveEvent>();
  const values = listeners<readonly LatestValue[]>();
  let position = setup.state.position;
  let cursor = setup.state.cursor;
  let savedCursor = cursor;
  let savedPosition = position;
  let savedAt = started;
  let transitions = 0;
  const unsaved = createUnsavedEvents();
  let dropped: string[] = [];

  function incidentContext(): IncidentContext {
    const connectivity = new Set(config.rules.rules.filter(isConnectivity).map((rule) => rule.id));
    return {
      registry: config.registry,
      rootOf: (device) => tracker.rootOf(device),
      isOut: (device) => tracker.isOut(device),
      hiddenBehind: (cause) => tracker.hiddenBehind(cause),
      isConnectivity: (rule) => connectivity.has(rule),
      words: timeWords(calendar),
    };
  }

  const settle = (changes: readonly Transition[]): void => {
    transitions += changes.length;
    for (const transition of changes) book.apply(transition);
  };
  const settleNetwork = (on: boolean, at: number): void => {
    const firing = book.activeAlerts().find(({ rule }) => rule === NETWORK_RULE);
    const words = timeWords(calendar);
    if (on && !firing) book.apply(networkAlert('firing', at, at, campusPlace(config), words));
    if (!on && firing) book.apply(networkAlert('resolved', at, firing.since, campusPlace(config), words));
  };
  const settleStorage = (list: readonly StorageTrouble[], at: number): void => {
    stands.storage(list);
    tracker.storeDown(
      list.some(({ refuses }) => refuses.includes('readings')),
      at,
    );
    const place = campusPlace(config);
    for (const transition of storageTransitions(book.activeAlerts(), list, at, place, timeWords(calendar)))
      book.apply(transition);
  };
  /** Devices that went out of sight tell the rules; devices behind a dead parent are listed with its incident. */
  const settleDevices = (at: number): void => {
    for (const status of tracker.takeChanges()) {
      settle(engine.setUnknown(status.device, at, blindReason(status)));
      if (status.parentDown !== null) book.affected(status.device, tracker.rootOf(status.device).cause);
      else if (status.state === 'online') book.returned(status.device);
      const device = toDevice(status);
      if (device) unsaved.push({ type: 'device', device }, at);
    }
    const changes = book.takeChanges();
    for (const alert of changes.alerts.map((one) => stands.alert(one, at))) {
      stands.told(alert);
      unsaved.push({ type: 'alert', alert }, at);
    }
    for (const incident of changes.incidents.map((one) => stands.incident(one, at))) {
      stands.told(incident);
      unsaved.push({ type: 'incident', incident }, at);
    }
    for (const alert of changes.droppedAlerts) {
      dropped.push(alert.id);
      unsaved.push({ type: 'alert', alert }, at);
    }
    if (unsaved.count() > 0) void checkpoint.save();
  };

  const collect = (): Batch => {
    const bodies = unsaved.take();
    const numbered = numberEvents(position, clock.now(), bodies);
    const upTo = cursor;
    position = { epoch: position.epoch, seq: position.seq + numbered.length };
    const at = position;
    const statements = checkpointStatements({
      cursor: upTo,
      engine: engine.takeDirty(),
      devices: tracker.takeSeen(),
      alerts: alertsIn(bodies),
      droppedAlerts: dropped,
      incidents: incidentsIn(bodies),
      events: numbered,
    });
    dropped = [];
    const saved = (): void => {
      savedCursor = upTo;
      savedAt = clock.now();
      savedPosition = at;
      unsaved.saved(bodies);
      setup.onJudged(upTo);
      for (const event of numbered) events.emit(event);
    };
    return { statements, saved };
  };
  const checkpoint = createCheckpointWriter({
    records,
    log,
    isDirty: () => unsaved.count() > 0 || cursor !== savedCursor,
    collect,
  });

  const toDevice = (status: DeviceStatus): Device | undefined => deviceView(config.registry, status);
  const intervalMsOf = (device: string): number => 1_000 * (config.registry.devices.get(device)?.intervalS ?? 60);
  const toLatest = (reading: Reading, now: number): LatestValue => {
    const seenAt = tracker.status(reading.device)?.lastSeenAt ?? null;
    return toLatestValue(reading, freshnessOf(reading, seenAt, intervalMsOf(reading.device), now));
  };

  return {
    commit(entry) {
      const shown: Reading[] = [];
      for (const group of byDevice(entry.readings)) lifeSign(group, tracker);
      for (const reading of entry.readings) {
        tracker.readAt(reading.device, orderTime(reading));
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
    repeated(readings) {
      for (const group of byDevice(readings)) lifeSign(group, tracker);
      for (const reading of readings) {
        const time = judgeTime(reading, intervalMsOf(reading.device));
        const isOff = OFF_METRICS.has(reading.metric) && reading.value === 0;
        if (time && !isOff) settle(engine.heard(reading.device, time.heardAt));
      }
      settleDevices(clock.now());
    },
    storage(list, at) {
      settleStorage(list, at);
      settleDevices(at);
    },
    blind(devices, on, at) {
      tracker.blind(devices, on, at);
      settleNetwork(on, at);
      settleDevices(at);
    },
    profilesOff(list, at) {
      const active = book.activeAlerts().filter(({ rule }) => rule === PROFILE_RULE);
      for (const off of list) {
        if (!active.some(({ device }) => device === profileDevice(off.id)))
          book.apply(profileFired(off, campusPlace(config)));
      }
      for (const alert of active) {
        if (!list.some(({ id }) => profileDevice(id) === alert.device))
          book.apply(profileResolved(alert, at, timeWords(calendar)));
      }
      settleDevices(at);
    },
    tick(now) {
      tracker.advance(now);
      settleDevices(now);
      settle(engine.advance(now));
      book.advance(now);
      settleDevices(now);
      if (cursor !== savedCursor && now - savedAt >= CHECKPOINT_MS) void checkpoint.save();
      unsaved.tellLate(now);
      stands.tellGrown(now);
    },
    resume(now, reason) {
      tracker.restart(now, reason);
      // What could not be reached before a restart is found out anew; the disk was looked at before.
      if (reason === 'gateway-start') {
        settleNetwork(false, now);
        settleStorage(setup.storage ?? [], now);
      }
      settle(engine.resume(now));
      settleDevices(now);
    },
    reload(nextConfig, nextCalendar, now) {
      config = nextConfig;
      calendar = nextCalendar;
      tracker.reload(config.registry, now);
      book.reconfigure(incidentContext());
      settle(engine.reload(ruleSet(config, calendar), now));
      settleDevices(now);
    },
    async act(incidentId, deed) {
      if (!book.incident(incidentId)) {
        const stored = await incidentById(records, incidentId);
        if (!stored) return undefined;
        book.adopt(stored.incident, stored.alerts);
      }
      const last = new Map(
        book.alertsOf(incidentId).flatMap((alert) => {
          const figures = stands.ended(alert, deed.at);
          return figures ? [[alert.id, figures] as const] : [];
        }),
      );
      const result = book.act(incidentId, { ...deed, last });
      settleDevices(deed.at);
      // A word about the disk itself is worth having while the disk takes none.
      if (!result?.ok || deed.inMemory === true) return result;
      const late = new Promise<false>((resolve) => setTimeout(resolve, ACT_MS, false).unref());
      return (await Promise.race([checkpoint.save(), late])) ? result : NOT_SAVED;
    },
    close: checkpoint.close,
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
    ...stands.views,
    onEvent: events.add,
    onValues: values.add,
    unsaved: unsaved.all,
    onUnsaved: unsaved.onLate,
    stats: () => ({
      cursor,
      unsaved: unsaved.count(),
      merged: unsaved.merged(),
      firing: book.activeAlerts().filter((alert) => alert.state === 'firing').length,
      transitions,
    }),
  };
}

function ruleSet({ rules, registry, tariffs }: LoadedConfig, calendar: SchoolCalendar): RuleSet {
  return { rules: rules.rules, registry, calendar, tariffs };
}

const BLINDING: ReadonlySet<string> = new Set(['store-down', 'clock-step', 'maintenance', 'network-down']);

/**
 * What hides a device for a reason that the rules do not know themselves. A dead parent they do know: its own silence
 * fires, and takes out of sight what is behind it.
 */
function blindReason(status: DeviceStatus): string | null {
  return BLINDING.has(status.reason) ? status.reason : null;
}

/** Where the gateway's alerts about itself stand. */
const campusPlace = ({ registry }: LoadedConfig): string => registry.campus.places[0]?.id ?? '';

function isConnectivity(rule: { readonly kind: string; readonly metric?: string }): boolean {
  return rule.kind === 'silent' || OFF_METRICS.has(rule.metric ?? '');
}
