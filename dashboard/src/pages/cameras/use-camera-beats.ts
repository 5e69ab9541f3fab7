import { useQueries, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { DeviceKind } from '#contract/enums.ts';
import type { Alert } from '#contract/http/alerts.ts';
import type { Device } from '#contract/http/campus.ts';
import type { SeriesPoint } from '#contract/http/energy.ts';
import { seriesQuery } from '../../api/queries.ts';
import { useDevices, useLatest } from '../../live/use-live.ts';
import { useAlertsBetween } from '../../ui/use-alerts-between.ts';
import { type Beat, cameraBeats } from './camera-hours.ts';

export const slotMs = 900_000;
export const hourMs = 3_600_000;
const minute = 60_000;
const maxWitnesses = 4;

export interface BeatRange {
  readonly from: number;
  readonly to: number;
  readonly now: number;
  /** Length of a slot; a quarter of an hour when absent. An answer holds 800 slots. */
  readonly step?: '15m' | '1h';
}

const lifeQuery = (device: string, metric: string, { from, to, step = '15m' }: BeatRange) => ({
  ...seriesQuery({ device, metric, from, to, step }),
  refetchInterval: 5 * minute,
});

const order: readonly DeviceKind[] = ['electricity-meter', 'nvr', 'switch', 'water-meter', 'sensor', 'door', 'camera'];

/** Who can tell that the gateway was awake: devices that report often, of many kinds and places. */
export function witnesses(devices: readonly Device[]): readonly Device[] {
  const often = devices
    .filter(({ intervalS, lastSeenAt }) => intervalS <= 300 && lastSeenAt !== null)
    .sort(
      (a, b) => order.indexOf(a.kind) - order.indexOf(b.kind) || a.intervalS - b.intervalS || (a.id < b.id ? -1 : 1),
    );
  const kinds = new Set<DeviceKind>();
  const varied = often.filter(({ kind }) => !kinds.has(kind) && kinds.add(kind));
  return [...new Set([...varied, ...often])].slice(0, maxWitnesses);
}

/** Whether the gateway heard anything in a slot; undefined while it is not known. */
export function useGatewaySight(range: BeatRange): ((ts: number) => boolean) | undefined {
  const devices = useDevices();
  const ids = useMemo(() => witnesses(devices).map(({ id }) => id), [devices]);
  const answers = useQueries({ queries: ids.map((id) => lifeQuery(id, 'online', range)) });
  const known = answers.flatMap(({ data }) => (data ? [data.points] : []));
  const heard = new Set(known.flatMap((points) => points.filter(({ count }) => count > 0).map(({ ts }) => ts)));
  return known.length === ids.length && ids.length > 0 ? (ts) => heard.has(ts) : undefined;
}

const nothing: readonly SeriesPoint[] = [];

/** The last 24 h or 7 d of a camera in quarters of an hour, oldest first; undefined while they are not known. */
export function useCameraBeats(
  camera: Device,
  range: BeatRange,
  seen: ((ts: number) => boolean) | undefined,
): { readonly beats: readonly Beat[] | undefined; readonly error: Error | null; readonly retry: () => unknown } {
  const own = useQuery(lifeQuery(camera.id, 'camera_online', range));
  const parents = useQueries({ queries: camera.dependsOn.map((id) => lifeQuery(id, 'online', range)) });
  const isMaintained = useLatest(camera.id, 'camera_maintenance') !== undefined;
  const maintenance = useQuery({ ...lifeQuery(camera.id, 'camera_maintenance', range), enabled: isMaintained });
  const alerts = useAlertsBetween(range.from, range.to);
  const parentPoints = parents.flatMap(({ data }) => (data ? [data.points] : []));
  const isKnown =
    own.data !== undefined && alerts.data !== undefined && seen !== undefined && parentPoints.length === parents.length;
  const beats = isKnown
    ? cameraBeats({
        own: own.data.points,
        parents: parentPoints,
        seen,
        maintenance: maintenance.data?.points ?? nothing,
        silences: silencesOf(camera.id, alerts.data),
        slotMs: range.step === '1h' ? hourMs : slotMs,
        now: range.now,
      })
    : undefined;
  const failed = [own, alerts, ...parents].find(({ error }) => error);
  return { beats, error: failed?.error ?? null, retry: () => failed?.refetch() };
}

function silencesOf(camera: string, alerts: readonly Alert[]) {
  return alerts
    .filter(({ device, kind }) => device === camera && kind === 'silent')
    .map(({ since, until, unknownSince }) => ({ from: since, to: until ?? unknownSince }));
}
