/** What the store does to readings on their way to the rules: each is given its place in its series. */
import { metricInfo } from '#contract/metrics.ts';
import { FLAG_BITS, isNewer, placeOf, type Reading } from '#contract/readings.ts';

/** @param intervalMs of interval metrics */
export function placing(intervalMs: (device: string) => number = () => 60_000): (reading: Reading) => Reading {
  const newest = new Map<string, Reading>();
  return (reading) => {
    const { device, metric } = reading;
    const key = `${device} ${metric}`;
    const isInterval = metricInfo(metric)?.kind === 'interval';
    const before = newest.get(key);
    const at = isInterval
      ? placeOf({ ...reading, ts: reading.ts + intervalMs(device) }, undefined)
      : placeOf(reading, before);
    const placed = at === undefined ? reading : { ...reading, flags: reading.flags | FLAG_BITS.moved, receivedAt: at };
    if (before === undefined || isNewer(placed, before)) newest.set(key, placed);
    return placed;
  };
}
