/** Tells the store what a series is, once per series and again when the device's entry changes. */
import { metricInfo } from '#contract/metrics.ts';
import type { Reading } from '#contract/readings.ts';
import type { Registry } from '../shared/registry.ts';
import type { ReadingStore, SeriesInfo } from './reading-store.ts';

export interface SeriesDefiner {
  /** Resolves when the series of all readings are defined. Undefined: none was new, nothing to wait for. */
  ensure(readings: readonly Reading[]): Promise<void> | undefined;
  /** Metrics that a device has ever reported. */
  metricsOf(device: string): readonly string[];
  /** After a reload: every known series is defined anew. */
  redefine(registry: Registry): Promise<void>;
}

export function createSeriesDefiner(store: Pick<ReadingStore, 'define'>, initial: Registry): SeriesDefiner {
  let registry = initial;
  const known = new Map<string, SeriesKey>();
  const metrics = new Map<string, string[]>();
  /** Not told to the store yet, or in vain: told with the next readings. */
  let untold = new Map<string, SeriesKey>();
  const tell = async (): Promise<void> => {
    const telling = untold;
    untold = new Map();
    try {
      await store.define([...telling.values()].map(({ device, metric }) => seriesInfo(registry, device, metric)));
    } catch (error) {
      untold = new Map([...telling, ...untold]);
      throw error;
    }
  };
  return {
    ensure(readings) {
      for (const { device, metric } of readings) {
        const key = `${device}\n${metric}`;
        if (known.has(key)) continue;
        known.set(key, { device, metric });
        untold.set(key, { device, metric });
        metrics.set(device, [...(metrics.get(device) ?? []), metric]);
      }
      return untold.size > 0 ? tell() : undefined;
    },
    metricsOf: (device) => metrics.get(device) ?? [],
    async redefine(next) {
      registry = next;
      untold = new Map(known);
      await tell();
    },
  };
}

interface SeriesKey {
  readonly device: string;
  readonly metric: string;
}

function seriesInfo(registry: Registry, device: string, metric: string): SeriesInfo {
  const config = registry.devices.get(device);
  const kind = metricInfo(metric)?.kind ?? 'gauge';
  return {
    device,
    metric,
    kind,
    intervalMs: 1_000 * (config?.intervalS ?? 60),
    register: kind === 'register' ? config?.register : undefined,
  };
}
