/** Alerts, incidents, and what people do with them. */
import { z } from 'zod';
import {
  alert,
  alertsQuery,
  type IncidentAction,
  incident,
  incidentActions,
  incidentDetail,
  incidentsQuery,
} from '#contract/http/alerts.ts';
import { listOf } from '#contract/http/common.ts';
import { ACKNOWLEDGE, GUARD_WRITE, OFFICE_WRITE, OPERATIONS, type Principal } from './caller.ts';
import { judgedValues } from './judged-values.ts';
import { fail, fromAction, ok, type Reply } from './reply.ts';
import { type Call, type Route, route } from './route.ts';
import { rangeProblem } from './time-range.ts';

const idParam = z.strictObject({ id: z.string().min(1).max(128) });
const MAX_DAYS = 3_660;
const NO_INCIDENT = fail(404, 'no-such-incident', '没有这个事件。', 'There is no such incident.');
const NO_ALERT = fail(404, 'no-such-alert', '没有这条告警。', 'There is no such alert.');

const WHO: Readonly<Record<IncidentAction, readonly Principal[]>> = {
  ack: ACKNOWLEDGE,
  comment: GUARD_WRITE,
  assign: OFFICE_WRITE,
  silence: OFFICE_WRITE,
  resolve: OFFICE_WRITE,
  ticket: GUARD_WRITE,
};
const SUMMARY: Readonly<Record<IncidentAction, string>> = {
  ack: 'Acknowledge: somebody has seen it',
  comment: 'Add a remark to the timeline',
  assign: 'Give it to somebody',
  silence: 'Be quiet about it until a given time',
  resolve: 'Close it with a reason; 409 while the condition holds',
  ticket: 'Make a repair ticket; 501 until tickets exist',
};

const reading: readonly Route[] = [
  route({
    method: 'get',
    path: '/api/v1/alerts',
    summary: 'Alerts, newest first',
    allow: OPERATIONS,
    query: alertsQuery,
    responses: { 200: listOf(alert) },
    handle: async ({ query }, { deps }) => {
      const { cursor, from, to, ...filter } = query;
      const problem = from === undefined || to === undefined ? undefined : rangeProblem(from, to, MAX_DAYS);
      return problem ?? ok(await deps.live.alerts({ ...filter, from, to, before: cursor }));
    },
  }),
  route({
    method: 'get',
    path: '/api/v1/alerts/:id',
    summary: 'One alert',
    allow: OPERATIONS,
    params: idParam,
    responses: { 200: alert },
    handle: async ({ params }, { deps }) => {
      const found = await deps.live.alert(params.id);
      return found === undefined ? NO_ALERT : ok(found);
    },
  }),
  route({
    method: 'get',
    path: '/api/v1/incidents',
    summary: 'Incidents, newest first',
    allow: OPERATIONS,
    query: incidentsQuery,
    responses: { 200: listOf(incident) },
    handle: async ({ query }, { deps }) => {
      const { state, acked, cursor, limit } = query;
      return ok(
        await deps.live.incidents({
          state,
          acked: acked === undefined ? undefined : acked === 'true',
          before: cursor,
          limit,
        }),
      );
    },
  }),
  route({
    method: 'get',
    path: '/api/v1/incidents/:id',
    summary: 'One incident with its alerts',
    allow: OPERATIONS,
    params: idParam,
    responses: { 200: incidentDetail },
    handle: async ({ params }, { deps }) => {
      const found = await deps.live.incident(params.id);
      if (found === undefined) return NO_INCIDENT;
      const { rules, registry } = deps.config();
      return ok({ ...found, judged: judgedValues(found.alerts, rules.rules, registry.devices) });
    },
  }),
];

function action<A extends IncidentAction>(name: A, of: 'incidents' | 'alerts'): Route {
  return route<z.output<typeof idParam>, unknown, Record<string, unknown>>({
    method: 'post',
    path: `/api/v1/${of}/:id/${name}`,
    stores: 'nothing',
    summary: of === 'alerts' ? `${SUMMARY[name]} (acts on the alert's incident)` : SUMMARY[name],
    allow: WHO[name],
    params: idParam,
    body: incidentActions[name],
    responses: { 200: incident },
    auditAs: of === 'alerts' ? 'alert' : 'incident',
    handle: async ({ params, body }, call) => {
      if (of === 'incidents') return act(params.id, name, body, call);
      const found = await call.deps.live.alert(params.id);
      return found === undefined ? NO_ALERT : act(found.incidentId, name, body, call);
    },
  });
}

async function act(
  id: string,
  name: IncidentAction,
  body: Record<string, unknown>,
  { deps, caller }: Call,
): Promise<Reply> {
  if (name === 'ticket') {
    if ((await deps.live.incident(id)) === undefined) return NO_INCIDENT;
    return fail(
      501,
      'no-tickets-yet',
      '维修工单功能尚未提供，请先用“指派”和“备注”。',
      'Repair tickets do not exist yet; assign the incident and add a comment for now.',
    );
  }
  if (name === 'silence' && typeof body['until'] === 'number' && body['until'] <= deps.clock.now()) {
    return fail(400, 'bad-end', '静默的结束时间必须在将来。', 'A silence must end in the future.');
  }
  return fromAction(await deps.live.act(id, name, body, caller?.user.name ?? ''), ok);
}

const NAMES: readonly IncidentAction[] = ['ack', 'assign', 'comment', 'silence', 'resolve', 'ticket'];

export const incidentRoutes: readonly Route[] = [
  ...reading,
  ...NAMES.map((name) => action(name, 'incidents')),
  ...NAMES.map((name) => action(name, 'alerts')),
];
