/** Series for charts, and consumption for the books. */
import {
  consumptionQuery,
  consumptionResponse,
  type SeriesPoint,
  seriesQuery,
  seriesResponse,
  wasteQuery,
  wasteResponse,
} from '#contract/http/energy.ts';
import { metricInfo } from '#contract/metrics.ts';
import type { ApiDeps } from './api-deps.ts';
import { OPERATIONS } from './caller.ts';
import { BAD_CURSOR, cursorNumber } from './page.ts';
import { fail, fromAction, ok, type Reply } from './reply.ts';
import { type Route, route } from './route.ts';
import { planSteps, rawPoint, type Step, stepPoints } from './series-points.ts';
import { rangeProblem } from './time-range.ts';

const MAX_RAW_DAYS = 400;
const MAX_STEP_DAYS = 3_660;
/** Buckets of one consumption answer: a quarter by the hour, ten years by the day or month. */
const MAX_DAYS = { hour: 100, day: 3_660, month: 3_660 } as const;

interface Wanted {
  readonly device: string;
  readonly metric: string;
  readonly from: number;
  readonly to: number;
}

export const energyRoutes: readonly Route[] = [
  route({
    method: 'get',
    path: '/api/v1/series',
    summary: 'Points of one series: with `step` at most 800 a page, without it raw samples; `nextCursor` goes on',
    allow: OPERATIONS,
    query: seriesQuery,
    responses: { 200: seriesResponse },
    handle: async ({ query }, { deps }) => {
      const { device, metric, from, to, step, cursor, limit } = query;
      const info = metricInfo(metric);
      if (info === undefined)
        return fail(404, 'no-such-metric', `没有测量项 ${metric}。`, `There is no metric ${metric}.`);
      if (!(await knownDevice(deps, device)))
        return fail(404, 'no-such-device', `没有设备 ${device}。`, `There is no device ${device}.`);
      const problem = rangeProblem(from, to, step === undefined ? MAX_RAW_DAYS : MAX_STEP_DAYS);
      if (problem !== undefined) return problem;
      const answer = (stepMs: number, points: readonly SeriesPoint[], nextCursor: string | null): Reply =>
        ok({ device, metric, unit: info.unit, stepMs, points, nextCursor });
      if (step === undefined) {
        const page = await deps.store.points({ device, metric, from, to, limit, cursor });
        return answer(0, page.points.map(rawPoint), page.nextCursor ?? null);
      }
      const start = cursorNumber(cursor);
      if (start === 'bad' || (start !== undefined && (start < from || start >= to))) return BAD_CURSOR;
      return stepped(deps, { device, metric, from: start ?? from, to }, step, answer);
    },
  }),
  route({
    method: 'get',
    path: '/api/v1/consumption',
    summary: 'Energy or water of a place or a device, with its gaps and its price',
    allow: OPERATIONS,
    query: consumptionQuery,
    responses: { 200: consumptionResponse },
    handle: async ({ query }, { deps }) => {
      if ((query.place === undefined) === (query.device === undefined)) {
        return fail(400, 'place-or-device', '请给出 place 或 device 其中之一。', 'Give either `place` or `device`.');
      }
      const problem = rangeProblem(query.from, query.to, MAX_DAYS[query.step]);
      return problem ?? fromAction(await deps.consumption(query, deps.clock.now()), ok);
    },
  }),
  route({
    method: 'get',
    path: '/api/v1/consumption/waste',
    summary: 'What each metered room used while it was closed, week by week, the worst first',
    allow: OPERATIONS,
    query: wasteQuery,
    responses: { 200: wasteResponse },
    handle: async ({ query }, { deps }) => fromAction(await deps.waste(query, deps.clock.now()), ok),
  }),
];

async function stepped(
  deps: ApiDeps,
  wanted: Wanted,
  step: Step,
  answer: (stepMs: number, points: readonly SeriesPoint[], nextCursor: string | null) => Reply,
): Promise<Reply> {
  const plan = planSteps(deps.calendar(), step, wanted.from, wanted.to);
  const kind = metricInfo(wanted.metric)?.kind ?? 'gauge';
  const range = { ...wanted, from: plan.originMs, to: plan.edges.at(-1) ?? wanted.to };
  const buckets = await deps.store.buckets({ ...range, stepMs: plan.storeStepMs, originMs: plan.originMs });
  const stepMs = step === '1d' ? 86_400_000 : plan.storeStepMs;
  return answer(stepMs, stepPoints(plan, buckets, kind), plan.next === undefined ? null : String(plan.next));
}

/** Configured now, or known from its stored history. */
async function knownDevice(deps: ApiDeps, device: string): Promise<boolean> {
  return (
    deps.config().registry.devices.has(device) || (await deps.store.series()).some((series) => series.device === device)
  );
}
