/** The requests that bring all a device has to say, by the protocol its profile speaks. */
import type { PollPlan } from '#contract/config/profile.ts';
import { cjt188Read } from './codecs/cjt188-read.ts';
import { dlt645Read } from './codecs/dlt645-read.ts';
import { MBUS_SELECTED, mbusRequest, mbusSelect } from './codecs/mbus-request.ts';
import type { CompiledModbus } from './modbus/compile-modbus.ts';
import { type ModbusRead, modbusRequest } from './modbus/modbus-frame.ts';

/** One request, and for Modbus what its answer will be. */
export interface PollStep {
  readonly bytes: Buffer;
  readonly read?: ModbusRead | undefined;
  /** To be sent first and acknowledged with E5 (M-Bus). */
  readonly select?: Buffer | undefined;
}

/** Main values: total active energy; water has one answer for all. */
const DLT645 = ['00010000'];
const CJT188 = ['901F'];

export function modbusSteps(map: CompiledModbus, unit: number): readonly PollStep[] {
  return map.reads.map((read) => ({ read, bytes: modbusRequest(unit, read) }));
}

/** @returns empty for an address that no device of the protocol can have */
export function codecSteps({ protocol, read }: PollPlan, address: string): readonly PollStep[] {
  switch (protocol) {
    case 'dlt645':
      return stepsOf(
        (read ?? DLT645).map((di) => dlt645Read({ address, di, standard: di.length === 8 ? '2007' : '1997' })),
      );
    case 'cjt188':
      return stepsOf((read ?? CJT188).map((di) => cjt188Read({ address, di })));
    case 'mbus': {
      // By the meter's number, which its answer carries too; primary addresses are whatever an installer left.
      const select = mbusSelect({ address });
      return select === undefined ? [] : [{ select, bytes: mbusRequest({ address: MBUS_SELECTED }) }];
    }
    default:
      return [];
  }
}

function stepsOf(requests: readonly (Buffer | undefined)[]): readonly PollStep[] {
  return requests.flatMap((bytes) => (bytes === undefined ? [] : [{ bytes }]));
}

/** Modbus over Serial Line V1.02, 2.2: individual addresses. */
export function unitOf(address: string): number | undefined {
  const unit = /^\d{1,3}$/.test(address) ? Number(address) : 0;
  return unit >= 1 && unit <= 247 ? unit : undefined;
}
