import type { Device, LatestValue } from '#contract/http/campus.ts';
import { cameraState } from '../../lib/campus-state.ts';
import { groupBy } from '../../lib/group-by.ts';

/** hidden: what it hangs on is down, so nobody can tell. */
export type CameraStatus = 'online' | 'offline' | 'hidden' | 'maintenance' | 'unknown';

/** What may be said of a camera now. */
export function cameraStatus(
  camera: Pick<Device, 'state' | 'parentDown'>,
  maintenance: Pick<LatestValue, 'value'> | undefined,
): CameraStatus {
  const state = cameraState(camera, maintenance);
  const isAway = state === 'offline' || state === 'unknown';
  return isAway && camera.parentDown !== null ? 'hidden' : state;
}

export interface CameraGroup {
  /** What the cameras hang on: a switch or a recorder; undefined: nothing that is known. */
  readonly parent: Device | undefined;
  readonly cameras: readonly Device[];
}

/** Cameras under what they hang on, groups with a parent that is down first. */
export function cameraGroups(devices: readonly Device[]): CameraGroup[] {
  const known = new Map(devices.map((device) => [device.id, device]));
  const cameras = devices.filter(({ kind }) => kind === 'camera');
  const groups = groupBy(cameras, ({ dependsOn }) =>
    dependsOn.map((id) => known.get(id)).find((device) => device !== undefined),
  );
  const isDown = ({ parent }: CameraGroup): number => Number(parent?.state === 'offline');
  return [...groups].map(([parent, members]) => ({ parent, cameras: members })).sort((a, b) => isDown(b) - isDown(a));
}
