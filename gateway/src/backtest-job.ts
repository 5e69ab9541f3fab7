/** A back-test on another thread: it is sent the campus as plain values and asks for stored points page by page. */
import type { CalendarConfig } from '#contract/config/calendar.ts';
import type { CampusConfig } from '#contract/config/campus.ts';
import type { DeviceConfig } from '#contract/config/devices.ts';
import type { RuleConfig } from '#contract/config/rules.ts';
import type { TariffsConfig } from '#contract/config/tariffs.ts';
import type { ApiDeps } from './api/api-deps.ts';
import { type CampusInForce, calendarOf } from './campus-in-force.ts';
import { backtestOver } from './history.ts';
import type { JobLane } from './shared/job-lane.ts';
import type { Answered, Ask } from './shared/job-words.ts';
import { createRegistry } from './shared/registry.ts';
import type { Point, PointPage, ReadingStore } from './store/reading-store.ts';

export interface BacktestJob {
  readonly rules: readonly RuleConfig[];
  readonly from: number;
  readonly to: number;
  readonly campus: CampusConfig;
  readonly devices: readonly DeviceConfig[];
  readonly calendar: CalendarConfig;
  readonly holidaysCsv: string | undefined;
  readonly tariffs: TariffsConfig;
  /** Metrics that each device has ever reported. */
  readonly metrics: ReadonlyMap<string, readonly string[]>;
}

export interface BacktestJobs {
  /** @returns the bytes of `{"episodes": …}` */
  backtest(job: BacktestJob, ask: Ask): Promise<Uint8Array>;
}

type PageAsked = Parameters<ReadingStore['points']>[0];
/** Four numbers a point: ts, value, flags and the instant it stands for. */
interface Page {
  readonly numbers: Float64Array;
  readonly nextCursor: string | undefined;
}

/** Runs on the other thread. */
export async function backtestJob(job: BacktestJob, ask: Ask): Promise<Uint8Array> {
  const { rules, from, to, campus, tariffs, metrics } = job;
  const registry = createRegistry(campus, { devices: [...job.devices], credentials: [] });
  const { calendar } = calendarOf({ ...job, registry });
  const points = async (asked: PageAsked): Promise<PointPage> => {
    // What this very module answers, see pageOf.
    const { numbers, nextCursor } = (await ask(asked)) as Page;
    return { points: pointsOf(numbers), nextCursor };
  };
  const metricsOf = (device: string): readonly string[] => metrics.get(device) ?? [];
  const set = { rules, registry, calendar, tariffs, from, to };
  const episodes = await backtestOver({ ...set, store: { points }, metricsOf });
  return new TextEncoder().encode(JSON.stringify({ episodes }));
}

export interface BacktestSources {
  readonly store: Pick<ReadingStore, 'points'>;
  readonly definer: { metricsOf(device: string): readonly string[] };
  campus(): CampusInForce;
}

/** A day of a small machine: what an owner at its own terminal waits for. */
const PATIENT_MS = 6 * 3_600_000;

export function createBacktest(
  { store, definer, campus }: BacktestSources,
  lane: Pick<JobLane<BacktestJobs>, 'run'>,
): ApiDeps['backtest'] {
  return ({ rules, from, to, signal, patient }) => {
    const { registry, calendar, holidaysCsv, tariffs } = campus().config;
    const devices = [...registry.devices.values()];
    const metrics = new Map(devices.map(({ id }) => [id, definer.metricsOf(id)]));
    const job = { ...{ rules: rules.rules, from, to, campus: registry.campus, devices }, calendar, holidaysCsv };
    const timeoutMs = patient === true ? PATIENT_MS : undefined;
    return lane.run('backtest', { ...job, tariffs, metrics }, { signal, timeoutMs, answer: pageOf(store) });
  };
}

function pageOf(store: Pick<ReadingStore, 'points'>): (asked: PageAsked) => Promise<Answered> {
  return async (asked) => {
    const { points, nextCursor } = await store.points(asked);
    const numbers = new Float64Array(4 * points.length);
    points.forEach(({ ts, value, flags, standsAt = ts }, i) => {
      numbers.set([ts, value, flags, standsAt], 4 * i);
    });
    return { value: { numbers, nextCursor } satisfies Page, transfer: [numbers.buffer] };
  };
}

function pointsOf(numbers: Float64Array): Point[] {
  return Array.from({ length: numbers.length / 4 }, (_, i) => {
    const [ts = 0, value = 0, flags = 0, standsAt = ts] = numbers.subarray(4 * i, 4 * i + 4);
    return { ts, value, flags, standsAt };
  });
}
