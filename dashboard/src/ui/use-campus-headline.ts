import { type CampusHeadline, campusHeadline } from '../lib/campus-headline.ts';
import { doorState } from '../lib/campus-state.ts';
import {
  useConnection,
  useDevices,
  useIncidents,
  useLastDataAt,
  useLive,
  useStorage,
  useValues,
} from '../live/use-live.ts';

/** What may be said of the campus now. @param known share of today's electricity that is known, where it was asked for */
export function useCampusHeadline(known?: number): CampusHeadline {
  const { store } = useLive();
  const devices = useDevices();
  const incidents = useIncidents();
  const storage = useStorage();
  const { state } = useConnection();
  const lastDataAt = useLastDataAt();
  useValues();
  const doorsUntold = devices.filter(
    (device) =>
      device.kind === 'door' &&
      (device.state === 'online' || device.state === 'suspect') &&
      doorState(device, store.latest(device.id, 'door_open')) === 'unknown',
  ).length;
  return campusHeadline({ connection: state, storage, incidents, devices, doorsUntold, lastDataAt, known });
}
