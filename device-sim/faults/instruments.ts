/** What a device believes it measures: the truth, unless it sticks, drifts or was reset. */
import type { DeviceConfig } from '#contract/config/devices.ts';
import { metricInfo } from '#contract/metrics.ts';
import type { CampusTruth } from '../signals/campus-truth.ts';
import { deviceValues, round, shownRegister, type Values } from '../signals/device-values.ts';
import type { ActiveFault, FaultBoard } from './fault-board.ts';

export interface Measured {
  /** As it is: registers as an unharmed meter would show them. */
  readonly truth: Values;
  /** As the device says. */
  readonly sent: Values;
}

export interface Instruments {
  measure(device: DeviceConfig, at: number): Measured;
}

export function createInstruments(truth: CampusTruth, board: FaultBoard, seed: number): Instruments {
  // What a stuck device showed when it stuck; dropped with the fault.
  const frozen = new WeakMap<ActiveFault, Map<string, Values>>();

  const stick = (fault: ActiveFault, device: string, now: Values): Values => {
    if (fault.spec.fault !== 'stuck') return now;
    const byDevice = frozen.get(fault) ?? new Map<string, Values>();
    frozen.set(fault, byDevice);
    const held = byDevice.get(device) ?? now;
    byDevice.set(device, held);
    const { metric } = fault.spec.params;
    return metric === undefined ? held : { ...now, ...(held[metric] === undefined ? {} : { [metric]: held[metric] }) };
  };

  return {
    measure: (device, at) => {
      const raw = deviceValues(device, at, truth, seed);
      const real = show(device, raw, 0);
      const faults = board.of(device.id);
      const start = board.registerStart(device.id);
      if (faults.length === 0 && start === 0) return { truth: real, sent: real };
      let sent = show(device, raw, start);
      for (const fault of faults) sent = stick(fault, device.id, drift(fault, sent, at));
      return { truth: real, sent };
    },
  };
}

function show(device: DeviceConfig, raw: Values, registerStart: number): Values {
  const shown: Record<string, number> = {};
  for (const [metric, value] of Object.entries(raw)) {
    shown[metric] = metricInfo(metric)?.kind === 'register' ? shownRegister(device, value - registerStart) : value;
  }
  return shown;
}

function drift(fault: ActiveFault, values: Values, at: number): Values {
  if (fault.spec.fault !== 'drift') return values;
  const gain = 1 + ((fault.spec.params.pctPerHour / 100) * (at - fault.startedAt)) / 3_600_000;
  const drifted: Record<string, number> = {};
  for (const [metric, value] of Object.entries(values)) {
    drifted[metric] = metricInfo(metric)?.kind === 'gauge' ? round(value * gain, 3) : value;
  }
  return drifted;
}
