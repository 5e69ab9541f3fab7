/** The config files, as text with an ETag. */
import { z } from 'zod';
import { configFile, configName, configPut, configWritten } from '#contract/http/config-files.ts';
import type { ConfigProblem } from '../shared/loaded-config.ts';
import { ADMIN } from './caller.ts';
import { type Failure, fail, fromAction, ok } from './reply.ts';
import { type Call, type Route, route } from './route.ts';

const nameParam = z.strictObject({ name: configName });

export const configRoutes: readonly Route[] = [
  route({
    method: 'get',
    path: '/api/v1/config/:name',
    summary: 'Text of a config file; ETag for a later PUT',
    allow: ADMIN,
    params: nameParam,
    responses: { 200: configFile },
    handle: async ({ params }, { deps }) => {
      const { text, etag, readOnly } = await deps.configFile(params.name);
      return ok({ name: params.name, text, etag, readOnly }, { etag });
    },
  }),
  route({
    method: 'put',
    path: '/api/v1/config/:name',
    summary: 'Replace a config file (If-Match); checked with all others before anything changes',
    allow: ADMIN,
    params: nameParam,
    body: configPut,
    bodyLimitBytes: 1024 * 1024,
    responses: { 200: configWritten },
    auditAs: 'config',
    handle: async ({ params, body }, call) => {
      const written = await writeConfig(params.name, body.text, call);
      return 'kind' in written ? written : ok(written, { etag: written.etag });
    },
  }),
];

/** @returns the new ETag, or why not: 428 without If-Match, 409 when the file changed meanwhile, 422 with line numbers. */
export async function writeConfig(
  name: z.output<typeof configName>,
  text: string,
  { deps, caller, ifMatch }: Call,
): Promise<{ readonly etag: string } | Failure> {
  if (ifMatch === undefined)
    return fail(
      428,
      'if-match-needed',
      '请在 If-Match 中带上读取时的 ETag。',
      'Send the ETag that you read as If-Match.',
    );
  const result = await deps.writeConfigFile(name, text, ifMatch, caller?.user.name ?? '');
  if (result.ok) return { etag: result.value.etag };
  const errors = result.problems?.map(problemError) ?? result.errors;
  const reply = fromAction({ ...result, ...(errors === undefined ? {} : { errors }) }, ok);
  return reply.kind === 'failure' ? reply : fail(500, 'internal', '内部错误。', 'Internal error.');
}

function problemError({ file, line, column, path, message }: ConfigProblem): { path: string; message: string } {
  return { path, message: `${file}:${line}:${column} ${message.zh} / ${message.en}` };
}
