/**
 * Whether each device can be seen: online, suspect, offline or unknown, and which parent explains it.
 * Pure: every input carries its time. Silence is measured from the last live message, never from a replayed one;
 * a will is a suspicion only; a restart, a lost store, a clock step and maintenance make devices unknown, not offline.
 */

import type { DeviceConfig } from '#contract/config/devices.ts';
import type { DeviceState } from '#contract/enums.ts';
import type { Registry } from '../shared/registry.ts';

export type StateReason =
  | 'reported'
  | 'silent'
  | 'will'
  | 'parent-down'
  | 'gateway-start'
  /** In use again, or known by its history alone: its next message tells. */
  | 'awaited'
  | 'never-seen'
  | 'store-down'
  | 'clock-step'
  /** Switched off by a person: neither online nor an outage. */
  | 'maintenance'
  /** The gateway, which looks for it itself, reaches nobody at all: its own network is out. */
  | 'network-down'
  /** Out of use by the config: nothing is expected of it. */
  | 'retired';

export interface DeviceStatus {
  readonly device: string;
  readonly state: DeviceState;
  readonly since: number | null;
  readonly reason: StateReason;
  /** Nearest dead device above that explains why this one cannot be seen. */
  readonly parentDown: string | null;
  readonly lastSeenAt: number | null;
  readonly lastReadingAt: number | null;
}

export interface Root {
  /** Topmost device that explains the silence, or the device itself. */
  readonly cause: string;
  /** Concluded from the children, not from the cause's own silence or report. */
  readonly probable: boolean;
}

export interface DeviceTracker {
  /** A live message arrived from the device. */
  heard(device: string, at: number): void;
  /** The device, or the bridge in front of it, says it is off (`online` or `camera_online` 0). A will only raises suspicion. */
  reportedOff(device: string, at: number, will: boolean): void;
  /** A person switched it off (`on`: maintenance begins) or on again. Until then its silence says nothing. */
  maintenance(device: string, on: boolean, at: number): void;
  /** The gateway cannot look for these: until it can, their silence says nothing. Who is heard in another way is there. */
  blind(devices: readonly string[], on: boolean, at: number): void;
  readAt(device: string, ts: number): void;
  advance(now: number): void;
  /**
   * The store cannot commit: what arrives still counts as a sign of life, but no state is believed. Publishers are
   * turned away meanwhile, so silence is not counted until it commits again, and then with grace.
   */
  storeDown(down: boolean, now: number): void;
  /** Silence is measured anew from `now`, with the start-up grace. */
  restart(now: number, reason: 'gateway-start' | 'clock-step'): void;
  /** Another campus: what still exists goes on as it was. */
  reload(registry: Registry, now: number): void;
  status(device: string): DeviceStatus | undefined;
  /** Is the device itself known to be out of reach, whatever its parents are? */
  isOut(device: string): boolean;
  all(): readonly DeviceStatus[];
  rootOf(device: string): Root;
  /** Devices behind this one, at any distance, that cannot be seen because of a dead parent. */
  hiddenBehind(device: string): readonly string[];
  /** Devices whose status changed since the last call, each once. */
  takeChanges(): readonly DeviceStatus[];
  /** Devices whose last-seen moved since the last call: what a checkpoint has to write. */
  takeSeen(): readonly DeviceStatus[];
}

interface Entry {
  readonly config: DeviceConfig;
  readonly intervalMs: number;
  maintenance: boolean;
  blind: boolean;
  /** What the device by itself is, before parents are looked at. */
  own: DeviceState;
  ownReason: StateReason;
  /** Silence counts from here. */
  silentFrom: number;
  graceUntil: number;
  lastSeenAt: number | null;
  lastReadingAt: number | null;
  shown: DeviceStatus;
}

const SUSPECT_INTERVALS = 1.5;
const OFFLINE_INTERVALS = 3;
/** A parent without a heartbeat of its own is taken for dead when so many, and this share, of its children fell silent together. */
const INFER_MIN_CHILDREN = 3;
const INFER_SHARE = 0.6;
const INFER_WITHIN_INTERVALS = 2;
const MIN_GRACE_MS = 60_000;

export function createDeviceTracker(
  initial: Registry,
  known: ReadonlyMap<string, { readonly lastSeenAt: number | null; readonly lastReadingAt: number | null }>,
  now: number,
): DeviceTracker {
  let registry = initial;
  const entries = new Map<string, Entry>();
  for (const config of registry.devices.values()) entries.set(config.id, newEntry(config, known.get(config.id), now));
  const changed = new Set<string>();
  const seen = new Set<string>();
  let storeIsDown = false;

  const inUse = (device: string): Entry | undefined => {
    const entry = entries.get(device);
    return entry?.config.retired === undefined ? entry : undefined;
  };
  const silentParent = (device: string): boolean => {
    const parent = entries.get(device);
    if (!parent) return false;
    if (parent.own === 'offline') return true;
    return parent.lastSeenAt === null && childrenSilent(device);
  };
  const childrenSilent = (device: string): boolean => {
    const children = registry.dependents(device).flatMap((id) => entries.get(id) ?? []);
    const seenOnce = children.filter((child) => child.lastSeenAt !== null);
    const together = mostTogether(seenOnce.filter(isOut));
    return together >= INFER_MIN_CHILDREN && together >= INFER_SHARE * seenOnce.length;
  };
  const show = (entry: Entry, at: number): void => {
    const next = statusOf(entry, storeIsDown, registry.ancestors(entry.config.id).find(silentParent) ?? null);
    const before = entry.shown;
    const same = before.state === next.state && before.reason === next.reason && before.parentDown === next.parentDown;
    entry.shown = { ...next, since: before.state === next.state ? before.since : at };
    if (!same) changed.add(entry.config.id);
  };
  const showWithChildren = (entry: Entry, at: number): void => {
    const queue = [entry.config.id];
    const done = new Set<string>();
    for (const id of queue) {
      const next = entries.get(id);
      if (!next || done.has(id)) continue;
      done.add(id);
      show(next, at);
      queue.push(...registry.dependents(id));
    }
  };
  const setOwn = (entry: Entry, own: DeviceState, reason: StateReason, at: number): void => {
    if (entry.own === own && entry.ownReason === reason) return;
    entry.own = own;
    entry.ownReason = reason;
    showWithChildren(entry, at);
    // A parent without a heartbeat lives and dies with its children.
    for (const parent of registry.ancestors(entry.config.id)) {
      const above = entries.get(parent);
      if (above && above.lastSeenAt === null) showWithChildren(above, at);
    }
  };

  return {
    heard(device, at) {
      const entry = inUse(device);
      if (!entry) return;
      entry.lastSeenAt = Math.max(entry.lastSeenAt ?? 0, at);
      entry.shown = { ...entry.shown, lastSeenAt: entry.lastSeenAt };
      seen.add(device);
      // From the journal, of before the restart: when it was last seen, not that it is there now.
      if (at < entry.silentFrom) return;
      entry.silentFrom = at;
      entry.graceUntil = 0;
      setOwn(entry, 'online', 'reported', at);
    },
    reportedOff(device, at, will) {
      const entry = inUse(device);
      if (!entry || (will && entry.own === 'offline')) return;
      if (entry.maintenance) setOwn(entry, 'unknown', 'maintenance', at);
      else setOwn(entry, will ? 'suspect' : 'offline', will ? 'will' : 'reported', at);
    },
    maintenance(device, on, at) {
      const entry = inUse(device);
      if (!entry || entry.maintenance === on) return;
      entry.maintenance = on;
      startAnew(entry, at);
      if (on) setOwn(entry, 'unknown', 'maintenance', at);
    },
    blind(devices, on, at) {
      for (const device of devices) {
        const entry = inUse(device);
        if (!entry || entry.blind === on) continue;
        entry.blind = on;
        // An outage that was known before stays one.
        if (entry.own === 'offline') continue;
        startAnew(entry, at);
        if (on) setOwn(entry, 'unknown', hiddenReason(entry), at);
      }
    },
    readAt(device, ts) {
      const entry = entries.get(device);
      if (!entry) return;
      entry.lastReadingAt = Math.max(entry.lastReadingAt ?? 0, ts);
      entry.shown = { ...entry.shown, lastReadingAt: entry.lastReadingAt };
      if (entry.ownReason !== 'never-seen') return;
      entry.ownReason = 'awaited';
      show(entry, ts);
    },
    advance(at) {
      if (storeIsDown) return;
      for (const entry of entries.values()) {
        const next = silenceVerdict(entry, at);
        if (!next) continue;
        if (entry.maintenance || entry.blind) setOwn(entry, 'unknown', hiddenReason(entry), at);
        else setOwn(entry, next, 'silent', at);
      }
    },
    storeDown(down, at) {
      if (storeIsDown === down) return;
      storeIsDown = down;
      for (const entry of entries.values()) {
        if (!down && entry.own !== 'offline') startAnew(entry, at);
        show(entry, at);
      }
    },
    restart(at, reason) {
      for (const entry of entries.values()) {
        startAnew(entry, at);
        // A clock that is put back leaves nothing seen in the future: it would look fresh until that time comes.
        if (entry.lastSeenAt !== null) entry.lastSeenAt = Math.min(entry.lastSeenAt, at);
        if (entry.lastReadingAt !== null) entry.lastReadingAt = Math.min(entry.lastReadingAt, at);
        if (entry.lastSeenAt !== null && entry.config.retired === undefined)
          setOwn(entry, 'unknown', entry.maintenance ? 'maintenance' : reason, at);
      }
    },
    reload(next, at) {
      registry = next;
      const before = new Map(entries);
      entries.clear();
      for (const config of registry.devices.values()) {
        entries.set(config.id, reloaded(before.get(config.id), config, at));
        if (JSON.stringify(before.get(config.id)?.config) !== JSON.stringify(config)) changed.add(config.id);
      }
      for (const entry of entries.values()) show(entry, at);
    },
    status: (device) => entries.get(device)?.shown,
    isOut: (device) => {
      const entry = entries.get(device);
      return entry !== undefined && isOut(entry);
    },
    all: () => [...entries.values()].map((entry) => entry.shown),
    rootOf(device) {
      let root: Root = { cause: device, probable: false };
      for (const id of registry.ancestors(device)) {
        const above = entries.get(id);
        if (!above) continue;
        if (above.lastSeenAt !== null && isOut(above)) root = { cause: id, probable: above.own === 'suspect' };
        else if (above.lastSeenAt === null && childrenSilent(id)) root = { cause: id, probable: true };
      }
      return root;
    },
    hiddenBehind(device) {
      const below = new Set(registry.dependents(device));
      for (const id of below) for (const next of registry.dependents(id)) below.add(next);
      return [...below].filter((id) => entries.get(id)?.shown.reason === 'parent-down');
    },
    takeChanges: () => take(changed, entries),
    takeSeen: () => take(seen, entries),
  };
}

export const graceMs = (intervalMs: number): number => Math.max(OFFLINE_INTERVALS * intervalMs, MIN_GRACE_MS);

const hiddenReason = (entry: Entry): StateReason => (entry.maintenance ? 'maintenance' : 'network-down');

const isOut = (entry: Entry): boolean => entry.own === 'offline' || entry.own === 'suspect';

/** Silence counts from now on, and nothing is concluded from it before the grace is over. */
function startAnew(entry: Entry, at: number): void {
  entry.silentFrom = at;
  entry.graceUntil = at + graceMs(entry.intervalMs);
}

/** How many of them at most were last heard within two intervals: one cause silences at one time. */
function mostTogether(silent: readonly Entry[]): number {
  const withinMs = INFER_WITHIN_INTERVALS * Math.max(0, ...silent.map((entry) => entry.intervalMs));
  const lastSeen = silent.map((entry) => entry.lastSeenAt ?? 0).sort((a, b) => a - b);
  let most = 0;
  let first = 0;
  lastSeen.forEach((at, index) => {
    while (at - (lastSeen[first] ?? at) > withinMs) first += 1;
    most = Math.max(most, index - first + 1);
  });
  return most;
}

/** What still exists goes on as it was; what is retired or in use again begins anew. */
function reloaded(known: Entry | undefined, config: DeviceConfig, at: number): Entry {
  if (known === undefined) return newEntry(config, undefined, at);
  const isSame = (known.config.retired === undefined) === (config.retired === undefined);
  if (isSame) return { ...known, config, intervalMs: config.intervalS * 1_000 };
  const fresh = newEntry(config, known, at);
  const isAwaited = fresh.ownReason === 'gateway-start';
  return { ...fresh, ownReason: isAwaited ? 'awaited' : fresh.ownReason, shown: known.shown };
}

function newEntry(
  config: DeviceConfig,
  known: { readonly lastSeenAt: number | null; readonly lastReadingAt: number | null } | undefined,
  now: number,
): Entry {
  const intervalMs = config.intervalS * 1_000;
  const lastSeenAt = known?.lastSeenAt ?? null;
  const lastReadingAt = known?.lastReadingAt ?? null;
  const unheard: StateReason = lastReadingAt === null ? 'never-seen' : 'awaited';
  const reason = config.retired !== undefined ? 'retired' : lastSeenAt === null ? unheard : 'gateway-start';
  return {
    config,
    intervalMs,
    maintenance: false,
    blind: false,
    own: 'unknown',
    ownReason: reason,
    silentFrom: now,
    graceUntil: now + graceMs(intervalMs),
    lastSeenAt,
    lastReadingAt,
    shown: { device: config.id, state: 'unknown', since: now, reason, parentDown: null, lastSeenAt, lastReadingAt },
  };
}

/** The state silence alone asks for now, or undefined when nothing changes. A device never seen stays unknown. */
function silenceVerdict(entry: Entry, at: number): 'suspect' | 'offline' | undefined {
  if (entry.config.retired !== undefined) return undefined;
  if (entry.lastSeenAt === null || at < entry.graceUntil || entry.own === 'offline') return undefined;
  const silentMs = at - entry.silentFrom;
  if (silentMs > OFFLINE_INTERVALS * entry.intervalMs) return 'offline';
  if (silentMs > SUSPECT_INTERVALS * entry.intervalMs && entry.own === 'online') return 'suspect';
  return undefined;
}

function statusOf(entry: Entry, storeIsDown: boolean, parentDown: string | null): DeviceStatus {
  const base = { ...entry.shown, lastSeenAt: entry.lastSeenAt, lastReadingAt: entry.lastReadingAt, parentDown: null };
  if (entry.config.retired !== undefined) return { ...base, state: 'unknown', reason: 'retired' };
  if (storeIsDown) return { ...base, state: 'unknown', reason: 'store-down' };
  if (parentDown !== null && entry.own !== 'online')
    return { ...base, state: 'unknown', reason: 'parent-down', parentDown };
  return { ...base, state: entry.own, reason: entry.ownReason };
}

function take(ids: Set<string>, entries: ReadonlyMap<string, Entry>): DeviceStatus[] {
  const out = [...ids].flatMap((id) => entries.get(id)?.shown ?? []);
  ids.clear();
  return out;
}
