/** The administrator of `HOUQIN_ADMIN=name:password`, for starts without a hand at the keyboard. */
import { password, userName } from '#contract/http/session.ts';
import type { ApiDeps } from './api-deps.ts';
import { createAudit } from './audit.ts';
import { createUsers } from './users.ts';

/**
 * Creates the administrator while no user exists at all. Call it before startApi.
 * @returns `exists` when somebody is there already: then nothing changes. `invalid`: name empty, or password under 10 characters.
 */
export async function ensureAdmin(
  deps: Pick<ApiDeps, 'clock' | 'records' | 'dataDir'>,
  name: string,
  secret: string,
): Promise<'created' | 'exists' | 'invalid'> {
  const checkedName = userName.safeParse(name);
  const checkedPassword = password.safeParse(secret);
  const users = createUsers(deps.records);
  if ((await users.list()).length > 0) return 'exists';
  if (!checkedName.success || !checkedPassword.success) return 'invalid';
  const at = deps.clock.now();
  const created = await users.create(
    { name: checkedName.data, password: checkedPassword.data, role: 'admin' },
    at,
    'while-no-user',
  );
  if (created === undefined) return 'exists';
  const entry = { at, who: 'HOUQIN_ADMIN', what: 'setup', object: `user:${created.name}`, result: 'ok', detail: '' };
  await createAudit(deps.records, deps.dataDir).append(entry);
  return 'created';
}
