/** What went wrong in the month before a demo began: enough to read, nothing that reaches the present. */
import type { DeviceConfig } from '#contract/config/devices.ts';
import { type Campus, pathOf } from '../campus.ts';
import type { CampusTruth } from '../signals/campus-truth.ts';
import { loadKindOf } from '../signals/load-shapes.ts';
import { weekdayOf } from '../signals/local-days.ts';
import { keyOf, noise } from '../signals/noise.ts';

export interface Incident {
  readonly device: DeviceConfig;
  /** Epoch ms. */
  readonly start: number;
  readonly end: number;
  /** W or L/h beside the routine; 0 for a door. */
  readonly extra: number;
}

const HOUR_MS = 3_600_000;
const QUIET_END_MS = 2 * HOUR_MS;

/**
 * Two nights on which a room stayed on, a toilet that ran for four days, a side door open on a Saturday and one at night.
 * Days are chosen by the seed inside the range; what does not fit into it did not happen.
 */
export function pastIncidents(campus: Campus, truth: CampusTruth, from: number, to: number, seed: number): Incident[] {
  const { days } = truth;
  const first = days.dayAt(from) + 1;
  const last = days.dayAt(to - QUIET_END_MS);
  const span = Math.max(1, last - first);
  /** A day around a share of the range; counted back until it is of the wanted kind. */
  const pick = (share: number, salt: number, wanted: (day: number) => boolean): number => {
    const near = last - Math.floor(span * (share + 0.06 * noise(seed, keyOf('past'), salt)));
    for (let day = near; day > near - 7; day -= 1) if (wanted(day)) return day;
    return near;
  };
  const hour = (day: number, h: number): number => days.startOf(day) + Math.round(h * HOUR_MS);
  const weekday = (day: number): boolean => weekdayOf(day) % 6 !== 0;
  const room = campus.devices.find(
    ({ kind, tags, place }) =>
      kind === 'electricity-meter' && (tags.includes('room') || campus.places.get(place)?.kind === 'room'),
  );
  const toilets = campus.devices.find(
    (d) => d.kind === 'water-meter' && loadKindOf(d, campus) === 'washroom' && isBuilding(campus, d),
  );
  const doors = campus.devices.filter((d) => d.kind === 'door' && closes(truth, d, last));

  const found: Incident[] = [];
  const add = (device: DeviceConfig | undefined, start: number, end: number, extra: number): void => {
    if (device !== undefined && start > from + HOUR_MS && end < to - QUIET_END_MS)
      found.push({ device, start, end, extra });
  };
  const night = pick(0.24, 1, weekday);
  add(room, hour(night, 21.7), hour(night + 1, 6.2), 1_480);
  const second = pick(0.7, 2, weekday);
  add(room, hour(second, 22.3), hour(second + 1, 1.5), 640);
  const leak = pick(0.45, 3, weekday);
  add(toilets, hour(leak, 15.4), hour(leak + 4, 9.8), 46);
  const saturday = pick(0.35, 4, (day) => weekdayOf(day) === 6);
  add(doors[0], hour(saturday, 10.2), hour(saturday, 11.9), 0);
  const late = pick(0.6, 5, weekday);
  add(doors[1], hour(late, 23.1), hour(late, 23.5), 0);
  return found;
}

function isBuilding(campus: Campus, device: DeviceConfig): boolean {
  return pathOf(campus, device.place)[0]?.kind === 'building';
}

/** Doors of places that close at all, in the week before. */
function closes(truth: CampusTruth, device: DeviceConfig, last: number): boolean {
  const plans = [0, 1, 2, 3, 4, 5, 6].map((back) => truth.school.plan(device.place, last - back));
  return plans.some((plan) => plan.open.length === 0) && plans.some((plan) => plan.open.length > 0);
}
