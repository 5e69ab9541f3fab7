import { useQueries, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { Text } from '#contract/enums.ts';
import type { Alert } from '#contract/http/alerts.ts';
import type { Device, Place } from '#contract/http/campus.ts';
import type { ConsumptionResponse } from '#contract/http/energy.ts';
import { calendarQuery, consumptionQuery, devicesQuery, placesQuery } from '../../api/queries.ts';
import type { Range } from '../../charts/closed-ranges.ts';
import type { ChartStep } from '../../charts/consumption-chart.tsx';
import { bucketsInSlots } from '../../charts/consumption-slots.ts';
import { addDays, endOfDay, localDate, parseLocal, startOfDay } from '../../lib/site-time.ts';
import { useGatewayNow } from '../../live/use-live.ts';
import { useFormat } from '../../ui/format-context.tsx';
import { useAlertsBetween } from '../../ui/use-alerts-between.ts';
import type { EnergyFilters } from './energy-filters.ts';
import {
  comparedRange,
  daysRange,
  movePeriod,
  periodAround,
  slotsOf,
  stepOf,
  type Term,
  termAt,
  termBefore,
} from './energy-range.ts';
import { measures, type PlaceNode, pathToNearest, placesUnder, placeTree } from './place-tree.ts';
import { type SchoolDays, schoolDays } from './school-days.ts';

/** What is looked at: a place with all below it, or one meter. */
export interface Subject {
  readonly path: readonly PlaceNode[];
  readonly node: PlaceNode | undefined;
  readonly device: Device | undefined;
  /** The place that was asked for, when nothing in it measures the resource and `node` is above it. */
  readonly without: Place | undefined;
}

export interface EnergyTime {
  /** The whole day, week, month, year, term or range of one's own. */
  readonly period: Range;
  /** The part of it that is over; empty when it lies in the future. */
  readonly known: Range;
  readonly compared: Range | undefined;
  /** Where school days are compared: of a month the whole one before, since a mean asks for no equal length. */
  readonly comparedDays: Range | undefined;
  readonly step: ChartStep;
  readonly slots: readonly Range[];
  readonly now: number;
  readonly isRunning: boolean;
  /** The term that is shown, where terms are. */
  readonly term: Term | undefined;
}

const fiveMinutes = 300_000;
const noTerms: readonly Term[] = [];

/** Terms of the school's calendar; undefined while they are not known. */
export function useTerms(): readonly Term[] | undefined {
  const { timeZone } = useFormat();
  const today = startOfDay(timeZone, useGatewayNow(60_000));
  const { data } = useQuery(calendarQuery(today, addDays(timeZone, today, 1)));
  return data === undefined ? undefined : (data.terms ?? noTerms);
}

/** The running period is asked for anew every five minutes. */
export function useEnergyTime({ period: name, date, until, term: termId, compare }: EnergyFilters): EnergyTime {
  const { timeZone } = useFormat();
  const terms = useTerms() ?? noTerms;
  const now = Math.floor(useGatewayNow(10_000) / fiveMinutes) * fiveMinutes;
  return useMemo(() => {
    const at = (date === undefined ? undefined : parseLocal(timeZone, date)) ?? now;
    const term = name === 'term' ? termAt(timeZone, terms, termId, now) : undefined;
    const before = term && termBefore(terms, term);
    const rangeOf = (of: Term | undefined): Range | undefined => of && daysRange(timeZone, of.from, of.to);
    const first = date ?? localDate(timeZone, addDays(timeZone, now, -6));
    const own = (): Range | undefined =>
      daysRange(timeZone, first, until ?? (date === undefined ? localDate(timeZone, now) : first));
    const period =
      (name === 'term' ? rangeOf(term) : name === 'own' ? own() : undefined) ??
      periodAround(timeZone, name === 'term' || name === 'own' ? 'day' : name, at);
    const known = { from: period.from, to: Math.max(period.from, Math.min(period.to, now)) };
    const step = stepOf(period);
    const compared = comparedRange(timeZone, name, compare, known, rangeOf(before));
    return {
      period,
      known,
      compared,
      comparedDays:
        name === 'month' && compared !== undefined
          ? { from: movePeriod(timeZone, name, period.from, -1), to: period.from }
          : compared,
      step,
      slots: slotsOf(timeZone, step, period),
      now,
      isRunning: period.from <= now && now < period.to,
      term,
    };
  }, [timeZone, now, name, date, until, termId, terms, compare]);
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
  { resource }: Pick<EnergyFilters, 'resource'>,
  range: Range | undefined,
  step: ChartStep,
) {
  const { from, to } = range ?? { from: 0, to: 0 };
  return useQuery({
    ...consumptionQuery({ ...askOf(subject), resource, from, to, step }),
    enabled: from < to && (subject.node !== undefined || subject.device !== undefined),
  });
}

/** A place or meter directly below, with what it used. */
export interface Part {
  readonly id: string;
  readonly name: Text;
  readonly ask: { readonly place: string } | { readonly device: string };
  readonly isMeter: boolean;
  /** Part of what the place's own meters count; otherwise it is one of those. */
  readonly isBelow: boolean;
  readonly now: ConsumptionResponse | undefined;
  readonly before: ConsumptionResponse | undefined;
  /** Where school days are compared. */
  readonly schoolDays: { readonly now: SchoolDays | undefined; readonly before: SchoolDays | undefined };
}

/** A meter with this tag counts a part of its place. */
const subMeterTag = 'sub';

/** What the places and meters directly below used, bar by bar; none of a single meter. */
export function useParts({ node, device }: Subject, filters: EnergyFilters, time: EnergyTime): readonly Part[] {
  const { resource } = filters;
  const { known, compared, comparedDays, step } = time;
  const bySchoolDays = comparesSchoolDays(filters, time);
  const calendars = useSchoolCalendars(node, filters, time);
  const parts = useMemo(
    () =>
      node === undefined || device !== undefined
        ? []
        : [
            ...node.children.map(({ place }) => ({
              id: place.id,
              name: place.name,
              ask: { place: place.id },
              isMeter: false,
              isBelow: true,
            })),
            ...node.meters.map((meter) => ({
              id: meter.id,
              name: meter.name,
              ask: { device: meter.id },
              isMeter: true,
              isBelow: meter.tags.includes(subMeterTag),
            })),
          ],
    [node, device],
  );
  // One answer by the day tells the school days and, in sums, the months too: a campus has many parts.
  const by = bySchoolDays ? 'day' : step;
  const ask = (range: Range | undefined) =>
    range === undefined || range.from >= range.to
      ? []
      : parts.map((part) => consumptionQuery({ ...part.ask, resource, from: range.from, to: range.to, step: by }));
  const now = useQueries({ queries: ask(known) });
  const before = useQueries({ queries: ask(bySchoolDays ? comparedDays : compared) });
  return parts.map((part, index) => {
    const [used, usedBefore] = [now[index]?.data, before[index]?.data];
    return {
      ...part,
      now: used && by !== step ? { ...used, buckets: bucketsInSlots(used.buckets, time.slots) } : used,
      before: usedBefore,
      schoolDays: { now: calendars.now(used), before: calendars.before(usedBefore) },
    };
  });
}

/** The calendar tells a little more than a year in one answer. */
export const calendarMostMs = 395 * 86_400_000;

/** Ranges of which a school day is compared with a school day: they hold several, and not the same number. */
export function comparesSchoolDays(
  { period, compare }: Pick<EnergyFilters, 'period' | 'compare'>,
  { step, period: range }: Pick<EnergyTime, 'step' | 'period'>,
): boolean {
  const isLong = range.to - range.from > calendarMostMs;
  return compare !== 'none' && period !== 'day' && period !== 'week' && step !== 'hour' && !isLong;
}

/** The mean of a school day in the range and in what it is compared with; undefined while not known or not asked for. */
export function useSchoolDays(subject: Subject, filters: EnergyFilters, time: EnergyTime) {
  const isWanted = comparesSchoolDays(filters, time);
  const calendars = useSchoolCalendars(subject.node, filters, time);
  const now = useConsumption(subject, filters, isWanted ? time.known : undefined, 'day');
  const before = useConsumption(subject, filters, isWanted ? time.comparedDays : undefined, 'day');
  return {
    now: calendars.now(now.data),
    before: calendars.before(before.data),
    missingYears: calendars.missingYears,
  };
}

/** Turns days into school days by the calendar of the place, in the range and in what it is compared with. */
function useSchoolCalendars(node: PlaceNode | undefined, filters: EnergyFilters, time: EnergyTime) {
  const isWanted = comparesSchoolDays(filters, time);
  const now = useCalendarDays(node?.place.id, isWanted ? time.known : undefined);
  const before = useCalendarDays(node?.place.id, isWanted ? time.comparedDays : undefined);
  return {
    ...{ now: now.schoolDaysOf, before: before.schoolDaysOf },
    missingYears: [...new Set([...before.missingYears, ...now.missingYears])],
  };
}

function useCalendarDays(place: string | undefined, range: Range | undefined) {
  const { timeZone } = useFormat();
  const { from, to } = range ?? { from: 0, to: 0 };
  const { data } = useQuery({
    ...calendarQuery(startOfDay(timeZone, from), endOfDay(timeZone, to), place),
    enabled: from < to,
  });
  return {
    missingYears: range === undefined ? [] : (data?.missingYears ?? []),
    schoolDaysOf: (used: ConsumptionResponse | undefined): SchoolDays | undefined =>
      range === undefined || used === undefined || data === undefined
        ? undefined
        : schoolDays(used.buckets, data.days, (at) => localDate(timeZone, at)),
  };
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
