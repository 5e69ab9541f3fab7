/** Numbers for (device, metric), given once and kept for ever. Lives in the main thread. */
import type { SeriesName } from './series-table.ts';

export interface SeriesNames {
  /** Number of a series, a new one when it has none. */
  id(device: string, metric: string): number;
  find(device: string, metric: string): number | undefined;
  name(id: number): SeriesName | undefined;
  /** Names that no commit has made durable yet; they go along with every commit until one has. */
  fresh(): readonly SeriesName[];
  durable(names: readonly SeriesName[]): void;
}

/** @param highest number that was ever given; one whose name is lost is not given again */
export function seriesNames(known: readonly SeriesName[], highest = 0): SeriesNames {
  const byId = new Map(known.map((name) => [name.id, name]));
  const ids = new Map<string, Map<string, number>>();
  const fresh = new Map<number, SeriesName>();
  let last = highest;
  const metricsOf = (device: string): Map<string, number> => {
    let metrics = ids.get(device);
    if (metrics === undefined) {
      metrics = new Map();
      ids.set(device, metrics);
    }
    return metrics;
  };
  for (const { id, device, metric } of known) {
    metricsOf(device).set(metric, id);
    last = Math.max(last, id);
  }
  return {
    id(device, metric) {
      const metrics = metricsOf(device);
      let id = metrics.get(metric);
      if (id === undefined) {
        last += 1;
        id = last;
        const name = { id, device, metric };
        metrics.set(metric, id);
        byId.set(id, name);
        fresh.set(id, name);
      }
      return id;
    },
    find: (device, metric) => ids.get(device)?.get(metric),
    name: (id) => byId.get(id),
    fresh: () => [...fresh.values()],
    durable(names) {
      for (const { id } of names) fresh.delete(id);
    },
  };
}
