import type { DeviceConfig } from '#contract/config/devices.ts';
import type { Registry } from '../shared/registry.ts';
import type { Cell, WatchedDevice } from './cell.ts';
import type { DeviceFacts } from './device-facts.ts';

/** A device without its cells, which are added one by one. */
export function watchedDevice(config: DeviceConfig, registry: Registry, facts: DeviceFacts): WatchedDevice {
  const cells: Cell[] = [];
  const ofLife: Cell[] = [];
  const byMetric = new Map<string, readonly Cell[]>();
  return {
    config,
    intervalMs: config.intervalS * 1_000,
    facts,
    cells,
    ofLife,
    behind: devicesBehind(config.id, registry),
    add(cell) {
      cells.push(cell);
      if (cell.condition.ofLife) ofLife.push(cell);
      byMetric.clear();
    },
    readers(metric) {
      const known = byMetric.get(metric);
      if (known) return known;
      const readers = cells.filter((cell) => cell.condition.reads(metric));
      byMetric.set(metric, readers);
      return readers;
    },
  };
}

function devicesBehind(device: string, registry: Registry): string[] {
  const behind = new Set([device]);
  for (const next of behind) for (const child of registry.dependents(next)) behind.add(child);
  return [...behind];
}
