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
  const metrics = new Map<string, Set<string>>();
  return {
    ensure(readings) {
      let fresh: SeriesInfo[] | undefined;
      for (const { device, metric } of readings) {
        const known = metrics.get(device);
        if (known?.has(metric)) continue;
        if (known) known.add(metric);
        else metrics.set(device, new Set([metric]));
        fresh ??= [];
        fresh.push(seriesInfo(registry, device, metric));
      }
      return fresh && defined(store, fresh, metrics);
    },
    metricsOf: (device) => [...(metrics.get(device) ?? [])],
    async redefine(next) {
      registry = next;
      const known = [...metrics].flatMap(([device, names]) => [...names].map((metric) => ({ device, metric })));
      await store.define(known.map(({ device, metric }) => seriesInfo(registry, device, metric)));
    },
  };
}

/** A definition that failed, on a full disk, has to be tried again with the next reading. */
async function defined(
  store: Pick<ReadingStore, 'define'>,
  fresh: readonly SeriesInfo[],
  metrics: ReadonlyMap<string, Set<string>>,
): Promise<void> {
  try {
    await store.define(fresh);
  } catch (error) {
    for (const { device, metric } of fresh) metrics.get(device)?.delete(metric);
    throw error;
  }
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
