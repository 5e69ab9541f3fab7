/** Everything about who may come in, in one place: made once per start, shared by HTTP and socket. */
import type { User } from '#contract/http/session.ts';
import type { ApiDeps } from './api-deps.ts';
import { type Audit, createAudit } from './audit.ts';
import { type AuditBudget, createAuditBudget } from './audit-budget.ts';
import type { Caller } from './caller.ts';
import { createDeviceCookies, type DeviceCookies } from './device-cookie.ts';
import { createRevocations, type Revocations } from './revocations.ts';
import { hashSecret, sameSecret } from './secret.ts';
import { createSecretGuard } from './secret-guard.ts';
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
  /** What strangers may write into the audit log by failing. */
  readonly auditBudget: AuditBudget;
  readonly devices: DeviceCookies;
  /**
   * Who holds this secret; the cli token counts on loopback only. `touch`: a use by a person, which keeps a session from
   * idling out. Undefined also for an unknown secret from an address that has to wait (secretWaitMs).
   */
  identify(
    secret: string,
    from: { readonly address: string; readonly loopback: boolean },
    touch: boolean,
  ): Promise<Caller | undefined>;
  /** ms until an address that sent many wrong secrets may try unknown ones again; 0 when it may now. */
  secretWaitMs(address: string): number;
  /** Reads which secrets are right, so that after a restart they are told from guesses. Never rejects. */
  recallSecrets(): Promise<void>;
  /** The same caller as it is now: undefined when its session or token ended, its user was disabled or has another role. */
  recheck(caller: Caller): Promise<Caller | undefined>;
}

export function createAccounts(
  deps: Pick<ApiDeps, 'clock' | 'records' | 'dataDir' | 'config'>,
  cliToken: string,
): Accounts {
  const { records, clock } = deps;
  const users = createUsers(records);
  const guesses = createSecretGuard();
  const stored = { sessions: createSessions(records), tokens: createTokens(records) };
  // What is given out is known as right before its first use.
  const sessions: Sessions = {
    ...stored.sessions,
    open: async (...given) => {
      const opened = await stored.sessions.open(...given);
      guesses.recall([opened.hash]);
      return opened;
    },
  };
  const tokens: Tokens = {
    ...stored.tokens,
    create: async (...given) => {
      const made = await stored.tokens.create(...given);
      guesses.recall([hashSecret(made.secret)]);
      return made;
    },
  };
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
    auditBudget: createAuditBudget(),
    devices: createDeviceCookies(deps.dataDir),
    guard: createSignInGuard(),
    setup: createSetupToken(clock),
    revocations: createRevocations(),
    adminExists: async () => {
      // The last administrator can be neither disabled nor demoted, so a yes stays a yes.
      known ||= await users.adminExists();
      return known;
    },
    adminKnown: () => known,
    identify: async (secret, { address, loopback }, touch) => {
      // Costs no look into the records, so the commands of this machine never wait.
      if (loopback && sameSecret(secret, cliToken)) return cli;
      const hash = hashSecret(secret);
      const lookUp = guesses.begin(hash, address, clock.now());
      if (lookUp === undefined) return undefined;
      const found = secret.startsWith('hs_')
        ? await ofSession(hash, touch)
        : secret.startsWith('ht_')
          ? ofToken(await tokens.bySecret(secret, clock.now()))
          : undefined;
      if (found === undefined) lookUp.wrong();
      else lookUp.right();
      return found;
    },
    secretWaitMs: (address) => guesses.waitMs(address, clock.now()),
    recallSecrets: async () => {
      try {
        guesses.recall([...(await tokens.hashes()), ...(await sessions.hashes())]);
      } catch {
        // Without the records no secret is right; they are remembered as they are used.
      }
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
