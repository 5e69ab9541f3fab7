/** What went wrong in the month before a demo began: enough to read, nothing that reaches the present. */
import type { DeviceConfig } from '#contract/config/devices.ts';
import type { DeviceKind } from '#contract/enums.ts';
import { type Campus, pathOf } from '../campus.ts';
import { dependents } from '../faults/fault-targets.ts';
import type { CampusTruth } from '../signals/campus-truth.ts';
import { loadKindOf } from '../signals/load-shapes.ts';
import { weekdayOf } from '../signals/local-days.ts';
import { keyOf, noise } from '../signals/noise.ts';

export interface Incident {
  readonly device: DeviceConfig;
  /** Epoch ms. */
  readonly start: number;
  readonly end: number;
  /** W or L/h beside the routine; 0 for a door that stood open and for a device that was gone. */
  readonly extra: number;
}

/** Kinds of which an incident means: gone, together with everything that hangs on it. */
const WATCHED_KINDS: ReadonlySet<DeviceKind> = new Set(['camera', 'switch', 'nvr']);

/** When a device was not heard: itself, or what it hangs on, was gone. */
export function outagesOf(device: DeviceConfig, incidents: readonly Incident[], campus: Campus): Incident[] {
  return incidents.filter(
    ({ device: gone }) =>
      WATCHED_KINDS.has(gone.kind) && (gone === device || dependents(campus, [gone]).includes(device)),
  );
}

const HOUR_MS = 3_600_000;
const QUIET_END_MS = 2 * HOUR_MS;
/** When the night that people ask about in the morning is over, local. */
const NIGHT_END_H = 7.5;

/**
 * Two nights on which a room stayed on, a toilet that ran for four days, a side door open on a Saturday and one at night,
 * a switch that took its cameras along, a camera and a recorder that were gone for a while; and the night before `to`: a
 * room left on, a door that was opened, a camera that was gone.
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
  const cast = castOf(campus, truth, last);

  const found: Incident[] = [];
  const add = (device: DeviceConfig | undefined, start: number, end: number, extra = 0): void => {
    if (device === undefined || start <= from + HOUR_MS || end >= to - QUIET_END_MS) return;
    const isTaken = found.some(
      (one) => one.device === device && start < one.end + HOUR_MS && end > one.start - HOUR_MS,
    );
    if (!isTaken) found.push({ device, start, end, extra });
  };
  const lastNight = hour(last, NIGHT_END_H) <= to ? last - 1 : last - 2;
  add(cast.room, hour(lastNight, 22.2), hour(lastNight, 22.9), 930);
  add(cast.closedDoor, hour(lastNight + 1, 2.1), hour(lastNight + 1, 2.3));
  add(cast.cameras.at(-1), hour(lastNight + 1, 3.65), hour(lastNight + 1, 3.85));
  const night = pick(0.24, 1, weekday);
  add(cast.room, hour(night, 21.7), hour(night + 1, 6.2), 1_480);
  const second = pick(0.7, 2, weekday);
  add(cast.room, hour(second, 22.3), hour(second + 1, 1.5), 640);
  const leak = pick(0.45, 3, weekday);
  add(cast.toilets, hour(leak, 15.4), hour(leak + 4, 9.8), 46);
  const saturday = pick(0.35, 4, (day) => weekdayOf(day) === 6);
  add(cast.doors[0], hour(saturday, 10.2), hour(saturday, 11.9));
  const late = pick(0.6, 5, weekday);
  add(cast.doors[1], hour(late, 23.1), hour(late, 23.5));
  const power = pick(0.1, 6, weekday);
  add(cast.switches[0], hour(power, 13.4), hour(power, 13.85));
  const cable = pick(0.05, 7, weekday);
  add(cast.cameras[0], hour(cable, 9.6), hour(cable, 10.25));
  const restart = pick(0.5, 8, weekday);
  add(cast.recorder, hour(restart, 3), hour(restart, 3.2));
  return found.toSorted((a, b) => a.start - b.start);
}

/** Who something happens to: the first of each kind that fits. */
function castOf(campus: Campus, truth: CampusTruth, last: number) {
  const { devices } = campus;
  const doors = devices.filter(({ kind }) => kind === 'door');
  return {
    room: devices.find(
      ({ kind, tags, place }) =>
        kind === 'electricity-meter' && (tags.includes('room') || campus.places.get(place)?.kind === 'room'),
    ),
    toilets: devices.find(
      (d) => d.kind === 'water-meter' && loadKindOf(d, campus) === 'washroom' && isBuilding(campus, d),
    ),
    doors: doors.filter((door) => openDays(truth, door, last) > 0 && openDays(truth, door, last) < 7),
    closedDoor: doors.find((door) => openDays(truth, door, last) === 0),
    switches: devices.filter(({ kind }) => kind === 'switch'),
    cameras: devices.filter(({ kind }) => kind === 'camera'),
    recorder: devices.find(({ kind }) => kind === 'nvr'),
  };
}

function isBuilding(campus: Campus, device: DeviceConfig): boolean {
  return pathOf(campus, device.place)[0]?.kind === 'building';
}

/** Days of the week before on which the place of a door opens. */
function openDays(truth: CampusTruth, device: DeviceConfig, last: number): number {
  const week = [0, 1, 2, 3, 4, 5, 6];
  return week.filter((back) => truth.school.plan(device.place, last - back).open.length > 0).length;
}
