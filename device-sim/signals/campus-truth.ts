/** What is really so on the campus at an instant. Devices measure it, faults bend it, the ledger is judged against it. */
import type { DeviceConfig } from '#contract/config/devices.ts';
import type { Campus } from '../campus.ts';
import { createDoorHours, type Opening } from './door-hours.ts';
import { dayCurve, type LoadKind, loadKindOf } from './load-shapes.ts';
import { type LocalDays, localDays } from './local-days.ts';
import { isMeter, meterParents } from './meter-tree.ts';
import { keyOf, noise } from './noise.ts';
import { createOverlays, type Overlays } from './overlays.ts';
import { createOwnLoad, type OwnLoad } from './own-load.ts';
import { createSchoolDays, type SchoolDays } from './school-days.ts';

export interface CampusTruth {
  /** W or L/h through a meter. */
  rate(meter: string, at: number): number;
  /** kWh or m³ a meter has counted, unrounded; never falls. */
  total(meter: string, at: number): number;
  /** W or L/h of a meter's own consumers at their busiest. */
  peak(meter: string): number;
  kind(meter: string): LoadKind | undefined;
  /** 1 for a room, 3 for what a floor, a house or a server room hangs on; current is given per phase. */
  phases(meter: string): 1 | 3;
  doorOpen(door: string, at: number): boolean;
  doorOpenings(door: string, day: number): readonly Opening[];
  /** A door that somebody holds open; returns how to let go. */
  holdDoor(door: string): () => void;
  readonly overlays: Overlays;
  readonly days: LocalDays;
  readonly school: SchoolDays;
}

interface Meter {
  readonly own: OwnLoad;
  readonly kind: LoadKind;
  readonly peak: number;
  readonly phases: 1 | 3;
  readonly first: number;
  readonly feeds: string[];
}

export function createCampusTruth(campus: Campus, seed: number): CampusTruth {
  const days = localDays(campus.timeZone);
  const school = createSchoolDays(campus);
  const overlays = createOverlays();
  const doors = createDoorHours(campus, school, days, seed);
  const held = new Map<string, number>();
  const meters = new Map<string, Meter>();
  for (const device of campus.devices.filter(isMeter)) meters.set(device.id, meterOf(device));
  for (const [child, parent] of meterParents(campus)) meters.get(parent)?.feeds.push(child);

  function meterOf(device: DeviceConfig): Meter {
    const kind = loadKindOf(device, campus);
    const peak = peakOf(device, campus, kind);
    const key = keyOf(device.id);
    const curve = (day: number) => dayCurve(kind, school.plan(device.place, day));
    const own = createOwnLoad({ seed, key, kind, peak, days, curve });
    const phases = campus.places.get(device.place)?.kind === 'room' && kind !== 'server' ? 1 : 3;
    const spread = device.kind === 'water-meter' ? 4_000 : 40_000;
    return { own, kind, peak, phases, first: Math.round((0.05 + noise(seed, key, 7)) * spread), feeds: [] };
  }
  const rate = (id: string, at: number): number => {
    const meter = meters.get(id);
    if (meter === undefined) return 0;
    let sum = meter.own.rate(at) + overlays.rate(id, at);
    for (const child of meter.feeds) sum += rate(child, at);
    return sum;
  };
  const counted = (id: string, at: number): number => {
    const meter = meters.get(id);
    if (meter === undefined) return 0;
    let sum = meter.own.total(at) + overlays.total(id, at);
    for (const child of meter.feeds) sum += counted(child, at);
    return sum;
  };

  return {
    rate,
    total: (id, at) => (meters.get(id)?.first ?? 0) + counted(id, at),
    peak: (id) => meters.get(id)?.peak ?? 0,
    kind: (id) => meters.get(id)?.kind,
    phases: (id) => meters.get(id)?.phases ?? 1,
    doorOpen: (id, at) => (held.get(id) ?? 0) > 0 || doors.isOpen(id, at),
    doorOpenings: doors.openings,
    holdDoor: (id) => {
      held.set(id, (held.get(id) ?? 0) + 1);
      return () => held.set(id, (held.get(id) ?? 1) - 1);
    },
    overlays,
    days,
    school,
  };
}

const PEAK_W = { room: 1_100, floor: 5_500, building: 9_000, campus: 12_000, gate: 900, outdoor: 4_000 } as const;
const PEAK_LPH = { room: 120, floor: 350, building: 900, campus: 500, gate: 60, outdoor: 300 } as const;
const PEAK_OF_KIND: Partial<Record<LoadKind, number>> = {
  server: 6_000,
  canteen: 38_000,
  dormitory: 9_000,
  'canteen-water': 2_400,
  'dormitory-water': 2_800,
};

/** Own consumers of a meter; a rating in the config caps it, so that no honest hour looks like a jump. */
function peakOf(device: DeviceConfig, campus: Campus, kind: LoadKind): number {
  const place = campus.places.get(device.place)?.kind ?? 'room';
  const usual = PEAK_OF_KIND[kind] ?? (device.kind === 'water-meter' ? PEAK_LPH : PEAK_W)[place];
  const cap = device.register?.ratedMax === undefined ? Number.POSITIVE_INFINITY : device.register.ratedMax * 600;
  return Math.min(usual * (device.tags.includes('lighting') ? 0.6 : 1), cap);
}
