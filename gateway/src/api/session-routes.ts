/** Sign-in, sign-out, who am I, and the first administrator. */
import type { z } from 'zod';
import type { Text } from '#contract/enums.ts';
import { me, sessionRequest, sessionResponse, setupRequest } from '#contract/http/session.ts';
import type { AttemptRefused } from './api-metrics.ts';
import { DEVICE_COOKIE_S } from './device-cookie.ts';
import { checkPassword } from './passwords.ts';
import { created, type Failure, fail, noContent, ok, type Reply, tooMany } from './reply.ts';
import { cookieName, cookieValue, deviceCookieName } from './request-origin.ts';
import { type Call, type Route, route } from './route.ts';
import type { StoredUser } from './users.ts';

const BUSY_MS = 2_000;
const WRONG = fail(401, 'sign-in-failed', '用户名或密码不正确。', 'Name or password is wrong.');

export const sessionRoutes: readonly Route[] = [
  route({
    method: 'post',
    path: '/api/v1/session',
    stores: 'nothing',
    summary: 'Sign in',
    allow: 'anyone',
    body: sessionRequest,
    responses: { 201: sessionResponse },
    auditAs: 'session',
    handle: ({ body }, call) => signIn(body, call),
  }),
  route({
    method: 'delete',
    path: '/api/v1/session',
    stores: 'nothing',
    summary: 'Sign out',
    allow: ['admin', 'office', 'guard'],
    responses: { 204: 'none' },
    auditAs: 'session',
    handle: async (_input, { accounts, caller, secure }) => {
      if (caller?.via !== 'session')
        return fail(409, 'no-session', '命令行密钥没有会话。', 'The cli token has no session to end.');
      await accounts.sessions.close(caller.credential);
      accounts.revocations.revoke({ credential: caller.credential });
      return noContent({ 'set-cookie': cookie(cookieName(secure), '', 0, secure) });
    },
  }),
  route({
    method: 'get',
    path: '/api/v1/me',
    summary: 'Who is signed in, and the site',
    allow: ['admin', 'office', 'guard', 'read', 'kiosk', 'write'],
    responses: { 200: me },
    handle: (_input, { deps, caller }) => {
      if (caller === undefined) return WRONG;
      const { gateway, registry } = deps.config();
      const { campus } = registry;
      const scope = caller.via === 'token' ? caller.principal : null;
      return ok({
        user: caller.user,
        scope,
        demo: gateway.demo,
        site: campus.name.zh,
        timeZone: campus.timeZone,
        serverTime: deps.clock.now(),
      });
    },
  }),
  route({
    method: 'post',
    path: '/api/v1/setup',
    summary: 'Create the first administrator with the token of the printed set-up link',
    allow: 'anyone',
    beforeSetup: true,
    body: setupRequest,
    responses: { 201: sessionResponse },
    auditAs: 'setup',
    handle: async ({ body }, call) => {
      const { accounts, deps } = call;
      if (await accounts.adminExists())
        return fail(
          409,
          'already-set-up',
          '已有管理员，请直接登录。',
          'An administrator exists already; sign in instead.',
        );
      const attempt = accounts.guard.begin('/setup', call.address, deps.clock.now());
      if ('waitMs' in attempt) return locked(attempt, call);
      const verdict = accounts.setup.check(body.token);
      if (verdict === 'wrong')
        return fail(
          401,
          'setup-token-wrong',
          '设置链接不正确，请使用终端里打印的链接。',
          'This is not the set-up link that the gateway printed.',
        );
      if (verdict === 'expired')
        return fail(
          401,
          'setup-token-expired',
          '设置链接已过期（30 分钟），重启网关会打印新的链接。',
          'The set-up link has expired (30 min); restart the gateway for a new one.',
        );
      attempt.success();
      const made = await accounts.users.create(
        { name: body.name, password: body.password, role: 'admin' },
        deps.clock.now(),
        'while-no-admin',
      );
      const account = made === undefined ? undefined : await accounts.users.byId(made.id);
      if (account === undefined)
        return fail(
          409,
          'already-set-up',
          '已有管理员或该用户名已存在。',
          'An administrator or a user of that name exists already.',
        );
      await accounts.adminExists();
      return signedIn(account, call);
    },
  }),
];

async function signIn({ name, password }: z.output<typeof sessionRequest>, call: Call): Promise<Reply> {
  const { accounts, deps, address, secure } = call;
  const at = deps.clock.now();
  const found = await accounts.users.byName(name);
  const device = await accounts.devices.deviceOf(cookieValue(call.cookie, deviceCookieName(secure)), found, at);
  const attempt = accounts.guard.begin(name, address, at, device);
  if ('waitMs' in attempt) return locked(attempt, call);
  const lane = device === undefined ? { key: address, known: false } : { key: device, known: true };
  const matches = await checkPassword(found?.passwordHash, password, lane);
  if (!matches.ok) {
    attempt.withdraw();
    call.refused('busy');
    return tooMany('too-busy', BUSY_MS, '正在登录的人过多', 'Too many people are signing in at once');
  }
  if (!matches.value || found === undefined || found.user.disabled) return WRONG;
  attempt.success();
  return signedIn(found, call, device);
}

async function signedIn(account: StoredUser, call: Call, device?: string): Promise<Reply> {
  const { accounts, deps, secure } = call;
  const { user } = account;
  const limits = deps.config().gateway.session;
  const at = deps.clock.now();
  const session = await accounts.sessions.open(user.id, at, limits);
  const known = await accounts.devices.issue(account, at, device);
  const cookies = [
    cookie(cookieName(secure), session.token, limits.maxHours * 3_600, secure),
    cookie(deviceCookieName(secure), known, DEVICE_COOKIE_S, secure),
  ];
  return created(
    { user, token: session.token, ...(session.isKept ? {} : { notice: ONLY_IN_MEMORY }) },
    { 'set-cookie': cookies },
  );
}

const ONLY_IN_MEMORY: Text = {
  zh: '磁盘暂时写不进去：这次登录只记在内存里，网关重启后要重新登录，操作记录也要等磁盘恢复后才保存。',
  en: 'The disk takes nothing now: this sign-in is in memory only and ends when the gateway restarts; the audit is written once the disk takes it.',
};

function cookie(name: string, value: string, maxAgeS: number, secure: boolean): string {
  return `${name}=${value}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${maxAgeS}${secure ? '; Secure' : ''}`;
}

function locked(
  { waitMs, why }: { readonly waitMs: number; readonly why: AttemptRefused },
  { refused }: Pick<Call, 'refused'>,
): Failure {
  refused(why);
  return tooMany('too-many-attempts', waitMs, '尝试次数过多', 'Too many attempts');
}
