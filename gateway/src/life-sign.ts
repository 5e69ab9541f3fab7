/** What readings say about the life of their device. */
import { FLAG_BITS, type Reading } from '#contract/readings.ts';
import type { DeviceTracker } from './live/device-tracker.ts';

/** 0 in one of these says that the device is off. */
export const OFF_METRICS: ReadonlySet<string> = new Set(['online', 'camera_online']);

/** What one device said at one instant: if any of it says "off", the rest is no sign of its life. */
export function lifeSign(group: readonly Reading[], tracker: DeviceTracker): void {
  // Nor does what a person read off its display say that it lives.
  const live = group.filter((reading) => (reading.flags & NO_LIFE) === 0);
  const isUnderRepair = live.map((reading) => noteMaintenance(reading, tracker)).includes(true);
  const off = live.find((reading) => OFF_METRICS.has(reading.metric) && reading.value === 0);
  const sign = live.find((reading) => !isWill(reading));
  if (off) tracker.reportedOff(off.device, off.receivedAt, isWill(off));
  else if (sign && !isUnderRepair) tracker.heard(sign.device, sign.receivedAt);
}

/** What a person typed in, what was kept for later, and what a broker repeats come from no device that is there now. */
const NO_LIFE = FLAG_BITS.replayed | FLAG_BITS.manual | FLAG_BITS['catch-up'];
const isWill = (reading: Reading): boolean => (reading.flags & FLAG_BITS.will) !== 0;

/** @returns true when it says that a person switched the device off */
export function noteMaintenance({ device, metric, value, receivedAt }: Reading, tracker: DeviceTracker): boolean {
  if (metric !== 'camera_maintenance') return false;
  tracker.maintenance(device, value === 1, receivedAt);
  return value === 1;
}

/** Readings of one device and one arrival, in order. */
export function byDevice(readings: readonly Reading[]): Iterable<Reading[]> {
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
