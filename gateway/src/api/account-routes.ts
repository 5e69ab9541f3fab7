/** Users, API tokens and the audit log: administrators only. */
import { z } from 'zod';
import { listOf, pageQuery, wholeListQuery } from '#contract/http/common.ts';
import {
  apiToken,
  auditEntry,
  auditVerdict,
  tokenCreate,
  tokenCreated,
  user,
  userCreate,
  userPatch,
} from '#contract/http/session.ts';
import { ADMIN, GIVEN_ROLES } from './caller.ts';
import { BAD_CURSOR, cursorNumber, page, pageOf } from './page.ts';
import { created, fail, noContent, ok } from './reply.ts';
import { type Route, route } from './route.ts';

const idParam = z.strictObject({ id: z.string().min(1).max(128) });
const NO_USER = fail(404, 'no-such-user', '没有这个用户。', 'There is no such user.');
const RESERVED = fail(
  422,
  'reserved-role',
  `该角色尚未开放，目前可用：${GIVEN_ROLES.join('、')}。`,
  `This role is reserved and cannot be given yet; use one of ${GIVEN_ROLES.join(', ')}.`,
);

const given = (role: string): boolean => GIVEN_ROLES.some((name) => name === role);

const userRoutes: readonly Route[] = [
  route({
    method: 'get',
    path: '/api/v1/users',
    summary: 'All users',
    allow: ADMIN,
    query: wholeListQuery,
    responses: { 200: listOf(user) },
    handle: async ({ query }, { accounts }) => pageOf(await accounts.users.list(), query),
  }),
  route({
    method: 'post',
    path: '/api/v1/users',
    summary: 'Add a user',
    allow: ADMIN,
    body: userCreate,
    responses: { 201: user },
    auditAs: 'user',
    handle: async ({ body }, { accounts, deps }) => {
      if (!given(body.role)) return RESERVED;
      const added = await accounts.users.create(body, deps.clock.now());
      if (added === undefined)
        return fail(409, 'name-taken', '该用户名已存在。', 'A user of that name exists already.');
      return { ...created(added), audit: { object: added.name, detail: added.role } };
    },
  }),
  route({
    method: 'patch',
    path: '/api/v1/users/:id',
    summary: 'Change role or password, disable or enable; signs the user out everywhere',
    allow: ADMIN,
    params: idParam,
    body: userPatch,
    responses: { 200: user },
    auditAs: 'user',
    handle: async ({ params, body }, { accounts, deps }) => {
      if (body.role !== undefined && !given(body.role)) return RESERVED;
      const changed = await accounts.users.change(params.id, body);
      if (changed === 'not-found') return NO_USER;
      if (changed === 'last-admin')
        return fail(
          409,
          'last-admin',
          '这是最后一位管理员，不能停用或更改角色。',
          'This is the last administrator: it can be neither disabled nor given another role.',
        );
      await accounts.sessions.closeAllOf(params.id, deps.clock.now());
      accounts.revocations.revoke({ userId: params.id });
      return { ...ok(changed), audit: { object: changed.name, detail: changes(body) } };
    },
  }),
];

const tokenRoutes: readonly Route[] = [
  route({
    method: 'get',
    path: '/api/v1/tokens',
    summary: 'All API tokens, without their secrets',
    allow: ADMIN,
    query: wholeListQuery,
    responses: { 200: listOf(apiToken) },
    handle: async ({ query }, { accounts }) => pageOf(await accounts.tokens.list(), query),
  }),
  route({
    method: 'post',
    path: '/api/v1/tokens',
    summary: 'Make an API token; its secret is in this answer and nowhere else',
    allow: ADMIN,
    body: tokenCreate,
    responses: { 201: tokenCreated },
    auditAs: 'token',
    handle: async ({ body }, { accounts, caller, deps }) => {
      const made = await accounts.tokens.create(body, caller?.user.name ?? '', deps.clock.now());
      return { ...created(made), audit: { object: made.token.id, detail: `${body.name} (${body.scope})` } };
    },
  }),
  route({
    method: 'delete',
    path: '/api/v1/tokens/:id',
    summary: 'Remove an API token; what uses it is cut off at once',
    allow: ADMIN,
    params: idParam,
    responses: { 204: 'none' },
    auditAs: 'token',
    handle: async ({ params }, { accounts }) => {
      if (!(await accounts.tokens.remove(params.id)))
        return fail(404, 'no-such-token', '没有这个接入密钥。', 'There is no such token.');
      accounts.revocations.revoke({ credential: params.id });
      return noContent();
    },
  }),
];

const auditRoutes: readonly Route[] = [
  route({
    method: 'get',
    path: '/api/v1/audit',
    summary: 'Who did what, newest first',
    allow: ADMIN,
    query: pageQuery,
    responses: { 200: listOf(auditEntry) },
    handle: async ({ query }, { accounts }) => {
      const before = cursorNumber(query.cursor);
      if (before === 'bad') return BAD_CURSOR;
      return ok(page(await accounts.audit.list(before, query.limit), query.limit, (entry) => String(entry.id)));
    },
  }),
  route({
    method: 'get',
    path: '/api/v1/audit/verify',
    summary: 'Whether the audit log is as it was written',
    allow: ADMIN,
    responses: { 200: auditVerdict },
    handle: async (_input, { accounts }) => ok(await accounts.audit.verify()),
  }),
];

/** What was changed, without any secret. */
function changes({ role, password, disabled }: z.output<typeof userPatch>): string {
  const said = [
    role === undefined ? '' : `role=${role}`,
    password === undefined ? '' : 'password',
    disabled === undefined ? '' : `disabled=${disabled}`,
  ];
  return said.filter((part) => part !== '').join(' ');
}

export const accountRoutes: readonly Route[] = [...userRoutes, ...tokenRoutes, ...auditRoutes];
