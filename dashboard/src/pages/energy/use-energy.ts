import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { Alert } from '#contract/http/alerts.ts';
import type { Device, Place } from '#contract/http/campus.ts';
import { consumptionQuery, devicesQuery, placesQuery } from '../../api/queries.ts';
import type { Range } from '../../charts/closed-ranges.ts';
import { parseLocal } from '../../lib/site-time.ts';
import { useGatewayNow } from '../../live/use-live.ts';
import { useFormat } from '../../ui/format-context.tsx';
import { useAlertsBetween } from '../../ui/use-alerts-between.ts';
import type { EnergyFilters } from './energy-filters.ts';
import { comparedRange, periodAround, slotsOf } from './energy-range.ts';
import { measures, type PlaceNode, pathToNearest, placesUnder, placeTree } from './place-tree.ts';

/** What is looked at: a place with all below it, or one meter. */
export interface Subject {
  readonly path: readonly PlaceNode[];
  readonly node: PlaceNode | undefined;
  readonly device: Device | undefined;
  /** The place that was asked for, when nothing in it measures the resource and `node` is above it. */
  readonly without: Place | undefined;
}

export interface EnergyTime {
  /** The whole day, week or month. */
  readonly period: Range;
  /** The part of it that is over; empty when it lies in the future. */
  readonly known: Range;
  readonly compared: Range | undefined;
  readonly slots: readonly Range[];
  readonly now: number;
  readonly isRunning: boolean;
}

const fiveMinutes = 300_000;

/** The running period is asked for anew every five minutes. */
export function useEnergyTime({ period: name, date, compare }: EnergyFilters): EnergyTime {
  const { timeZone } = useFormat();
  const now = Math.floor(useGatewayNow(10_000) / fiveMinutes) * fiveMinutes;
  return useMemo(() => {
    const at = (date === undefined ? undefined : parseLocal(timeZone, date)) ?? now;
    const period = periodAround(timeZone, name, at);
    const known = { from: period.from, to: Math.max(period.from, Math.min(period.to, now)) };
    const isRunning = period.from <= now && now < period.to;
    return {
      period,
      known,
      compared: comparedRange(timeZone, name, compare, known),
      slots: slotsOf(timeZone, name, period),
      now,
      isRunning,
    };
  }, [timeZone, now, name, date, compare]);
}

/** The tree of metered places and where in it the address points; undefined while it is not known. */
export function useSubject({ place, device, resource }: EnergyFilters) {
  const places = useQuery(placesQuery);
  const devices = useQuery(devicesQuery);
  const tree = useMemo(
    () => (places.data && devices.data ? placeTree(places.data, devices.data, resource) : undefined),
    [places.data, devices.data, resource],
  );
  const meter = devices.data?.find((known) => known.id === device && measures(known, resource));
  const wanted = meter?.place ?? place ?? tree?.[0]?.place.id ?? '';
  const path = tree ? pathToNearest(tree, places.data ?? [], wanted) : [];
  const node = path.at(-1);
  const without = node && node.place.id !== wanted ? places.data?.find(({ id }) => id === wanted) : undefined;
  const subject: Subject = { path, node, device: meter, without };
  return { tree, subject, answers: [places, devices] as const };
}

const askOf = ({ node, device }: Subject) => (device ? { device: device.id } : { place: node?.place.id });

/** What the subject used in a range, bar by bar. */
export function useConsumption(
  subject: Subject,
  { resource, period }: Pick<EnergyFilters, 'resource' | 'period'>,
  range: Range | undefined,
) {
  const { from, to } = range ?? { from: 0, to: 0 };
  const step = period === 'day' ? 'hour' : 'day';
  return useQuery({
    ...consumptionQuery({ ...askOf(subject), resource, from, to, step }),
    enabled: from < to && (subject.node !== undefined || subject.device !== undefined),
  });
}

/** Alerts about the use of the resource (not about silent meters) at the subject, in a range. */
export function useEnergyAlerts(subject: Subject, resource: EnergyFilters['resource'], range: Range): readonly Alert[] {
  const { data: alerts } = useAlertsBetween(range.from, range.to);
  const { data: devices } = useQuery(devicesQuery);
  return useMemo(() => {
    const under = subject.node ? placesUnder(subject.node) : new Set<string>();
    const meters = new Set(
      (devices ?? [])
        .filter((device) => measures(device, resource))
        .filter(({ id, place }) => (subject.device ? id === subject.device.id : under.has(place)))
        .map(({ id }) => id),
    );
    return (alerts ?? []).filter(({ device, kind }) => meters.has(device) && kind !== 'silent');
  }, [alerts, devices, subject.node, subject.device, resource]);
}
