/** The way of one request through a row of the table: set-up gate, origin, caller, role, body, input, handler, audit. */
import type { Request, RequestHandler, Response } from 'express';
import { JobRefused } from '../shared/job-refused.ts';
import type { Log } from '../shared/log.ts';
import { refusalOfError, storageRefusal } from '../shared/storage-refusal.ts';
import type { Accounts } from './accounts.ts';
import type { ApiDeps } from './api-deps.ts';
import type { ApiMetrics } from './api-metrics.ts';
import { type BodyReader, bodyReader, DEFAULT_BODY_BYTES } from './body-reader.ts';
import type { HttpDoor } from './http-door.ts';
import type { InProgress } from './in-progress.ts';
import { type Failure, fail, fromRefusal, type Reply, tooMany } from './reply.ts';
import { addressOf, bearerSecret, cookieSecret, originOf, requestFacts } from './request-origin.ts';
import type { Call, Route } from './route.ts';
import { requestId, sendReply } from './send-reply.ts';
import { SETUP_NEEDED } from './setup-token.ts';

/** So long an answer waits for its audit entry. */
const AUDIT_MS = 2_000;

const SIGN_IN = fail(401, 'sign-in-needed', '请先登录。', 'Sign in first.', {
  headers: { 'www-authenticate': 'Bearer' },
});
const FORBIDDEN = fail(403, 'forbidden', '您的角色没有此权限。', 'Your role may not do this.');
const FOREIGN = fail(
  403,
  'foreign-origin',
  '该请求来自其他网站，已拒绝。',
  'This request came from another site and was refused.',
);
const BAD_JSON = fail(400, 'bad-json', '请求内容不是有效的 JSON。', 'The request body is not valid JSON.');
const NOT_JSON = fail(415, 'json-only', '只接受 application/json。', 'Only application/json is accepted.');
export const INTERNAL = fail(
  500,
  'internal',
  '内部错误，已记录；请稍后再试。',
  'Something went wrong on our side and was logged; try again later.',
);

export interface DispatchContext {
  readonly deps: ApiDeps;
  readonly accounts: Accounts;
  readonly metrics: ApiMetrics;
  readonly log: Log;
  readonly door: Pick<HttpDoor, 'proves'>;
  readonly inProgress: InProgress;
}

/** Express handler of one route. */
export function dispatch(route: Route, context: DispatchContext): RequestHandler {
  const readBody = bodyReader(route, route.bodyLimitBytes ?? DEFAULT_BODY_BYTES);
  return async (request, response) => {
    const started = performance.now();
    response.once('finish', () => {
      context.metrics.request(route.method, route.path, response.statusCode, (performance.now() - started) / 1_000);
    });
    const call = await callOf(route, request, response, context);
    const refusal = await refusalOf(route, request, call);
    const reply = refusal ?? (await answer(route, request, response, readBody, call, context));
    await auditWrite(route, request, call, reply, context);
    sendReply(response, reply);
  };
}

async function callOf(
  route: Route,
  request: Request,
  response: Response,
  { deps, accounts, metrics, door }: DispatchContext,
): Promise<Call> {
  const left = new AbortController();
  response.once('close', () => left.abort());
  const { authorization, cookie } = request.headers;
  const { host, secure, loopback } = requestFacts(request);
  const fromCookie = authorization === undefined ? cookieSecret(cookie, secure) : undefined;
  const secret = bearerSecret(authorization) ?? fromCookie;
  // Probes answer whatever state the records are in.
  const isAsked = secret !== undefined && route.beforeSetup !== true;
  const address = addressOf(request);
  const caller = isAsked ? await accounts.identify(secret, { address, loopback }, true) : undefined;
  if (caller !== undefined) door.proves(request, caller.credential);
  return {
    deps,
    accounts,
    caller,
    byCookie: caller !== undefined && fromCookie !== undefined,
    ip: request.ip ?? '',
    address,
    host,
    loopback,
    secure,
    ifMatch: request.headers['if-match'],
    signal: left.signal,
    cookie,
    refused: metrics.attemptRefused,
  };
}

/** @returns why the request may not go on; undefined when it may. Deny is the default: a route names who may. */
async function refusalOf(
  route: Route,
  request: Request,
  { accounts, caller, byCookie, host, address, refused, deps }: Call,
): Promise<Failure | undefined> {
  if (route.beforeSetup !== true && !(await accounts.adminExists())) return SETUP_NEEDED;
  const writes = route.method !== 'get';
  const origin = originOf(request.headers.origin, host);
  if (writes && origin === 'foreign') return FOREIGN;
  if (route.allow !== 'anyone') {
    if (caller === undefined) return strangerRefusal(request, accounts, address, refused);
    // Browsers send Origin with every write; one that carries our cookie without it is not a browser's own doing.
    if (writes && byCookie && origin !== 'own') return FOREIGN;
    if (!route.allow.includes(caller.principal)) return FORBIDDEN;
  }
  return writes && route.onlyReads !== true ? diskRefusal(route, deps) : undefined;
}

/** A browser with an old cookie is told to sign in; a program that tries tokens is told to wait. */
function strangerRefusal(
  request: Request,
  accounts: Accounts,
  address: Call['address'],
  refused: Call['refused'],
): Failure {
  const waitMs = bearerSecret(request.headers.authorization) === undefined ? 0 : accounts.secretWaitMs(address);
  if (waitMs === 0) return SIGN_IN;
  refused('secret');
  return tooMany(
    'too-many-secrets',
    waitMs,
    '此地址发送的无效接入密钥过多',
    'This address has sent too many wrong tokens',
  );
}

/** At the one door that all writes pass: what cannot be kept is refused before anything of it is done. */
function diskRefusal({ stores = 'records' }: Route, { storageRefuses }: ApiDeps): Failure | undefined {
  if (stores === 'nothing') return undefined;
  const trouble = (stores === 'readings' ? storageRefuses('readings') : undefined) ?? storageRefuses('records');
  return trouble && fromRefusal(storageRefusal(trouble));
}

async function answer(
  route: Route,
  request: Request,
  response: Response,
  readBody: BodyReader,
  call: Call,
  context: DispatchContext,
): Promise<Reply> {
  try {
    if (route.body !== undefined) {
      if (request.headers['content-length'] !== '0' && request.is('application/json') === false) return NOT_JSON;
    }
    const input = { params: request.params, query: { ...request.query } };
    const reply = await context.inProgress.run(call, async () => {
      const read = route.body === undefined ? undefined : await readBody(request, response, call);
      if (read?.kind === 'not-json') return BAD_JSON;
      if (read?.kind === 'other-charset') return NOT_JSON;
      if (read?.kind === 'invalid') return read;
      return route.run({ ...input, body: read?.body ?? {} }, call, read?.kind === 'body');
    });
    if (reply.kind !== 'invalid') return reply;
    return fail(400, 'bad-request', '请求内容不符合要求，详见 errors。', 'The request does not fit; see `errors`.', {
      errors: reply.errors,
      errorCount: reply.errorCount,
    });
  } catch (error) {
    if (error instanceof JobRefused) return fail(error.status, error.reason, error.zh, error.message);
    return bodyFailure(error) ?? unexpected(error, response, context);
  }
}

/** What the body parser says, in our words. */
function bodyFailure(error: unknown): Reply | undefined {
  if (!(error instanceof Error) || !('type' in error)) return undefined;
  if (error.type === 'entity.too.large')
    return fail(413, 'too-large', '请求内容过大。', 'The request body is too large.');
  if (error.type === 'entity.parse.failed') return BAD_JSON;
  if (error.type === 'encoding.unsupported' || error.type === 'charset.unsupported') return NOT_JSON;
  if (error.type === 'request.aborted' || error.type === 'request.size.invalid')
    return fail(400, 'cut-short', '请求中断。', 'The request was cut short.');
  return undefined;
}

export function unexpected(error: unknown, response: Response, { log, deps }: DispatchContext): Reply {
  log.error({ err: error, requestId: requestId(response) }, 'a request failed unexpectedly');
  const refusal = refusalOfError(error, deps.dataDir);
  return refusal === undefined ? INTERNAL : fromRefusal(refusal);
}

async function auditWrite(
  route: Route,
  request: Request,
  { deps, accounts, caller, address, refused }: Call,
  reply: Reply,
  { log }: DispatchContext,
): Promise<void> {
  if (route.method === 'get' || route.onlyReads === true || (caller === undefined && !isSignIn(reply))) return;
  const isByStranger = caller === undefined && reply.kind === 'failure';
  const unlisted = isByStranger ? accounts.auditBudget.take(address, deps.clock.now()) : 0;
  if (unlisted === undefined) return refused('unlisted');
  const audit = reply.kind === 'success' ? reply.audit : undefined;
  const id = audit?.object ?? request.params['id'] ?? request.params['name'];
  const entry = {
    at: deps.clock.now(),
    who: caller?.user.name ?? claimedName(request.body, reply),
    what: `${route.method.toUpperCase()} ${route.path.replace('/api/v1', '')}`,
    object: [route.auditAs ?? route.path, ...(id === undefined ? [] : [String(id)])].join(':'),
    result: reply.kind === 'success' ? 'ok' : reply.name,
    detail: [audit?.detail, request.ip, unlisted > 0 ? `(+${unlisted} unlisted)` : undefined]
      .filter((part) => part !== undefined)
      .join(' '),
  };
  const appended = accounts.audit.append(entry).catch((error: unknown) => {
    log.error(
      { err: error, entry },
      'an audit entry is not on disk; it is in this line, and written later if it can be',
    );
  });
  // A disk that does not answer must not keep people out.
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, AUDIT_MS);
  });
  await Promise.race([appended, late]);
  clearTimeout(timer);
}

/** Of strangers only sign-ins are kept, and those are limited: otherwise anybody could fill the log. */
function isSignIn(reply: Reply): boolean {
  return reply.kind === 'success' || reply.name === 'sign-in-failed' || reply.name.startsWith('setup-token');
}

/** The name somebody signs in with; marked `?` while it is only claimed. */
function claimedName(body: unknown, reply: Reply): string {
  if (typeof body !== 'object' || body === null || !('name' in body) || typeof body.name !== 'string') return '?';
  return `${reply.kind === 'success' ? '' : '?'}${body.name.trim().slice(0, 64)}`;
}
