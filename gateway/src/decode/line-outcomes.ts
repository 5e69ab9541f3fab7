/** What came in on a serial line, as outcomes of the profiles of its devices. */

import { modbusValues } from './modbus/modbus-samples.ts';
import type { LineRead } from './poll-line.ts';
import type { LinePlan, PolledDevice } from './poll-plan.ts';
import { type Outcome, outcomeOf } from './profile-router.ts';

export interface LineOutcome {
  readonly device: PolledDevice;
  readonly outcome: Outcome;
}

/** One per answer; a device that refused has no values, and lives. */
export function lineOutcomes(plan: LinePlan, { answers }: LineRead): readonly LineOutcome[] {
  return answers.flatMap(({ device: index, read, data }) => {
    const device = plan.devices[index];
    if (device?.modbus === undefined) return [];
    const { address } = device;
    const alive = { ...outcomeOf(undefined, false), touched: new Set([address]), subject: address };
    return [
      {
        device,
        outcome: data === undefined ? alive : { ...alive, ...modbusValues(device.modbus, read, data, address) },
      },
    ];
  });
}
