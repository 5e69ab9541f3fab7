/** Rules: read, change, and see what they would have alerted. */
import { backtestRequest, backtestResponse, rulesPut, rulesResponse } from '#contract/http/alerts.ts';
import type { ApiDeps } from './api-deps.ts';
import { OFFICE_READ, OFFICE_WRITE } from './caller.ts';
import { writeConfig } from './config-routes.ts';
import { fail, ok, type Reply } from './reply.ts';
import { type Route, route } from './route.ts';
import { notAfter, storedRange } from './stored-range.ts';
import { rangeProblem } from './time-range.ts';

const MAX_DAYS = 400;
const MAX_CLI_DAYS = 36_600;

export const rulesRoutes: readonly Route[] = [
  route({
    method: 'get',
    path: '/api/v1/rules',
    summary: 'The rules in force and the text of rules.yaml; ETag for a later PUT',
    allow: OFFICE_READ,
    responses: { 200: rulesResponse },
    handle: (_input, { deps }) => currentRules(deps),
  }),
  route({
    method: 'put',
    path: '/api/v1/rules',
    summary: 'Replace rules.yaml (If-Match); checked as a whole before anything changes',
    allow: OFFICE_WRITE,
    body: rulesPut,
    bodyLimitBytes: 256 * 1024,
    responses: { 200: rulesResponse },
    auditAs: 'config:rules',
    handle: async ({ body }, call) => {
      const written = await writeConfig('rules', body.yaml, call);
      return 'kind' in written ? written : currentRules(call.deps);
    },
  }),
  route({
    method: 'post',
    path: '/api/v1/rules/backtest',
    stores: 'nothing',
    summary: 'Episodes that these rules (or those in force) would have raised over stored history',
    allow: OFFICE_WRITE,
    body: backtestRequest,
    bodyLimitBytes: 256 * 1024,
    responses: { 200: backtestResponse },
    auditAs: 'rules',
    handle: async ({ body }, { deps, caller, signal }) => {
      const read =
        body.yaml === undefined
          ? { ok: true as const, rules: body.rules ?? deps.config().rules }
          : await deps.readRules(body.yaml, signal);
      if (!read.ok) return fail(422, read.name, read.zh, read.en, read);
      const { rules } = read;
      const now = deps.clock.now();
      const stored = await storedRange(deps.store, deps.config().registry, now);
      const { from = stored?.from, to = stored?.to } = body;
      if (from === undefined || to === undefined) return ok({ episodes: [] });
      // A command of this machine is its owner's: it may look at years of imported history.
      const patient = caller?.via === 'cli';
      const problem = rangeProblem(from, to, patient ? MAX_CLI_DAYS : MAX_DAYS);
      if (problem !== undefined) return problem;
      if (from > now) return ok({ episodes: [] });
      const found = await deps.backtest({ rules, from, to: notAfter(to, now), signal, patient });
      return ok(found instanceof Uint8Array ? found : { episodes: found });
    },
  }),
];

async function currentRules(deps: ApiDeps): Promise<Reply> {
  const file = await deps.configFile('rules');
  return ok({ rules: deps.config().rules.rules, yaml: file.text, readOnly: file.readOnly }, { etag: file.etag });
}
