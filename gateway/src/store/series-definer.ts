/** Tells the store what a series is, once per series and again when the device's entry changes. */
import { metricInfo } from '#contract/metrics.ts';
import type { Reading } from '#contract/readings.ts';
import type { Registry } from '../shared/registry.ts';
import type { ReadingStore, SeriesInfo } from './reading-store.ts';

export interface SeriesDefiner {
  /** Resolves when the series of all readings are defined; at once when none is new. */
  ensure(readings: readonly Reading[]): Promise<void>;
  /** Metrics that a device has ever reported. */
  metricsOf(device: string): readonly string[];
  /** After a reload: every known series is defined anew. */
  redefine(registry: Registry): Promise<void>;
}

export function createSeriesDefiner(store: Pick<ReadingStore, 'define'>, initial: Registry): SeriesDefiner {
  let registry = initial;
  const known = new Map<string, { readonly device: string; readonly metric: string }>();
  const metrics = new Map<string, string[]>();
  const key = (reading: { readonly device: string; readonly metric: string }): string =>
    `${reading.device}\n${reading.metric}`;
  return {
    async ensure(readings) {
      let fresh: SeriesInfo[] | undefined;
      for (const reading of readings) {
        if (known.has(key(reading))) continue;
        known.set(key(reading), { device: reading.device, metric: reading.metric });
        metrics.set(reading.device, [...(metrics.get(reading.device) ?? []), reading.metric]);
        fresh ??= [];
        fresh.push(seriesInfo(registry, reading.device, reading.metric));
      }
      if (fresh) await store.define(fresh);
    },
    metricsOf: (device) => metrics.get(device) ?? [],
    async redefine(next) {
      registry = next;
      await store.define([...known.values()].map(({ device, metric }) => seriesInfo(registry, device, metric)));
    },
  };
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
