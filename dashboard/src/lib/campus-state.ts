import type { Device, LatestValue } from '#contract/http/campus.ts';

export type DoorState = 'open' | 'closed' | 'unknown';
export type CameraState = 'online' | 'offline' | 'maintenance' | 'unknown';

/** What may be said of a door now. A sensor that is gone, or a value that was only replayed, says nothing. */
export function doorState(
  device: Pick<Device, 'state'>,
  open: Pick<LatestValue, 'value' | 'freshness'> | undefined,
): DoorState {
  const heard = device.state === 'online' || device.state === 'suspect';
  if (!heard || !open || open.freshness === 'hint' || open.freshness === 'never') return 'unknown';
  return open.value === 1 ? 'open' : 'closed';
}

/** Switched off by a person is neither online nor an outage; suspect is not yet an outage. */
export function cameraState(
  device: Pick<Device, 'state'>,
  maintenance: Pick<LatestValue, 'value'> | undefined,
): CameraState {
  if (maintenance?.value === 1) return 'maintenance';
  if (device.state === 'unknown') return 'unknown';
  return device.state === 'offline' ? 'offline' : 'online';
}

/** Not to be seen for a known reason: offline itself, or hidden behind something that is down. */
export function isOut(device: Pick<Device, 'state' | 'parentDown'>, state: CameraState): boolean {
  return state === 'offline' || (state === 'unknown' && device.parentDown !== null);
}

/**
 * When an outage began, as its alert has it: a silent device was last heard then, and was found to be silent later.
 * Epoch ms; null when nobody knows.
 */
export function outSince({
  stateReason,
  stateSince,
  lastSeenAt,
}: Pick<Device, 'stateReason' | 'stateSince' | 'lastSeenAt'>): number | null {
  return stateReason === 'silent' && lastSeenAt !== null ? lastSeenAt : stateSince;
}

export interface OutageGroup {
  /** What explains the outage of all of them; null when each is down by itself. */
  readonly parent: string | null;
  readonly devices: readonly Device[];
}

/** Devices which are down because of the same other one stand together, the largest group first; the rest one by one. */
export function byParentDown(devices: readonly Device[]): readonly OutageGroup[] {
  const alone: OutageGroup[] = [];
  const together = new Map<string, Device[]>();
  for (const device of devices) {
    const { parentDown } = device;
    if (parentDown === null) alone.push({ parent: null, devices: [device] });
    else together.set(parentDown, [...(together.get(parentDown) ?? []), device]);
  }
  const groups = [...together].map(([parent, members]) => ({ parent, devices: members }));
  return [...groups.sort((a, b) => b.devices.length - a.devices.length), ...alone];
}
