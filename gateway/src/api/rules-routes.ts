/** Rules: read, change, and see what they would have alerted. */
import { parse, YAMLParseError } from 'yaml';
import { type RulesConfig, rulesConfig } from '#contract/config/rules.ts';
import { backtestRequest, backtestResponse, rulesPut, rulesResponse } from '#contract/http/alerts.ts';
import type { ApiDeps } from './api-deps.ts';
import { OFFICE_READ, OFFICE_WRITE } from './caller.ts';
import { writeConfig } from './config-routes.ts';
import { type Failure, fail, ok, type Reply } from './reply.ts';
import { fieldErrors, type Route, route } from './route.ts';
import { storedRange } from './stored-range.ts';
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
    handle: async ({ body }, { deps, caller }) => {
      const rules = body.yaml === undefined ? (body.rules ?? deps.config().rules) : parsedRules(body.yaml);
      if ('kind' in rules) return rules;
      const stored = await storedRange(deps.store, deps.config().registry);
      const { from = stored?.from, to = stored?.to } = body;
      if (from === undefined || to === undefined) return ok({ episodes: [] });
      // A command of this machine is its owner's: it may look at years of imported history.
      const problem = rangeProblem(from, to, caller?.via === 'cli' ? MAX_CLI_DAYS : MAX_DAYS);
      return problem ?? ok({ episodes: await deps.backtest({ rules, from, to }) });
    },
  }),
];

async function currentRules(deps: ApiDeps): Promise<Reply> {
  const file = await deps.configFile('rules');
  return ok({ rules: deps.config().rules.rules, yaml: file.text, readOnly: file.readOnly }, { etag: file.etag });
}

function parsedRules(yaml: string): RulesConfig | Failure {
  let document: unknown;
  try {
    // Aliases can be nested into a bomb; rules need none.
    document = parse(yaml, { maxAliasCount: 0 });
  } catch (error) {
    if (!(error instanceof YAMLParseError || error instanceof ReferenceError)) throw error;
    return fail(422, 'bad-yaml', '规则文件不是有效的 YAML。', 'These rules are not valid YAML.', {
      errors: [{ path: 'yaml', message: error.message }],
    });
  }
  const checked = rulesConfig.safeParse(document);
  if (checked.success) return checked.data;
  return fail(422, 'bad-rules', '规则不符合要求，详见 errors。', 'These rules do not fit; see `errors`.', {
    errors: fieldErrors(checked.error),
  });
}
