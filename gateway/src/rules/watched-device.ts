/** A device that at least one rule watches, with everything about it that the engine needs at hand. */
import type { DeviceConfig } from '#contract/config/devices.ts';
import type { Registry } from '../shared/registry.ts';
import type { Cell } from './cell.ts';
import type { DeviceFacts } from './device-facts.ts';

export interface WatchedDevice {
  readonly config: DeviceConfig;
  readonly intervalMs: number;
  readonly facts: DeviceFacts;
  readonly cells: Cell[];
  /** Devices that cannot be seen without this one, itself first. */
  readonly behind: readonly string[];
}

export function watchedDevice(config: DeviceConfig, registry: Registry, facts: DeviceFacts): WatchedDevice {
  return { config, intervalMs: config.intervalS * 1_000, facts, cells: [], behind: devicesBehind(config.id, registry) };
}

function devicesBehind(device: string, registry: Registry): string[] {
  const behind = new Set([device]);
  for (const next of behind) for (const child of registry.dependents(next)) behind.add(child);
  return [...behind];
}
