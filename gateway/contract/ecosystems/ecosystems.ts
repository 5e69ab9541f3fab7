/**
 * One table for the login page, for `houqin token bridge --for` and for gateway/docs/add-a-device.md: what each product
 * needs to connect as it is delivered. Plain values, no validator.
 */
import { BRIDGE_ECOSYSTEMS } from './bridges.ts';
import { DEVICE_ECOSYSTEMS } from './devices.ts';
import type { Ecosystem } from './ecosystem.ts';
import { PROGRAM_ECOSYSTEMS } from './programs.ts';

export const ECOSYSTEMS: readonly Ecosystem[] = [...DEVICE_ECOSYSTEMS, ...BRIDGE_ECOSYSTEMS, ...PROGRAM_ECOSYSTEMS];

export function ecosystemOf(id: string): Ecosystem | undefined {
  return ECOSYSTEMS.find((one) => one.id === id);
}
