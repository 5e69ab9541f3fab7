import type { Device, LatestValue } from '#contract/http/campus.ts';
import { cameraState } from '../../lib/campus-state.ts';
import { groupBy } from '../../lib/group-by.ts';

/** hidden: what it hangs on is down, so nobody can tell. Only whether it can be reached: recording is another thing. */
export type CameraStatus = 'online' | 'offline' | 'hidden' | 'maintenance' | 'unknown';

/** Whether pictures are kept, as a recorder or the camera itself says; unknown when nobody has said so lately. */
export type RecordingStatus = 'recording' | 'not-recording' | 'unknown';

/** Recorders tell less often than cameras are probed; after this long without a word nobody knows any more. */
const wordHoldsMs = 180_000;

/** What is recorded is believed while it is fresh, whether or not the camera answers us: the recorder may reach it. */
export function recordingStatus(
  recording: Pick<LatestValue, 'value' | 'freshness' | 'receivedAt'> | undefined,
  intervalS: number,
  now: number,
): RecordingStatus {
  if (!recording || recording.freshness === 'hint' || recording.freshness === 'never') return 'unknown';
  if (now - recording.receivedAt > Math.max(wordHoldsMs, 3_000 * intervalS)) return 'unknown';
  return recording.value === 1 ? 'recording' : 'not-recording';
}

/** Seconds a camera's clock is off before its pictures prove little. */
const skewToWarnS = 60;

/** Seconds, ahead positive; undefined while it is right enough or nobody knows. */
export function clockOffS(skew: Pick<LatestValue, 'value' | 'freshness'> | undefined): number | undefined {
  if (!skew || skew.freshness === 'hint' || Math.abs(skew.value) <= skewToWarnS) return undefined;
  return skew.value;
}

/** What may be said of a camera now. */
export function cameraStatus(
  camera: Pick<Device, 'state' | 'parentDown'>,
  maintenance: Pick<LatestValue, 'value'> | undefined,
): CameraStatus {
  const state = cameraState(camera, maintenance);
  const isAway = state === 'offline' || state === 'unknown';
  return isAway && camera.parentDown !== null ? 'hidden' : state;
}

/** Nothing that is probed can be reached, so it is the gateway that is cut off: that says nothing of any camera. */
export function isNetworkOut({ stateReason }: Pick<Device, 'stateReason'>): boolean {
  return stateReason === 'network-down';
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
