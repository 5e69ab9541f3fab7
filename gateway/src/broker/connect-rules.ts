/** May this CONNECT in? Only its login decides: nothing else that a client asks for is a reason to keep it out. */
import type { CredentialKind } from '#contract/enums.ts';
import { NO_LOGIN } from '#contract/login-name.ts';
import { verifyToken } from '../shared/token-hash.ts';
import type { BrokerOptions } from './broker-options.ts';
import { type Grants, grantsOf, OPEN_GRANTS } from './grants.ts';

export interface ConnectRequest {
  readonly username: string | undefined;
  readonly password: Buffer | undefined;
}

export interface Login {
  readonly username: string;
  readonly kind: CredentialKind;
  readonly grants: Grants;
}

/** The refusals are told apart for people of the school; the client is told the same of all. */
export type ConnectVerdict =
  | { readonly ok: true; readonly login: Login }
  | { readonly ok: false; readonly reason: 'bad-credentials' | 'unknown-login' | 'device-retired' };

/** What a client without a username is called on a broker that asks for none. */
export const ANONYMOUS = NO_LOGIN;

const OPEN_LOGIN: Login = { username: ANONYMOUS, kind: 'bridge', grants: OPEN_GRANTS };

/** Compared against when the username is unknown, so that the answer takes the same time. */
const UNKNOWN_HASH = 'sha256:AAAAAAAAAAAAAAAAAAAAAA:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA';

export function judgeConnect(
  { username, password }: ConnectRequest,
  options: Pick<BrokerOptions, 'auth' | 'credentials'>,
): ConnectVerdict {
  if (options.auth === 'anonymous' && username === undefined) return { ok: true, login: OPEN_LOGIN };
  const logins = options.credentials();
  const credential = username === undefined ? undefined : logins.find(username);
  const matches = verifyToken(password ?? '', credential?.tokenHash ?? UNKNOWN_HASH);
  if (!credential)
    return {
      ok: false,
      reason: username !== undefined && logins.isRetired?.(username) === true ? 'device-retired' : 'unknown-login',
    };
  if (password === undefined || !matches) return { ok: false, reason: 'bad-credentials' };
  return { ok: true, login: { username: credential.username, kind: credential.kind, grants: grantsOf(credential) } };
}

/** What a session that was kept from a former run may receive; undefined when its login is gone. */
export function grantsOfLogin(
  username: string,
  options: Pick<BrokerOptions, 'auth' | 'credentials'>,
): Grants | undefined {
  if (username === ANONYMOUS && options.auth === 'anonymous') return OPEN_GRANTS;
  const credential = options.credentials().find(username);
  return credential && grantsOf(credential);
}
