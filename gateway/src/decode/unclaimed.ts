/** What is said of a message whose address no device in use has. */
import type { DeviceConfig } from '#contract/config/devices.ts';
import type { QuarantineReason } from '#contract/enums.ts';

export function unclaimed(
  profile: string,
  address: string,
  retired: DeviceConfig | undefined,
): { readonly reason: QuarantineReason; readonly detail: string } {
  return retired === undefined
    ? { reason: 'unknown-device', detail: `no device with address ${address} in profile ${profile}` }
    : { reason: 'device-retired', detail: retiredText(retired) };
}

export const retiredText = ({ id, retired }: DeviceConfig): string =>
  `device ${id} is out of use since ${retired}: take it into use again on its page, or switch it off`;
