import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { Device } from '#contract/http/campus.ts';
import { orderTime } from '#contract/readings.ts';
import { samplesQuery, seriesQuery } from '../../api/queries.ts';
import { useLatest } from '../../live/use-live.ts';
import { aheadMs, type Band, doorBands, toldUpTo } from './door-bands.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const slotMs = 900_000;

/** The last 24 hours of a door up to `now`; undefined while they are not known. What arrives meanwhile is added at once. */
export function useDoorBands(device: Device, now: number) {
  const newest = useLatest(device.id, 'door_open');
  // The hours that are over never change; only the running one is asked for again.
  const running = Math.floor(now / hour) * hour;
  const first = running - day;
  const past = useQuery(samplesQuery(device.id, 'door_open', first, running));
  const present = useQuery({
    ...samplesQuery(device.id, 'door_open', running, running + hour + aheadMs),
    refetchInterval: minute,
  });
  const life = useQuery({
    ...seriesQuery({ device: device.id, metric: 'online', from: first, to: running + hour, step: '15m' }),
    refetchInterval: 5 * minute,
  });
  const points = useMemo(
    () => (past.data && present.data ? [...past.data, ...present.data] : undefined),
    [past.data, present.data],
  );
  const isLate = points !== undefined && (points[0]?.ts ?? now) > first + 3_000 * device.intervalS;
  const before = useQuery({
    ...seriesQuery({ device: device.id, metric: 'door_open', from: first - 14 * day, to: first, step: '1h' }),
    enabled: isLate,
  });
  const bands = useMemo((): Band[] | undefined => {
    if (!points || !life.data) return undefined;
    const told = newest?.freshness === 'hint' ? undefined : newest;
    // What has just come lies after the minute that the page is drawn by.
    const to = told === undefined ? now : Math.max(now, orderTime(told) + 1);
    const isGone = device.state === 'offline' || device.state === 'unknown';
    return doorBands(
      {
        points: toldUpTo(points, told, to),
        before: before.data?.points.findLast(({ value }) => value !== null)?.value ?? null,
        life: life.data.points,
        slotMs,
        intervalMs: device.intervalS * 1_000,
        goneSince: isGone ? (device.stateSince ?? 0) : null,
      },
      { from: now - day, to },
    );
  }, [points, life.data, before.data, newest, now, device.state, device.stateSince, device.intervalS]);
  return { bands, answers: [past, present, life] as const };
}
