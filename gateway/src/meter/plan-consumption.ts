import type { DeviceConfig } from '#contract/config/devices.ts';
import type { Resource } from '#contract/enums.ts';
import type { Registry } from '../shared/registry.ts';

/** Whose hours are needed for the consumption of a place, and how they add up. */
export interface ConsumptionPlan {
  readonly resource: Resource;
  /** Meters of the place itself; their sum is the place's consumption. Empty: the places below stand for it. */
  readonly own: readonly string[];
  /** The nearest meters below, of which `own` should be the sum. */
  readonly below: readonly string[];
}

/** A meter with this tag measures a part of its place, not the place. */
const SUB_METER_TAG = 'sub';

export const METER_KINDS = { electricity: 'electricity-meter', water: 'water-meter' } as const;

/**
 * Plan for one place: its own meters if it has any, else the nearest ones below it, each counted once.
 * @param from local date on which the range begins: meters that were out of use by then are left out
 */
export function planConsumption(registry: Registry, place: string, resource: Resource, from: string): ConsumptionPlan {
  const metersAt = (at: string): readonly DeviceConfig[] =>
    registry.devicesAt(at, METER_KINDS[resource]).filter(({ retired }) => retired === undefined || retired > from);
  const meters = metersAt(place);
  const own = meters.filter((meter) => !isSubMeter(meter)).map(({ id }) => id);
  return { resource, own, below: [...subMeters(meters), ...metersBelow(registry, place, metersAt, new Set([place]))] };
}

/** Plan for one meter alone. */
export function planDevice(device: string, resource: Resource): ConsumptionPlan {
  return { resource, own: [device], below: [] };
}

/** Every device of the plan: fetch the hours of these. */
export function plannedDevices(plan: ConsumptionPlan): readonly string[] {
  return [...plan.own, ...plan.below];
}

function metersBelow(
  registry: Registry,
  place: string,
  metersAt: (place: string) => readonly DeviceConfig[],
  seen: Set<string>,
): string[] {
  return registry.childPlaces(place).flatMap((child) => {
    if (seen.has(child.id)) return [];
    seen.add(child.id);
    const meters = metersAt(child.id);
    const own = meters.filter((meter) => !isSubMeter(meter)).map(({ id }) => id);
    if (own.length > 0) return own;
    return [...subMeters(meters), ...metersBelow(registry, child.id, metersAt, seen)];
  });
}

const isSubMeter = (meter: DeviceConfig): boolean => meter.tags.includes(SUB_METER_TAG);
const subMeters = (meters: readonly DeviceConfig[]): string[] => meters.filter(isSubMeter).map(({ id }) => id);
