/** Consumption of planned meters from their booked hours. */
import type { TariffsConfig } from '#contract/config/tariffs.ts';
import type { Resource } from '#contract/enums.ts';
import type { ConsumptionResponse } from '#contract/http/energy.ts';
import { RESOURCE_METRICS } from '#contract/metrics.ts';
import type { SchoolCalendar } from './calendar/school-calendar.ts';
import { addHours } from './meter/add-hours.ts';
import type { ConsumptionPlan } from './meter/plan-consumption.ts';
import { preferHours } from './meter/prefer-hours.ts';
import { type MeterBook, type MeterFacts, sumConsumption } from './meter/sum-consumption.ts';
import type { ReadingStore } from './store/reading-store.ts';

/** Names of the series that make up the consumption of a meter. */
export interface MeterMetrics {
  readonly registers: readonly string[];
  readonly intervals: readonly string[];
}

export interface ConsumptionAsked {
  readonly plan: ConsumptionPlan;
  /** Of every planned meter. */
  readonly metrics: ReadonlyMap<string, MeterMetrics>;
  readonly from: number;
  readonly to: number;
  /** What is later is not missing yet. */
  readonly now: number;
  readonly step: 'hour' | 'day' | 'month';
  readonly tariffs: TariffsConfig;
}

interface Sources {
  readonly devices: ReadonlyMap<string, MeterFacts>;
  readonly calendar: Pick<SchoolCalendar, 'floor' | 'next' | 'dateOf' | 'dayBounds'>;
  readonly store: Pick<ReadingStore, 'hours'>;
}

const SUFFIX = /_(?:l[1-3]|ch\d{1,3})$/;

/** @param all metrics the meter has ever reported */
export function metricsFor(all: readonly string[], resource: Resource): MeterMetrics {
  const { register, interval } = RESOURCE_METRICS[resource];
  // The series under its own name, or else its phases or channels.
  const named = (base: string): string[] =>
    all.includes(base) ? [base] : all.filter((metric) => metric.replace(SUFFIX, '') === base);
  return { registers: named(register), intervals: named(interval) };
}

export async function consumptionOf(asked: ConsumptionAsked & Sources): Promise<ConsumptionResponse> {
  return sumConsumption({ ...asked, books: await readBooks(asked) });
}

/** The booked hours of meters: registers first, interval values where those know less. */
export async function readBooks({
  metrics,
  from,
  to,
  store,
}: Pick<ConsumptionAsked, 'metrics' | 'from' | 'to'> & Pick<Sources, 'store'>): Promise<Map<string, MeterBook>> {
  const books = new Map<string, MeterBook>();
  for (const [device, { registers, intervals }] of metrics) {
    if (registers.length === 0 && intervals.length === 0) continue;
    const read = (names: readonly string[]) =>
      Promise.all(names.map((metric) => store.hours({ device, metric, from, to })));
    const [counted, measured] = await Promise.all([read(registers), read(intervals)]);
    books.set(device, {
      hours: preferHours(addHours(counted.map((book) => book.hours)), addHours(measured.map((book) => book.hours))),
      steps: counted.flatMap((book) => book.steps),
    });
  }
  return books;
}
