/** Who may log in at the MQTT door, and who was turned away there. */
import { listOf } from '#contract/http/common.ts';
import {
  credential,
  credentialChange,
  credentialCreate,
  credentialName,
  madeCredential,
  mqttDoor,
} from '#contract/http/credentials.ts';
import { refusal } from '#contract/http/refusals.ts';
import { refusalWords } from '#contract/refusals.ts';
import { ADMIN, OFFICE_READ, type Principal } from './caller.ts';
import { created, fromAction, noContent, ok } from './reply.ts';
import { type Route, route } from './route.ts';

/** Those who stand before the device with its manual in hand read it too. */
const REFUSAL_READERS: readonly Principal[] = [...OFFICE_READ, 'maintainer'];

export const credentialRoutes: readonly Route[] = [
  route({
    method: 'get',
    path: '/api/v1/refusals',
    summary: 'Clients and messages that the MQTT door turned away, newest first: why, and what to change',
    allow: REFUSAL_READERS,
    responses: { 200: listOf(refusal) },
    handle: (_, { deps }) =>
      ok({ items: deps.refusals().map((one) => ({ ...one, ...refusalWords(one.reason) })), nextCursor: null }),
  }),
  route({
    method: 'get',
    path: '/api/v1/mqtt',
    summary: 'Where devices connect',
    allow: ADMIN,
    responses: { 200: mqttDoor },
    handle: (_, { deps }) => ok(deps.credentials.door()),
  }),
  route({
    method: 'get',
    path: '/api/v1/credentials',
    summary: 'Logins of devices, bridges and integrations, without secrets',
    allow: ADMIN,
    responses: { 200: listOf(credential) },
    handle: (_, { deps }) => ok({ items: deps.credentials.list(), nextCursor: null }),
  }),
  route({
    method: 'post',
    path: '/api/v1/credentials',
    summary: 'Make a login: written to devices.yaml, its secret is in this answer only',
    allow: ADMIN,
    body: credentialCreate,
    responses: { 201: madeCredential },
    auditAs: 'credentials',
    handle: async ({ body }, { deps, caller }) => {
      const reply = fromAction(await deps.credentials.create(body, caller?.user.name ?? ''), created);
      const detail = [body.kind, ...body.prefixes].join(' ');
      return reply.kind === 'failure' ? reply : { ...reply, audit: { object: body.username, detail } };
    },
  }),
  route({
    method: 'post',
    path: '/api/v1/credentials/rotate',
    summary: 'Another secret for a login; connections with the old one end',
    allow: ADMIN,
    body: credentialName,
    responses: { 200: madeCredential },
    auditAs: 'credentials',
    handle: async ({ body }, { deps, caller }) => {
      const reply = fromAction(await deps.credentials.rotate(body.username, caller?.user.name ?? ''), ok);
      return reply.kind === 'failure' ? reply : { ...reply, audit: { object: body.username } };
    },
  }),
  route({
    method: 'patch',
    path: '/api/v1/credentials',
    summary: 'Other topics for a login; its connections end and come back with them',
    allow: ADMIN,
    body: credentialChange,
    responses: { 200: credential },
    auditAs: 'credentials',
    handle: async ({ body }, { deps, caller }) => {
      const changed = await deps.credentials.change(body.username, body.prefixes, caller?.user.name ?? '');
      const reply = fromAction(changed, ok);
      const detail = body.prefixes.join(' ');
      return reply.kind === 'failure' ? reply : { ...reply, audit: { object: body.username, detail } };
    },
  }),
  route({
    // The name stands in the query: a path would lose names such as `..`.
    method: 'delete',
    path: '/api/v1/credentials',
    summary: 'Revoke a login; its connections end',
    allow: ADMIN,
    query: credentialName,
    responses: { 204: 'none' },
    auditAs: 'credentials',
    handle: async ({ query }, { deps, caller }) => {
      const result = await deps.credentials.revoke(query.username, caller?.user.name ?? '');
      const reply = fromAction(result, () => noContent());
      return reply.kind === 'failure' ? reply : { ...reply, audit: { object: query.username } };
    },
  }),
];
