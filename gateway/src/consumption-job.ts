/** Consumption of many meters or years on another thread: it asks for booked hours a hundred days at a time. */
import type { CalendarConfig } from '#contract/config/calendar.ts';
import type { ConsumptionResponse, WasteResponse } from '#contract/http/energy.ts';
import { createSchoolCalendar } from './calendar/create-school-calendar.ts';
import { NO_HOLIDAYS } from './calendar/holidays.ts';
import { type ConsumptionAsked, consumptionOf } from './consumption-of.ts';
import type { MeterFacts } from './meter/sum-consumption.ts';
import type { JobLane } from './shared/job-lane.ts';
import type { Answered, Ask } from './shared/job-words.ts';
import type { HourBook, ReadingStore, SeriesRange } from './store/reading-store.ts';
import { type WasteAsked, wasteOf } from './waste-of.ts';

export interface ConsumptionJob extends ConsumptionAsked {
  readonly devices: ReadonlyMap<string, MeterFacts>;
  readonly calendar: CalendarConfig;
  readonly timeZone: string;
}

export interface ConsumptionJobs {
  consumption(job: ConsumptionJob, ask: Ask): Promise<ConsumptionResponse>;
  waste(job: WasteJob, ask: Ask): Promise<WasteResponse>;
}

export type WasteJob = WasteAsked;

type Booked = Awaited<ReturnType<ReadingStore['hours']>>;

const HOUR_MS = 3_600_000;
const STEP_MS = { hour: HOUR_MS, day: 24 * HOUR_MS, month: 28 * 24 * HOUR_MS } as const;
/** Hours of meters that are summed up in a few milliseconds. */
const FEW_HOURS = 5_000;
const FEW_BUCKETS = 50_000;
const SLICE_MS = 100 * 24 * HOUR_MS;

/** Whether it takes longer than the thread that acknowledges may be held. */
export function isLarge({ metrics, from, to, step }: ConsumptionAsked): boolean {
  let meters = 0;
  for (const { registers, intervals } of metrics.values()) meters += registers.length + intervals.length > 0 ? 1 : 0;
  return meters * ((to - from) / HOUR_MS) > FEW_HOURS || meters * ((to - from) / STEP_MS[step]) > FEW_BUCKETS;
}

/** Runs on the other thread. Days and months are those of the zone; holidays do not come into it. */
export function consumptionJob(job: ConsumptionJob, ask: Ask): Promise<ConsumptionResponse> {
  const { timeZone, calendar: config } = job;
  const calendar = createSchoolCalendar({
    ...{ config, timeZone, holidays: NO_HOLIDAYS },
    placeProfile: () => undefined,
    placePath: () => [],
  });
  return consumptionOf({ ...job, calendar, store: askedStore(ask) });
}

/** Runs on the other thread. */
export function wasteJob(job: WasteJob, ask: Ask): Promise<WasteResponse> {
  return wasteOf(job, askedStore(ask));
}

/** The main thread's store. One question at a time: the lane takes no second one before it has answered. */
function askedStore(ask: Ask): Pick<ReadingStore, 'hours'> {
  let turn: Promise<unknown> = Promise.resolve();
  return {
    hours(range) {
      const mine = turn.then(() => inSlices(range, ask));
      turn = mine;
      return mine;
    },
  };
}

async function inSlices({ device, metric, from, to }: SeriesRange, ask: Ask): Promise<Booked> {
  const hours = new Map<number, HourBook>();
  const steps: Booked['steps'][number][] = [];
  for (let at = from; at < to; at += SLICE_MS) {
    // What the main thread answers, see hoursOf.
    const part = (await ask({ device, metric, from: at, to: Math.min(to, at + SLICE_MS) })) as Booked;
    // An hour that lies across two slices is in both.
    for (const hour of part.hours) hours.set(hour.from, hour);
    steps.push(...part.steps);
  }
  return { hours: [...hours.values()], steps };
}

export function createConsumption(
  store: Pick<ReadingStore, 'hours'>,
  lane: Pick<JobLane<ConsumptionJobs>, 'run'>,
): (job: ConsumptionJob) => Promise<ConsumptionResponse> {
  return (job) => lane.run('consumption', job, { answer: hoursOf(store) });
}

export function createWaste(
  store: Pick<ReadingStore, 'hours'>,
  lane: Pick<JobLane<ConsumptionJobs>, 'run'>,
): (job: WasteJob) => Promise<WasteResponse> {
  return (job) => lane.run('waste', job, { answer: hoursOf(store) });
}

const hoursOf =
  (store: Pick<ReadingStore, 'hours'>) =>
  async (range: SeriesRange): Promise<Answered> => ({ value: await store.hours(range) });
