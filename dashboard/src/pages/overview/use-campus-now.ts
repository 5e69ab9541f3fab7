import type { Device } from '#contract/http/campus.ts';
import { type CameraState, cameraState, type DoorState, doorState } from '../../lib/campus-state.ts';
import { useDevices, useLive, useValues } from '../../live/use-live.ts';

export interface CampusNow {
  readonly cameras: readonly { readonly device: Device; readonly state: CameraState }[];
  readonly doors: readonly { readonly device: Device; readonly state: DoorState }[];
}

/** What may be said of all doors and cameras at this moment. */
export function useCampusNow(): CampusNow {
  const { store } = useLive();
  const devices = useDevices();
  // Doors and cameras change seldom, but when they do it has to show at once.
  useValues();
  return {
    cameras: devices
      .filter(({ kind }) => kind === 'camera')
      .map((device) => ({ device, state: cameraState(device, store.latest(device.id, 'camera_maintenance')) })),
    doors: devices
      .filter(({ kind }) => kind === 'door')
      .map((device) => ({ device, state: doorState(device, store.latest(device.id, 'door_open')) })),
  };
}
