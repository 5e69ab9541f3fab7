/** The serial line a device hangs on: the pair of topics of its DTU. */
import type { DeviceConfig } from '#contract/config/devices.ts';

type Wiring = Pick<DeviceConfig, 'id' | 'address' | 'upTopic' | 'downTopic'>;

/** @returns topic on which its answers come; undefined for a device that is on no line */
export function upTopicOf({ upTopic, downTopic }: Pick<Wiring, 'upTopic' | 'downTopic'>): string | undefined {
  if (upTopic !== undefined || downTopic === undefined) return upTopic;
  const at = downTopic.lastIndexOf('down');
  return at < 0 ? undefined : `${downTopic.slice(0, at)}up${downTopic.slice(at + 'down'.length)}`;
}

/**
 * The line as part of the address: a number on a bus says who it is only together with the bus, and every bus has its
 * unit 1. A meter's own number says it everywhere.
 */
export function busOf(device: Wiring): string | undefined {
  return /^\d{1,3}$/.test(device.address ?? device.id) ? upTopicOf(device) : undefined;
}

/** A meter's number as its display has it: leading zeros are there to fill up a frame. Other addresses stay as they are. */
export function plainNumber(address: string): string {
  return /^\d+$/.test(address) ? address.replace(/^0+(?=\d)/, '') : address;
}
