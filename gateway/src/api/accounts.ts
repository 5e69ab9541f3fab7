/** Everything about who may come in, in one place: made once per start, shared by HTTP and socket. */
import type { User } from '#contract/http/session.ts';
import type { ApiDeps } from './api-deps.ts';
import { type Audit, createAudit } from './audit.ts';
import type { Caller } from './caller.ts';
import { createRevocations, type Revocations } from './revocations.ts';
import { hashSecret, sameSecret } from './secret.ts';
import { createSessions, type Sessions } from './sessions.ts';
import { createSetupToken, type SetupToken } from './setup-token.ts';
import { createSignInGuard, type SignInGuard } from './sign-in-guard.ts';
import { createTokens, type Tokens } from './tokens.ts';
import { createUsers, type Users } from './users.ts';

export interface Accounts {
  readonly users: Users;
  readonly sessions: Sessions;
  readonly tokens: Tokens;
  readonly audit: Audit;
  readonly guard: SignInGuard;
  readonly setup: SetupToken;
  readonly revocations: Revocations;
  /** True once there is an administrator who is not disabled. */
  adminExists(): Promise<boolean>;
  /** Last known answer of adminExists. */
  adminKnown(): boolean;
  /** Who holds this secret; the cli token counts on loopback only. `touch`: a use by a person, which keeps a session from idling out. */
  identify(secret: string, loopback: boolean, touch: boolean): Promise<Caller | undefined>;
  /** The same caller as it is now: undefined when its session or token ended, its user was disabled or has another role. */
  recheck(caller: Caller): Promise<Caller | undefined>;
}

export function createAccounts(
  deps: Pick<ApiDeps, 'clock' | 'records' | 'dataDir' | 'config'>,
  cliToken: string,
): Accounts {
  const { records, clock } = deps;
  const users = createUsers(records);
  const sessions = createSessions(records);
  const tokens = createTokens(records);
  let known = false;

  const ofSession = async (hash: string, touch: boolean): Promise<Caller | undefined> => {
    const session = await sessions.find(hash, clock.now(), deps.config().gateway.session, touch);
    const found = session === undefined ? undefined : await users.byId(session.userId);
    if (found === undefined || found.user.disabled) return undefined;
    return { via: 'session', principal: found.user.role, user: found.user, credential: hash };
  };

  const cli: Caller = {
    via: 'cli',
    principal: 'admin',
    user: standIn('cli', 'cli', 'admin', clock.now()),
    credential: 'cli',
  };

  return {
    users,
    sessions,
    tokens,
    audit: createAudit(records, deps.dataDir),
    guard: createSignInGuard(),
    setup: createSetupToken(clock),
    revocations: createRevocations(),
    adminExists: async () => {
      // The last administrator can be neither disabled nor demoted, so a yes stays a yes.
      known ||= await users.adminExists();
      return known;
    },
    adminKnown: () => known,
    identify: async (secret, loopback, touch) => {
      if (secret.startsWith('hs_')) return ofSession(hashSecret(secret), touch);
      if (secret.startsWith('ht_')) return ofToken(await tokens.bySecret(secret, clock.now()));
      return loopback && sameSecret(secret, cliToken) ? cli : undefined;
    },
    recheck: async (caller) => {
      if (caller.via === 'cli') return caller;
      const now =
        caller.via === 'session'
          ? await ofSession(caller.credential, false)
          : ofToken(await tokens.byId(caller.credential, clock.now()));
      return now?.principal === caller.principal ? now : undefined;
    },
  };
}

function ofToken(token: Awaited<ReturnType<Tokens['byId']>>): Caller | undefined {
  if (token === undefined) return undefined;
  const role = token.scope === 'kiosk' ? 'guard' : 'office';
  const user = standIn(`token:${token.id}`, token.name, role, token.createdAt);
  return { via: 'token', principal: token.scope, user, credential: token.id };
}

/** The user that a token acts as: its role says what a page may offer, its principal what is allowed. */
function standIn(id: string, name: string, role: User['role'], createdAt: number): User {
  return { id, name, role, createdAt, disabled: false };
}
