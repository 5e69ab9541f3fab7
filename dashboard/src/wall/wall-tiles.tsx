import type { ReactNode } from 'react';
import type { Incident } from '#contract/http/alerts.ts';
import type { Device, Place } from '#contract/http/campus.ts';
import { useLanguage, useText } from '../i18n/use-text.ts';
import { byParentDown, cameraState, doorState, isOut, outSince } from '../lib/campus-state.ts';
import { useDevices, useGatewayNow, useLive, useValues } from '../live/use-live.ts';
import { useFormat } from '../ui/format-context.tsx';
import { LiveDuration } from '../ui/live-age.tsx';
import { SeverityMark } from '../ui/mark.tsx';
import { wallText } from './wall.text.ts';

interface PlaceNames {
  readonly placeNames: ReadonlyMap<string, Place['name']>;
}

interface WallTilesProps extends PlaceNames {
  readonly firing: readonly Incident[];
  /** The one that stands in the banner already. */
  readonly called: string | undefined;
}

/** What goes on first, then open doors, then dead cameras: by importance, not by type. Under a banner there is less room. */
export function WallTiles({ firing, called, placeNames }: WallTilesProps) {
  const most = called === undefined ? 5 : 3;
  return (
    <div className="tiles">
      <Firing firing={firing} called={called} most={most - 1} placeNames={placeNames} />
      <OpenDoors most={most} placeNames={placeNames} />
      <OfflineCameras most={most} placeNames={placeNames} />
    </div>
  );
}

interface WallTileProps {
  readonly name: string;
  readonly count: ReactNode;
  readonly tone: 'good' | 'attention' | 'critical' | 'unknown';
  /** Said when nothing stands in the tile. */
  readonly none: string;
  readonly note?: string | undefined;
  /** How many rows fit without scrolling. */
  readonly most: number;
  readonly rows: readonly ReactNode[];
}

function WallTile({ name, count, tone, none, note, most, rows }: WallTileProps) {
  const t = useText(wallText);
  return (
    <section className={`wtile wtile-${tone}`}>
      <h2>
        <span className="wtile-count">{count}</span> {name}
      </h2>
      {note === undefined ? null : <p className="wall-unknown">{note}</p>}
      {rows.length === 0 ? <p className="wtile-none">{none}</p> : null}
      <ul>{rows.slice(0, most)}</ul>
      {rows.length > most ? <p className="wtile-none">{t.moreRows(rows.length - most)}</p> : null}
    </section>
  );
}

function Firing({ firing, called, most, placeNames }: WallTilesProps & { readonly most: number }) {
  const t = useText(wallText);
  const language = useLanguage();
  const format = useFormat();
  const now = useGatewayNow(10_000);
  const tone = firing.some(({ severity }) => severity === 'critical') ? 'critical' : 'attention';
  const others = firing.filter(({ id }) => id !== called);
  const rows = others.map((incident) => (
    <li key={incident.id} className="wrow">
      <SeverityMark severity={incident.severity} />
      <div>
        <p>{incident.sentence[language]}</p>
        <p className="wrow-facts">
          {placeNames.get(incident.place)?.[language] ?? incident.place} · {t.since(format.moment(incident.since, now))}{' '}
          · <LiveDuration at={incident.since} />
          {incident.ackedBy === null ? '' : ` · ${t.ackedBy(incident.ackedBy)}`}
          {(incident.silencedUntil ?? 0) > now ? ` · ${t.silenced}` : ''}
        </p>
      </div>
    </li>
  ));
  return (
    <WallTile
      name={t.firing}
      count={firing.length}
      tone={firing.length === 0 ? 'good' : tone}
      none={firing.length === 0 ? t.noFiring : ''}
      most={most}
      rows={rows}
    />
  );
}

function DeviceRow({
  device,
  placeNames,
  children,
}: PlaceNames & { readonly device: Device; readonly children?: ReactNode }) {
  const language = useLanguage();
  return (
    <li className="wrow wrow-device">
      <p>{device.name[language]}</p>
      <p className="wrow-facts">
        {placeNames.get(device.place)?.[language] ?? device.place}
        {children}
      </p>
    </li>
  );
}

function OpenDoors({ most, placeNames }: PlaceNames & { readonly most: number }) {
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
      most={most}
      rows={open.map(({ device }) => <DeviceRow key={device.id} device={device} placeNames={placeNames} />)}
    />
  );
}

function OutFor({ device }: { readonly device: Device }) {
  const since = outSince(device);
  if (since === null) return null;
  return (
    <>
      {' · '}
      <LiveDuration at={since} />
    </>
  );
}

function OfflineCameras({ most, placeNames }: PlaceNames & { readonly most: number }) {
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
        <OutFor device={device} />
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
      most={most}
      rows={rows}
    />
  );
}
