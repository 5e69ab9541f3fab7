/** Which devices a message shows to be alive. */
import type { DeviceConfig } from '#contract/config/devices.ts';
import type { Reading } from '#contract/readings.ts';
import type { Outcome } from './profile-router.ts';

/** Ids that showed life: the sender, and those a bridge has a value of, whatever it means, unless it says that they are gone. */
export function heardOf(
  devices: ReadonlyMap<string, DeviceConfig>,
  readings: readonly Reading[],
  { subject, samples }: Outcome,
): string[] {
  const heard = new Set<string>();
  for (const [address, { id }] of devices) if (address === subject) heard.add(id);
  for (const { address, backfill } of samples) {
    const device = backfill === true ? undefined : devices.get(address);
    if (device !== undefined) heard.add(device.id);
  }
  for (const reading of readings) if (saysGone(reading)) heard.delete(reading.device);
  return [...heard];
}

/** A bridge or an NVR may speak of a device that is dead or switched off: that is no life of its own. */
function saysGone({ metric, value }: Reading): boolean {
  return (
    ((metric === 'online' || metric === 'camera_online') && value === 0) ||
    (metric === 'camera_maintenance' && value === 1)
  );
}
