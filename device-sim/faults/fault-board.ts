/** The faults that hold at the moment, and what they do to the campus, to the instruments and to the wire. No clock: time is given. */
import type { Campus } from '../campus.ts';
import type { CampusTruth } from '../signals/campus-truth.ts';
import type { FaultSpec } from './fault-spec.ts';
import { faultTargets, type TargetReason } from './fault-targets.ts';

export interface ActiveFault {
  readonly id: string;
  readonly spec: FaultSpec;
  readonly devices: readonly string[];
  readonly startedAt: number;
  /** Epoch ms; undefined when only a person ends it. */
  readonly endsAt: number | undefined;
}

export type StartResult =
  | { readonly ok: true; readonly fault: ActiveFault }
  | { readonly ok: false; readonly reason: TargetReason | 'too-many' };

export interface FaultBoard {
  start(spec: FaultSpec, at: number): StartResult;
  /** @returns false when no such fault holds. */
  end(id: string, at: number): boolean;
  /** Ends what has run out. */
  advance(at: number): void;
  active(): readonly ActiveFault[];
  /** Faults that hold for a device. */
  of(device: string): readonly ActiveFault[];
  isDead(device: string): boolean;
  /** What a register had counted when it was reset, kWh or m³; 0 for one that never was. */
  registerStart(device: string): number;
  resumeRegister(device: string, start: number): void;
}

const MAX_ACTIVE = 500;

/** @param onChange called after a fault began or ended, with the devices it holds. */
export function createFaultBoard(
  campus: Campus,
  truth: CampusTruth,
  onChange: (fault: ActiveFault, phase: 'started' | 'ended', at: number) => void,
): FaultBoard {
  const faults = new Map<string, { fault: ActiveFault; undo: (at: number) => void }>();
  const byDevice = new Map<string, readonly ActiveFault[]>();
  const registerStarts = new Map<string, number>();
  let count = 0;

  const index = (devices: readonly string[]): void => {
    for (const device of devices) {
      const holding = [...faults.values()].map(({ fault }) => fault).filter((fault) => fault.devices.includes(device));
      if (holding.length === 0) byDevice.delete(device);
      else byDevice.set(device, holding);
    }
  };
  const reset = (devices: readonly string[], at: number): void => {
    for (const device of devices) registerStarts.set(device, truth.total(device, at));
  };
  const end = (id: string, at: number): boolean => {
    const entry = faults.get(id);
    if (entry === undefined) return false;
    faults.delete(id);
    index(entry.fault.devices);
    entry.undo(at);
    onChange(entry.fault, 'ended', at);
    return true;
  };

  return {
    start: (spec, at) => {
      if (faults.size >= MAX_ACTIVE) return { ok: false, reason: 'too-many' };
      const targets = faultTargets(campus, spec);
      if (!targets.ok) return targets;
      const devices = targets.devices.map((device) => device.id);
      count += 1;
      const endsAt = spec.forS === undefined ? undefined : at + spec.forS * 1_000;
      const fault: ActiveFault = { id: `f${count}`, spec, devices, startedAt: at, endsAt };
      if (spec.fault === 'reset') reset(devices, at);
      faults.set(fault.id, { fault, undo: happen(truth, spec, devices, at) });
      index(devices);
      onChange(fault, 'started', at);
      return { ok: true, fault };
    },
    end,
    advance: (at) => {
      for (const { fault } of [...faults.values()]) {
        if (fault.endsAt !== undefined && at >= fault.endsAt) end(fault.id, fault.endsAt);
      }
    },
    active: () => [...faults.values()].map(({ fault }) => fault),
    of: (device) => byDevice.get(device) ?? [],
    isDead: (device) =>
      (byDevice.get(device) ?? []).some(({ spec }) => spec.fault === 'switch-dead' || spec.fault === 'device-dead'),
    registerStart: (device) => registerStarts.get(device) ?? 0,
    resumeRegister: (device, start) => registerStarts.set(device, start),
  };
}

/** Makes it happen in the buildings; a fault of devices or wire happens where they are asked. @returns how it stops */
function happen(truth: CampusTruth, spec: FaultSpec, devices: readonly string[], at: number): (at: number) => void {
  if (spec.fault === 'door-open') {
    const release = devices.map((device) => truth.holdDoor(device));
    return () => {
      for (const letGo of release) letGo();
    };
  }
  if (spec.fault !== 'leak' && spec.fault !== 'left-on') return () => undefined;
  const overlays = devices.map((device) => {
    const extra = spec.fault === 'leak' ? spec.params.lph : (spec.params.powerW ?? truth.peak(device) * 0.8);
    return truth.overlays.add(device, at, Number.POSITIVE_INFINITY, extra);
  });
  return (endedAt) => {
    for (const overlay of overlays) overlay.to = endedAt;
  };
}
