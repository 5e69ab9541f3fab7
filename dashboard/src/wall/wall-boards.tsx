import type { ReactNode } from 'react';
import type { Device, Place } from '#contract/http/campus.ts';
import { useLanguage, useText } from '../i18n/use-text.ts';
import { byParentDown, cameraState, doorState, isOut } from '../lib/campus-state.ts';
import { useDevices, useLive, useValues } from '../live/use-live.ts';
import { LiveDuration } from '../ui/live-age.tsx';
import { StateBoard } from '../ui/state-board.tsx';
import { wallText } from './wall.text.ts';
import { WallTile } from './wall-tile.tsx';

interface BoardProps {
  readonly placeNames: ReadonlyMap<string, Place['name']>;
}

/** Dots that fit beside the rows; of the rest only the number is told. */
const MOST_DOTS = 40;

function DeviceRow({
  device,
  placeNames,
  children,
}: Pick<BoardProps, 'placeNames'> & { readonly device: Device; readonly children?: ReactNode }) {
  const language = useLanguage();
  const name = device.name[language];
  const place = placeNames.get(device.place)?.[language] ?? device.place;
  return (
    <li className="wrow wrow-device">
      <p>
        {name}
        <span className="wrow-facts">
          {place === name ? '' : ` · ${place}`}
          {children}
        </span>
      </p>
    </li>
  );
}

/** Open doors by name, and a dot for each door. */
export function DoorBoard({ placeNames }: BoardProps) {
  const t = useText(wallText);
  const { store } = useLive();
  useValues();
  const doors = useDevices()
    .filter(({ kind }) => kind === 'door')
    .map((device) => ({ device, state: doorState(device, store.latest(device.id, 'door_open')) }));
  const open = doors.filter(({ state }) => state === 'open');
  const unknown = doors.filter(({ state }) => state === 'unknown').length;
  const isQuiet = open.length === 0;
  return (
    <WallTile
      name={t.openDoors}
      count={open.length}
      tone={isQuiet ? (unknown > 0 || doors.length === 0 ? 'unknown' : 'good') : 'attention'}
      none={doors.length === 0 ? t.noDoors : unknown > 0 ? '' : t.noOpenDoors}
      note={unknown > 0 ? t.unknownDoors(unknown) : undefined}
      rows={open.map(({ device }) => <DeviceRow key={device.id} device={device} placeNames={placeNames} />)}
    >
      <StateBoard items={doors} label={t.allDoors} most={MOST_DOTS} />
    </WallTile>
  );
}

/** Cameras that are down, those behind one switch as one row, and a dot for each camera. */
export function CameraBoard({ placeNames }: BoardProps) {
  const t = useText(wallText);
  const { store } = useLive();
  const devices = useDevices();
  const cameras = devices
    .filter(({ kind }) => kind === 'camera')
    .map((device) => ({ device, state: cameraState(device, store.latest(device.id, 'camera_maintenance')) }));
  const offline = cameras.filter(({ device, state }) => isOut(device, state)).map(({ device }) => device);
  const unknown = cameras.filter(({ device, state }) => state === 'unknown' && !isOut(device, state)).length;
  const byId = new Map(devices.map((device) => [device.id, device]));
  const rows = byParentDown(offline).flatMap((group) => {
    const device = group.parent === null ? group.devices[0] : byId.get(group.parent);
    if (!device) return [];
    return [
      <DeviceRow key={device.id} device={device} placeNames={placeNames}>
        {group.parent === null ? '' : ` · ${t.takesWith(group.devices.length)}`}
        {device.stateSince === null ? null : (
          <>
            {' · '}
            <LiveDuration at={device.stateSince} />
          </>
        )}
      </DeviceRow>,
    ];
  });
  return (
    <WallTile
      name={t.offlineCameras}
      count={offline.length}
      tone={offline.length > 0 ? 'critical' : unknown > 0 || cameras.length === 0 ? 'unknown' : 'good'}
      none={cameras.length === 0 ? t.noCameras : unknown > 0 ? '' : t.noOfflineCameras}
      note={unknown > 0 ? t.unknownCameras(unknown) : undefined}
      rows={rows}
    >
      <StateBoard items={cameras} label={t.allCameras} most={MOST_DOTS} />
    </WallTile>
  );
}
