/** Every rule on every device it selects, with what is remembered of it. Built at start and on every reload. */
import type { RuleConfig } from '#contract/config/rules.ts';
import type { TariffsConfig } from '#contract/config/tariffs.ts';
import type { SchoolCalendar } from '../calendar/school-calendar.ts';
import type { Registry } from '../shared/registry.ts';
import { type Cell, cellKey, loadCell, loadPhase, type WatchedDevice } from './cell.ts';
import { NEVER } from './condition.ts';
import { createCondition } from './create-condition.ts';
import { type DeviceFacts, loadFacts } from './device-facts.ts';
import type { GoneReason } from './transition.ts';
import { watchedDevice } from './watched-device.ts';

export interface RuleSet {
  readonly rules: readonly RuleConfig[];
  readonly registry: Registry;
  readonly calendar: SchoolCalendar;
  readonly tariffs: TariffsConfig;
}

export interface Remembered {
  facts(device: string): DeviceFacts | undefined;
  /** Text of a checkpoint row. */
  text(key: string): string | undefined;
  /** Up to when a cell has been taken; -Infinity for a new one. */
  doneAt(key: string): number;
}

export interface WatchList {
  readonly set: RuleSet;
  readonly devices: ReadonlyMap<string, WatchedDevice>;
  readonly cells: ReadonlyMap<string, Cell>;
}

export const factsKey = (device: string): string => `d/${device}`;

export function createWatchList(set: RuleSet, remembered: Remembered, startAt: number, now: number): WatchList {
  const { registry, rules } = set;
  const devices = new Map<string, WatchedDevice>();
  const watched = (id: string): WatchedDevice | undefined => {
    const known = devices.get(id);
    const config = registry.devices.get(id);
    if (known || !config) return known;
    const facts = remembered.facts(id) ?? loadFacts(remembered.text(factsKey(id)), now);
    const device = watchedDevice(config, registry, facts);
    devices.set(id, device);
    return device;
  };
  const depths = new Map<string, number>();
  const depthOf = (id: string): number => {
    const depth = depths.get(id) ?? registry.ancestors(id).length;
    depths.set(id, depth);
    return depth;
  };
  const pairs = rules
    .filter((rule) => rule.enabled)
    .flatMap((rule) => registry.select(rule.select).map((device) => ({ rule, id: device.id })))
    // A parent's silence is noticed before that of the devices behind it.
    .map((pair) => ({ ...pair, depth: depthOf(pair.id) }))
    .toSorted((a, b) => a.depth - b.depth);

  const cells = new Map<string, Cell>();
  const calendar = rememberChanges(set.calendar);
  for (const [order, { rule, id }] of pairs.entries()) {
    const device = watched(id);
    if (!device) continue;
    const cell = createCell(rule, device, order, calendar, remembered, startAt);
    cells.set(cell.key, cell);
    device.add(cell);
  }
  return { set, devices, cells };
}

function createCell(
  rule: RuleConfig,
  device: WatchedDevice,
  order: number,
  calendar: SchoolCalendar,
  remembered: Remembered,
  startAt: number,
): Cell {
  const key = cellKey(rule.id, device.config.id);
  const text = remembered.text(key);
  const saved = loadCell(text);
  const usable = saved?.kind === rule.kind ? saved : undefined;
  const context = { device: device.config, intervalMs: device.intervalMs, facts: device.facts, calendar, startAt };
  const phase = loadPhase(usable);
  const condition = createCondition(rule, context, usable?.memory);
  const hides = condition.ofLife === true && phase.state === 'firing' && phase.goneAt === null;
  const doneAt = remembered.doneAt(key);
  return { key, rule, device, condition, phase, order, doneAt, queuedAt: NEVER, savedAs: text ?? null, hides };
}

/** Why a rule no longer looks at a device. */
export function whyGone({ registry, rules }: RuleSet, rule: string, device: string): GoneReason {
  const found = registry.devices.get(device);
  if (found?.retired !== undefined) return 'device-retired';
  return found !== undefined && rules.some(({ id, enabled }) => id === rule && enabled)
    ? 'not-selected'
    : 'rule-removed';
}

/** At the start of a period all its cells ask for the next one at the same instant. */
function rememberChanges(calendar: SchoolCalendar): SchoolCalendar {
  const changes = new Map<string, { readonly after: number; readonly change: number }>();
  return {
    ...calendar,
    nextChange(place, at) {
      const known = changes.get(place);
      if (known && at >= known.after && at < known.change) return known.change;
      const change = calendar.nextChange(place, at);
      changes.set(place, { after: at, change });
      return change;
    },
  };
}
