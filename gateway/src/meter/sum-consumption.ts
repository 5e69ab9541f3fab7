import type { DeviceConfig } from '#contract/config/devices.ts';
import type { TariffsConfig } from '#contract/config/tariffs.ts';
import type { Quality } from '#contract/enums.ts';
import type { ConsumptionBucket, ConsumptionResponse } from '#contract/http/energy.ts';
import { RESOURCE_METRICS } from '#contract/metrics.ts';
import { FLAG_BITS, flagNames } from '#contract/readings.ts';
import type { SchoolCalendar, TimeSpan } from '../calendar/school-calendar.ts';
import type { HourBook, UnexplainedStep } from '../store/reading-store.ts';
import type { ConsumptionPlan } from './plan-consumption.ts';
import { isExamplePrice, priceOf } from './price-of.ts';
import { type Spread, spreadHours } from './spread-hours.ts';
import { unmeteredOf } from './unmetered.ts';

/** The booked hours of one meter, ascending, as the store gives them. */
export interface MeterBook {
  readonly hours: readonly HourBook[];
  readonly steps: readonly UnexplainedStep[];
}

/** What of a meter's entry its consumption depends on. */
export type MeterFacts = Pick<DeviceConfig, 'priceClass' | 'retired'>;

export interface ConsumptionInput {
  readonly plan: ConsumptionPlan;
  /** A device that is not in it has no data. */
  readonly books: ReadonlyMap<string, MeterBook>;
  readonly from: number;
  readonly to: number;
  /** What is later is not missing yet. Default `to`. */
  readonly now?: number | undefined;
  readonly step: 'hour' | 'day' | 'month';
  readonly calendar: Pick<SchoolCalendar, 'floor' | 'next' | 'dateOf' | 'dayBounds'>;
  readonly tariffs: TariffsConfig;
  readonly devices: ReadonlyMap<string, MeterFacts>;
}

const NO_BOOK: MeterBook = { hours: [], steps: [] };

/**
 * Consumption of a place or a meter from booked hours: every page, alert and report that shows kWh, m³ or yuan gets it
 * here. A value is null where nothing is known; a sum of several meters counts those that are known, and
 * `completeness` says how much that is.
 */
export function sumConsumption(input: ConsumptionInput): ConsumptionResponse {
  const { plan, from, to } = input;
  const counted = plan.own.length > 0 ? plan.own : plan.below;
  const spans = bucketSpans(input);
  // A meter of which nothing is known counts for the completeness alone: a campus may have a thousand of them.
  const booked = counted.filter((device) => bookOf(input, device).hours.length > 0);
  const spreads = booked.map((device) => spreadHours(bookOf(input, device).hours, spans));
  const expectedMs = expectation(input, counted);
  const buckets = spans.map((span, i) => {
    const inSpan = spreads.map((of) => of[i]).filter((of) => of !== undefined);
    return bucketOf(span, inSpan, expectedMs(span));
  });
  const known = buckets.flatMap(({ value }) => (value === null ? [] : [value]));
  let knownMs = 0;
  for (const spread of spreads) for (const one of spread) knownMs += one.knownMs;
  return {
    resource: plan.resource,
    unit: RESOURCE_METRICS[plan.resource].unit,
    total: known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0),
    completeness: shareOf(knownMs, expectedMs({ from, to })),
    ...yuanOf(input, booked),
    meters: counted.length,
    priced: pricedOf(input, counted),
    buckets,
    ...unmeteredOf({
      ...{ own: plan.own, below: plan.below, from, to, now: input.now ?? to },
      hoursOf: (device) => bookOf(input, device).hours,
      endOf: (device) => lastDay(input, device)?.to,
    }),
    steps: counted.flatMap((device) =>
      bookOf(input, device)
        .steps.filter(({ kind, at }) => kind !== 'rollover' && kind !== 'swap' && at > from && at <= to)
        .map((step) => ({ device, ...step })),
    ),
  };
}

function bookOf({ books }: ConsumptionInput, device: string): MeterBook {
  return books.get(device) ?? NO_BOOK;
}

/** Local hours, days or months, cut to the range asked for. */
function bucketSpans({ from, to, step, calendar }: ConsumptionInput): TimeSpan[] {
  const spans: TimeSpan[] = [];
  for (let at = from; at < to; ) {
    const end = Math.min(to, calendar.next(at, step));
    spans.push({ from: at, to: end });
    at = end;
  }
  return spans;
}

/** @param wantedMs how much should be known, over all meters */
function bucketOf(span: TimeSpan, spreads: readonly Spread[], wantedMs: number): ConsumptionBucket {
  const known = spreads.filter(({ knownMs }) => knownMs > 0);
  const flags = spreads.reduce((bits, spread) => bits | spread.flags, 0);
  const knownMs = known.reduce((sum, spread) => sum + spread.knownMs, 0);
  return {
    ...span,
    value: known.length === 0 ? null : known.reduce((sum, spread) => sum + spread.amount, 0),
    quality: qualityOf(known, flags),
    flags: flagNames(flags),
    completeness: shareOf(knownMs, wantedMs),
  };
}

const shareOf = (knownMs: number, wantedMs: number): number => (wantedMs <= 0 ? 0 : Math.min(1, knownMs / wantedMs));

/** How much of a span should be known, over all meters: of a retired one nothing from its last day on. */
function expectation(input: ConsumptionInput, meters: readonly string[]): (span: TimeSpan) => number {
  const ends = meters.flatMap((meter) => lastDay(input, meter)?.from ?? []);
  const others = meters.length - ends.length;
  return ({ from, to }) =>
    ends.reduce((sum, end) => sum + Math.max(0, Math.min(to, end) - from), others * Math.max(0, to - from));
}

/** Of a retired meter the day on which it went out of use. */
function lastDay({ devices, calendar }: ConsumptionInput, meter: string): TimeSpan | undefined {
  const retired = devices.get(meter)?.retired;
  return retired === undefined ? undefined : calendar.dayBounds(retired);
}

function qualityOf(known: readonly Spread[], flags: number): Quality {
  if (known.length === 0) return 'missing';
  if (known.some(({ estimatedMs }) => estimatedMs > 0)) return 'estimated';
  return (flags & FLAG_BITS.manual) === 0 ? 'measured' : 'manual';
}

/** Null when nothing is known, or when a part that was consumed has no price. */
function yuanOf(
  input: ConsumptionInput,
  devices: readonly string[],
): Pick<ConsumptionResponse, 'yuan' | 'yuanIsExample'> {
  let yuan: number | null = null;
  let isExample = false;
  const spans = priceSpans(input);
  for (const device of devices) {
    const spreads = spreadHours(bookOf(input, device).hours, spans);
    for (const [i, span] of spans.entries()) {
      const spread = spreads[i];
      if (spread === undefined || spread.knownMs === 0) continue;
      const date = input.calendar.dateOf(span.from);
      const price = priceOf(input.tariffs, input.devices.get(device), input.plan.resource, date);
      if (price === undefined) return { yuan: null };
      yuan = (yuan ?? 0) + spread.amount * price;
      isExample ||= isExamplePrice(input.tariffs, input.devices.get(device), input.plan.resource);
    }
  }
  return isExample ? { yuan, yuanIsExample: true } : { yuan };
}

/** Whether the meters have a price at the end of the range. */
function pricedOf({ to, calendar, tariffs, devices, plan }: ConsumptionInput, meters: readonly string[]) {
  const date = calendar.dateOf(to - 1);
  const priced = meters.filter((meter) => priceOf(tariffs, devices.get(meter), plan.resource, date) !== undefined);
  // Of a place without a meter: whether one would have a price.
  if (meters.length === 0) return priceOf(tariffs, undefined, plan.resource, date) === undefined ? 'none' : 'all';
  return priced.length === meters.length ? 'all' : priced.length > 0 ? 'some' : 'none';
}

/** The range, cut wherever a price may change: at the start of a local date. */
function priceSpans({ from, to, calendar, tariffs }: ConsumptionInput): TimeSpan[] {
  const cuts = tariffs.tariffs
    .flatMap((tariff) => tariff.prices.map((price) => calendar.dayBounds(price.from).from))
    .filter((cut) => cut > from && cut < to);
  const edges = [from, ...new Set(cuts), to].sort((a, b) => a - b);
  return edges.slice(1).map((edge, i) => ({ from: edges[i] ?? from, to: edge }));
}
