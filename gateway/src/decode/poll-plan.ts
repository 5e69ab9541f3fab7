/** Who hangs on which serial line and how each is asked: what the config says, without what has happened since. */
import type { DeviceConfig } from '#contract/config/devices.ts';
import { upTopicOf } from '../shared/device-line.ts';
import type { Registry } from '../shared/registry.ts';
import type { CompiledPoll, CompiledProfile } from './compile-profile.ts';
import type { CompiledModbus } from './modbus/compile-modbus.ts';
import { codecSteps, modbusSteps, type PollStep, unitOf } from './poll-steps.ts';

export interface PolledDevice {
  readonly id: string;
  readonly address: string;
  readonly profile: string;
  /** Undefined for devices of other protocols. */
  readonly modbus: CompiledModbus | undefined;
  readonly unit: number | undefined;
  readonly intervalMs: number;
  readonly steps: readonly PollStep[];
  readonly timing: CompiledPoll;
}

export interface LinePlan {
  /** Topic on which the answers come. */
  readonly up: string;
  /** Undefined: the DTU asks by itself, or nobody does. */
  readonly down: string | undefined;
  readonly devices: readonly PolledDevice[];
  /** Equal for plans that ask the same devices the same: what a line remembers then stays true. */
  readonly signature: string;
}

/** By up topic. */
export type LinePlans = ReadonlyMap<string, LinePlan>;

export function linePlans(registry: Registry, profiles: readonly CompiledProfile[]): LinePlans {
  const byId = new Map(profiles.map((profile) => [profile.id, profile]));
  const lines = new Map<string, { down: string | undefined; devices: PolledDevice[] }>();
  for (const device of registry.inUse) {
    const up = upTopicOf(device);
    const profile = byId.get(device.profile);
    const polled = up === undefined || profile === undefined ? undefined : polledDevice(device, profile);
    if (up === undefined || polled === undefined) continue;
    const line = lines.get(up) ?? { down: device.downTopic, devices: [] };
    line.devices.push(polled);
    lines.set(up, line);
  }
  return new Map(
    [...lines].map(([up, { down, devices }]) => [up, { up, down, devices, signature: signOf(down, devices) }]),
  );
}

function polledDevice(device: DeviceConfig, profile: CompiledProfile): PolledDevice | undefined {
  const { modbus, poll } = profile;
  const address = device.address ?? device.id;
  const unit = modbus === undefined ? undefined : unitOf(address);
  const steps = modbus !== undefined && unit !== undefined ? modbusSteps(modbus, unit) : codecSteps(poll, address);
  if (steps.length === 0) return undefined;
  const intervalMs = device.intervalS * 1_000;
  return { id: device.id, address, profile: profile.id, modbus, unit, intervalMs, steps, timing: poll };
}

function signOf(down: string | undefined, devices: readonly PolledDevice[]): string {
  return JSON.stringify([
    down,
    devices.map(({ id, intervalMs, steps, timing }) => [
      ...[id, intervalMs, timing],
      steps.map(({ bytes, select }) => [bytes.toString('hex'), select?.toString('hex')]),
    ]),
  ]);
}
