/** A trial run: looks at what is stored, remembers what it would store, and changes nothing. Its figures are those of the run. */
import { metricInfo } from '#contract/metrics.ts';
import { openSeenPoints, type SeenPoints } from '../store/seen-points.ts';
import { type ImportTarget, type KnownDevice, rangesOf, seriesKey } from './import-target.ts';

export async function onTrial<T>(target: ImportTarget, work: (trial: ImportTarget) => Promise<T>): Promise<T> {
  const seen = openSeenPoints();
  try {
    return await work(trialOf(target, seen));
  } finally {
    seen.close();
  }
}

function trialOf(target: ImportTarget, seen: SeenPoints): ImportTarget {
  const devices = new Map<string, KnownDevice>(target.devices);
  const stored = async (device: string, metric: string, from: number, to: number) =>
    target.devices.has(device) ? target.values(device, metric, from, to) : new Map<number, number>();
  return {
    timeZone: target.timeZone,
    rootPlace: target.rootPlace,
    devices,
    async addDevices(added) {
      for (const one of added) devices.set(one.id, one);
    },
    async store(rows) {
      const before = new Map<string, ReadonlyMap<number, number>>();
      for (const [key, { device, metric, from, to }] of rangesOf(rows)) {
        before.set(key, await stored(device, metric, from, to));
      }
      const fresh = rows
        .map((row) => ({ ...row, keepsAll: metricInfo(row.metric)?.kind === 'state' }))
        .filter(({ device, metric, ts, value, keepsAll }) => {
          const there = before.get(seriesKey(device, metric))?.get(ts);
          return there === undefined || (keepsAll && there !== value);
        });
      return { stored: seen.add(fresh), refused: [] };
    },
    async values(device, metric, from, to) {
      return new Map([...seen.values(device, metric, from, to), ...(await stored(device, metric, from, to))]);
    },
  };
}
